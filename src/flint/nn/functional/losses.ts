// Losses: what an optimizer makes small.
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { cosineSimilarity, pairwiseDistance } from './embedding.ts';

/** How a loss is gathered: its mean over the batch, its sum, or each value. */
export type Reduction = 'mean' | 'sum' | 'none';

/** How most losses are told to gather. */
export interface LossOptions {
  /** `'mean'` when left out. */
  reduction?: Reduction;
}
/** The squared difference; both of one shape. */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return callTensor('mseLoss', input, target, options.reduction ?? 'mean');
}
/** The absolute difference; both of one shape. */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return callTensor('l1Loss', input, target, options.reduction ?? 'mean');
}
/** Squared below `beta`, absolute above. */
export function smoothL1Loss(input: Tensor, target: Tensor, options: LossOptions & { beta?: number } = {}): Tensor {
  return callTensor('smoothL1Loss', input, target, options.reduction ?? 'mean', options.beta ?? 1);
}
/** What {@link crossEntropy} may be told. */
export interface CrossEntropyOptions extends LossOptions {
  /** A weight for each class `[classes]`. */
  weight?: Tensor | null;
  /** A label that counts for nothing. */
  ignoreIndex?: number;
  labelSmoothing?: number;
}
/**
 * The cross entropy of logits `[n, classes, …]` with class labels `[n, …]` (int64) or probabilities `[n, classes, …]`.
 * No softmax before it: it is inside.
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = options;
  return callTensor('crossEntropy', input, target, weight ?? undefined, ignoreIndex, reduction, labelSmoothing);
}
/** The negative log-likelihood of log-probabilities `[n, classes, …]` with class labels `[n, …]`. */
export function nllLoss(
  input: Tensor,
  target: Tensor,
  options: Omit<CrossEntropyOptions, 'labelSmoothing'> = {},
): Tensor {
  const { weight, ignoreIndex = -100, reduction = 'mean' } = options;
  return callTensor('nllLoss', input, target, weight ?? undefined, ignoreIndex, reduction);
}
/** The binary cross entropy of probabilities with targets in 0..1. */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { weight?: Tensor | null } = {},
): Tensor {
  return callTensor('binaryCrossEntropy', input, target, options.weight ?? undefined, options.reduction ?? 'mean');
}
/** The binary cross entropy of logits with targets in 0..1; no sigmoid before it. */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { weight?: Tensor | null; posWeight?: Tensor | null } = {},
): Tensor {
  return callTensor(
    'binaryCrossEntropyWithLogits',
    input,
    target,
    options.weight ?? undefined,
    options.posWeight ?? undefined,
    options.reduction ?? 'mean',
  );
}
/** The Kullback-Leibler divergence of `target` from log-probabilities `input`. */
export function klDiv(
  input: Tensor,
  target: Tensor,
  options: { reduction?: Reduction | 'batchmean'; logTarget?: boolean } = {},
): Tensor {
  return callTensor('klDiv', input, target, options.reduction ?? 'mean', options.logTarget ?? false);
}

/** The share of rows whose largest logit is at the label, 0..1: logits `[n, classes]`, labels `[n]`. */
export function accuracy(logits: Tensor, labels: Tensor): number {
  const right = logits.argmax(1).eq(labels).sum().item();
  return logits.shape[0] ? right / logits.shape[0] : 0;
}

