// What a tensor is, and its values as JavaScript sees them.
import { fail } from '../errors.ts';
import { native } from '../native.ts';
import { callTensor, wrapHandle } from './dispatch.ts';
import { carrier, checkDType, isFloatingPoint, isHalf, typedArrayOver, type DType, type TypedArray } from './dtype.ts';
import { device, type Device } from './device.ts';
import { handleOf, TensorHandle } from './handle.ts';
import { nest, type NestedNumbers } from './nested.ts';
import { EDGE_ITEMS, formatTensor, isSummarised } from './printing.ts';
import type { Tensor } from './tensor.ts';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The part of class Tensor that describes it. */
export abstract class TensorAttributes extends TensorHandle {
  /** Sizes of the dimensions, outermost first; `[]` for a single value. */
  get shape(): number[] {
    return native.sizes(handleOf(this));
  }

  /** All sizes, or the size of dimension `dim` (negative counts from the end). Throws when there is no such dimension. */
  size(): number[];
  size(dim: number): number;
  size(dim?: number): number | number[] {
    const shape = this.shape;
    if (dim === undefined) return shape;
    return shape.at(dim) ?? fail('size', `there is no dimension ${dim} in shape [${shape.join(', ')}]`);
  }

  /** The number of dimensions. */
  dim(): number {
    return native.dim(handleOf(this));
  }

  /** The number of dimensions. */
  get ndim(): number {
    return native.dim(handleOf(this));
  }

  /** The number of elements. */
  numel(): number {
    return native.numel(handleOf(this));
  }

  /** The size of the first dimension. Throws for a 0-dimensional tensor. */
  get length(): number {
    return this.shape[0] ?? fail('length', 'a 0-dimensional tensor has no length; use item() for its value');
  }

  /** The type of the elements. */
  get dtype(): DType {
    return native.dtype(handleOf(this)) as DType;
  }

  /** Where the values live. */
  get device(): Device {
    return device('cpu');
  }

  /** How many elements lie between neighbours, for each dimension. */
  stride(): number[] {
    return native.strides(handleOf(this));
  }

  /** The index of the first element in the storage. */
  storageOffset(): number {
    return native.storageOffset(handleOf(this));
  }

  /** Whether both tensors are views of the same memory: writing to one changes the other. */
  sharesStorage(other: Tensor): boolean {
    return native.sameStorage(handleOf(this), handleOf(other));
  }

  /** Whether the elements lie in memory in row-major order without gaps. */
  isContiguous(): boolean {
    return native.isContiguous(handleOf(this));
  }

  /** Whether the elements are of a floating type. */
  isFloatingPoint(): boolean {
    return isFloatingPoint(this.dtype);
  }

  /** The one value as a JavaScript number (a boolean for dtype bool). Throws when there are more, or it is beyond 2^53. */
  item(): number {
    return native.item(handleOf(this)) as number;
  }

  /** A copy of the values, row-major, in a typed array of the tensor's dtype (int64 gives bigints, bool 0 and 1). */
  toTypedArray(): TypedArray {
    return typedArrayOver(native.toBytes(handleOf(this.readable())), this.dtype);
  }

  /** Itself, or its values as float32 where JavaScript has no array of the type. */
  private readable(): Tensor {
    const self = this as unknown as Tensor;
    return isHalf(this.dtype) ? callTensor('cast', callTensor('detach', self), carrier(this.dtype)) : self;
  }

  /** The values as nested arrays of numbers (booleans for bool); a plain value for a 0-dimensional tensor. */
  tolist(): NestedNumbers {
    return nest(this.toTypedArray(), this.shape, this.dtype);
  }

  /** All values, row-major, as one flat array of numbers. Throws when an int64 is beyond 2^53. */
  toArray(): number[] {
    return nest(this.toTypedArray(), [this.numel()], this.dtype === 'bool' ? 'uint8' : this.dtype) as number[];
  }

  /** The same values under a new handle that autograd does not follow; changes of one show in the other. */
  get data(): Tensor {
    return wrapHandle(native.dataOf(handleOf(this)));
  }

  /** Makes this tensor look at the memory of `value`, keeping its gradient and history. */
  set data(value: Tensor) {
    native.setData(handleOf(this), handleOf(value));
  }

  /** The values as `dtype`; the tensor itself when it has that dtype already. Casts round as PyTorch's do. */
  to(target: DType | Device | 'cpu'): Tensor {
    const word = String(target);
    if (typeof target === 'object' || word === 'cpu' || word.startsWith('cuda')) {
      device(word);
      return this as unknown as Tensor;
    }
    return word === this.dtype ? (this as unknown as Tensor) : callTensor('cast', this, checkDType('to', word));
  }

  /** As float32. */
  float(): Tensor {
    return this.to('float32');
  }
  /** As float64. */
  double(): Tensor {
    return this.to('float64');
  }
  /** As float16. */
  half(): Tensor {
    return this.to('float16');
  }
  /** As bfloat16. */
  bfloat16(): Tensor {
    return this.to('bfloat16');
  }
  /** As int64; fractions are cut off. */
  long(): Tensor {
    return this.to('int64');
  }
  /** As int32; fractions are cut off. */
  int(): Tensor {
    return this.to('int32');
  }
  /** As uint8. */
  byte(): Tensor {
    return this.to('uint8');
  }
  /** As bool: everything but 0 is true. */
  bool(): Tensor {
    return this.to('bool');
  }
  /** As the dtype of `other`. */
  typeAs(other: Tensor): Tensor {
    return this.to(other.dtype);
  }
  /** The tensor itself: it is on the CPU. */
  cpu(): Tensor {
    return this as unknown as Tensor;
  }

  /** As PyTorch prints it: `tensor([1., 2.], grad_fn=<MulBackward0>)`. */
  override toString(): string {
    const handle = handleOf(this);
    const numel = native.numel(handle);
    const node = native.gradFn(handle);
    return formatTensor({
      shape: this.shape,
      dtype: this.dtype,
      values: typedArrayOver(
        native.toBytes(handleOf(this.readable()), isSummarised(numel) ? EDGE_ITEMS : undefined),
        this.dtype,
      ),
      gradFn: node ? native.nodeName(node) : null,
      requiresGrad: native.needsGrad(handle),
    });
  }

  [INSPECT](): string {
    return this.toString();
  }
}
