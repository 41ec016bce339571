// The namespace `nn`, as PyTorch has it.
import * as init from './init.ts';
import { clipGradNorm_, clipGradValue_ } from './clipping.ts';

export { init };
/** Gradient clipping. */
export const utils = { clipGradNorm_, clipGradValue_ };
export { Module } from './module.ts';
export type { ForwardHook, ForwardPreHook, StateDict } from './module.ts';
export { Buffer, Parameter } from './parameter.ts';
export { ModuleDict, ModuleList, Sequential } from './containers.ts';
export { BatchNorm1d, BatchNorm2d, Conv2d, Embedding, LayerNorm, Linear } from './layers.ts';
export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  Dropout,
  Dropout2d,
  ELU,
  Flatten,
  GELU,
  Identity,
  LeakyReLU,
  LogSoftmax,
  MaxPool2d,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './activations.ts';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './losses.ts';
export * as functional from './functional.ts';
