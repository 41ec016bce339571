// CIFAR-100: 100 fine classes in 20 coarse ones, as binary files or Python pickles, in a folder or a .tar.gz read in place.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readMaybeGzipped } from '../io/archive/gzip.ts';
import { FileError } from '../io/file-error.ts';
import { readPickle } from '../io/pickle.ts';
import { decodeText } from '../io/text-file.ts';
import {
  folderReader,
  joinBatches,
  readArchive,
  tarReader,
  type BatchReader,
  type CifarLayout,
} from './cifar-batches.ts';
import { syntheticRoot, type ImageSet, type Split } from './image-set.ts';
import { listing } from './source.ts';

/** Which of the two labels of an image is taken. */
export type Cifar100Labels = 'fine' | 'coarse';

export const cifar100Classes: Readonly<Record<Cifar100Labels, readonly string[]>> = {
  fine: [
    'apple', 'aquarium_fish', 'baby', 'bear', 'beaver', 'bed', 'bee', 'beetle', 'bicycle', 'bottle', 'bowl', 'boy', 'bridge',
    'bus', 'butterfly', 'camel', 'can', 'castle', 'caterpillar', 'cattle', 'chair', 'chimpanzee', 'clock', 'cloud', 'cockroach',
    'couch', 'crab', 'crocodile', 'cup', 'dinosaur', 'dolphin', 'elephant', 'flatfish', 'forest', 'fox', 'girl', 'hamster',
    'house', 'kangaroo', 'keyboard', 'lamp', 'lawn_mower', 'leopard', 'lion', 'lizard', 'lobster', 'man', 'maple_tree',
    'motorcycle', 'mountain', 'mouse', 'mushroom', 'oak_tree', 'orange', 'orchid', 'otter', 'palm_tree', 'pear', 'pickup_truck',
    'pine_tree', 'plain', 'plate', 'poppy', 'porcupine', 'possum', 'rabbit', 'raccoon', 'ray', 'road', 'rocket', 'rose', 'sea',
    'seal', 'shark', 'shrew', 'skunk', 'skyscraper', 'snail', 'snake', 'spider', 'squirrel', 'streetcar', 'sunflower',
    'sweet_pepper', 'table', 'tank', 'telephone', 'television', 'tiger', 'tractor', 'train', 'trout', 'tulip', 'turtle',
    'wardrobe', 'whale', 'willow_tree', 'wolf', 'woman', 'worm',
  ], // prettier-ignore
  coarse: [
    'aquatic_mammals', 'fish', 'flowers', 'food_containers', 'fruit_and_vegetables', 'household_electrical_devices',
    'household_furniture', 'insects', 'large_carnivores', 'large_man-made_outdoor_things', 'large_natural_outdoor_scenes',
    'large_omnivores_and_herbivores', 'medium_mammals', 'non-insect_invertebrates', 'people', 'reptiles', 'small_mammals',
    'trees', 'vehicles_1', 'vehicles_2',
  ], // prettier-ignore
};

const originalRecords = { train: 50_000, test: 10_000 } as const;
/** Two label bytes, coarse and fine, then the pixels. */
export const cifar100Layout = (labels: Cifar100Labels): CifarLayout => ({
  name: 'CIFAR-100',
  labelBytes: 2,
  labelAt: labels === 'fine' ? 1 : 0,
  labelKey: `${labels}_labels`,
  classes: cifar100Classes[labels].length,
});

interface Place {
  read: BatchReader;
  /** The bytes of another file of the set, or undefined. */
  file: (name: string) => { bytes: Uint8Array; file: string } | undefined;
  path: string;
}

/**
 * Reads one split. `root`: the folder with `train.bin` and `test.bin` or the pickles `train` and `test`, or one of the archives
 * cifar-100-binary.tar.gz and cifar-100-python.tar.gz. Class names come from the files beside them, else they are the original's.
 * Throws a FileError that names the file, the byte and what to do.
 */
