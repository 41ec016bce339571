// CIFAR-10 as a zip of JPEG files (train/CLASS/NNNN.jpg, test/CLASS/NNNN.jpg): decoded once, in parallel, and kept in the
// user's cache as the original binary batches. With the .u8 label files beside the zip the original order comes back.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { readZip, type ZipEntry } from '../io/archive/zip.ts';
import { writeFileAtomic } from '../io/atomic-write.ts';
import { FileError, fileSystemError } from '../io/file-error.ts';
import { decodeImagesNow } from './decode.ts';
import type { ImageSet, Split } from './image-set.ts';
import { cacheFolder } from './source.ts';

const imageBytes = 3072;

/** Reads one split from the zip, or from the cache when this very zip was decoded before. */
export function readCifarJpegs(path: string, split: Split, classes: readonly string[]): ImageSet {
  const { size, mtimeMs } = statSync(path);
  const key = createHash('sha256').update(`${path} ${size} ${mtimeMs}`).digest('hex').slice(0, 16);
  const cached = join(cacheFolder(), `cifar10-jpeg-${key}`, `${split}.bin`);
  const records = existsSync(cached) ? readFileSync(cached) : decodeSplit(path, split, classes, cached);
  const count = records.length / (imageBytes + 1);
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * imageBytes);
  for (let i = 0; i < count; i++) {
    const at = i * (imageBytes + 1);
    labels[i] = records[at]!;
    pixels.set(records.subarray(at + 1, at + 1 + imageBytes), i * imageBytes);
  }
  const notes = [`Decoded from the JPEG files of ${path}: pixels differ slightly from the original's.`];
  return { count, channels: 3, height: 32, width: 32, pixels, labels, classes, notes };
}

function decodeSplit(path: string, split: Split, classes: readonly string[], cached: string): Uint8Array {
  const ordered = inOrder(path, split, classes);
  const rgb = decodeImagesNow({
    images: ordered.map(({ entry }) => entry.read()),
    names: ordered.map(({ entry }) => `${path}:${entry.name}`),
    width: 32,
    height: 32,
  });
  const records = new Uint8Array(ordered.length * (imageBytes + 1));
  ordered.forEach(({ label }, i) => {
    const at = i * (imageBytes + 1);
    records[at] = label;
    for (let p = 0; p < 1024; p++) {
      const from = i * imageBytes + p * 3;
      records[at + 1 + p] = rgb[from]!;
      records[at + 1025 + p] = rgb[from + 1]!;
      records[at + 2049 + p] = rgb[from + 2]!;
    }
  });
  mkdirSync(dirname(cached), { recursive: true });
  writeFileAtomic(cached, records);
  return records;
}

/** The files of the split with their classes: in the original order when the label file is there, else class by class. */
function inOrder(path: string, split: Split, classes: readonly string[]): { entry: ZipEntry; label: number }[] {
  let archive: Uint8Array;
  try {
    archive = readFileSync(path);
  } catch (error) {
    throw fileSystemError(path, error, 'read the archive');
  }
  const ofClass: ZipEntry[][] = classes.map(() => []);
  for (const entry of readZip(archive, path)) {
    const [, where, name] = /(?:^|\/)(train|test)\/([^/]+)\/[^/]+\.jpe?g$/i.exec(entry.name) ?? [];
    if (where === split) ofClass[classes.indexOf(name!)]?.push(entry);
  }
  for (const entries of ofClass) entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = ofClass.reduce((sum, entries) => sum + entries.length, 0);
  if (total === 0) {
    throw new FileError('missing-data', {
      file: path,
      problem: `expected images as ${split}/airplane/0000.jpg in the archive, found none`,
      hint: 'Choose the zip of CIFAR-10 images with one folder for each class.',
    });
  }
  const labelFile = join(dirname(path), `${split}-labels.u8`);
  const labels = existsSync(labelFile) ? readFileSync(labelFile) : null;
  if (labels?.length !== total) return ofClass.flatMap((entries, label) => entries.map((entry) => ({ entry, label })));
  const next = classes.map(() => 0);
  return [...labels].map((label) => ({ entry: ofClass[label]![next[label]!++]!, label }));
}
