// The stateless functions of networks: activations, layers on given weights, losses. Exported as `F`.
import { fail } from '../errors.ts';
import { call, callTensor } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One number for both directions, or `[height, width]`. */
export type Pair = number | readonly [number, number];

/** How a loss is gathered: its mean over the batch, its sum, or each value. */
export type Reduction = 'mean' | 'sum' | 'none';

function pair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

/** Whether an activation overwrites its input. */
export interface InplaceOptions {
  inplace?: boolean;
}

/** `max(x, 0)`. */
export function relu(input: Tensor, options?: InplaceOptions): Tensor {
  return options?.inplace ? (call('relu_', input) as Tensor) : callTensor('relu', input);
}
/** x where positive, else `negativeSlope * x`. */
export function leakyRelu(input: Tensor, negativeSlope = 0.01, options?: InplaceOptions): Tensor {
  return options?.inplace
    ? (call('leakyRelu_', input, negativeSlope) as Tensor)
    : callTensor('leakyRelu', input, negativeSlope);
}
/** x where positive, else `alpha * (exp(x) - 1)`. */
export function elu(input: Tensor, alpha = 1): Tensor {
  return callTensor('elu', input, alpha);
}
/** `x * Φ(x)`; `approximate: 'tanh'` uses the usual approximation. */
export function gelu(input: Tensor, options: { approximate?: 'none' | 'tanh' } = {}): Tensor {
  return callTensor('gelu', input, options.approximate ?? 'none');
}
/** `x * sigmoid(x)`. */
export function silu(input: Tensor): Tensor {
  return callTensor('silu', input);
}
/** `1 / (1 + exp(-x))`. */
export function sigmoid(input: Tensor): Tensor {
  return callTensor('sigmoid', input);
}
/** The hyperbolic tangent. */
export function tanh(input: Tensor): Tensor {
  return callTensor('tanh', input);
}
/** `log(1 + exp(beta * x)) / beta`, and x itself where `beta * x > threshold`. */
export function softplus(input: Tensor, beta = 1, threshold = 20): Tensor {
  return callTensor('softplus', input, beta, threshold);
}
/** Limits every element to `[minVal, maxVal]`. */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  return callTensor('hardtanh', input, minVal, maxVal);
}
/** `min(max(x, 0), 6)`. */
export function relu6(input: Tensor): Tensor {
  return callTensor('hardtanh', input, 0, 6);
}
/** `scale * elu(x, alpha)` with the constants that keep mean and variance (Klambauer et al., 2017). */
export function selu(input: Tensor): Tensor {
  return elu(input, 1.6732632423543772).mul(1.0507009873554805);
}
/** x where positive, else `alpha * (exp(x / alpha) - 1)`. */
export function celu(input: Tensor, alpha = 1): Tensor {
  return elu(input.div(alpha)).mul(alpha);
}
/** `x * tanh(softplus(x))`. */
export function mish(input: Tensor): Tensor {
  return input.mul(softplus(input).tanh());
}
/** `min(max(x / 6 + 1/2, 0), 1)`. */
export function hardsigmoid(input: Tensor): Tensor {
  return hardtanh(input.div(6).add(0.5), 0, 1);
}
/** `x * hardsigmoid(x)`. */
export function hardswish(input: Tensor): Tensor {
  return input.mul(hardsigmoid(input));
}
/** `log(sigmoid(x))`, without underflow. */
export function logsigmoid(input: Tensor): Tensor {
  return softplus(input.neg(), 1, 50).neg();
}
/** `x / (1 + |x|)`. */
export function softsign(input: Tensor): Tensor {
  return input.div(input.abs().add(1));
}
/** `x - tanh(x)`. */
export function tanhshrink(input: Tensor): Tensor {
  return input.sub(input.tanh());
}
/** 0 within `[-lambda, lambda]`, x outside. */
export function hardshrink(input: Tensor, lambda = 0.5): Tensor {
  return input.maskedFill(input.detach().abs().le(lambda), 0);
}
/** 0 within `[-lambda, lambda]`, outside x moved towards 0 by lambda. */
export function softshrink(input: Tensor, lambda = 0.5): Tensor {
  return input.sub(input.clamp(-lambda, lambda));
}
/** x where above `threshold`, else `value`. */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  return input.maskedFill(input.detach().le(threshold), value);
}
/** x where positive, else `weight * x`: one weight, or one for each channel (dimension 1). */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  const shape = input.shape.map((_, i) => (i === 1 && weight.numel() > 1 ? weight.numel() : 1));
  return input.clamp(0).add(input.clamp(null, 0).mul(weight.reshape(shape)));
}
/** One half of `input` along `dim`, times the sigmoid of the other. */
export function glu(input: Tensor, dim = -1): Tensor {
  if (input.size(dim) % 2 !== 0)
    fail('glu', `dimension ${dim} must have an even size, the tensor has shape [${input.shape.join(', ')}]`);
  const [a, b] = input.chunk(2, dim) as [Tensor, Tensor];
  return a.mul(b.sigmoid());
}
/** Positive values with sum 1 along `dim`. */
export function softmax(input: Tensor, dim: number): Tensor {
  return callTensor('softmax', input, dim);
}
/** The logarithm of softmax along `dim`. */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return callTensor('logSoftmax', input, dim);
}

