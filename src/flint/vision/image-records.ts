// Labelled images that stay in their files: for sets of MNIST's and CIFAR's formats that are larger than memory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkIndex, indexTensor, type Dataset } from '../data/dataset.ts';
import { fail } from '../errors.ts';
import { withFile } from '../io/archive/source.ts';
import { FileError } from '../io/file-error.ts';
import { idxHeader, longestIdxHeader } from '../io/idx.ts';
import { readRecords } from '../io/npy-rows.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import { tensor } from '../tensor/creation.ts';
import { callTensor } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkLabel, cifarImageBytes, recordsIn, type CifarLayout } from './cifar-batches.ts';
import { cifar10Batches, cifar10Classes, cifar10Layout } from './cifar10-files.ts';
import { cifar100Classes, cifar100Layout, type Cifar100Labels } from './cifar100-files.ts';
import type { Normalization } from './datasets.ts';
import { readIdx } from './idx.ts';
import { listing, resolveRoot } from './source.ts';

/** Records of one size in one file. */
interface RecordFile {
  path: string;
  /** Where the pixels of the first record begin, and how many bytes lie from one to the next. */
  start: number;
  stride: number;
  count: number;
}
interface Records {
  files: RecordFile[];
  channels: number;
  height: number;
  width: number;
  labels: Uint8Array;
  classes: readonly string[];
}
/** What {@link ImageRecords} may be told. */
export interface ImageRecordsOptions {
  /** The training part (default) or the test part. */
  train?: boolean;
  /** Applied to pixels in 0..1. Without it they stay in 0..1. */
  normalize?: Normalization;
}

/**
 * Images of one size in the records of plain (not compressed) files. Only their labels are kept in memory; pixels are read when
 * they are asked for. Sample i: `[image float32 [channels, height, width], label]`, as of {@link ImageDataset}.
 *
 * ```ts
 * const large = ImageRecords.idx('huge-images-idx3-ubyte', 'huge-labels-idx1-ubyte');
 * ```
 */
export class ImageRecords implements Dataset<[Tensor, Tensor]> {
  readonly length: number;
  /** All labels, int64 [count]. */
  readonly labels: Tensor;
  readonly classes: readonly string[];
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  private readonly files: readonly RecordFile[];
  private readonly scale: Tensor;
  private readonly shift: Tensor;

  private constructor(records: Records, { normalize }: ImageRecordsOptions) {
    const { files, channels, height, width, labels, classes } = records;
    const mean = normalize?.mean ?? Array<number>(channels).fill(0);
    const std = normalize?.std ?? Array<number>(channels).fill(1);
    if (mean.length !== channels || std.length !== channels) {
      fail(
        'normalize',
        `images have ${channels} channels, but mean and std have ${mean.length} and ${std.length} values`,
      );
    }
    this.files = files;
    this.length = labels.length;
    this.shape = [channels, height, width];
    this.labels = tensorFromBytes(labels, [labels.length], 'uint8').long();
    this.classes = classes;
    this.scale = tensor(std.map((s) => 1 / (255 * s)));
    this.shift = tensor(mean.map((m, i) => -m / std[i]!));
  }

  /** An IDX file of images `[n, height, width]` or `[n, channels, height, width]` in unsigned bytes, and one of labels. */
  static idx(images: string, labels: string, options: ImageRecordsOptions = {}): ImageRecords {
    return new ImageRecords(idxRecords(resolveRoot(images), resolveRoot(labels)), options);
  }
  /** The binary batches of CIFAR-10 in a folder. */
  static cifar10(root: string, options: ImageRecordsOptions = {}): ImageRecords {
    const names = cifar10Batches[(options.train ?? true) ? 'train' : 'test'];
    return new ImageRecords(cifarRecords(resolveRoot(root), names, cifar10Layout, cifar10Classes), options);
  }
  /** The binary files of CIFAR-100 in a folder. */
  static cifar100(root: string, options: ImageRecordsOptions & { labels?: Cifar100Labels } = {}): ImageRecords {
    const { labels = 'fine', train = true } = options;
    const names = [train ? 'train' : 'test'];
    return new ImageRecords(
      cifarRecords(resolveRoot(root), names, cifar100Layout(labels), cifar100Classes[labels]),
      options,
    );
  }