export function readCifar100(root: string, split: Split, options: { labels?: Cifar100Labels } = {}): ImageSet {
  const { labels = 'fine' } = options;
  const layout = cifar100Layout(labels);
  const place = findPlace(root, layout);
  if (!place) {
    const drawn = root === syntheticRoot;
    throw new FileError('missing-data', {
      file: root,
      problem: drawn
        ? 'there are no drawn pictures of 100 classes'
        : `expected train.bin, train, cifar-100-binary.tar.gz or cifar-100-python.tar.gz, found ${listing(root)}`,
      hint: drawn
        ? 'Use CIFAR10("synthetic"), or choose the folder with the files.'
        : 'Choose the folder with the CIFAR-100 files.',
    });
  }
  const parts = place.read(split);
  if (parts.length === 0) {
    throw new FileError('missing-data', {
      file: place.path,
      problem: `there is no ${split} (with or without .bin) in it`,
      hint: `Add the file of the ${split} split.`,
    });
  }
  const classes = namesFrom(place, labels) ?? cifar100Classes[labels];
  return { ...joinBatches(parts, originalRecords[split]), classes };
}

/** Whether a folder or file is CIFAR-100 in a form that is known. */
export function isCifar100(root: string): boolean {
  return locate(root) !== null;
}

const archives = ['cifar-100-binary.tar.gz', 'cifar-100-python.tar.gz'] as const;

function locate(root: string): { kind: 'folder' | 'tar'; path: string } | null {
  if (root === syntheticRoot || !existsSync(root)) return null;
  if (!statSync(root).isDirectory()) {
    return /cifar-?100.*\.(tar\.gz|tgz|tar)$/i.test(basename(root)) ? { kind: 'tar', path: root } : null;
  }
  for (const folder of [root, join(root, 'cifar-100-binary'), join(root, 'cifar-100-python')]) {
    const isFile = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
    // A folder of class folders may have files named "train" nowhere; the names beside them tell CIFAR-100 apart.
    const named = isFile('meta') || isFile('fine_label_names.txt');
    const has = (name: string) => isFile(`${name}.bin`) || isFile(name);
    if ((has('train') || has('test')) && (named || isFile('train.bin') || isFile('test.bin') || folder !== root)) {
      return { kind: 'folder', path: folder };
    }
    const archive = archives.find(isFile);
    if (archive) return { kind: 'tar', path: join(folder, archive) };
  }
  return null;
}

function findPlace(root: string, layout: CifarLayout): Place | null {
  const found = locate(root);
  if (!found) return null;
  const { path } = found;
  if (found.kind === 'folder') {
    const file = (name: string) => {
      const full = join(path, name);
      return existsSync(full) ? { bytes: readMaybeGzipped(full), file: full } : undefined;
    };
    return { path, read: folderReader(path, layout), file };
  }
  const files = readArchive(path);
  const file = (name: string) => {
    const entry = [...files].find(([inside]) => basename(inside) === name);
    return entry && { bytes: entry[1], file: `${path}:${entry[0]}` };
  };
  return { path, read: tarReader(files, path, layout), file };
}

/** The class names that came with the files; null when there are none. */
function namesFrom(place: Place, labels: Cifar100Labels): string[] | null {
  const listed = place.file(`${labels}_label_names.txt`);
  if (listed) return checked(decodeText(listed.bytes, listed.file).split(/\r?\n/).filter(Boolean), listed.file, labels);
  const meta = place.file('meta');
  if (!meta) return null;
  const value = readPickle(meta.bytes, meta.file);
  const names = value instanceof Map ? value.get(`${labels}_label_names`) : undefined;
  const texts = Array.isArray(names)
    ? names.map((n) => (n instanceof Uint8Array ? Buffer.from(n).toString('latin1') : String(n)))
    : [];
  return checked(texts, meta.file, labels);
}

function checked(names: string[], file: string, labels: Cifar100Labels): string[] {
  const wanted = cifar100Classes[labels].length;
  if (names.length === wanted) return names;
  throw new FileError('bad-cifar', {
    file,
    problem: `expected the names of ${wanted} ${labels} classes, found ${names.length}`,
    hint: 'Remove the file to use the original names, or get it again.',
  });
}
