// Normalisation over the batch, over features, over groups of channels.
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What {@link batchNorm} may be told. */
export interface BatchNormOptions {
  weight?: Tensor | null;
  bias?: Tensor | null;
  training?: boolean;
  momentum?: number;
  eps?: number;
}
/** Normalises each channel (dimension 1) over the batch; in training it uses the batch's mean and variance and updates the running ones. */
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options;
  return callTensor(
    'batchNorm',
    input,
    weight ?? undefined,
    bias ?? undefined,
    runningMean ?? undefined,
    runningVar ?? undefined,
    training,
    momentum,
    eps,
  );
}
/** Normalises over the last dimensions, whose sizes are `normalizedShape`. */
export function layerNorm(
  input: Tensor,
  normalizedShape: readonly number[],
  options: { weight?: Tensor | null; bias?: Tensor | null; eps?: number } = {},
): Tensor {
  return callTensor(
    'layerNorm',
    input,
    normalizedShape,
    options.weight ?? undefined,
    options.bias ?? undefined,
    options.eps ?? 1e-5,
  );
}
/** Each vector along `dim` divided by its p-norm (at least `eps`). */
export function normalize(input: Tensor, options: { p?: number; dim?: number; eps?: number } = {}): Tensor {
  const norm = input.norm(options.p ?? 2, { dim: options.dim ?? 1, keepdim: true });
  return input.div(norm.clamp(options.eps ?? 1e-12));
}
/** Normalises groups of channels (dimension 1) of each sample. */
export function groupNorm(
  input: Tensor,
  numGroups: number,
  options: { weight?: Tensor | null; bias?: Tensor | null; eps?: number } = {},
): Tensor {
  const { weight, bias, eps = 1e-5 } = options;
  return callTensor('groupNorm', input, numGroups, weight ?? undefined, bias ?? undefined, eps);
}
/** Normalises each channel of each sample by itself. */
export function instanceNorm(
  input: Tensor,
  options: { weight?: Tensor | null; bias?: Tensor | null; eps?: number } = {},
): Tensor {
  return groupNorm(input, input.shape[1] ?? 1, options);
}
/** The last dimensions divided by their root mean square, times `weight` (Zhang and Sennrich, 2019). */
export function rmsNorm(
  input: Tensor,
  normalizedShape: readonly number[],
  options: { weight?: Tensor | null; eps?: number } = {},
): Tensor {
  const dims = normalizedShape.map((_, i) => input.dim() - 1 - i);
  const epsilon = options.eps ?? (String(input.dtype) === 'float64' ? 2 ** -52 : 2 ** -23);
  const scaled = input.mul(input.square().mean(dims, { keepdim: true }).add(epsilon).rsqrt());
  return options.weight ? scaled.mul(options.weight) : scaled;
}
/** Each value divided by the power of those of `size` neighbouring channels (Krizhevsky et al., 2012). */
export function localResponseNorm(
  input: Tensor,
  size: number,
  options: { alpha?: number; beta?: number; k?: number } = {},
): Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const wide = callTensor(
    'pad',
    input.square().transpose(1, -1),
    [Math.floor(size / 2), Math.floor((size - 1) / 2)],
    0,
  );
  const near = wide.unfold(-1, size, 1).mean(-1).transpose(1, -1);
  return input.div(near.mul(alpha).add(k).pow(beta));
}
