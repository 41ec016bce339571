// PyTorch's own files (.pt, .pth): read without running anything, written so that torch.load(weights_only=True) takes
// them. Since PyTorch 1.6 they are zip archives of a pickle and storages; older ones are pickles and storages in a row.
import { tensorToBytes } from '../tensor/bytes.ts';
import { Tensor } from '../tensor/tensor.ts';
import { readZip } from './archive/zip.ts';
import { zipParts, type ZipContent } from './archive/zip-write.ts';
import { writeFileAtomic } from './atomic-write.ts';
import { FileError } from './file-error.ts';
import { readPickle, readPickles } from './pickle.ts';
import { notPicklable, PickleWriter } from './pickle-write.ts';
import { readWhole } from './read-whole.ts';
import { storages, tensorOf, TensorParts, torchVocabulary } from './torch-pickle.ts';

/** What a file of PyTorch holds: tensors, plain values, arrays and maps of them. */
export type TorchValue =
  | Tensor
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly TorchValue[]
  | ReadonlyMap<string, TorchValue>
  | { readonly [name: string]: TorchValue };

/** Whether the bytes begin as a file of PyTorch does: a zip archive, or the pickle of an older one. */
export function looksLikeTorch(bytes: Uint8Array): boolean {
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
  return zip || (bytes[0] === 0x80 && bytes[2] === 0x8a);
}

/** Deeper values are none that a program saves. */
const mostDepth = 500;

/** Replaces what describes tensors by tensors, what is there twice once: a value may hold another many times over. */
function assemble(value: unknown, storage: (key: string, size: number) => Uint8Array, file: string): TorchValue {
  const made = new Map<object, TorchValue | null>();
  const build = (v: unknown, depth: number): TorchValue => {
    if (typeof v !== 'object' || v === null || v instanceof Uint8Array) return v as TorchValue;
    const known = made.get(v);
    if (known === null || depth > mostDepth) {
      throw new FileError('bad-torch', {
        file,
        problem: known === null ? 'a value in it holds itself' : `values in it are nested more than ${mostDepth} deep`,
        hint: 'Save the state_dict() in Python.',
      });
    }
    if (known !== undefined) return known;
    made.set(v, null);
    const whole = inside(v, depth);
    made.set(v, whole);
    return whole;
  };
  const inside = (v: object, depth: number): TorchValue => {
    if (v instanceof TensorParts) return tensorOf(v, storage(v.storage.key, v.storage.bytes), file);
    if (Array.isArray(v)) return v.map((item) => build(item, depth + 1));
    if (v instanceof Map) return new Map([...v].map(([k, item]) => [String(k), build(item, depth + 1)]));
    return v as TorchValue;
  };
  return build(value, 0);
}

