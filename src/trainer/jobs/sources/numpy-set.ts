// Arrays of NumPy that are images: bytes of three or four dimensions, with labels of the same length where there are any.
import { basename } from 'node:path';
import type { ImageSet } from '../../../flint/vision/image-set.ts';
import { StudioError } from '../../../shared/errors.ts';

interface Plain {
  name: string;
  shape: readonly number[];
  dtype: string;
  bytes: () => Uint8Array;
  numbers: () => number[];
}
export interface NumpyImages {
  splitNames: string[];
  read: (split: string) => ImageSet;
  /** The names of a split's arrays in a .npz file: the images, and the labels where there are any. */
  arraysOf: (split: string) => string[] | undefined;
}

/** The splits of a .npz or .npy file. Throws when none of its arrays is of images, and says which arrays there are. */
export async function numpyImages(path: string): Promise<NumpyImages> {
  const { loadNpy, loadNpz } = await import('../../../flint/io/npy.ts');
  const loaded = /\.npz$/i.test(path) ? [...loadNpz(path)] : [[basename(path), loadNpy(path)] as const];
  const arrays = loaded.map(([name, tensor]): Plain => ({
    name,
    shape: tensor.shape,
    dtype: tensor.dtype,
    bytes: () => Uint8Array.from(tensor.toTypedArray() as Uint8Array),
    numbers: () => Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number),
  }));
  const images = arrays.filter(isImages);
  if (images.length === 0) {
    const found = arrays.map(({ name, dtype, shape }) => `${name}: ${dtype} [${shape.join(', ')}]`).join('; ');
    throw new StudioError(
      'not-images',
      `${path} holds no images (arrays of uint8 with 3 or 4 dimensions). It has ${found}. A script reads them with NumpyDataset.`,
    );
  }
  const names = images.map((array) => splitOf(array.name, images.length));
  const imagesOf = (split: string) => images[names.indexOf(split)]!;
  return {
    splitNames: names,
    read: (split) => setOf(imagesOf(split), arrays),
    arraysOf: (split) => {
      if (!/\.npz$/i.test(path)) return undefined;
      const labels = labelsArray(imagesOf(split), arrays);
      return [imagesOf(split).name, ...(labels ? [labels.name] : [])];
    },
  };
}

const isImages = ({ dtype, shape }: Plain) => dtype === 'uint8' && (shape.length === 3 || shape.length === 4);

/** "x_train" is the split "train"; the only one is "all". */
function splitOf(name: string, count: number): string {
  const known = /(train|test|val(?:id(?:ation)?)?)/i.exec(name)?.[1];
  return known?.toLowerCase() ?? (count === 1 ? 'all' : name);
}

function setOf(array: Plain, all: readonly Plain[]): ImageSet {
  const { count, channels, height, width, last } = dimensions(array.shape);
  const labels = labelsFor(array, all, count);
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  const classes = Array.from({ length: largest + 1 }, (_, i) => String(i));
  const bytes = array.bytes();
  const pixels = last ? channelsFirst(bytes, count, height * width, channels) : bytes;
  return { count, channels, height, width, pixels, labels, classes, notes: [] };
}

/** [n, h, w], [n, h, w, c] or [n, c, h, w]: channels are the size of 1 or 3. */
function dimensions(shape: readonly number[]) {
  const [count, a, b, c] = shape as [number, number, number, number | undefined];
  if (c === undefined) return { count, channels: 1, height: a, width: b, last: false };
  const last = c === 1 || c === 3 || (c === 4 && a > 4);
  return last
    ? { count, channels: c, height: a, width: b, last: c > 1 }
    : { count, channels: a, height: b, width: c, last: false };
}

function channelsFirst(bytes: Uint8Array, count: number, area: number, channels: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let n = 0; n < count; n++) {
    const from = n * area * channels;
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < channels; c++) out[from + c * area + i] = bytes[from + i * channels + c]!;
    }
  }
  return out;
}

/** Whole numbers, one an image; of several the one whose name is most like that of the images. */
function labelsArray(array: Plain, all: readonly Plain[]): Plain | undefined {
  const count = array.shape[0];
  const fitting = all.filter(({ shape, dtype }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return shape.length >= 1 && shape.length <= 2 && size === count && /int/.test(dtype);
  });
  const split = splitOf(array.name, 2);
  return fitting.find(({ name }) => splitOf(name, 2) === split) ?? (fitting.length === 1 ? fitting[0] : undefined);
}

/** All 0 where there are none. */
function labelsFor(array: Plain, all: readonly Plain[], count: number): Uint8Array {
  const own = labelsArray(array, all);
  if (!own) return new Uint8Array(count);
  const numbers = own.numbers();
  const bad = numbers.find((n) => !Number.isInteger(n) || n < 0 || n > 255);
  if (bad === undefined) return Uint8Array.from(numbers);
  throw new StudioError('bad-labels', `The array ${own.name} holds ${bad}; classes are whole numbers from 0 to 255.`);
}
