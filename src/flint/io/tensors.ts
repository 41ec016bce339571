// Tensors in safetensors files: state dicts to disk and back, whole or not at all.
import type { DType } from '../tensor/dtype.ts';
import { tensorFromBytes, tensorToBytes } from '../tensor/bytes.ts';
import { Tensor } from '../tensor/tensor.ts';
import { writeFileAtomic } from './atomic-write.ts';
import { FileError } from './file-error.ts';
import { readWhole } from './read-whole.ts';
import { decodeTorch, looksLikeTorch, type TorchValue } from './torch.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry, type SafetensorsType } from './safetensors.ts';

const names: readonly [DType, SafetensorsType][] = [
  ['float32', 'F32'],
  ['float64', 'F64'],
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
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
  return fromSafetensors(readWhole(path), path);
}

function fromSafetensors(
  bytes: Uint8Array,
  path: string,
): { tensors: Map<string, Tensor>; metadata: Record<string, string> } {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const loaded = new Map<string, Tensor>();
  for (const [name, { dtype, shape, bytes: content }] of tensors) {
    const own = names.find(([, stored]) => stored === dtype)?.[0];
    if (!own) {
      throw new FileError('no-dtype', {
        file: path,
        problem: `tensor "${name}" is ${dtype}, a type that Flint does not have`,
        hint: 'Convert it to float32 first.',
      });
    }
    // A copy of its own: tensors in the file need not lie at multiples of their element's size.
    loaded.set(name, tensorFromBytes(new Uint8Array(content), shape, own));
  }
  return { tensors: loaded, metadata };
}

/**
 * Reads every tensor by name, what `loadStateDict` takes, out of a safetensors file or a state dict that `torch.save` wrote
 * (.pt, .pth). Of a checkpoint that holds more, take the part you want from {@link loadTorch}.
 */
export function load(path: string): Map<string, Tensor> {
  const bytes = readWhole(path);
  if (!looksLikeTorch(bytes)) return fromSafetensors(bytes, path).tensors;
  const value = decodeTorch(bytes, path);
  const all = value instanceof Map ? [...(value as Map<string, TorchValue>)] : [];
  const other = all.find(([, v]) => !(v instanceof Tensor));
  if (other || !(value instanceof Map)) {
    throw new FileError('no-state-dict', {
      file: path,
      problem: other ? `its entry "${other[0]}" is no tensor` : 'it holds no state dict',
      hint: 'Read it with loadTorch and take the state dict out of it.',
    });
  }
  return value as Map<string, Tensor>;
}
