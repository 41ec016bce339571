// The batches of CIFAR-10 and CIFAR-100: records of label bytes and 3 x 32 x 32 pixels, or a Python pickle of the same; in a
// folder, or in a .tar or .tar.gz that is read in place.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readMaybeGzipped } from '../io/archive/gzip.ts';
import { readTar } from '../io/archive/tar.ts';
import { FileError } from '../io/file-error.ts';
import { NumpyArray, readPickle } from '../io/pickle.ts';

/** What differs between the two sets. */
export interface CifarLayout {
  /** "CIFAR-10". */
  name: string;
  /** Bytes of labels in front of the pixels of a record, and which of them is the label. */
  labelBytes: number;
  labelAt: number;
  /** The key of the labels in a pickle. */
  labelKey: string;
  classes: number;
}
export interface Batch {
  name: string;
  labels: Uint8Array;
  pixels: Uint8Array;
}
/** The batch of that name, with or without .bin; none when it is not there. */
export type BatchReader = (name: string) => Batch[];
/** Bytes of one image. */
export const cifarImageBytes = 3072;

export function folderReader(folder: string, layout: CifarLayout): BatchReader {
  return (name) => {
    const binary = join(folder, `${name}.bin`);
    if (existsSync(binary)) return [parseBinary(readMaybeGzipped(binary), binary, layout)];
    const pickle = join(folder, name);
    return existsSync(pickle) ? [parsePickle(readMaybeGzipped(pickle), pickle, layout)] : [];
  };
}

/** `files`: the files of the archive at `path`. */
export function tarReader(files: ReadonlyMap<string, Uint8Array>, path: string, layout: CifarLayout): BatchReader {
  return (name) => {
    for (const [inside, bytes] of files) {
      if (basename(inside) === `${name}.bin`) return [parseBinary(bytes, `${path}:${inside}`, layout)];
      if (basename(inside) === name) return [parsePickle(bytes, `${path}:${inside}`, layout)];
    }
    return [];
  };
}
export function readArchive(path: string): Map<string, Uint8Array> {
  return readTar(readMaybeGzipped(path), path);
}

/** How many whole records a file of `size` bytes holds. Throws when it is none or bytes are left. */
export function recordsIn(size: number, file: string, layout: CifarLayout): number {
  const bytes = layout.labelBytes + cifarImageBytes;
  const count = Math.floor(size / bytes);
  if (count > 0 && size % bytes === 0) return count;
  throw new FileError('bad-cifar', {
    file,
    byte: size,
    problem: `expected records of ${bytes} bytes, found ${size} bytes: ${count} whole records and ${size % bytes} bytes more`,
    hint: `The file is cut off or no ${layout.name} batch; get it again.`,
  });
}

/** Records of label bytes and 3 x 32 x 32 pixels. */
export function parseBinary(bytes: Uint8Array, file: string, layout: CifarLayout): Batch {
  const count = recordsIn(bytes.length, file, layout);
  const size = layout.labelBytes + cifarImageBytes;
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * cifarImageBytes);
  for (let i = 0; i < count; i++) {
    const at = i * size;
    labels[i] = checkLabel(bytes[at + layout.labelAt]!, layout, file, at + layout.labelAt);
    pixels.set(bytes.subarray(at + layout.labelBytes, at + size), i * cifarImageBytes);
  }
  return { name: basename(file), labels, pixels };
}

export function parsePickle(bytes: Uint8Array, file: string, layout: CifarLayout): Batch {
  const value = readPickle(bytes, file);
  const { labelKey } = layout;
  const fault = (problem: string) =>
    new FileError('bad-cifar', { file, problem, hint: `Choose a batch of the Python version of ${layout.name}.` });
  if (!(value instanceof Map)) throw fault('the pickle holds no dictionary');
  const data = value.get('data');
  const labels = value.get(labelKey);
  if (
    !(data instanceof NumpyArray) ||
    data.dtype.slice(1) !== 'u1' ||
    data.shape[1] !== cifarImageBytes ||
    data.shape.length !== 2 ||
    data.fortran
  ) {
    throw fault('"data" is no array of unsigned bytes with 3072 columns');
  }
  const count = data.shape[0]!;
  if (data.bytes.length !== count * cifarImageBytes) {
    throw fault(`"data" has ${data.bytes.length} bytes for ${count} images`);
  }
  if (!Array.isArray(labels) || labels.length !== count) {
    throw fault(
      `expected ${count} labels${labelKey === 'labels' ? '' : ` in "${labelKey}"`}, found ${Array.isArray(labels) ? labels.length : 'none'}`,
    );
  }
  return {
    name: basename(file),
    labels: Uint8Array.from(labels, (l) => checkLabel(typeof l === 'number' ? l : NaN, layout, file)),
    pixels: data.bytes,
  };
}

export function checkLabel(label: number, layout: CifarLayout, file: string, byte?: number): number {
  if (Number.isInteger(label) && label >= 0 && label < layout.classes) return label;
  throw new FileError('bad-cifar', {
    file,
    ...(byte === undefined ? {} : { byte }),
    problem: `expected a label from 0 to ${layout.classes - 1}, found ${label}`,
    hint: `The file is damaged or no ${layout.name} batch.`,
  });
}

/** Batches one after another, with a note on each that is not as long as the original. */
export function joinBatches(parts: readonly Batch[], originalRecords: number) {
  const count = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const pixels = new Uint8Array(count * cifarImageBytes);
  const labels = new Uint8Array(count);
  const notes: string[] = [];
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at * cifarImageBytes);
    labels.set(part.labels, at);
    at += part.labels.length;
    if (part.labels.length !== originalRecords) {
      notes.push(`${part.name} holds ${part.labels.length} images; the original has ${originalRecords}.`);
    }
  }
  return { count, channels: 3, height: 32, width: 32, pixels, labels, notes };
}
