// Principal components: the directions in which points vary most.
import { noGrad } from '../autograd.ts';
import { indexTensor } from '../data/dataset.ts';
import { fail } from '../errors.ts';
import * as linalg from '../tensor/linalg.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What {@link pca} finds. */
export interface PcaResult {
  /** The points in the new directions, float32 `[points, components]`. */
  points: Tensor;
  /** The directions, of length 1, float32 `[components, dimensions]`; the entry of each that is largest in size is positive. */
  components: Tensor;
  /** The variance along each direction (with n - 1), float32 `[components]`. */
  variances: Tensor;
  /** What was taken from every point, float32 `[dimensions]`. */
  mean: Tensor;
}

/**
 * Principal component analysis of points `[points, dimensions]`: they are moved to mean 0 and turned so that the first
 * coordinate varies most, then the second, and so on; `components` of them are kept (2 when left out).
 */
export function pca(x: Tensor, options: { components?: number } = {}): PcaResult {
  const { components = 2 } = options;
  const [count, dimensions] = x.shape;
  if (x.dim() !== 2 || count! < 2)
    fail('pca', `it needs at least 2 points [points, dimensions], got [${x.shape.join(', ')}]`);
  if (!Number.isInteger(components) || components < 1 || components > dimensions!) {
    fail('pca', `components must be a whole number from 1 to the ${dimensions} dimensions, got ${components}`);
  }
  return noGrad(() => {
    const wide = x.detach().double();
    const mean = wide.mean(0);
    const centered = wide.sub(mean);
    const covariance = centered
      .t()
      .mm(centered)
      .div(count! - 1);
    const [values, vectors] = linalg.eigh(covariance);
    // Eigenvalues rise: the last columns are the first components. Their signs are fixed by eigh.
    const last = indexTensor(Array.from({ length: components }, (_, i) => dimensions! - 1 - i));
    const directions = vectors.indexSelect(1, last);
    return {
      points: centered.mm(directions).float(),
      components: directions.t().contiguous().float(),
      variances: values.indexSelect(0, last).float(),
      mean: mean.float(),
    };
  });
}