/** Gathers the values of a loss. */
function gather(values: Tensor, reduction: Reduction = 'mean'): Tensor {
  return reduction === 'mean' ? values.mean() : reduction === 'sum' ? values.sum() : values;
}
/** Half the square below `delta`, `delta · (difference - delta / 2)` above. */
export function huberLoss(input: Tensor, target: Tensor, options: LossOptions & { delta?: number } = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = options;
  return callTensor('smoothL1Loss', input, target, reduction, delta).mul(delta);
}
/** `log(1 + exp(-target · input))` for targets 1 and -1. */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return gather(callTensor('softplus', target.neg().mul(input), 1, 40), options.reduction);
}
/** `max(0, -target · (a - b) + margin)`: which of two should be larger. */
export function marginRankingLoss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: LossOptions & { margin?: number } = {},
): Tensor {
  return gather(
    target
      .neg()
      .mul(a.sub(b))
      .add(options.margin ?? 0)
      .clamp(0),
    options.reduction,
  );
}
/** The distance itself where target is 1, `max(0, margin - distance)` where it is -1. */
export function hingeEmbeddingLoss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { margin?: number } = {},
): Tensor {
  const apart = input
    .neg()
    .add(options.margin ?? 1)
    .clamp(0);
  const same = callTensor('eqScalar', target, 1).to(input.dtype);
  return gather(same.mul(input).add(callTensor('rsubScalar', same, 1).mul(apart)), options.reduction);
}
/** `1 - cos` of vectors that belong together (target 1), `max(0, cos - margin)` of those that do not (target -1). */
export function cosineEmbeddingLoss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: LossOptions & { margin?: number } = {},
): Tensor {
  const cosine = cosineSimilarity(a, b, { dim: -1, eps: 1e-8 });
  const together = callTensor('eqScalar', target, 1).to(a.dtype);
  const apart = cosine.sub(options.margin ?? 0).clamp(0);
  const values = together
    .mul(callTensor('rsubScalar', cosine, 1))
    .add(callTensor('rsubScalar', together, 1).mul(apart));
  return gather(values, options.reduction);
}
/** `max(0, |anchor - positive| - |anchor - negative| + margin)`. */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: LossOptions & { margin?: number; p?: number } = {},
): Tensor {
  const { margin = 1, p = 2, reduction } = options;
  const near = pairwiseDistance(anchor, positive, { p });
  const far = pairwiseDistance(anchor, negative, { p });
  return gather(near.sub(far).add(margin).clamp(0), reduction);
}
/** `exp(input) - target · input`, or with `logInput: false` `input - target · log(input + eps)`. */
export function poissonNllLoss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { logInput?: boolean; eps?: number } = {},
): Tensor {
  const { logInput = true, eps = 1e-8, reduction } = options;
  const values = logInput ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
  return gather(values, reduction);
}
/** Minus the log-density of `target` under normal distributions of means `input` and variances `variance`. */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: LossOptions & { full?: boolean; eps?: number } = {},
): Tensor {
  const { full = false, eps = 1e-6, reduction } = options;
  // As in PyTorch, the floor of the variance has no gradient of its own.
  const floor = variance.detach().clamp(eps).sub(variance.detach()).add(variance);
  const values = floor.log().add(input.sub(target).square().div(floor)).mul(0.5);
  return gather(full ? values.add(0.5 * Math.log(2 * Math.PI)) : values, reduction);
}
/** Hinge loss of scores `[n, classes]` with labels `[n]`: `sum over other classes of max(0, margin - x_y + x_i)^p / classes`. */
export function multiMarginLoss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { p?: number; margin?: number } = {},
): Tensor {
  const { p = 1, margin = 1, reduction } = options;
  const at = target.unsqueeze(1);
  const gaps = callTensor('rsubScalar', input.gather(1, at), margin).add(input).clamp(0);
  const own = callTensor(
    'scatter',
    callTensor('full', input.shape, 1, input.dtype),
    1,
    at,
    callTensor('zeros', at.shape, input.dtype),
  );
  return gather(gaps.pow(p).mul(own).mean(1), reduction);
}
/** The mean over classes of the binary cross entropy of logits `[n, classes]` with targets 0 or 1 for each. */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { weight?: Tensor | null } = {},
): Tensor {
  const weight = options.weight ?? undefined;
  const each = callTensor('binaryCrossEntropyWithLogits', input, target.to(input.dtype), weight, undefined, 'none');
  return gather(each.mean(-1), options.reduction);
}

/** `x · log(x / y)` with 0 where x is 0. */
function relative(x: Tensor, y: Tensor): Tensor {
  const never = callTensor('eqScalar', x, 0);
  return x.mul(
    callTensor('maskedFill', x, never, 1)
      .log()
      .sub(callTensor('maskedFill', y, never, 1).log()),
  );
}
/**
 * The Jensen-Shannon divergence of distributions along `dim`, in nats: the mean of the Kullback-Leibler divergences from
 * their middle. From 0 (equal) to ln 2 (no common support); symmetric.
 */
export function jensenShannon(p: Tensor, q: Tensor, dim = -1): Tensor {
  const middle = p.add(q).mul(0.5);
  return relative(p, middle).add(relative(q, middle)).sum(dim).mul(0.5);
}
/** The Wasserstein-1 distance of histograms along `dim`: how much must be moved how many bins far. */
export function wasserstein1(p: Tensor, q: Tensor, dim = -1): Tensor {
  return p.sub(q).cumsum(dim).abs().sum(dim);
}
