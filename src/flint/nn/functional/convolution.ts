// Products with weights: linear maps, convolutions and their transposes.
import { fail } from '../../errors.ts';
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { pad } from './resizing.ts';
import { sizesFor, type Pair, type Single, type Sizes, type Triple } from './sizes.ts';

/** `input @ weight.T + bias`: input `[…, in]`, weight `[out, in]`, bias `[out]`, result `[…, out]`. */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return callTensor('linear', input, weight, bias ?? undefined);
}
/** `left · weight[k] · right + bias[k]` for each k: weight `[out, left, right]`, result `[…, out]`. */
export function bilinear(left: Tensor, right: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const [out, a, b] = weight.shape as [number, number, number];
  const products = left
    .matmul(weight.permute(1, 0, 2).reshape(a, out * b))
    .reshape([...left.shape.slice(0, -1), out, b]);
  const sums = products.mul(right.unsqueeze(-2)).sum(-1);
  return bias ? sums.add(bias) : sums;
}

/** What a convolution may be told; `S` is one number or one for each direction. */
export interface ConvolutionOptions<S extends Sizes> {
  stride?: S;
  /** Zeros on both sides. `'valid'`: none. `'same'`: as many as keep the size, at stride 1. */
  padding?: S | 'same' | 'valid';
  dilation?: S;
  groups?: number;
}
/** What {@link conv1d} may be told. */
export type Conv1dOptions = ConvolutionOptions<Single>;
/** What {@link conv2d} may be told. */
export type Conv2dOptions = ConvolutionOptions<Pair>;
/** What {@link conv3d} may be told. */
export type Conv3dOptions = ConvolutionOptions<Triple>;

function convolution(
  op: string,
  space: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvolutionOptions<Sizes>,
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const strides = sizesFor(op, 'stride', stride, space);
  const dilations = sizesFor(op, 'dilation', dilation, space);
  let x = input;
  let pads = typeof padding === 'string' ? Array<number>(space).fill(0) : sizesFor(op, 'padding', padding, space);
  if (padding === 'same') {
    if (strides.some((s) => s !== 1)) fail(op, `padding 'same' needs stride 1, got ${strides.join(', ')}`);
    const totals = dilations.map((d, i) => d * ((weight.shape.at(i - space) ?? 1) - 1));
    pads = totals.map((t) => Math.floor(t / 2));
    // Where the kernel is even, one zero more stands at the end of the direction.
    const ends = totals.map((t) => t % 2);
    if (ends.includes(1))
      x = pad(
        input,
        ends.reverse().flatMap((end) => [0, end]),
      );
  } else if (typeof padding === 'string' && padding !== 'valid') {
    fail(op, `padding must be numbers, 'same' or 'valid', got '${String(padding)}'`);
  }
  return callTensor(op, x, weight, bias ?? undefined, strides, pads, dilations, groups);
}

/** Convolution: input `[n, in, l]`, weight `[out, in / groups, k]`, bias `[out]`, result `[n, out, l']`. */
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: Conv1dOptions = {}): Tensor {
  return convolution('conv1d', 1, input, weight, bias, options);
}
/** Convolution: input `[n, in, h, w]`, weight `[out, in / groups, kh, kw]`, bias `[out]`, result `[n, out, h', w']`. */
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: Conv2dOptions = {}): Tensor {
  return convolution('conv2d', 2, input, weight, bias, options);
}
/** Convolution: input `[n, in, d, h, w]`, weight `[out, in / groups, kd, kh, kw]`, result `[n, out, d', h', w']`. */
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: Conv3dOptions = {}): Tensor {
  return convolution('conv3d', 3, input, weight, bias, options);
}

/** What a transposed convolution may be told; `S` is one number or one for each direction. */
export interface ConvTransposeOptions<S extends Sizes> {
  stride?: S;
  padding?: S;
  /** How much larger the result is at its end: several input sizes convolve to one size, this says which is meant. */
  outputPadding?: S;
  groups?: number;
  dilation?: S;
}

function transposed(
  op: string,
  space: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvTransposeOptions<Sizes>,
): Tensor {
  const { stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  return callTensor(
    op,
    input,
    weight,
    bias ?? undefined,
    sizesFor(op, 'stride', stride, space),
    sizesFor(op, 'padding', padding, space),
    sizesFor(op, 'outputPadding', outputPadding, space),
    groups,
    sizesFor(op, 'dilation', dilation, space),
  );
}

/** The gradient of {@link conv1d} as a layer: input `[n, in, l]`, weight `[in, out / groups, k]`, result `[n, out, l']`. */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Single> = {},
): Tensor {
  return transposed('convTranspose1d', 1, input, weight, bias, options);
}
/** The gradient of {@link conv2d} as a layer: weight `[in, out / groups, kh, kw]`, result `[n, out, h', w']`. */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Pair> = {},
): Tensor {
  return transposed('convTranspose2d', 2, input, weight, bias, options);
}
/** The gradient of {@link conv3d} as a layer: weight `[in, out / groups, kd, kh, kw]`, result `[n, out, d', h', w']`. */
export function convTranspose3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Triple> = {},
): Tensor {
  return transposed('convTranspose3d', 3, input, weight, bias, options);
}
