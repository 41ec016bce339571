// Views and copies in another shape, matrix products.
import { callTensor, callTensors } from './dispatch.ts';
import { TensorStatistics } from './statistics.ts';
import type { Tensor } from './tensor.ts';

/** `view(2, 3)` and `view([2, 3])` are the same. */
export type ShapeArguments = readonly number[] | readonly [readonly number[]];

/** The sizes out of `(2, 3)` or `([2, 3])`. */
export function sizesOf(args: ShapeArguments): readonly number[] {
  return Array.isArray(args[0]) ? (args[0] as readonly number[]) : (args as readonly number[]);
}

/** The part of class Tensor that reshapes and multiplies matrices. */
export abstract class TensorShaping extends TensorStatistics {
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
  /** The view with dimension `source` moved to place `destination`; several at once with arrays. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    const rank = this.dim();
    const wrap = (d: number) => (d < 0 ? d + rank : d);
    const from = [source].flat().map(wrap);
    const to = [destination].flat().map(wrap);
    const rest = [...Array(rank).keys()].filter((d) => !from.includes(d));
    const order = Array.from({ length: rank }, (_, place) => {
      const at = to.indexOf(place);
      return at < 0 ? rest.shift()! : from[at]!;
    });
    return callTensor('permute', this, order);
  }
  /** As `transpose`, under NumPy's name. */
  swapaxes(dim0: number, dim1: number): Tensor {
    return callTensor('transpose', this, dim0, dim1);
  }
  /** One dimension cut into several; one size may be -1. */
  unflatten(dim: number, sizes: readonly number[]): Tensor {
    const at = dim < 0 ? dim + this.dim() : dim;
    const known = sizes.reduce((n, v) => (v < 0 ? n : n * v), 1);
    const cut = sizes.map((v) => (v < 0 ? this.size(at) / known : v));
    return callTensor('view', this, [...this.shape.slice(0, at), ...cut, ...this.shape.slice(at + 1)]);
  }
  /** In the shape of `other`, over the same memory. */
  viewAs(other: Tensor): Tensor {
    return callTensor('view', this, other.shape);
  }
  /** Repeated `times` in each dimension; missing leading numbers count as 1. */
  tile(...times: ShapeArguments): Tensor {
    const given = sizesOf(times);
    const missing = Math.max(0, this.dim() - given.length);
    return callTensor('repeat', this, [...Array<number>(missing).fill(1), ...given]);
  }
  /** Each element `times` times in a row, along `dim` or of the flattened tensor. */
  repeatInterleave(times: number, dim?: number): Tensor {
    if (dim === undefined) return this.flatten().repeatInterleave(times, 0);
    const at = dim < 0 ? dim + this.dim() : dim;
    const wide = callTensor('unsqueeze', this, at + 1);
    const sizes = [...wide.shape];
    sizes[at + 1] = times;
    return callTensor('flatten', callTensor('expand', wide, sizes), at, at + 1);
  }
  /** Shifted along `dims`, what falls out coming in at the other end; without `dims`, flattened and shaped back. */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
    return callTensor('roll', this, [shifts].flat(), dims === undefined ? [] : [dims].flat());
  }
  /** Diagonal `offset` of two dimensions, as the last dimension; a view. */
  diagonal(offset = 0, dim1 = 0, dim2 = 1): Tensor {
    return callTensor('diagonal', this, offset, dim1, dim2);
  }
  /** Diagonal `offset` of a matrix, or the matrix that has a vector on it. */
  diag(offset = 0): Tensor {
    return callTensor('diag', this, offset);
  }
  /** The sum of the diagonal of a matrix. */
  trace(): Tensor {
    return callTensor('sum', callTensor('diagonal', this, 0, 0, 1), [], false, undefined);
  }
  /** Windows of `size` along `dim`, one every `step`, as a new last dimension; a view. */
  unfold(dim: number, size: number, step: number): Tensor {
    return callTensor('unfold', this, dim, size, step);
  }
  /** `expand` under another name: to exactly that shape. */
  broadcastTo(...shape: ShapeArguments): Tensor {
    return callTensor('expand', this, sizesOf(shape));
  }
  /** In the shape of `other`, copied when the strides forbid a view. */
  reshapeAs(other: Tensor): Tensor {
    return callTensor('reshape', this, other.shape);
  }
  /** The matrices of the last two dimensions transposed; a view. */
  get mT(): Tensor {
    return callTensor('transpose', this, -2, -1);
  }
  /** The columns in reverse order; a copy. */
  fliplr(): Tensor {
    return callTensor('flip', this, [1]);
  }
  /** The rows in reverse order; a copy. */
  flipud(): Tensor {
    return callTensor('flip', this, [0]);
  }
  /** Turned by `k` right angles in the plane of two dimensions, from the first towards the second. */
  rot90(k = 1, dims: readonly [number, number] = [0, 1]): Tensor {
    const turns = ((k % 4) + 4) % 4;
    const [a, b] = dims;
    if (turns === 0) return callTensor('clone', this);
    if (turns === 2) return callTensor('flip', this, [a, b]);
    return turns === 1
      ? callTensor('transpose', callTensor('flip', this, [b]), a, b)
      : callTensor('flip', callTensor('transpose', this, a, b), [b]);
  }
  /** A vector, or several in the last dimension, as the diagonals of square matrices. */
  diagEmbed(): Tensor {
    const n = this.size(-1);
    return callTensor('mul', callTensor('unsqueeze', this, -1), callTensor('eye', n, n, this.dtype));
  }
  /** The matrix with the flattened tensor on diagonal `offset`. */
  diagflat(offset = 0): Tensor {
    return callTensor('diag', callTensor('reshape', this, [-1]), offset);
  }
  /** Parts along `dim`: that many as equal as can be, or cut before the given indices. */
  tensorSplit(parts: number | readonly number[], dim = 0): Tensor[] {
    const n = this.size(dim);
    const cuts =
      typeof parts === 'number'
        ? Array.from({ length: parts - 1 }, (_, i) => Math.floor(n / parts) * (i + 1) + Math.min(i + 1, n % parts))
        : parts.map((at) => Math.min(n, at < 0 ? at + n : at));
    const edges = [0, ...cuts, n];
    return edges.slice(1).map((end, i) => callTensor('narrow', this, dim, edges[i], Math.max(0, end - edges[i]!)));
  }
  /** `tensorSplit` along the columns (of a vector, along its one dimension). */
  hsplit(parts: number | readonly number[]): Tensor[] {
    return this.tensorSplit(parts, this.dim() === 1 ? 0 : 1);
  }
  /** `tensorSplit` along the rows. */
  vsplit(parts: number | readonly number[]): Tensor[] {
    return this.tensorSplit(parts, 0);
  }
  /** The product of a matrix and a vector. */
  mv(vector: Tensor): Tensor {
    return callTensor('mv', this, vector);
  }
  /** The sum of the products along the last dimension of both. */
  inner(other: Tensor): Tensor {
    if (this.dim() === 0 || other.dim() === 0) return callTensor('mul', this, other);
    const rows = (x: Tensor): Tensor => x.reshape(-1, x.size(-1));
    const product = callTensor('mm', rows(this as unknown as Tensor), callTensor('t', rows(other)));
    return product.reshape([...this.shape.slice(0, -1), ...other.shape.slice(0, -1)]);
  }
  /** `beta · this + alpha · (a @ b)` for matrices. */
  addmm(a: Tensor, b: Tensor, options: { beta?: number; alpha?: number } = {}): Tensor {
    return callTensor('addmm', this, a, b, options.beta ?? 1, options.alpha ?? 1);
  }
  /** `beta · this + alpha · (matrix @ vector)`. */
  addmv(matrix: Tensor, vector: Tensor, options: { beta?: number; alpha?: number } = {}): Tensor {
    const product = callTensor('mulScalar', callTensor('mv', matrix, vector), options.alpha ?? 1);
    return callTensor('add', product, this, options.beta ?? 1);
  }
  /** `beta · this + alpha · a ⊗ b` for vectors. */
  addr(a: Tensor, b: Tensor, options: { beta?: number; alpha?: number } = {}): Tensor {
    const product = callTensor('mulScalar', callTensor('outer', a, b), options.alpha ?? 1);
    return callTensor('add', product, this, options.beta ?? 1);
  }
  /** `beta · this + alpha · (a @ b)` for batches of matrices. */
  baddbmm(a: Tensor, b: Tensor, options: { beta?: number; alpha?: number } = {}): Tensor {
    const product = callTensor('mulScalar', callTensor('bmm', a, b), options.alpha ?? 1);
    return callTensor('add', product, this, options.beta ?? 1);
  }
  /** The Kronecker product. */
  kron(other: Tensor): Tensor {
    const rank = Math.max(this.dim(), other.dim());
    const full = (x: Tensor): number[] => [...Array<number>(rank - x.dim()).fill(1), ...x.shape];
    const [a, b] = [full(this as unknown as Tensor), full(other)];
    const left = callTensor(
      'reshape',
      this,
      a.flatMap((n) => [n, 1]),
    );
    const right = callTensor(
      'reshape',
      other,
      b.flatMap((n) => [1, n]),
    );
    return callTensor('mul', left, right).reshape(a.map((n, i) => n * b[i]!));
  }
  /** The vector product of vectors of length 3 along `dim`. */
  cross(other: Tensor, dim = -1): Tensor {
    const next = (x: unknown): Tensor => callTensor('roll', x, [-1], [dim]);
    const turned = callTensor('sub', callTensor('mul', this, next(other)), callTensor('mul', next(this), other), 1);
    return next(turned);
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
