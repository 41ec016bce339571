// Tensors in safetensors files: state dicts to disk and back, whole or not at all.
import { readFileSync } from 'node:fs';
import type { DType } from '../tensor/dtype.ts';
import { tensorFromBytes, tensorToBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { writeFileAtomic } from './atomic-write.ts';
import { fileSystemError } from './file-error.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry, type SafetensorsType } from './safetensors.ts';

const names: readonly [DType, SafetensorsType][] = [
  ['float32', 'F32'],
  ['float64', 'F64'],
  ['int64', 'I64'],
  ['int32', 'I32'],
  ['uint8', 'U8'],
  ['bool', 'BOOL'],
];

export type NamedTensors = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;
const entriesOf = (tensors: NamedTensors): [string, Tensor][] =>
  tensors instanceof Map ? [...tensors] : Object.entries(tensors);

/**
 * Writes named tensors, such as a `stateDict()`, as a safetensors file. The file appears whole: it is written under a
 * temporary name, then renamed, so a full disk or a crash leaves the old one as it was.
 */
export function save(tensors: NamedTensors, path: string, metadata: Record<string, string> = {}): void {
  const entries = entriesOf(tensors).map(([name, t]): [string, SafetensorsEntry] => {
    const dtype = names.find(([own]) => own === String(t.dtype))![1];
    return [name, { dtype, shape: t.shape, bytes: tensorToBytes(t) }];
  });
  writeFileAtomic(path, encodeSafetensors(new Map(entries), metadata));
}

/** Reads every tensor of a safetensors file, and its metadata. Throws an error that names file and byte when it is broken. */
export function loadWithMetadata(path: string): { tensors: Map<string, Tensor>; metadata: Record<string, string> } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileSystemError(path, error, 'reading');
  }
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const loaded = new Map<string, Tensor>();
  for (const [name, { dtype, shape, bytes: content }] of tensors) {
    const own = names.find(([, stored]) => stored === dtype)?.[0];
    if (!own) {
      throw new Error(
        `[load] tensor "${name}" of ${path} is ${dtype}; convert it to float32 first, Flint has no such type yet.`,
      );
    }
    // A copy of its own: tensors in the file need not lie at multiples of their element's size.
    loaded.set(name, tensorFromBytes(new Uint8Array(content), shape, own));
  }
  return { tensors: loaded, metadata };
}

/** Reads every tensor of a safetensors file by name: what `loadStateDict` takes. */
export function load(path: string): Map<string, Tensor> {
  return loadWithMetadata(path).tensors;
}
