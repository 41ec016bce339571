// The namespace `nn.utils`: gradient clipping, parameters as one vector, sequences of different lengths.
export { clipGradNorm_, clipGradValue_ } from './clipping.ts';
export * as rnn from './packed.ts';
export { parametersToVector, vectorToParameters } from './vectors.ts';
