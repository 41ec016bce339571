// Class Tensor: the sum of its parts, one file each, from handle.ts (the engine's reference) up to indexing.ts.
import type { NativeHandle } from '../native.ts';
import { setTensorClass } from './dispatch.ts';
import { TensorIndexing } from './indexing.ts';

/**
 * An array of numbers of one type and any number of dimensions, with PyTorch's methods. Memory is freed by itself when
 * the tensor is dropped, also inside a synchronous loop. Make one with {@link tensor}, `zeros`, `randn`, …
 */
export class Tensor extends TensorIndexing {
  /** For the library's own use: tensors are made by `tensor(…)`, `zeros(…)` and by operations. */
  constructor(handle: NativeHandle) {
    super(handle);
  }
}

setTensorClass(Tensor);

/** Whether `value` is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}
