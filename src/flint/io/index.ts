// The door `flint/io`: tensors in files.
export { load, loadWithMetadata, save } from './tensors.ts';
export type { NamedTensors } from './tensors.ts';
export { FileError } from './file-error.ts';
