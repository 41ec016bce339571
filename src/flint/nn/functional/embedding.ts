// Tables of vectors, labels as vectors, and how near vectors are.
import { noGrad } from '../../autograd.ts';
import { callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What {@link embedding} may be told. */
export interface EmbeddingOptions {
  /** A row that gets no gradient. */
  paddingIdx?: number;
  /** Rows that are used and whose norm is larger are brought to it first, in place. */
  maxNorm?: number;
  /** Which norm {@link maxNorm} means; 2 when left out. */
  normType?: number;
  /** Whether a row's gradient is divided by how often it is named. */
  scaleGradByFreq?: boolean;
}

/** Rows of `weight` `[count, size]` that the tensor of integers `input` names: `[…input, size]`. */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  if (options.maxNorm !== undefined) limitRows(input, weight, options.maxNorm, options.normType ?? 2);
  const rows = callTensor('embedding', weight, input, options.paddingIdx);
  if (!options.scaleGradByFreq || !rows.requiresGrad) return rows;
  const flat = input.reshape(-1).to('int64');
  const often = flat
    .bincount(weight.shape[0]!)
    .to(weight.dtype)
    .indexSelect(0, flat)
    .reshape([...input.shape, 1]);
  // The value is that of the rows; the gradient passes through the second part alone.
  return rows.detach().add(rows.sub(rows.detach()).div(often));
}

function limitRows(input: Tensor, weight: Tensor, maxNorm: number, p: number): void {
  noGrad(() => {
    const used = input.reshape(-1).to('int64').unique().values;
    const rows = weight.detach().indexSelect(0, used);
    const norms = rows.norm(p, { dim: 1, keepdim: true });
    const factor = norms.add(1e-7).reciprocal().mul(maxNorm).clamp(null, 1);
    const small = norms.le(maxNorm);
    weight.detach().set(used, callTensor('where', small, rows, rows.mul(factor)));
  });
}

/** `[…]` of class labels to `[…, numClasses]` of zeros with a 1 at the label (int64). `numClasses` is found when left out. */
export function oneHot(labels: Tensor, numClasses = -1): Tensor {
  return callTensor('oneHot', labels.to('int64'), numClasses);
}

/** The cosine of the angle between vectors along `dim`; norms count as at least `eps`. */
export function cosineSimilarity(a: Tensor, b: Tensor, options: { dim?: number; eps?: number } = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  const unit = (x: Tensor): Tensor => x.div(x.norm(2, { dim, keepdim: true }).clamp(eps));
  return unit(a).mul(unit(b)).sum(dim);
}
/** The p-norm of `a - b + eps` along the last dimension. */
export function pairwiseDistance(
  a: Tensor,
  b: Tensor,
  options: { p?: number; eps?: number; keepdim?: boolean } = {},
): Tensor {
  return a
    .sub(b)
    .add(options.eps ?? 1e-6)
    .norm(options.p ?? 2, { dim: -1, keepdim: options.keepdim ?? false });
}
