// Gradient clipping, as `nn.utils`.
import { call, callTensor } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';

function gradients(parameters: Iterable<Tensor>): Tensor[] {
  return [...parameters].map((p) => p.grad).filter((g) => g !== null);
}

/** Scales all gradients so that their joint p-norm is at most `maxNorm`, and gives the norm they had. */
export function clipGradNorm_(parameters: Iterable<Tensor>, maxNorm: number, normType = 2): Tensor {
  const grads = gradients(parameters);
  return callTensor('clipGradNorm', grads, maxNorm, normType);
}

/** Limits every element of every gradient to `[-clipValue, clipValue]`. */
export function clipGradValue_(parameters: Iterable<Tensor>, clipValue: number): void {
  const grads = gradients(parameters);
  if (grads.length > 0) call('clipGradValue', grads, clipValue);
}
