// Image data sets as scripts use them: bytes in memory, batches gathered and normalised by the engine in a few calls.
import { noGrad } from '../autograd.ts';
import { indexTensor, type Dataset, type Moment } from '../data/dataset.ts';
import type { DatasetRecipe } from '../data/recipe.ts';
import { FlintError } from '../errors.ts';
import { native } from '../native.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import { tensor } from '../tensor/creation.ts';
import { callTensor, wrapHandle } from '../tensor/dispatch.ts';
import { handleOf } from '../tensor/handle.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readCifar10 } from './cifar10-files.ts';
import type { ImageSet } from './image-set.ts';
import { readMnist } from './mnist-files.ts';
import { recipeFrom, type Origin, type Read } from './origin.ts';
import { resolveRoot } from './source.ts';
import { stampOfTensors } from './stamp.ts';
import { Compose } from './transforms/compose.ts';
import { freshMoment, type Images } from './transforms/run.ts';
import { Transform } from './transforms/transform.ts';

/** One number for each channel; (x - mean) / std. */
export interface Normalization {
  mean: readonly number[];
  std: readonly number[];
}
export interface ImageDatasetOptions {
  /** The training part (default) or the test part. */
  train?: boolean;
  /** Applied to pixels in 0..1. Without it they stay in 0..1. */
  normalize?: Normalization;
  /**
   * Applied to each image when it is asked for, on whole batches: the bytes 0..255 go in, and what comes out is float32 (in
   * 0..1 where the transforms leave bytes). Normalize is then one of its steps, instead of `normalize`.
   */
  transform?: Compose | Transform;
}

/** Elements of a batch that take longer to make than another thread to wake. */
const WORTH_A_THREAD = 64 * 1024;

const versionOf = (values: Tensor): number => native.version(handleOf(values));

/** Labelled images in memory. Sample i: `[image float32 [channels, height, width], label]`. */
export class ImageDataset implements Dataset<[Tensor, Tensor]> {
  /** All images, uint8 [count, channels, height, width]. */
  readonly images: Tensor;
  /** All labels, int64 [count]. */
  readonly labels: Tensor;
  readonly classes: string[];
  readonly length: number;
  readonly normalize: Normalization | null;
  readonly transform: Compose | null;
  /** Which class has made it, and of what: set by sets with a name. */
  protected origin: Origin | null = null;
  /** scale and shift for x·scale + shift, [channels]. */
  private readonly scale: Tensor;
  private readonly shift: Tensor;
  /** The images and labels as they were read, by their versions, and once it was asked for their stamp. */
  private readonly read: { tensors: Tensor[]; versions: number[]; stamp: string | null };

  constructor(set: ImageSet, normalize: Normalization | null, transform: Compose | Transform | null = null) {
    const { count, channels, height, width } = set;
    if (transform && normalize) {
      throw new FlintError(
        '[normalize] transform and normalize were both given; put ToTensor and Normalize(mean, std) into the transform',
        { code: 'normalize', op: 'normalize' },
      );
    }
    for (const values of normalize ? [normalize.mean, normalize.std] : []) {
      if (values.length === channels) continue;
      throw new FlintError(
        `[normalize] images have ${channels} channels, but mean and std have ${normalize!.mean.length} and ${normalize!.std.length} values; give one for each channel`,
        { code: 'normalize', op: 'normalize' },
      );
    }
    for (const note of set.notes) console.warn(note);
    this.images = tensorFromBytes(set.pixels, [count, channels, height, width], 'uint8');
    this.labels = tensorFromBytes(set.labels, [count], 'uint8').long();
    this.classes = [...set.classes];
    this.length = count;
    this.normalize = normalize && { mean: Object.freeze([...normalize.mean]), std: Object.freeze([...normalize.std]) };
    this.transform = transform instanceof Transform ? new Compose([transform]) : transform;
    const std = normalize?.std ?? Array<number>(channels).fill(1);
    const mean = normalize?.mean ?? Array<number>(channels).fill(0);
    this.scale = tensor(std.map((s) => 1 / (255 * s)));
    this.shift = tensor(mean.map((m, i) => -m / std[i]!));
    Object.freeze(this.normalize);
    const tensors = [this.images, this.labels];
    this.read = { tensors, versions: tensors.map(versionOf), stamp: null };
  }

