// Zeros at random, in training.
import { fail } from '../../errors.ts';
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Whether zeros are drawn; true when left out. */
export interface TrainingOptions {
  training?: boolean;
}

function drops(op: string, p: number, options: TrainingOptions): boolean {
  if (p < 0 || p > 1) fail(op, `the probability must be in [0, 1], got ${p}`);
  return (options.training ?? true) && p > 0;
}

/** In training sets each element to 0 with probability `p` and divides the others by `1 - p`; else gives the input. */
export function dropout(input: Tensor, p = 0.5, options: TrainingOptions = {}): Tensor {
  return drops('dropout', p, options) ? callTensor('dropout', input, p, true) : input;
}
/** As {@link dropout}, but whole channels of `[n, c, l]` at once. */
export function dropout1d(input: Tensor, p = 0.5, options: TrainingOptions = {}): Tensor {
  return drops('dropout1d', p, options) ? callTensor('dropout2d', input, p, true) : input;
}
/** As {@link dropout}, but whole channels of `[n, c, h, w]` at once. */
export function dropout2d(input: Tensor, p = 0.5, options: TrainingOptions = {}): Tensor {
  return drops('dropout2d', p, options) ? callTensor('dropout2d', input, p, true) : input;
}
/** As {@link dropout}, but whole channels of `[n, c, d, h, w]` at once. */
export function dropout3d(input: Tensor, p = 0.5, options: TrainingOptions = {}): Tensor {
  return drops('dropout3d', p, options) ? callTensor('dropout2d', input, p, true) : input;
}
/** Dropout that keeps mean 0 and variance 1 after {@link selu} (Klambauer et al., 2017). */
export function alphaDropout(input: Tensor, p = 0.5, options: TrainingOptions = {}): Tensor {
  if (!drops('alphaDropout', p, options)) return input;
  if (p === 1) return input.mul(0);
  const low = -1.7580993408473766; // what selu gives at minus infinity
  const scale = 1 / Math.sqrt((1 - p) * (1 + p * low * low));
  const kept = callTensor('bernoulli', callTensor('full', input.shape, 1 - p, input.dtype));
  const dropped = callTensor('rsubScalar', kept, 1).mul(low);
  return input
    .mul(kept)
    .add(dropped)
    .mul(scale)
    .add(-scale * p * low);
}
