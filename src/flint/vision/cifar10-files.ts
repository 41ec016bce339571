// CIFAR-10 in every form it is passed around: binary batches, Python pickles, either in a .tar.gz read in place, and the
// zip of 60,000 JPEG files. Files with fewer records than the originals are accepted, with a note.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FileError } from '../io/file-error.ts';
import { folderReader, joinBatches, readArchive, tarReader, type CifarLayout } from './cifar-batches.ts';
import { readCifarJpegs } from './cifar10-jpegs.ts';
import { syntheticRoot, type ImageSet, type Split } from './image-set.ts';
import { drawShapes } from './shapes.ts';
import { listing } from './source.ts';

export const cifar10Classes = [
  'airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck',
] as const; // prettier-ignore
const batchRecords = 10_000;
/** One label byte, then the pixels. */
export const cifar10Layout: CifarLayout = {
  name: 'CIFAR-10',
  labelBytes: 1,
  labelAt: 0,
  labelKey: 'labels',
  classes: cifar10Classes.length,
};
const drawn = { train: 10_000, test: 2_000 } as const;
/** The files of each split, without .bin. */
export const cifar10Batches = {
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
  const read =
    form.kind === 'tar'
      ? tarReader(readArchive(form.path), form.path, cifar10Layout)
      : folderReader(form.path, cifar10Layout);
  const parts = cifar10Batches[split].flatMap((name) => read(name));
  if (parts.length === 0) {
    throw new FileError('missing-data', {
      file: form.path,
      problem: `there is no ${cifar10Batches[split].join(', ')} (with or without .bin) in it`,
      hint: `Add the files of the ${split} split.`,
    });
  }
  const { notes, ...set } = joinBatches(parts, batchRecords);
  const missing = cifar10Batches[split].length - parts.length;
  if (missing > 0) {
    notes.push(`${missing} of the ${cifar10Batches[split].length} batches of the ${split} split are missing.`);
  }
  return { ...set, classes: cifar10Classes, notes };
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
    if (/\.(tar\.gz|tgz|tar)$/.test(root) && !/cifar-?100/i.test(basename(root))) return { kind: 'tar', path: root };
    return root.endsWith('.zip') ? { kind: 'jpeg', path: root } : null;
  }
  for (const folder of [root, 'cifar-10-batches-bin', 'cifar-10-batches-py', 'jpeg-full'].map((f) =>
    join(root, f === root ? '' : f),
  )) {
    const has = (name: string) => existsSync(join(folder, name));
    if ([...cifar10Batches.train, ...cifar10Batches.test].some((name) => has(`${name}.bin`) || has(name)))
      return { kind: 'folder', path: folder };
    for (const name of ['cifar-10-binary.tar.gz', 'cifar-10-python.tar.gz']) {
      if (has(name)) return { kind: 'tar', path: join(folder, name) };
    }
    if (has('cifar10-jpeg.zip')) return { kind: 'jpeg', path: join(folder, 'cifar10-jpeg.zip') };
  }
  return null;
}
