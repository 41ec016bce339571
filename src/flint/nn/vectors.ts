// All parameters of a model as one vector, and back.
import { noGrad } from '../autograd.ts';
import { fail } from '../errors.ts';
import { cat } from '../tensor/joining.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The values of all parameters one after another; gradients pass through. */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((p) => p.reshape(-1)));
}
/** Writes a vector that {@link parametersToVector} made into the parameters. Throws when the lengths differ. */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const all = [...parameters];
  const total = all.reduce((n, p) => n + p.numel(), 0);
  if (vector.numel() !== total) {
    fail('vectorToParameters', `the vector has ${vector.numel()} elements, the parameters have ${total}`);
  }
  noGrad(() => {
    let at = 0;
    for (const p of all)
      p.copy_(
        vector
          .detach()
          .at(`${at}:${(at += p.numel())}`)
          .reshape(p.shape),
      );
  });
}
