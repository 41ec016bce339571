// Borders, other sizes, and pixels taken apart and put together.
import { fail } from '../../errors.ts';
import { tensor } from '../../tensor/creation.ts';
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { sizesFor, type Pair, type Sizes } from './sizes.ts';

/** What {@link pad} puts beyond the edge: one value, the picture mirrored, its edge, or its other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Which element of `n` stands at place `i` beyond or within them. */
function beyond(mode: PadMode, i: number, n: number): number {
  if (mode === 'replicate') return Math.min(Math.max(i, 0), n - 1);
  if (mode === 'circular') return ((i % n) + n) % n;
  return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
}

/**
 * A border around the last dimensions: pairs of widths from the last dimension on, `[left, right, top, bottom, …]`.
 * With a constant, negative widths cut off.
 */
export function pad(
  input: Tensor,
  padding: readonly number[],
  options: { mode?: PadMode; value?: number } = {},
): Tensor {
  const { mode = 'constant', value = 0 } = options;
  if (mode === 'constant') return callTensor('pad', input, padding, value);
  let out = input;
  for (let i = 0; 2 * i < padding.length; i++) {
    const [before, after] = [padding[2 * i]!, padding[2 * i + 1] ?? 0];
    if (before === 0 && after === 0) continue;
    const dim = input.dim() - 1 - i;
    const n = input.shape[dim] ?? 0;
    const most = mode === 'reflect' ? n - 1 : mode === 'circular' ? n : Infinity;
    if (n === 0 || Math.min(before, after) < 0 || Math.max(before, after) > most) {
      fail(
        'pad',
        `mode '${mode}' cannot pad dimension ${dim} of [${input.shape.join(', ')}] by ${before} and ${after}`,
      );
    }
    const places = Array.from({ length: n + before + after }, (_, k) => beyond(mode, k - before, n));
    out = out.indexSelect(dim, tensor(places, { dtype: 'int64' }));
  }
  return out;
}

/** How {@link interpolate} finds values between the given ones. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

/** What {@link interpolate} may be told: the size of the result, or the factor, for all directions or for each. */
export interface InterpolateOptions {
  size?: Sizes;
  scaleFactor?: Sizes;
  mode?: InterpolateMode;
  /** Whether the first and last values keep their places; not with 'nearest' and 'area'. */
  alignCorners?: boolean;
}

/** `[n, c, …]` with the dimensions after the channels at another size. */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { size, scaleFactor, mode = 'nearest', alignCorners = false } = options;
  const space = input.dim() - 2;
  const wanted = { linear: 1, bilinear: 2, bicubic: 2, trilinear: 3 }[mode as string];
  if (space < 1 || space > 3 || (wanted !== undefined && wanted !== space)) {
    fail('interpolate', `mode '${mode}' does not fit an input of shape [${input.shape.join(', ')}]`);
  }
  if ((size === undefined) === (scaleFactor === undefined))
    fail('interpolate', 'pass size or scaleFactor, and not both');
  const factors = scaleFactor === undefined ? undefined : sizesFor('interpolate', 'scaleFactor', scaleFactor, space);
  const sizes = factors
    ? factors.map((f, i) => Math.floor(input.shape[i + 2]! * f))
    : sizesFor('interpolate', 'size', size!, space);
  if (mode === 'area') return callTensor(`adaptiveAvgPool${space}d`, input, sizes);
  const kind = mode.startsWith('nearest') ? mode : mode === 'bicubic' ? 'cubic' : 'linear';
  return sizes.reduce((x, n, i) => callTensor('resample', x, i + 2, n, kind, alignCorners, factors?.[i]), input);
}

/** `[n, c·r², h, w]` to `[n, c, h·r, w·r]`: channels laid out as pixels (Shi et al., 2016). */
export function pixelShuffle(input: Tensor, factor: number): Tensor {
  const [h, w] = input.shape.slice(-2) as [number, number];
  const lead = input.shape.slice(0, -3);
  const channels = input.shape.at(-3)! / factor ** 2;
  if (!Number.isInteger(channels))
    fail('pixelShuffle', `${input.shape.at(-3)} channels are no multiple of ${factor ** 2}`);
  const k = lead.length;
  const apart = input.reshape([...lead, channels, factor, factor, h, w]);
  const order = [...lead.keys(), k, k + 3, k + 1, k + 4, k + 2];
  return apart.permute(order).reshape([...lead, channels, h * factor, w * factor]);
}
/** The reverse of {@link pixelShuffle}. */
export function pixelUnshuffle(input: Tensor, factor: number): Tensor {
  const [c, h, w] = input.shape.slice(-3) as [number, number, number];
  if (h % factor || w % factor) fail('pixelUnshuffle', `${h} x ${w} is no multiple of ${factor}`);
  const lead = input.shape.slice(0, -3);
  const k = lead.length;
  const apart = input.reshape([...lead, c, h / factor, factor, w / factor, factor]);
  const order = [...lead.keys(), k, k + 2, k + 4, k + 1, k + 3];
  return apart.permute(order).reshape([...lead, c * factor ** 2, h / factor, w / factor]);
}

/** What {@link unfold} may be told. */
export interface UnfoldOptions {
  dilation?: Pair;
  padding?: Pair;
  stride?: Pair;
}
/** Every window of `[n, c, h, w]` as a column: `[n, c·kh·kw, windows]`. */
export function unfold(input: Tensor, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  const each = (name: string, value: Pair): readonly number[] => sizesFor('unfold', name, value, 2);
  const [kh, kw] = each('kernelSize', kernelSize) as [number, number];
  const [dh, dw] = each('dilation', options.dilation ?? 1) as [number, number];
  const [ph, pw] = each('padding', options.padding ?? 0) as [number, number];
  const [sh, sw] = each('stride', options.stride ?? 1) as [number, number];
  const windows = pad(input, [pw, pw, ph, ph])
    .unfold(2, dh * (kh - 1) + 1, sh)
    .unfold(3, dw * (kw - 1) + 1, sw)
    .at('...', `::${dh}`, `::${dw}`);
  const [n, c, rows, columns] = windows.shape as [number, number, number, number];
  return windows.permute(0, 1, 4, 5, 2, 3).reshape(n, c * kh * kw, rows * columns);
}

/** Channels of `[n, c, …]` dealt out: the first of each of `groups` groups, then the second of each, … */
export function channelShuffle(input: Tensor, groups: number): Tensor {
  const [n, c] = input.shape as [number, number];
  if (c % groups) fail('channelShuffle', `${c} channels are no multiple of ${groups} groups`);
  return input
    .reshape(n, groups, c / groups, -1)
    .transpose(1, 2)
    .reshape(input.shape);
}
