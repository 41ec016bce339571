// Pooling: the largest value, or the mean, of each window.
import { callTensor, callTensors } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { sizesFor, type Pair, type Single, type Sizes, type Triple } from './sizes.ts';

/** What pooling may be told; `S` is one number or one for each direction. */
export interface PoolingOptions<S extends Sizes> {
  /** The kernel's size when left out. */
  stride?: S;
  padding?: S;
  /** Whether a last, incomplete window counts. */
  ceilMode?: boolean;
}
/** What {@link maxPool2d} may be told, and its like. */
export interface MaxPoolOptions<S extends Sizes> extends PoolingOptions<S> {
  dilation?: S;
}
/** What {@link avgPool2d} may be told, and its like. */
export interface AvgPoolOptions<S extends Sizes> extends PoolingOptions<S> {
  /** Whether the padding counts as zeros; true when left out. */
  countIncludePad?: boolean;
}
/** PyTorch takes the stride as the third positional argument, too. */
export function poolOptions<S extends Sizes, O extends PoolingOptions<S>>(options: S | O): O {
  return (typeof options === 'number' || Array.isArray(options) ? { stride: options } : options) as O;
}

function maxPool(op: string, space: number, x: Tensor, kernel: Sizes, given: Sizes | MaxPoolOptions<Sizes>): unknown[] {
  const {
    stride = kernel,
    padding = 0,
    dilation = 1,
    ceilMode = false,
  } = poolOptions<Sizes, MaxPoolOptions<Sizes>>(given);
  return [
    x,
    sizesFor(op, 'kernelSize', kernel, space),
    sizesFor(op, 'stride', stride, space),
    sizesFor(op, 'padding', padding, space),
    sizesFor(op, 'dilation', dilation, space),
    ceilMode,
  ];
}
function avgPool(op: string, space: number, x: Tensor, kernel: Sizes, given: Sizes | AvgPoolOptions<Sizes>): Tensor {
  const options = poolOptions<Sizes, AvgPoolOptions<Sizes>>(given);
  const { stride = kernel, padding = 0, ceilMode = false, countIncludePad = true } = options;
  return callTensor(
    op,
    x,
    sizesFor(op, 'kernelSize', kernel, space),
    sizesFor(op, 'stride', stride, space),
    sizesFor(op, 'padding', padding, space),
    ceilMode,
    countIncludePad,
  );
}

/** The largest value in each window: `[n, c, l]` to `[n, c, l']`. */
export function maxPool1d(input: Tensor, kernelSize: Single, options: Single | MaxPoolOptions<Single> = {}): Tensor {
  return callTensor('maxPool1d', ...maxPool('maxPool1d', 1, input, kernelSize, options));
}
/** The largest value in each window: `[n, c, h, w]` to `[n, c, h', w']`. */
export function maxPool2d(input: Tensor, kernelSize: Pair, options: Pair | MaxPoolOptions<Pair> = {}): Tensor {
  return callTensor('maxPool2d', ...maxPool('maxPool2d', 2, input, kernelSize, options));
}
/** {@link maxPool2d}, and the place `y * width + x` of each maximum (int64). */
export function maxPool2dWithIndices(
  input: Tensor,
  kernelSize: Pair,
  options: Pair | MaxPoolOptions<Pair> = {},
): [values: Tensor, indices: Tensor] {
  const args = maxPool('maxPool2dWithIndices', 2, input, kernelSize, options);
  return callTensors('maxPool2dWithIndices', ...args) as [Tensor, Tensor];
}
/** The largest value in each window: `[n, c, d, h, w]` to `[n, c, d', h', w']`. */
export function maxPool3d(input: Tensor, kernelSize: Triple, options: Triple | MaxPoolOptions<Triple> = {}): Tensor {
  return callTensor('maxPool3d', ...maxPool('maxPool3d', 3, input, kernelSize, options));
}
/** The mean of each window: `[n, c, l]` to `[n, c, l']`. */
export function avgPool1d(input: Tensor, kernelSize: Single, options: Single | AvgPoolOptions<Single> = {}): Tensor {
  return avgPool('avgPool1d', 1, input, kernelSize, options);
}
/** The mean of each window: `[n, c, h, w]` to `[n, c, h', w']`. */
export function avgPool2d(input: Tensor, kernelSize: Pair, options: Pair | AvgPoolOptions<Pair> = {}): Tensor {
  return avgPool('avgPool2d', 2, input, kernelSize, options);
}
/** The mean of each window: `[n, c, d, h, w]` to `[n, c, d', h', w']`. */
export function avgPool3d(input: Tensor, kernelSize: Triple, options: Triple | AvgPoolOptions<Triple> = {}): Tensor {
  return avgPool('avgPool3d', 3, input, kernelSize, options);
}
/** Means over windows chosen so that the result is `[n, c, outputSize]`. */
export function adaptiveAvgPool1d(input: Tensor, outputSize: Single): Tensor {
  return callTensor('adaptiveAvgPool1d', input, sizesFor('adaptiveAvgPool1d', 'outputSize', outputSize, 1));
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export function adaptiveAvgPool2d(input: Tensor, outputSize: Pair): Tensor {
  return callTensor('adaptiveAvgPool2d', input, sizesFor('adaptiveAvgPool2d', 'outputSize', outputSize, 2));
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export function adaptiveAvgPool3d(input: Tensor, outputSize: Triple): Tensor {
  return callTensor('adaptiveAvgPool3d', input, sizesFor('adaptiveAvgPool3d', 'outputSize', outputSize, 3));
}
/** The largest values of windows chosen so that the result is `[n, c, outputSize]`. */
export function adaptiveMaxPool1d(input: Tensor, outputSize: Single): Tensor {
  return callTensor('adaptiveMaxPool1d', input, sizesFor('adaptiveMaxPool1d', 'outputSize', outputSize, 1));
}
/** The largest values of windows chosen so that the result is `[n, c, ...outputSize]`. */
export function adaptiveMaxPool2d(input: Tensor, outputSize: Pair): Tensor {
  return callTensor('adaptiveMaxPool2d', input, sizesFor('adaptiveMaxPool2d', 'outputSize', outputSize, 2));
}
