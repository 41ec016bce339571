// Views and copies in another shape, matrix products.
import { callTensor, callTensors } from './dispatch.ts';
import { TensorReductions } from './reductions.ts';
import type { Tensor } from './tensor.ts';

/** `view(2, 3)` and `view([2, 3])` are the same. */
export type ShapeArguments = readonly number[] | readonly [readonly number[]];

/** The sizes out of `(2, 3)` or `([2, 3])`. */
export function sizesOf(args: ShapeArguments): readonly number[] {
  return Array.isArray(args[0]) ? (args[0] as readonly number[]) : (args as readonly number[]);
}

/** The part of class Tensor that reshapes and multiplies matrices. */
export abstract class TensorShaping extends TensorReductions {
  /** The same memory in another shape; one size may be -1. Throws, naming `reshape`, when the strides forbid it. */
  view(...shape: ShapeArguments): Tensor {
    return callTensor('view', this, sizesOf(shape));
  }
  /** As `view`, but copies when the strides forbid a view. */
  reshape(...shape: ShapeArguments): Tensor {
    return callTensor('reshape', this, sizesOf(shape));
  }
  /** Dimensions `start` to `end` (inclusive) as one. */
  flatten(start = 0, end = -1): Tensor {
    return callTensor('flatten', this, start, end);
  }
  /** Without dimensions of size 1: all of them, or `dim` if its size is 1. */
  squeeze(dim?: number): Tensor {
    return callTensor('squeeze', this, dim);
  }
  /** With a new dimension of size 1 at `dim`. */
  unsqueeze(dim: number): Tensor {
    return callTensor('unsqueeze', this, dim);
  }
  /** Dimensions of size 1 repeated to the given sizes without copying; -1 keeps a size. */
  expand(...shape: ShapeArguments): Tensor {
    return callTensor('expand', this, sizesOf(shape));
  }
  /** `expand` to the shape of `other`. */
  expandAs(other: Tensor): Tensor {
    return callTensor('expand', this, other.shape);
  }
  /** The entries of the given dimensions in reverse order; a copy. */
  flip(...dims: ShapeArguments): Tensor {
    return callTensor('flip', this, sizesOf(dims));
  }
  /** Copies laid beside each other: `repeat(2, 3)` of `[4]` is `[2, 12]`. */
  repeat(...times: ShapeArguments): Tensor {
    return callTensor('repeat', this, sizesOf(times));
  }
  /** The transpose of a matrix; a view. */
  t(): Tensor {
    return this.dim() < 2 ? (this as unknown as Tensor) : callTensor('t', this);
  }
  /** The view with dimensions in reverse order. */
  get T(): Tensor {
    return callTensor('permute', this, [...Array(this.dim()).keys()].reverse());
  }
  /** The view with two dimensions swapped. */
  transpose(dim0: number, dim1: number): Tensor {
    return callTensor('transpose', this, dim0, dim1);
  }
  /** The view with dimensions in the given order. */
  permute(...dims: ShapeArguments): Tensor {
    return callTensor('permute', this, sizesOf(dims));
  }
  /** Itself when row-major already, else a row-major copy. */
  contiguous(): Tensor {
    return callTensor('contiguous', this);
  }
  /** A copy of its own memory; gradients flow through it. */
  clone(): Tensor {
    return callTensor('clone', this);
  }
  /** The part of dimension `dim` that starts at `start` and has `length` entries; a view. */
  narrow(dim: number, start: number, length: number): Tensor {
    return callTensor('narrow', this, dim, start, length);
  }
  /** Entry `index` of dimension `dim`, without that dimension; a view. */
  select(dim: number, index: number): Tensor {
    return callTensor('select', this, dim, index);
  }
  /** Parts along `dim`: of one size (the last may be smaller), or of the sizes given. */
  split(size: number | readonly number[], dim = 0): Tensor[] {
    if (typeof size !== 'number') return callTensors('split', this, size, dim);
    const total = this.size(dim);
    const sizes = Array.from({ length: Math.ceil(total / size) }, (_, i) => Math.min(size, total - i * size));
    return callTensors('split', this, sizes, dim);
  }
  /** At most `chunks` parts of equal size along `dim` (the last may be smaller). */
  chunk(chunks: number, dim = 0): Tensor[] {
    return this.split(Math.max(1, Math.ceil(this.size(dim) / chunks)), dim);
  }
  /** The entries of dimension `dim` as separate tensors. */
  unbind(dim = 0): Tensor[] {
    return callTensors('unbind', this, dim);
  }

  /** The product of vectors, matrices, or batches of matrices, by PyTorch's rules. */
  matmul(other: Tensor): Tensor {
    return callTensor('matmul', this, other);
  }
  /** The product of two matrices `[n, k]` and `[k, m]`. */
  mm(other: Tensor): Tensor {
    return callTensor('mm', this, other);
  }
  /** The products of two batches of matrices `[b, n, k]` and `[b, k, m]`. */
  bmm(other: Tensor): Tensor {
    return callTensor('bmm', this, other);
  }
  /** The inner product of two vectors. */
  dot(other: Tensor): Tensor {
    return callTensor('dot', this, other);
  }
  /** The outer product `[n, m]` of two vectors. */
  outer(other: Tensor): Tensor {
    return callTensor('outer', this, other);
  }
}
