// Tensors from bytes and back: what files and pictures are read and written with.
import { native } from '../native.ts';
import { wrapHandle } from './dispatch.ts';
import type { DType } from './dtype.ts';
import { handleOf } from './handle.ts';
import type { Tensor } from './tensor.ts';

/**
 * A new tensor with a copy of `bytes`: little endian, row-major, bool as one byte each.
 * Throws when their number does not fit `shape` and `dtype`.
 */
export function tensorFromBytes(bytes: ArrayBufferView | ArrayBuffer, shape: readonly number[], dtype: DType): Tensor {
  return wrapHandle(native.fromBytes(bytes, shape, dtype));
}

/** A fresh row-major little-endian copy of the values. */
export function tensorToBytes(tensor: Tensor): Uint8Array<ArrayBuffer> {
  return new Uint8Array(native.toBytes(handleOf(tensor)));
}
