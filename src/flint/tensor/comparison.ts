// Comparing, choosing and picking elements.
import { call, callTensor } from './dispatch.ts';
import type { Operand } from './arithmetic.ts';
import { TensorInPlace } from './in-place.ts';
import type { Tensor } from './tensor.ts';

/** The part of class Tensor that compares and chooses. */
export abstract class TensorComparison extends TensorInPlace {
  /** True where this tensor is equal to `other`; a bool tensor of the broadcast shape. */
  eq(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('eqScalar', this, other) : callTensor('eq', this, other);
  }
  /** True where this tensor is different from `other`; a bool tensor of the broadcast shape. */
  ne(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('neScalar', this, other) : callTensor('ne', this, other);
  }
  /** True where this tensor is less than `other`; a bool tensor of the broadcast shape. */
  lt(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('ltScalar', this, other) : callTensor('lt', this, other);
  }
  /** True where this tensor is at most `other`; a bool tensor of the broadcast shape. */
  le(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('leScalar', this, other) : callTensor('le', this, other);
  }
  /** True where this tensor is greater than `other`; a bool tensor of the broadcast shape. */
  gt(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('gtScalar', this, other) : callTensor('gt', this, other);
  }
  /** True where this tensor is at least `other`; a bool tensor of the broadcast shape. */
  ge(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('geScalar', this, other) : callTensor('ge', this, other);
  }
  /** Whether both tensors have the same shape and values. */
  equal(other: Tensor): boolean {
    const [a, b] = [this.shape, other.shape];
    return a.length === b.length && a.every((n, i) => n === b[i]) && Boolean(this.eq(other).all().item());
  }
  /** Whether {@link isclose} holds everywhere. */
  allclose(other: Tensor, options: { rtol?: number; atol?: number } = {}): boolean {
    return Boolean(this.isclose(other, options).all().item());
  }
  /** True where the value is not a number. */
  isnan(): Tensor {
    return callTensor('ne', this, this);
  }
  /** True where the value is neither infinite nor not-a-number. */
  isfinite(): Tensor {
    return callTensor('ltScalar', callTensor('abs', this), Infinity);
  }
  /** True where the value is infinite. */
  isinf(): Tensor {
    return callTensor('eqScalar', callTensor('abs', this), Infinity);
  }
  /** `true` becomes `false` and the reverse. */
  logicalNot(): Tensor {
    return callTensor('logicalNot', this);
  }
  /** True where both are. */
  logicalAnd(other: Tensor): Tensor {
    return callTensor('logicalAnd', this, other);
  }
  /** True where one of both is. */
  logicalOr(other: Tensor): Tensor {
    return callTensor('logicalOr', this, other);
  }
  /** True where exactly one of both is. */
  logicalXor(other: Tensor): Tensor {
    return callTensor('ne', callTensor('neScalar', this, 0), callTensor('neScalar', other, 0));
  }
  /** True where both are near: `|this - other| <= atol + rtol * |other|`. */
  isclose(other: Tensor, options: { rtol?: number; atol?: number } = {}): Tensor {
    const bound = other
      .abs()
      .mul(options.rtol ?? 1e-5)
      .add(options.atol ?? 1e-8);
    return this.eq(other).logicalOr(this.sub(other).abs().le(bound).logicalAnd(other.isfinite()));
  }
  /** This tensor's element where `condition` is true, else that of `other`; all broadcast. */
  where(condition: Tensor, other: Operand): Tensor {
    return typeof other === 'number'
      ? callTensor('maskedFill', this, callTensor('logicalNot', condition), other)
      : callTensor('where', condition, this, other);
  }
  /** A copy with `value` wherever the bool tensor `mask`, which broadcasts, is true. */
  maskedFill(mask: Tensor, value: number): Tensor {
    return callTensor('maskedFill', this, mask, value);
  }
  /** `maskedFill` in place. */
  maskedFill_(mask: Tensor, value: number): this {
    return call('maskedFill_', this, mask, value) as this;
  }
  /** The elements where `mask` is true, as one dimension. */
  maskedSelect(mask: Tensor): Tensor {
    return callTensor('maskedSelect', this, mask);
  }
  /** Picks along `dim` by an int64 tensor of the same number of dimensions: `out[i][j] = this[index[i][j]][j]` for dim 0. */
  gather(dim: number, index: Tensor): Tensor {
    return callTensor('gather', this, dim, index);
  }
  /** Writes `source` (a tensor of the shape of `index`, or one number) at the places that `index` names along `dim`. */
  scatter_(dim: number, index: Tensor, source: Operand): this {
    return (
      typeof source === 'number'
        ? call('scatterValue_', this, dim, index, source)
        : call('scatter_', this, dim, index, source)
    ) as this;
  }
  /** Adds `source` at the places that `index` names along `dim`. */
  scatterAdd_(dim: number, index: Tensor, source: Tensor): this {
    return call('copy_', this, callTensor('scatterAdd', this, dim, index, source)) as this;
  }
  /** A copy with `source` written at the places that `index` names along `dim`. */
  scatter(dim: number, index: Tensor, source: Operand): Tensor {
    const values = typeof source === 'number' ? callTensor('full', index.shape, source, this.dtype) : source;
    return callTensor('scatter', this, dim, index, values);
  }
  /** A copy with `source` added at the places that `index` names along `dim`. */
  scatterAdd(dim: number, index: Tensor, source: Tensor): Tensor {
    return callTensor('scatterAdd', this, dim, index, source);
  }
  /** A copy with the entries of `source` added to those of dimension `dim` that `index` names. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options: { alpha?: number } = {}): Tensor {
    const values = options.alpha === undefined ? source : callTensor('mulScalar', source, options.alpha);
    return callTensor('indexAdd', this, dim, index, values);
  }
  /** `indexAdd` in place. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options: { alpha?: number } = {}): this {
    return call('copy_', this, this.indexAdd(dim, index, source, options)) as this;
  }
  /** A copy with the entries of `source` in place of those of dimension `dim` that `index` names. */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor {
    const shape = source.shape.map((_, d) => (d === (dim < 0 ? dim + this.dim() : dim) ? -1 : 1));
    const places = callTensor('expand', callTensor('reshape', index, shape), source.shape);
    return callTensor('scatter', this, dim, places, source);
  }
  /** `indexCopy` in place. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this {
    return call('copy_', this, this.indexCopy(dim, index, source)) as this;
  }
  /** A copy with `value` in the entries of dimension `dim` that `index` names. */
  indexFill(dim: number, index: Tensor, value: number): Tensor {
    const shape = [...this.shape];
    shape[dim < 0 ? dim + this.dim() : dim] = index.numel();
    return this.indexCopy(dim, index, callTensor('full', shape, value, this.dtype));
  }
  /** `indexFill` in place. */
  indexFill_(dim: number, index: Tensor, value: number): this {
    return call('copy_', this, this.indexFill(dim, index, value)) as this;
  }
  /** The elements that `index` names in the flattened tensor. */
  take(index: Tensor): Tensor {
    return callTensor(
      'reshape',
      callTensor('indexSelect', callTensor('reshape', this, [-1]), 0, index.reshape(-1)),
      index.shape,
    );
  }
  /** `gather` with an index that broadcasts. */
  takeAlongDim(index: Tensor, dim: number): Tensor {
    const at = dim < 0 ? dim + this.dim() : dim;
    const wide = this.shape.map((n, d) => (d === at ? index.shape[d]! : Math.max(n, index.shape[d]!)));
    const source = wide.map((n, d) => (d === at ? this.shape[d]! : n));
    return callTensor('gather', callTensor('expand', this, source), at, callTensor('expand', index, wide));
  }
  /** The values of `source` one after another wherever `mask` is true. */
  maskedScatter(mask: Tensor, source: Tensor): Tensor {
    const wide = callTensor('expand', mask, this.shape);
    const order = wide.reshape(-1).to('int64').cumsum(0).sub(1).clamp(0);
    const values = callTensor('indexSelect', source.reshape(-1), 0, order).reshape(this.shape);
    return callTensor('where', wide, values, this);
  }
  /** True where the value is one of `values`. */
  isin(values: Tensor): Tensor {
    return callTensor('unsqueeze', this, -1).eq(values.reshape(-1)).any(-1);
  }
  /** True where the value is infinite and positive. */
  isposinf(): Tensor {
    return callTensor('eqScalar', this, Infinity);
  }
  /** True where the value is infinite and negative. */
  isneginf(): Tensor {
    return callTensor('eqScalar', this, -Infinity);
  }
  /** Where each value belongs in the sorted vector `boundaries`, as `searchsorted`. */
  bucketize(boundaries: Tensor, options: { right?: boolean } = {}): Tensor {
    return callTensor('searchsorted', boundaries, this, options.right ?? false);
  }
  /** The places of the elements that are not 0, as `nonzero`. */
  argwhere(): Tensor {
    return callTensor('nonzero', this);
  }
  /** The entries of dimension `dim` that the one-dimensional int64 tensor `index` names. */
  indexSelect(dim: number, index: Tensor): Tensor {
    return callTensor('indexSelect', this, dim, index);
  }
  /** The places of the elements that are not 0, as rows of indices `[count, dim()]`. */
  nonzero(): Tensor {
    return callTensor('nonzero', this);
  }
}
