// The door `flint`: tensors, autograd, networks, optimizers.
import * as F from './nn/functional.ts';
import * as nn from './nn/nn.ts';
import * as optim from './optim/optim.ts';
import * as linalg from './tensor/linalg.ts';

export { F, linalg, nn, optim };
export { Tensor, isTensor } from './tensor/tensor.ts';
export {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  getRngState,
  linspace,
  logspace,
  manualSeed,
  normal,
  ones,
  onesLike,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  setRngState,
  tensor,
  zeros,
  zerosLike,
} from './tensor/creation.ts';
export type { CreationOptions, ShapeAndOptions } from './tensor/creation.ts';
export {
  abs,
  bmm,
  broadcastShapes,
  cat,
  chunk,
  cos,
  dot,
  equal,
  exp,
  log,
  matmul,
  meshgrid,
  mm,
  outer,
  sigmoid,
  sin,
  softmax,
  split,
  sqrt,
  stack,
  tanh,
  unbind,
  where,
} from './tensor/joining.ts';
export * from './tensor/combining.ts';
export { einsum } from './tensor/einsum.ts';
export { bfloat16, bool, float16, float32, float64, int32, int64, uint8 } from './tensor/dtype.ts';
export type { DType, TypedArray } from './tensor/dtype.ts';
export { Device, device, devices } from './tensor/device.ts';
export { GradFn } from './tensor/gradients.ts';
export type { BackwardOptions } from './tensor/gradients.ts';
export type { IndexEntry } from './tensor/indexing.ts';
export type { QuantileInterpolation } from './tensor/statistics.ts';
export type { NestedNumbers } from './tensor/nested.ts';
export type { AlphaOptions, Operand } from './tensor/arithmetic.ts';
export type { DimArgument, ReduceOptions, SumOptions, ValuesAndIndices, VarianceOptions } from './tensor/reductions.ts';
export { enableGrad, grad, isGradEnabled, jacobian, noGrad } from './autograd.ts';
export type { GradOptions } from './autograd.ts';
export * as autograd from './autograd-namespace.ts';
export { compile } from './graph/compile.ts';
export type { CompileOptions, Compiled, RecordingInfo } from './graph/compile.ts';
export { autocast } from './autocast.ts';
export { emptyCache, memoryStats, setMemoryLimit } from './tensor/memory.ts';
export { backend, getNumThreads, setNumThreads } from './threads.ts';
export { FlintError } from './errors.ts';
export type { FlintErrorInfo } from './errors.ts';