  /** `[image, label]`: float32 [channels, height, width] and a 0-dimensional int64. */
  get(index: number, at?: Moment): [Tensor, Tensor] {
    const [x, y] = this.getBatch([index], at);
    return [x.squeeze(0), y.squeeze(0)];
  }

  /** Images [n, channels, height, width] float32 and labels [n] int64 at the given indices. */
  getBatch(indices: readonly number[], at?: Moment): [Tensor, Tensor] {
    const ids = indexTensor(indices);
    const labels = (): Tensor => this.labels.indexSelect(0, ids);
    if (this.transform) return [this.transform.batch(this.rows(indices), at ?? freshMoment()), labels()];
    return [callTensor('imageBatch', this.images, ids, this.scale, this.shift), labels()];
  }

  /** {@link getBatch} by other threads of the engine; for a few images, where that would take longer, at once. */
  startBatch(indices: readonly number[], at?: Moment, threads = 1): () => [Tensor, Tensor] {
    // A class of one's own may make batches otherwise.
    const own = this.getBatch !== ImageDataset.prototype.getBatch;
    if (own || indices.length * (this.images.numel() / this.length) < WORTH_A_THREAD)
      return () => this.getBatch(indices, at);
    const ids = indexTensor(indices);
    if (this.transform) {
      const finish = this.transform.begin(this.rows(indices), at ?? freshMoment(), threads);
      return () => [finish(), this.labels.indexSelect(0, ids)];
    }
    const batch = native.beginImageBatch(
      handleOf(this.images),
      handleOf(ids),
      handleOf(this.scale),
      handleOf(this.shift),
      threads,
    );
    return () => [wrapHandle(native.takeImageBatch(batch)), this.labels.indexSelect(0, ids)];
  }

  /** Of a set by name: its root and options. Of others, and of classes of one's own, nothing. */
  recipe(): DatasetRecipe {
    const { origin, normalize } = this;
    const options = { ...origin?.options, ...(normalize ? { normalize } : {}) };
    return recipeFrom(this, origin && { ...origin, options }, this.transform, () => this.stamped());
  }

  private stamped(): Read {
    const { tensors, versions } = this.read;
    const same = [this.images, this.labels].every((each, i) => each === tensors[i] && versionOf(each) === versions[i]);
    if (!same) return { changed: 'the script has changed its images or labels' };
    return { stamp: (this.read.stamp ??= stampOfTensors(tensors)) };
  }

  private rows(indices: readonly number[]): Images {
    return { images: [this.images], rows: indices, keys: indices };
  }

  /**
   * `count` samples from `from` on, in the order of the files; `normalize: false` leaves pixels in 0..1, without transforms
   * too.
   */
  batch(from: number, count: number, options: { normalize?: boolean } = {}): [Tensor, Tensor] {
    return noGrad(() => {
      const to = Math.min(this.length, from + count);
      if (options.normalize !== false) return this.getBatch(Array.from({ length: to - from }, (_, i) => from + i));
      const rows = `${from}:${to}`;
      return [
        this.images
          .at(rows)
          .float()
          .mul(1 / 255),
        this.labels.at(rows).clone(),
      ];
    });
  }
}

/**
 * MNIST, or any set in its IDX layout. `root`: the folder with the files (gzipped or not), or "synthetic" for drawn digits.
 * Images are [1, 28, 28].
 */
export class MNIST extends ImageDataset {
  constructor(root: string, options: ImageDatasetOptions = {}) {
    const { train = true, normalize, transform } = options;
    const at = resolveRoot(root);
    super(readMnist(at, train ? 'train' : 'test'), normalize ?? null, transform ?? null);
    this.origin = { of: MNIST, root: at, options: { train } };
  }
}

/**
 * CIFAR-10. `root`: the folder with the binary or Python batches, one of their archives, the zip of JPEG files, or
 * "synthetic" for drawn pictures. Images are [3, 32, 32].
 */
export class CIFAR10 extends ImageDataset {
  constructor(root: string, options: ImageDatasetOptions = {}) {
    const { train = true, normalize, transform } = options;
    const at = resolveRoot(root);
    super(readCifar10(at, train ? 'train' : 'test'), normalize ?? null, transform ?? null);
    this.origin = { of: CIFAR10, root: at, options: { train } };
  }
}
