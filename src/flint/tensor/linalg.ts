// Linear algebra, as the namespace `linalg`: matrices are the last two dimensions, those before are a batch.
import { fail } from '../errors.ts';
import { full } from './creation.ts';
import { callTensor, callTensors } from './dispatch.ts';
import type { Tensor } from './tensor.ts';

/** The inverse of square matrices. Throws on a singular one. */
export function inv(a: Tensor): Tensor {
  return callTensor('linalgInv', a);
}
/** X of `A · X = B`: B `[…, n, m]`, or a vector `[…, n]` for each matrix. Throws on a singular A. */
export function solve(a: Tensor, b: Tensor): Tensor {
  return callTensor('linalgSolve', a, b);
}
/** The determinant of square matrices. */
export function det(a: Tensor): Tensor {
  return callTensor('linalgDet', a);
}
/** The sign of the determinant and the logarithm of its absolute value, which does not overflow. */
export function slogdet(a: Tensor): [sign: Tensor, logabsdet: Tensor] {
  return callTensors('linalgSlogdet', a) as [Tensor, Tensor];
}
/** The lower triangle L of `A = L · Lᵀ`, from the symmetric part of A. Throws unless A is positive definite. */
export function cholesky(a: Tensor): Tensor {
  return callTensor('linalgCholesky', a);
}
/** `A = Q · R`: Q `[m, k]` with orthonormal columns, R `[k, n]` an upper triangle; k = m when 'complete', else min(m, n). */
export function qr(a: Tensor, mode: 'reduced' | 'complete' = 'reduced'): [q: Tensor, r: Tensor] {
  return callTensors('linalgQr', a, mode === 'complete') as [Tensor, Tensor];
}
/**
 * `A = U · diag(S) · Vᵀ`, S falling: gives U, S and Vᵀ. Of each column of U the element that is largest in size is
 * positive (PyTorch leaves the sign open).
 */
export function svd(a: Tensor, options: { fullMatrices?: boolean } = {}): [u: Tensor, s: Tensor, vh: Tensor] {
  return callTensors('linalgSvd', a, options.fullMatrices ?? true) as [Tensor, Tensor, Tensor];
}
/** The singular values of A, falling. */
export function svdvals(a: Tensor): Tensor {
  return svd(a, { fullMatrices: false })[1];
}
/** Eigenvalues, rising, and eigenvectors (as columns) of the symmetric part of A, signs as in {@link svd}. */
export function eigh(a: Tensor): [values: Tensor, vectors: Tensor] {
  return callTensors('linalgEigh', a) as [Tensor, Tensor];
}
/** The eigenvalues of the symmetric part of A, rising. */
export function eigvalsh(a: Tensor): Tensor {
  return eigh(a)[0];
}
/** The Moore-Penrose inverse `[…, n, m]` of `[…, m, n]`: singular values below `rtol` of the largest count as zero. */
export function pinv(a: Tensor, options: { rtol?: number } = {}): Tensor {
  const [u, s, vh] = svd(a, { fullMatrices: false });
  const small = s.le(s.amax(-1, { keepdim: true }).mul(options.rtol ?? tolerance(a)));
  const inverse = s.maskedFill(small, 1).reciprocal().maskedFill(small, 0);
  return vh.transpose(-2, -1).mul(inverse.unsqueeze(-2)).matmul(u.transpose(-2, -1));
}
/** How many singular values are not zero (to `rtol` of the largest); int64. */
export function matrixRank(a: Tensor, options: { rtol?: number } = {}): Tensor {
  const s = svdvals(a.detach());
  return s.gt(s.amax(-1, { keepdim: true }).mul(options.rtol ?? tolerance(a))).sum(-1);
}
function tolerance(a: Tensor): number {
  return Math.max(a.size(-2), a.size(-1)) * (String(a.dtype) === 'float64' ? 2 ** -52 : 2 ** -23);
}
/** X that makes `|A · X - B|` least, of A `[m, n]` with full rank. */
export function lstsq(a: Tensor, b: Tensor): Tensor {
  if (a.size(-2) < a.size(-1)) return pinv(a).matmul(b);
  const [q, r] = qr(a);
  return solve(r, q.transpose(-2, -1).matmul(b));
}
/** A multiplied by itself `n` times; of its inverse for negative n. */
export function matrixPower(a: Tensor, n: number): Tensor {
  if (!Number.isInteger(n)) fail('matrixPower', `the power must be an integer, got ${n}`);
  if (n < 0) return matrixPower(inv(a), -n);
  let result = callTensor('eye', a.size(-1), a.size(-1), a.dtype).expand(a.shape);
  for (let base = a, left = n; left > 0; left = Math.floor(left / 2), base = base.matmul(base)) {
    if (left % 2) result = result.matmul(base);
  }
  return result;
}
/** The p-norm of all elements, or along `dim`. */
export function vectorNorm(
  a: Tensor,
  p = 2,
  options: { dim?: number | readonly number[]; keepdim?: boolean } = {},
): Tensor {
  return a.norm(p, options);
}
/** A norm of matrices: 'fro' (the root of the sum of squares), 'nuc' (the sum of singular values), 2, -2, 1, -1, Infinity, -Infinity. */
export function matrixNorm(a: Tensor, kind: 'fro' | 'nuc' | number = 'fro'): Tensor {
  if (kind === 'fro') return a.norm(2, { dim: [-2, -1] });
  if (kind === 'nuc') return svdvals(a).sum(-1);
  if (Math.abs(kind) === 2) return kind > 0 ? svdvals(a).amax(-1) : svdvals(a).amin(-1);
  if (Math.abs(kind) !== 1 && Math.abs(kind) !== Infinity) {
    fail('matrixNorm', `there is no matrix norm ${kind}; use 'fro', 'nuc', 1, 2, Infinity or their negatives`);
  }
  const sums = a.abs().sum(Math.abs(kind) === 1 ? -2 : -1);
  return kind > 0 ? sums.amax(-1) : sums.amin(-1);
}
/** The ratio of the largest to the smallest singular value. */
export function cond(a: Tensor): Tensor {
  const s = svdvals(a);
  return s.amax(-1).div(s.amin(-1));
}
/** The product of several matrices, multiplied in the order that costs least. */
export function multiDot(matrices: readonly Tensor[]): Tensor {
  const n = matrices.length;
  if (n === 0) return full([], 1);
  const size = [...matrices.map((m) => m.size(0)), matrices[n - 1]!.size(-1)];
  const cost = Array.from({ length: n }, () => Array<number>(n).fill(0));
  const cut = Array.from({ length: n }, () => Array<number>(n).fill(0));
  for (let span = 1; span < n; span++) {
    for (let i = 0; i + span < n; i++) {
      const j = i + span;
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const c = cost[i]![k]! + cost[k + 1]![j]! + size[i]! * size[k + 1]! * size[j + 1]!;
        if (c < cost[i]![j]!) [cost[i]![j], cut[i]![j]] = [c, k];
      }
    }
  }
  const product = (i: number, j: number): Tensor =>
    i === j ? matrices[i]! : product(i, cut[i]![j]!).matmul(product(cut[i]![j]! + 1, j));
  return product(0, n - 1);
}