function readArchive(bytes: Uint8Array, file: string): TorchValue {
  const entries = readZip(bytes, file);
  const pickle = entries.find((e) => e.name.endsWith('/data.pkl') || e.name === 'data.pkl');
  if (!pickle) {
    throw new FileError('bad-torch', {
      file,
      problem: 'the archive has no data.pkl, as files of PyTorch have',
      hint: 'TorchScript and other archives are not read: save the state_dict() in Python.',
    });
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = entries.find((e) => e.name === `${folder}byteorder`);
  if (order && new TextDecoder().decode(order.read()).trim() === 'big') {
    throw new FileError('bad-torch', {
      file,
      problem: 'its tensors are big endian',
      hint: 'Save it on a little-endian machine.',
    });
  }
  const byName = new Map(entries.map((e) => [e.name, e]));
  return assemble(
    readPickle(pickle.read(), `${file}, data.pkl`, torchVocabulary),
    (key, size) => {
      const entry = byName.get(`${folder}data/${key}`);
      const content = entry?.read();
      if (content && content.length >= size) return content.subarray(0, size);
      throw new FileError('bad-torch', {
        file,
        problem: content
          ? `storage "${key}" has ${content.length} bytes instead of ${size}`
          : `storage "${key}" is missing from the archive`,
        hint: 'The file may have been cut off; get it again.',
      });
    },
    file,
  );
}

/** Files before PyTorch 1.6: magic number, version, system, the value, the storages' keys, then each storage. */
function readLegacy(bytes: Uint8Array, file: string): TorchValue {
  const { values, end } = readPickles(bytes, 5, file, torchVocabulary);
  const [, version, , value, keys] = values;
  if (version !== 1001 || !Array.isArray(keys)) {
    throw new FileError('bad-torch', {
      file,
      problem: 'it is a pickle, but not in the form of PyTorch',
      hint: 'Load it in Python and save the state_dict() again.',
    });
  }
  const sizes = new Map<string, number>();
  const seen = new Set<unknown>();
  for (const waiting: unknown[] = [value]; waiting.length > 0;) {
    const v = waiting.pop();
    if (typeof v !== 'object' || v === null || seen.has(v)) continue;
    seen.add(v);
    if (v instanceof TensorParts) sizes.set(v.storage.key, v.storage.bytes);
    else if (Array.isArray(v)) for (const item of v) waiting.push(item);
    else if (v instanceof Map) for (const item of v.values()) waiting.push(item);
  }
  const found = new Map<string, Uint8Array>();
  let at = end;
  for (const key of keys as unknown[]) {
    const size = sizes.get(String(key)) ?? 0;
    if (at + 8 + size > bytes.length) {
      throw new FileError('bad-torch', {
        file,
        byte: bytes.length,
        problem: `the file ends inside storage "${String(key)}"`,
        hint: 'It may have been cut off; get it again.',
      });
    }
    found.set(String(key), bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return assemble(value, (key) => found.get(key) ?? new Uint8Array(), file);
}

/** The value in the bytes of a file of PyTorch; `file` names them in errors. */
export function decodeTorch(bytes: Uint8Array, file = 'model.pt'): TorchValue {
  return bytes[0] === 0x50 ? readArchive(bytes, file) : readLegacy(bytes, file);
}

/**
 * Reads a file that `torch.save` wrote: a state dict as a Map of tensors, a checkpoint as Maps in Maps. Nothing in the file
 * is run. Throws an error that names file and place when it is broken, or holds more than tensors and plain values.
 */
export function loadTorch(path: string): TorchValue {
  return decodeTorch(readWhole(path), path);
}

/** The parts of a file that `torch.load` reads. Throws on values that are no tensors, plain values, arrays or maps. */
export function encodeTorch(value: TorchValue, file = 'model.pt'): Uint8Array[] {
  const writer = new PickleWriter();
  const contents: ZipContent[] = [];
  const write = (v: TorchValue | undefined): void => {
    if (v === null || v === undefined) writer.none();
    else if (typeof v === 'boolean') writer.bool(v);
    else if (typeof v === 'number' || typeof v === 'bigint') writer.number(Number(v));
    else if (typeof v === 'string') writer.text(v);
    else if (v instanceof Tensor) tensor(v);
    else if (Array.isArray(v)) writer.list((v as readonly TorchValue[]).map((item) => () => write(item)));
    else if (v instanceof Map) dictionary([...(v as ReadonlyMap<string, TorchValue>)], true);
    else if (Object.getPrototypeOf(v) === Object.prototype) dictionary(Object.entries(v), false);
    else throw notPicklable(v);
  };
  const dictionary = (entries: readonly (readonly [string, TorchValue])[], ordered: boolean): void => {
    writer.dictionary(
      entries.map(([k, item]) => [() => writer.text(k), () => write(item)]),
      ordered,
    );
  };
  const numbers = (values: readonly number[]) => () => writer.tuple(...values.map((n) => () => writer.number(n)));
  const tensor = (t: Tensor): void => {
    const key = String(contents.length);
    const type = Object.keys(storages).find((name) => storages[name] === t.dtype)!;
    contents.push({ name: `archive/data/${key}`, bytes: tensorToBytes(t) });
    const shape = t.shape;
    const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
    writer.global('torch._utils', '_rebuild_tensor_v2').tuple(
      () => {
        writer
          .tuple(
            () => writer.text('storage'),
            () => writer.global('torch', type),
            () => writer.text(key),
            () => writer.text('cpu'),
            () => writer.number(t.numel()),
          )
          .persistent();
      },
      () => writer.number(0),
      numbers(shape),
      numbers(strides),
      () => writer.bool(false),
      () => writer.dictionary([], true),
    );
    writer.reduce();
  };
  write(value);
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);
  const files = [
    { name: 'archive/data.pkl', bytes: writer.finish() },
    { name: 'archive/byteorder', bytes: text('little') },
    ...contents,
    { name: 'archive/version', bytes: text('3\n') },
  ];
  return zipParts(files, { align: 64 }, file);
}

/**
 * Writes a state dict, or a checkpoint of tensors, numbers, strings, arrays and maps, as a file that
 * `torch.load(path, weights_only=True)` reads. The file appears whole or not at all.
 */
export function saveTorch(value: TorchValue, path: string): void {
  writeFileAtomic(path, encodeTorch(value, path));
}