  /** `[image, label]`: float32 [channels, height, width] and a 0-dimensional int64. */
  get(index: number): [Tensor, Tensor] {
    const [x, y] = this.getBatch([index]);
    return [x.squeeze(0), y.squeeze(0)];
  }
  /** Images [n, channels, height, width] float32 and labels [n] int64 at the given indices. */
  getBatch(indices: readonly number[]): [Tensor, Tensor] {
    for (const index of indices) checkIndex(index, this.length, 'ImageRecords');
    const images = tensorFromBytes(this.bytes(indices), [indices.length, ...this.shape], 'uint8');
    const all = indexTensor(Array.from(indices, (_, i) => i));
    return [
      callTensor('imageBatch', images, all, this.scale, this.shift),
      this.labels.indexSelect(0, indexTensor(indices)),
    ];
  }

  /** The pixels of images, one after another. */
  private bytes(indices: readonly number[]): Uint8Array {
    const size = this.shape[0] * this.shape[1] * this.shape[2];
    const pixels = new Uint8Array(indices.length * size);
    let first = 0;
    for (const { path, start, stride, count } of this.files) {
      const [from, to] = [first, (first += count)];
      const places = indices.flatMap((index, i) => (index >= from && index < to ? [i] : []));
      if (places.length === 0) continue;
      const records = readRecords(path, places.map((i) => indices[i]! - from), { start: start - (stride - size), size: stride }); // prettier-ignore
      places.forEach((i, k) => pixels.set(records.subarray((k + 1) * stride - size, (k + 1) * stride), i * size));
    }
    return pixels;
  }
}

function idxRecords(path: string, labelPath: string): Records {
  const { shape, type, start, total, length } = withFile(path, (source) => {
    const bytes = source.slice(0, longestIdxHeader);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      throw new FileError('packed', {
        file: path,
        problem: 'it is compressed, and cannot be read in parts',
        hint: 'Unpack it.',
      });
    }
    return { ...idxHeader(bytes, path), length: source.length };
  });
  const sizes = shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : shape;
  const wrong =
    type.dtype !== 'uint8' || sizes.length !== 4
      ? `expected images [n, height, width] of unsigned bytes, found [${shape.join(', ')}] ${type.name}`
      : length !== total
        ? `expected ${total} bytes for [${shape.join(', ')}], found ${length}`
        : null;
  if (wrong !== null)
    throw new FileError('bad-idx', { file: path, problem: wrong, hint: 'Choose an IDX file of images.' });
  const [count, channels, height, width] = sizes as [number, number, number, number];
  const labels = readIdx(labelPath, 1, 'labels').bytes;
  if (labels.length !== count) {
    throw new FileError('bad-idx', {
      file: labelPath,
      byte: 4,
      problem: `expected ${count} labels for the ${count} images of ${path}, found ${labels.length}`,
      hint: 'The two files belong to different sets.',
    });
  }
  const highest = labels.reduce((a, b) => Math.max(a, b), 0);
  const classes = Array.from({ length: Math.max(10, highest + 1) }, (_, i) => String(i));
  const files = [{ path, start, stride: channels * height * width, count }];
  return { files, channels, height, width, labels, classes };
}

/** Only the label bytes of the files are read, a piece at a time. */
function cifarRecords(
  root: string,
  names: readonly string[],
  layout: CifarLayout,
  classes: readonly string[],
): Records {
  const folders = [root, ...['cifar-10-batches-bin', 'cifar-100-binary'].map((name) => join(root, name))];
  const paths = names.flatMap((name) =>
    folders.map((folder) => join(folder, `${name}.bin`)).filter((p) => existsSync(p)),
  );
  if (paths.length === 0) {
    throw new FileError('missing-data', {
      file: root,
      problem: `expected ${names.map((name) => `${name}.bin`).join(', ')}, found ${listing(root)}`,
      hint: `Choose the folder with the binary version of ${layout.name}, unpacked.`,
    });
  }
  const stride = layout.labelBytes + cifarImageBytes;
  const parts = paths.map((path) => {
    const labels = withFile(path, (source) => {
      const found = new Uint8Array(recordsIn(source.length, path, layout));
      const piece = 300;
      for (let from = 0; from < found.length; from += piece) {
        const bytes = source.slice(from * stride, (from + piece) * stride);
        for (let i = from; i < Math.min(found.length, from + piece); i++) {
          const at = (i - from) * stride + layout.labelAt;
          found[i] = checkLabel(bytes[at]!, layout, path, i * stride + layout.labelAt);
        }
      }
      return found;
    });
    return { labels, file: { path, start: layout.labelBytes, stride, count: labels.length } };
  });
  const labels = Buffer.concat(parts.map((part) => part.labels));
  return { files: parts.map((p) => p.file), channels: 3, height: 32, width: 32, labels, classes };
}
