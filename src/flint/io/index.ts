// The door `flint/io`: tensors in files.
export { load, loadWithMetadata, save } from './tensors.ts';
export type { NamedTensors } from './tensors.ts';
export { decodeNpy, loadNpy, loadNpz, saveNpy, saveNpz } from './npy.ts';
export { loadIdx } from './idx.ts';
export { loadTorch, saveTorch } from './torch.ts';
export type { TorchValue } from './torch.ts';
export { FileError } from './file-error.ts';
