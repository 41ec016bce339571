// MNIST (and sets of its layout) from a folder: IDX files, gzipped or not, named with dashes or dots.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../io/file-error.ts';
import { drawDigits } from './digits.ts';
import { readIdx } from './idx.ts';
import { syntheticRoot, type ImageSet, type Split } from './image-set.ts';
import { listing } from './source.ts';

/** The files of a split, as the original archive names them (with .gz). */
export const mnistFiles = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

/** How many digits the generator draws for each split, like MNIST itself. */
const drawn = { train: 60_000, test: 10_000 } as const;

export interface MnistOptions {
  /** For the generator: how many to draw; MNIST's own counts by default. */
  count?: number;
  /** For the generator. Train and test never share an image. */
  seed?: number;
}

/** Reads one split. `root`: a folder, or "synthetic" for drawn digits. Throws a FileError that says what is missing or broken. */
export function readMnist(root: string, split: Split, options: MnistOptions = {}): ImageSet {
  if (root === syntheticRoot) {
    return drawDigits({
      count: options.count ?? drawn[split],
      seed: 2 * (options.seed ?? 0) + (split === 'test' ? 1 : 0),
    });
  }
  const names = mnistFiles[split];
  const imagesFile = findFile(root, names.images);
  const labelsFile = findFile(root, names.labels);
  const images = readIdx(imagesFile, 3, 'images');
  const labels = readIdx(labelsFile, 1, 'labels');
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.shape[0] !== count) {
    throw new FileError('bad-idx', {
      file: labelsFile,
      byte: 4,
      problem: `expected ${count} labels for the ${count} images of ${imagesFile}, found ${labels.shape[0]}`,
      hint: 'The two files belong to different splits or sets.',
    });
  }
  const highest = labels.bytes.reduce((a, b) => Math.max(a, b), 0);
  const classes = Array.from({ length: Math.max(10, highest + 1) }, (_, i) => String(i));
  return { count, channels: 1, height, width, pixels: images.bytes, labels: labels.bytes, classes, notes: [] };
}

/** Whether a folder holds both files of the training split. */
export function isMnistFolder(root: string): boolean {
  return [mnistFiles.train.images, mnistFiles.train.labels].every((name) =>
    variants(root, name).some((f) => existsSync(f)),
  );
}

function variants(root: string, name: string): string[] {
  const dotted = name.replace('-idx', '.idx');
  const folders = [root, join(root, 'MNIST', 'raw'), join(root, 'FashionMNIST', 'raw'), join(root, 'raw')];
  return folders.flatMap((folder) => [name, dotted].flatMap((n) => [join(folder, n), join(folder, `${n}.gz`)]));
}

function findFile(root: string, name: string): string {
  const found = variants(root, name).find((file) => existsSync(file));
  if (found) return found;
  throw new FileError('missing-data', {
    file: root,
    problem: `expected the file ${name} or ${name}.gz here, found ${listing(root)}`,
    hint: 'Choose the folder with the four MNIST files, download them, or use "synthetic" for drawn digits.',
  });
}
