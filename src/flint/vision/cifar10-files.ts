// CIFAR-10 in every form it is passed around: binary batches, Python pickles, either in a .tar.gz read in place, and the
// zip of 60,000 JPEG files. Files with fewer records than the originals are accepted, with a note.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readMaybeGzipped } from '../io/archive/gzip.ts';
import { readTar } from '../io/archive/tar.ts';
import { FileError } from '../io/file-error.ts';
import { NumpyArray, readPickle } from '../io/pickle.ts';
import { readCifarJpegs } from './cifar10-jpegs.ts';
import { syntheticRoot, type ImageSet, type Split } from './image-set.ts';
import { drawShapes } from './shapes.ts';
import { listing } from './source.ts';

export const cifar10Classes = [
  'airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck',
] as const; // prettier-ignore
const recordBytes = 3073;
const batchRecords = 10_000;
const drawn = { train: 10_000, test: 2_000 } as const;
const batches = {
  train: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
  test: ['test_batch'],
} as const;

export interface Cifar10Options {
  /** For the generator: how many to draw. */
  count?: number;
  seed?: number;
}

/**
 * Reads one split. `root`: a folder with one of the forms above, one of their archives, or "synthetic" for coloured shapes.
 * Throws a FileError that names the file, the byte and what to do.
 */
export function readCifar10(root: string, split: Split, options: Cifar10Options = {}): ImageSet {
  if (root === syntheticRoot) {
    return drawShapes({
      count: options.count ?? drawn[split],
      seed: 2 * (options.seed ?? 0) + (split === 'test' ? 1 : 0),
    });
  }
  const form = findForm(root);
  if (!form) {
    throw new FileError('missing-data', {
      file: root,
      problem: `expected data_batch_1.bin, data_batch_1, cifar-10-binary.tar.gz, cifar-10-python.tar.gz or cifar10-jpeg.zip, found ${listing(root)}`,
      hint: 'Choose the folder with the CIFAR-10 files, or use "synthetic" for a drawn stand-in.',
    });
  }
  if (form.kind === 'jpeg') return readCifarJpegs(form.path, split, cifar10Classes);
  const read = form.kind === 'tar' ? tarReader(form.path) : folderReader(form.path);
  const parts = batches[split].flatMap((name) => read(name));
  if (parts.length === 0) {
    throw new FileError('missing-data', {
      file: form.path,
      problem: `there is no ${batches[split].join(', ')} (with or without .bin) in it`,
      hint: `Add the files of the ${split} split.`,
    });
  }
  return assemble(parts, split);
}

/** Whether a folder or file is CIFAR-10 in a form that is known. */
export function isCifar10(root: string): boolean {
  return findForm(root) !== null;
}

interface Form {
  kind: 'folder' | 'tar' | 'jpeg';
  path: string;
}
function findForm(root: string): Form | null {
  if (!existsSync(root)) return null;
  if (!statSync(root).isDirectory()) {
    if (/\.(tar\.gz|tgz|tar)$/.test(root)) return { kind: 'tar', path: root };
    return root.endsWith('.zip') ? { kind: 'jpeg', path: root } : null;
  }
  for (const folder of [root, 'cifar-10-batches-bin', 'cifar-10-batches-py', 'jpeg-full'].map((f) =>
    join(root, f === root ? '' : f),
  )) {
    const has = (name: string) => existsSync(join(folder, name));
    if ([...batches.train, ...batches.test].some((name) => has(`${name}.bin`) || has(name)))
      return { kind: 'folder', path: folder };
    for (const name of ['cifar-10-binary.tar.gz', 'cifar-10-python.tar.gz']) {
      if (has(name)) return { kind: 'tar', path: join(folder, name) };
    }
    if (has('cifar10-jpeg.zip')) return { kind: 'jpeg', path: join(folder, 'cifar10-jpeg.zip') };
  }
  return null;
}

interface Batch {
  name: string;
  labels: Uint8Array;
  pixels: Uint8Array;
}
type BatchReader = (name: string) => Batch[];