/** `input @ weight.T + bias`: input `[…, in]`, weight `[out, in]`, bias `[out]`, result `[…, out]`. */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return callTensor('linear', input, weight, bias ?? undefined);
}

/** What {@link conv2d} may be told. */
export interface Conv2dOptions {
  stride?: Pair;
  padding?: Pair;
  dilation?: Pair;
  groups?: number;
}
/** Convolution: input `[n, in, h, w]`, weight `[out, in / groups, kh, kw]`, bias `[out]`, result `[n, out, h', w']`. */
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: Conv2dOptions = {}): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  return callTensor('conv2d', input, weight, bias ?? undefined, pair(stride), pair(padding), pair(dilation), groups);
}

/** What pooling may be told. */
export interface PoolOptions {
  /** The kernel's size when left out. */
  stride?: Pair;
  padding?: Pair;
}
/** PyTorch takes the stride as the third positional argument, too. */
export function poolOptions(options: Pair | PoolOptions): PoolOptions {
  return typeof options === 'number' || Array.isArray(options) ? { stride: options as Pair } : (options as PoolOptions);
}
/** The largest value in each window: `[n, c, h, w]` to `[n, c, h', w']`. */
export function maxPool2d(input: Tensor, kernelSize: Pair, options: Pair | PoolOptions = {}): Tensor {
  const { stride = kernelSize, padding = 0 } = poolOptions(options);
  return callTensor('maxPool2d', input, pair(kernelSize), pair(stride), pair(padding), [1, 1], false);
}
/** The mean of each window: `[n, c, h, w]` to `[n, c, h', w']`. */
export function avgPool2d(input: Tensor, kernelSize: Pair, options: Pair | PoolOptions = {}): Tensor {
  const { stride = kernelSize, padding = 0 } = poolOptions(options);
  return callTensor('avgPool2d', input, pair(kernelSize), pair(stride), pair(padding), false, true);
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export function adaptiveAvgPool2d(input: Tensor, outputSize: Pair): Tensor {
  return callTensor('adaptiveAvgPool2d', input, pair(outputSize));
}

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
/** In training sets each element to 0 with probability `p` and divides the others by `1 - p`; else gives the input. */
export function dropout(input: Tensor, p = 0.5, options: { training?: boolean } = {}): Tensor {
  if (p < 0 || p > 1) fail('dropout', `the probability must be in [0, 1], got ${p}`);
  return (options.training ?? true) && p > 0 ? callTensor('dropout', input, p, true) : input;
}
/** As {@link dropout}, but whole channels `[n, c, …]` at once. */
export function dropout2d(input: Tensor, p = 0.5, options: { training?: boolean } = {}): Tensor {
  if (p < 0 || p > 1) fail('dropout2d', `the probability must be in [0, 1], got ${p}`);
  return (options.training ?? true) && p > 0 ? callTensor('dropout2d', input, p, true) : input;
}
/** Rows of `weight` `[count, size]` that the int64 tensor `input` names: `[…input, size]`. */
export function embedding(input: Tensor, weight: Tensor, options: { paddingIdx?: number } = {}): Tensor {
  return callTensor('embedding', weight, input, options.paddingIdx);
}
/** `[…]` of class labels to `[…, numClasses]` of zeros with a 1 at the label (int64). `numClasses` is found when left out. */
export function oneHot(labels: Tensor, numClasses = -1): Tensor {
  const index = labels.to('int64');
  const classes = numClasses === -1 ? (index.numel() === 0 ? 0 : index.max().item() + 1) : numClasses;
  if (index.numel() > 0 && (index.max().item() >= classes || index.min().item() < 0)) {
    fail('oneHot', `labels must be in 0..${classes - 1}, got ${index.min().item()}..${index.max().item()}`);
  }
  return callTensor('oneHot', index, classes);
}
/** Each vector along `dim` divided by its p-norm (at least `eps`). */
export function normalize(input: Tensor, options: { p?: number; dim?: number; eps?: number } = {}): Tensor {
  const norm = input.norm(options.p ?? 2, { dim: options.dim ?? 1, keepdim: true });
  return input.div(norm.clamp(options.eps ?? 1e-12));
}
/** Edges of `value` around the last dimensions: `[left, right, top, bottom]`. */
export function pad(input: Tensor, padding: readonly number[], value = 0): Tensor {
  const shape = input.shape;
  const inner = shape.map(() => ':');
  for (let i = 0; i * 2 < padding.length; i++) {
    const dim = shape.length - 1 - i;
    const [before, after] = [padding[2 * i]!, padding[2 * i + 1] ?? 0];
    if (dim < 0 || before < 0 || after < 0)
      fail('pad', `padding [${padding.join(', ')}] does not fit shape [${input.shape.join(', ')}]`);
    inner[dim] = `${before}:${before + shape[dim]!}`;
    shape[dim]! += before + after;
  }
  const out = callTensor('full', shape, value, input.dtype);
  return out.set(inner, input);
}

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
