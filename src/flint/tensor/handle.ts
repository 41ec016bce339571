// The root of class Tensor: it holds the engine's handle in its one private field. Nothing else is ever put on the
// handle, or a minor collection could not free it (see memory.ts).
import type { NativeHandle } from '../native.ts';

let read: (tensor: TensorHandle) => NativeHandle;

/** Holds the engine's counted reference. */
export abstract class TensorHandle {
  #native: NativeHandle;

  constructor(handle: NativeHandle) {
    this.#native = handle;
  }

  static {
    read = (tensor) => tensor.#native;
  }
}

/** The engine's handle of a tensor. */
export function handleOf(tensor: TensorHandle): NativeHandle {
  return read(tensor);
}