function folderReader(folder: string): BatchReader {
  return (name) => {
    const binary = join(folder, `${name}.bin`);
    if (existsSync(binary)) return [parseBinary(readMaybeGzipped(binary), binary)];
    const pickle = join(folder, name);
    return existsSync(pickle) ? [parsePickle(readMaybeGzipped(pickle), pickle)] : [];
  };
}

function tarReader(path: string): BatchReader {
  const files = readTar(readMaybeGzipped(path), path);
  return (name) => {
    for (const [inside, bytes] of files) {
      if (basename(inside) === `${name}.bin`) return [parseBinary(bytes, `${path}:${inside}`)];
      if (basename(inside) === name) return [parsePickle(bytes, `${path}:${inside}`)];
    }
    return [];
  };
}

/** Records of one label byte and 3 x 32 x 32 pixels. */
export function parseBinary(bytes: Uint8Array, file: string): Batch {
  const count = Math.floor(bytes.length / recordBytes);
  if (count === 0 || bytes.length % recordBytes !== 0) {
    throw new FileError('bad-cifar', {
      file,
      byte: bytes.length,
      problem: `expected records of ${recordBytes} bytes, found ${bytes.length} bytes: ${count} whole records and ${bytes.length % recordBytes} bytes more`,
      hint: 'The file is cut off or no CIFAR-10 batch; get it again.',
    });
  }
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * 3072);
  for (let i = 0; i < count; i++) {
    const at = i * recordBytes;
    labels[i] = checkLabel(bytes[at]!, file, at);
    pixels.set(bytes.subarray(at + 1, at + recordBytes), i * 3072);
  }
  return { name: basename(file), labels, pixels };
}

function parsePickle(bytes: Uint8Array, file: string): Batch {
  const value = readPickle(bytes, file);
  const fault = (problem: string) =>
    new FileError('bad-cifar', { file, problem, hint: 'Choose a batch of the Python version of CIFAR-10.' });
  if (!(value instanceof Map)) throw fault('the pickle holds no dictionary');
  const data = value.get('data');
  const labels = value.get('labels');
  if (!(data instanceof NumpyArray) || data.dtype.slice(1) !== 'u1' || data.shape[1] !== 3072 || data.fortran) {
    throw fault('"data" is no array of unsigned bytes with 3072 columns');
  }
  const count = data.shape[0]!;
  if (data.bytes.length !== count * 3072) throw fault(`"data" has ${data.bytes.length} bytes for ${count} images`);
  if (!Array.isArray(labels) || labels.length !== count) {
    throw fault(`expected ${count} labels, found ${Array.isArray(labels) ? labels.length : 'none'}`);
  }
  return {
    name: basename(file),
    labels: Uint8Array.from(labels, (l) => checkLabel(Number(l), file)),
    pixels: data.bytes,
  };
}

function checkLabel(label: number, file: string, byte?: number): number {
  if (Number.isInteger(label) && label >= 0 && label < cifar10Classes.length) return label;
  throw new FileError('bad-cifar', {
    file,
    ...(byte === undefined ? {} : { byte }),
    problem: `expected a label from 0 to 9, found ${label}`,
    hint: 'The file is damaged or no CIFAR-10 batch.',
  });
}

function assemble(parts: Batch[], split: Split): ImageSet {
  const count = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const pixels = new Uint8Array(count * 3072);
  const labels = new Uint8Array(count);
  const notes: string[] = [];
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at * 3072);
    labels.set(part.labels, at);
    at += part.labels.length;
    if (part.labels.length !== batchRecords) {
      notes.push(`${part.name} holds ${part.labels.length} images; the original has ${batchRecords}.`);
    }
  }
  const missing = batches[split].length - parts.length;
  if (missing > 0) notes.push(`${missing} of the ${batches[split].length} batches of the ${split} split are missing.`);
  return { count, channels: 3, height: 32, width: 32, pixels, labels, classes: cifar10Classes, notes };
}
