// Functions of several tensors, and PyTorch's function forms of methods.
import { fail } from '../errors.ts';
import { callTensor, callTensors } from './dispatch.ts';
import type { Operand } from './arithmetic.ts';
import { full } from './creation.ts';
import type { Tensor } from './tensor.ts';

/** The tensors one after another along an existing dimension; all other sizes must be equal. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  if (tensors.length === 0) fail('cat', 'needs at least one tensor, got an empty array');
  return callTensor('cat', tensors, dim);
}

/** The tensors along a new dimension; all shapes must be equal. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  if (tensors.length === 0) fail('stack', 'needs at least one tensor, got an empty array');
  return callTensor('stack', tensors, dim);
}

/** Parts of `input` along `dim`, of one size or of the sizes given. */
export function split(input: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  return input.split(size, dim);
}
/** At most `chunks` parts of equal size along `dim`. */
export function chunk(input: Tensor, chunks: number, dim = 0): Tensor[] {
  return input.chunk(chunks, dim);
}
/** The entries of dimension `dim` as separate tensors. */
export function unbind(input: Tensor, dim = 0): Tensor[] {
  return callTensors('unbind', input, dim);
}

/** `a` where `condition` is true, else `b`; all broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const like = typeof a === 'number' ? (typeof b === 'number' ? undefined : b) : a;
  const lift = (v: Operand): Tensor => (typeof v === 'number' ? full([], v, like ? { dtype: like.dtype } : {}) : v);
  return callTensor('where', condition, lift(a), lift(b));
}

/**
 * Grids of coordinates from vectors of lengths n, m, …: tensors of shape `[n, m, …]`. With `indexing: 'xy'` the first
 * two dimensions are exchanged, as for pictures.
 */
export function meshgrid(vectors: readonly Tensor[], options: { indexing?: 'ij' | 'xy' } = {}): Tensor[] {
  const swap = options.indexing === 'xy' && vectors.length > 1;
  const ordered = swap ? [vectors[1]!, vectors[0]!, ...vectors.slice(2)] : vectors;
  const sizes = ordered.map((v) => v.numel());
  const grids = ordered.map((v, d) => v.reshape(sizes.map((n, i) => (i === d ? n : 1))).expand(sizes));
  return swap ? [grids[1]!, grids[0]!, ...grids.slice(2)] : grids;
}
/** The matrix product; see {@link Tensor.matmul}. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return callTensor('matmul', a, b);
}
/** The product of two matrices. */
export function mm(a: Tensor, b: Tensor): Tensor {
  return callTensor('mm', a, b);
}
/** The products of two batches of matrices. */
export function bmm(a: Tensor, b: Tensor): Tensor {
  return callTensor('bmm', a, b);
}
/** The inner product of two vectors. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return callTensor('dot', a, b);
}
/** The outer product of two vectors. */
export function outer(a: Tensor, b: Tensor): Tensor {
  return callTensor('outer', a, b);
}
/** Whether both tensors have the same shape and values. */
export function equal(a: Tensor, b: Tensor): boolean {
  return a.equal(b);
}
/** e to the power of each element. */
export function exp(input: Tensor): Tensor {
  return callTensor('exp', input);
}
/** The natural logarithm of each element. */
export function log(input: Tensor): Tensor {
  return callTensor('log', input);
}
/** The square root of each element. */
export function sqrt(input: Tensor): Tensor {
  return callTensor('sqrt', input);
}
/** The sine of each element, in radians. */
export function sin(input: Tensor): Tensor {
  return callTensor('sin', input);
}
/** The cosine of each element, in radians. */
export function cos(input: Tensor): Tensor {
  return callTensor('cos', input);
}
/** The hyperbolic tangent of each element. */
export function tanh(input: Tensor): Tensor {
  return callTensor('tanh', input);
}
/** `1 / (1 + exp(-x))` of each element. */
export function sigmoid(input: Tensor): Tensor {
  return callTensor('sigmoid', input);
}
/** The absolute value of each element. */
export function abs(input: Tensor): Tensor {
  return callTensor('abs', input);
}
/** Softmax along `dim`. */
export function softmax(input: Tensor, dim: number): Tensor {
  return callTensor('softmax', input, dim);
}
/** The sizes that `[2, 3]`, `[3]`, … broadcast to. Throws when they do not fit. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let size = 1;
    for (const shape of shapes) {
      const n = shape[shape.length - rank + i] ?? 1;
      if (n !== 1 && size !== 1 && n !== size) {
        fail(
          'broadcastShapes',
          `shapes ${shapes.map((s) => `[${s.join(', ')}]`).join(' and ')} do not fit in dimension ${i}: ${size} and ${n}`,
        );
      }
      if (n !== 1) size = n;
    }
    return size;
  });
}
