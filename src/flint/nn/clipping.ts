// Gradient clipping, as `nn.utils`.
import { noGrad } from '../autograd.ts';
import { stack } from '../tensor/joining.ts';
import { zeros } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';

function gradients(parameters: Iterable<Tensor>): Tensor[] {
  return [...parameters].map((p) => p.grad).filter((g) => g !== null);
}

/** Scales all gradients so that their joint p-norm is at most `maxNorm`, and gives the norm they had. */
export function clipGradNorm_(parameters: Iterable<Tensor>, maxNorm: number, normType = 2): Tensor {
  return noGrad(() => {
    const grads = gradients(parameters);
    if (grads.length === 0) return zeros([]);
    const total = stack(grads.map((g) => g.norm(normType))).norm(normType);
    const factor = maxNorm / (total.item() + 1e-6);
    if (factor < 1) for (const g of grads) g.mul_(factor);
    return total;
  });
}

/** Limits every element of every gradient to `[-clipValue, clipValue]`. */
export function clipGradValue_(parameters: Iterable<Tensor>, clipValue: number): void {
  noGrad(() => {
    for (const g of gradients(parameters)) g.clamp_(-clipValue, clipValue);
  });
}
