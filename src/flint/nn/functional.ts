// The stateless functions of networks, exported as `F`: a file for each family.
export * from './functional/activations.ts';
export * from './functional/attention.ts';
export * from './functional/convolution.ts';
export * from './functional/dropout.ts';
export * from './functional/embedding.ts';
export * from './functional/losses.ts';
export * from './functional/normalization.ts';
export * from './functional/pooling.ts';
export * from './functional/resizing.ts';
export type { Pair, Single, Sizes, Triple } from './functional/sizes.ts';
