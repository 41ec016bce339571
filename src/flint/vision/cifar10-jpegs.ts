// CIFAR-10 as a zip of JPEG files (train/CLASS/NNNN.jpg, test/CLASS/NNNN.jpg): decoded once, in parallel, and kept in the
// user's cache as the original binary batches. With the .u8 label files beside the zip the original order comes back.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

import { writeFileAtomic } from '../io/atomic-write.ts';
import { FileError } from '../io/file-error.ts';
import type { ImageSet, Split } from './image-set.ts';
import { beginDecoding } from './images/decoders.ts';
import { imageFault } from './images/fault.ts';
import { openTree, type ImageTree } from './images/tree.ts';
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

/** Images that are in memory as such at one time; the next are being decoded while these become records. */
const portion = 1000;

function decodeSplit(path: string, split: Split, classes: readonly string[], cached: string): Uint8Array {
  const tree = openTree(path);
  const ordered = inOrder(tree, split, classes);
  const records = new Uint8Array(ordered.length * (imageBytes + 1));
  const begin = (from: number) =>
    beginDecoding(ordered.slice(from, from + portion).map(({ file }) => tree.source(file)));
  let decoding = begin(0);
  for (let from = 0; from < ordered.length; from += portion) {
    const images = decoding.take();
    decoding = begin(from + portion);
    images.forEach((image, k) => {
      const { file, label } = ordered[from + k]!;
      if (image instanceof FileError) throw image;
      if (image.width !== 32 || image.height !== 32) {
        throw imageFault(tree.shown(file), `expected 32 x 32 pixels, found ${image.width} x ${image.height}`);
      }
      writeRecord(records, from + k, label, image.pixels);
    });
  }
  mkdirSync(dirname(cached), { recursive: true });
  writeFileAtomic(cached, records);
  return records;
}

/** CIFAR's record: the label, then all reds, all greens, all blues. */
function writeRecord(records: Uint8Array, i: number, label: number, rgb: Uint8Array): void {
  const at = i * (imageBytes + 1);
  records[at] = label;
  for (let p = 0; p < 1024; p++) {
    for (let c = 0; c < 3; c++) records[at + 1 + c * 1024 + p] = rgb[p * 3 + c]!;
  }
}

/** The files of the split with their classes: in the original order when the label file is there, else class by class. */
function inOrder(tree: ImageTree, split: Split, classes: readonly string[]): { file: string; label: number }[] {
  const path = tree.root;
  const top = tree.list('').map(({ name }) => name);
  const folder = ['', ...top.map((name) => `${name}/`)]
    .map((above) => above + split)
    .find((f) => tree.list(f).length > 0);
  const ofClass = classes.map((name) =>
    tree
      .list(`${folder}/${name}`)
      .filter((entry) => /\.jpe?g$/i.test(entry.name))
      .map((entry) => `${folder}/${name}/${entry.name}`),
  );
  const total = ofClass.reduce((sum, files) => sum + files.length, 0);
  if (total === 0) {
    throw new FileError('missing-data', {
      file: path,
      problem: `expected images as ${split}/airplane/0000.jpg in the archive, found none`,
      hint: 'Choose the zip of CIFAR-10 images with one folder for each class.',
    });
  }
  const labelFile = join(dirname(path), `${split}-labels.u8`);
  const labels = existsSync(labelFile) ? readFileSync(labelFile) : null;
  const fits = ofClass.every((files, label) => files.length === labels?.filter((each) => each === label).length);
  if (!labels || labels.length !== total || !fits)
    return ofClass.flatMap((files, label) => files.map((file) => ({ file, label })));
  const next = classes.map(() => 0);
  return [...labels].map((label) => ({ file: ofClass[label]![next[label]!++]!, label }));
}
