// Functions of several tensors beyond joining and products: stacks, combinations, distances, contractions, places.
import { fail } from '../errors.ts';
import { arange, full, ones, tensor, zeros } from './creation.ts';
import { callTensor } from './dispatch.ts';
import { broadcastShapes, cat, meshgrid, stack } from './joining.ts';
import type { Tensor } from './tensor.ts';

/** With at least one dimension. */
export function atleast1d(x: Tensor): Tensor {
  return x.dim() === 0 ? x.reshape(1) : x;
}
/** With at least two dimensions, new ones in front. */
export function atleast2d(x: Tensor): Tensor {
  return x.dim() < 2 ? atleast1d(x).unsqueeze(0) : x;
}
/** With at least three dimensions: `[n]` becomes `[1, n, 1]`, `[n, m]` becomes `[n, m, 1]`. */
export function atleast3d(x: Tensor): Tensor {
  return x.dim() < 3 ? atleast2d(x).unsqueeze(-1) : x;
}
/** Side by side: along the columns, vectors one after another. */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const all = tensors.map(atleast1d);
  return cat(all, all[0]?.dim() === 1 ? 0 : 1);
}
/** One below the other, vectors as rows. */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return cat(tensors.map(atleast2d), 0);
}
/** One behind the other, along the third dimension. */
export function dstack(tensors: readonly Tensor[]): Tensor {
  return cat(tensors.map(atleast3d), 2);
}
/** Side by side, vectors as columns. */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  return hstack(tensors.map((t) => (t.dim() < 2 ? t.reshape(-1, 1) : t)));
}
/** All of one shape, as they broadcast together; views. */
export function broadcastTensors(...tensors: readonly Tensor[]): Tensor[] {
  const shape = broadcastShapes(...tensors.map((t) => t.shape));
  return tensors.map((t) => t.expand(shape));
}
/** The matrices along the diagonal of a larger one, zeros elsewhere. */
export function blockDiag(...matrices: readonly Tensor[]): Tensor {
  const all = matrices.map(atleast2d);
  const width = all.reduce((n, m) => n + m.size(1), 0);
  let left = 0;
  const rows = all.map((m) => {
    const row = callTensor('pad', m, [left, width - left - m.size(1)], 0);
    left += m.size(1);
    return row;
  });
  return cat(rows, 0);
}
/** Every combination of one element of each vector, as rows; of one vector itself. */
export function cartesianProd(...vectors: readonly Tensor[]): Tensor {
  if (vectors.length === 1) return vectors[0]!;
  return stack(
    meshgrid(vectors).map((g) => g.reshape(-1)),
    1,
  );
}
/** Every choice of `r` elements of a vector in its order, as rows. */
export function combinations(vector: Tensor, r = 2, options: { withReplacement?: boolean } = {}): Tensor {
  const n = vector.numel();
  const rows: number[][] = [];
  const choose = (from: number, chosen: number[]): void => {
    if (chosen.length === r) return void rows.push(chosen);
    for (let i = from; i < n; i++) choose(options.withReplacement ? i : i + 1, [...chosen, i]);
  };
  choose(0, []);
  if (rows.length === 0) return zeros([0, r], { dtype: vector.dtype });
  return vector.indexSelect(0, tensor(rows.flat(), { dtype: 'int64' })).reshape(rows.length, r);
}
/** The rows and columns of the lower triangle: int64 `[2, count]`. */
export function trilIndices(rows: number, columns: number, offset = 0): Tensor {
  return ones(rows, columns).tril(offset).nonzero().t().contiguous();
}
/** The rows and columns of the upper triangle: int64 `[2, count]`. */
export function triuIndices(rows: number, columns: number, offset = 0): Tensor {
  return ones(rows, columns).triu(offset).nonzero().t().contiguous();
}
/** The powers of a vector as columns, highest first unless `increasing`: `[length, n]`. */
export function vander(x: Tensor, n?: number, options: { increasing?: boolean } = {}): Tensor {
  const count = n ?? x.numel();
  const powers = arange(count, { dtype: x.dtype });
  return x.unsqueeze(1).pow(options.increasing ? powers : powers.flip(0));
}
/**
 * Sums of products over several dimensions: the last `dims` of `a` with the first of `b`, or those that two lists name.
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  dims: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const count = typeof dims === 'number' ? dims : dims[0].length;
  const wrap = (list: readonly number[], x: Tensor): number[] => list.map((d) => (d < 0 ? d + x.dim() : d));
  const left = typeof dims === 'number' ? [...Array(count).keys()].map((i) => a.dim() - count + i) : wrap(dims[0], a);
  const right = typeof dims === 'number' ? [...Array(count).keys()] : wrap(dims[1], b);
  const bad = left.findIndex((d, i) => a.shape[d] !== b.shape[right[i]!]);
  if (bad >= 0 || left.length !== right.length) {
    fail(
      'tensordot',
      `[${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit along dimensions ${left.join(', ')} and ${right.join(', ')}`,
    );
  }
  const keptA = [...a.shape.keys()].filter((d) => !left.includes(d));
  const keptB = [...b.shape.keys()].filter((d) => !right.includes(d));
  const inner = left.reduce((n, d) => n * a.shape[d]!, 1);
  const rows = a.permute([...keptA, ...left]).reshape(-1, inner);
  const columns = b.permute([...right, ...keptB]).reshape(inner, -1);
  return rows.matmul(columns).reshape([...keptA.map((d) => a.shape[d]!), ...keptB.map((d) => b.shape[d]!)]);
}
/** The p-norm of the difference of each row of `a` `[…, n, k]` from each of `b` `[…, m, k]`: `[…, n, m]`. */
export function cdist(a: Tensor, b: Tensor, p = 2): Tensor {
  return a.unsqueeze(-2).sub(b.unsqueeze(-3)).norm(p, { dim: -1 });
}
/** The p-norm of the difference of each pair of rows of `[n, k]`, as a vector. */
export function pdist(x: Tensor, p = 2): Tensor {
  const pairs = triuIndices(x.size(0), x.size(0), 1);
  return x
    .indexSelect(0, pairs.at(0))
    .sub(x.indexSelect(0, pairs.at(1)))
    .norm(p, { dim: 1 });
}
/** Where each value would be put into a sorted sequence to keep it sorted: before equal ones, or after with `right`. */
export function searchsorted(sorted: Tensor, values: Tensor | number, options: { right?: boolean } = {}): Tensor {
  const wanted = typeof values === 'number' ? full([], values, { dtype: sorted.dtype }) : values;
  return callTensor('searchsorted', sorted, wanted, options.right ?? false);
}
/** `numSamples` indices drawn by weights; see {@link Tensor.multinomial}. */
export function multinomial(weights: Tensor, numSamples: number, options: { replacement?: boolean } = {}): Tensor {
  return weights.multinomial(numSamples, options);
}
/** 1 with the probability that each element states, else 0. */
export function bernoulli(probabilities: Tensor): Tensor {
  return callTensor('bernoulli', probabilities);
}
