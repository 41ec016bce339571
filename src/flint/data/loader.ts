// Mini-batches: which samples, in which order, put together how. The order is a function of (seed, epoch) alone.
import { FlintError } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { currentSink } from '../studio/sink.ts';
import { stack } from '../tensor/joining.ts';
import { tensor } from '../tensor/creation.ts';
import { Tensor } from '../tensor/tensor.ts';
import { batchWays, type BatchMoment, type Dataset, type IterableDataset, type Moment } from './dataset.ts';
import { batchIndices, epochOrder } from './order.ts';
import { ownClass, recipeOf, unknownIn, type LoaderRecipe } from './recipe.ts';

export interface DataLoaderOptions<Sample, Batch = Sample> {
  /** Samples in a batch; 1 by default. */
  batchSize?: number;
  /** A new order each epoch. */
  shuffle?: boolean;
  /** Leaves the last batch out when it is smaller. */
  dropLast?: boolean;
  /** Indices in the order they are to be taken, instead of `shuffle`; asked for anew each epoch. */
  sampler?: Iterable<number> & { setEpoch?(epoch: number): void };
  /** Makes a batch of samples; by default tensors and numbers are stacked, position by position. */
  collate?: (samples: Sample[], at: BatchMoment) => Batch;
  /** Changes whole batches after they were put together: `(batch, at) => mixUp.forward(batch, at)`. */
  transformBatch?: (batch: Batch, at: BatchMoment) => Batch;
  /** For `shuffle` and for random transforms; the run's own by default. */
  seed?: number;
  /**
   * Threads of the engine that make batches ahead, and how many batches they are ahead; 0 for none, 1 by default. Batches do
   * not depend on it. A data set without `startBatch`, or with `collate`, makes each batch when it is asked for.
   */
  numWorkers?: number;
}

/** Stacks what lies at the same position of each sample: tensors, numbers (floats, or int64 when all are whole), or both in arrays. */
export function defaultCollate(samples: readonly unknown[]): unknown {
  const first = samples[0];
  if (first instanceof Tensor) return noGrad(() => stack(samples as Tensor[], 0));
  if (typeof first === 'number') {
    const whole = samples.every((v) => Number.isInteger(v));
    return tensor(samples as number[], whole ? { dtype: 'int64' } : {});
  }
  if (Array.isArray(first)) return first.map((_, i) => defaultCollate(samples.map((s) => (s as unknown[])[i])));
  throw new FlintError(
    `[DataLoader] samples of type ${typeof first} cannot be put into a batch; give a collate function`,
    {
      code: 'collate',
      op: 'DataLoader',
    },
  );
}

/** The type a batch has: numbers become tensors. */
export type Collated<Sample> = Sample extends number
  ? Tensor
  : Sample extends readonly unknown[]
    ? { -readonly [K in keyof Sample]: Collated<Sample[K]> }
    : Sample;

/** Yields batches of a data set; each `for … of` is one epoch. */
export class DataLoader<Sample, Batch = Collated<Sample>> implements Iterable<Batch> {
  readonly dataset: Dataset<Sample> | IterableDataset<Sample>;
  readonly batchSize: number;
  private readonly options: DataLoaderOptions<Sample, Batch>;
  private readonly seed: number;
  private readonly workers: number;
  private next = 0;

  constructor(dataset: Dataset<Sample> | IterableDataset<Sample>, options: DataLoaderOptions<Sample, Batch> = {}) {
    const batchSize = options.batchSize ?? 1;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new FlintError(`[DataLoader] batchSize must be a whole number from 1, got ${batchSize}`, {
        code: 'batch-size',
        op: 'DataLoader',
      });
    }
    if (options.shuffle && options.sampler) {
      throw new FlintError('[DataLoader] give shuffle or sampler, not both: a sampler is an order already', {
        code: 'option',
        op: 'DataLoader',
      });
    }
    const workers = options.numWorkers ?? 1;
    if (!Number.isInteger(workers) || workers < 0) {
      throw new FlintError(`[DataLoader] numWorkers must be a whole number from 0, got ${workers}`, {
        code: 'option',
        op: 'DataLoader',
      });
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.workers = workers;
    this.options = { ...options };
    this.seed = options.seed ?? currentSink().seed;
  }

  /** Batches in an epoch; 0 when the data set does not know its length. */
  get length(): number {
    if (!('length' in this.dataset)) return 0;
    const { sampler, dropLast } = this.options;
    const samples = sampler && 'length' in sampler ? Number(sampler.length) : this.dataset.length;
    return dropLast ? Math.floor(samples / this.batchSize) : Math.ceil(samples / this.batchSize);
  }

  /** Which epoch the next iteration is: its order depends on it. A run that is continued gets the order it would have had. */
  setEpoch(epoch: number): void {
    this.next = epoch;
  }
  /** Which epoch the next iteration is: each counts on, unless {@link setEpoch} says otherwise. */
  get epoch(): number {
    return this.next;
  }

  /** What the batches are made of, as plain data. */
  recipe(): LoaderRecipe {
    const { shuffle = false, dropLast = false, sampler, collate, transformBatch } = this.options;
    const given = Object.entries({ sampler, collate, transformBatch }).filter(([, value]) => value !== undefined);
    const stream = !('length' in this.dataset);
    const dataset = recipeOf(this.dataset);
    const unknown =
      ownClass(this, DataLoader)?.why ??
      (stream ? 'it reads a stream' : unknownIn(dataset)) ??
      (given.length > 0 ? `the script has given it ${given.map(([name]) => name).join(', ')}` : null);
    return {
      dataset,
      length: 'length' in this.dataset ? this.dataset.length : 0,
      ...{ batchSize: this.batchSize, shuffle, dropLast, seed: this.seed },
      ...(unknown === null ? {} : { unknown }),
    };
  }

  *[Symbol.iterator](): Iterator<Batch> {
    const epoch = this.next++;
    if ('length' in this.dataset) yield* this.indexed(this.dataset, epoch);
    else yield* this.streamed(this.dataset, epoch);
  }

  private *indexed(dataset: Dataset<Sample>, epoch: number): Generator<Batch> {
    const { shuffle = false, sampler, dropLast = false } = this.options;
    sampler?.setEpoch?.(epoch);
    dataset.setEpoch?.(epoch);
    const moment: Moment = { seed: this.seed, epoch };
    const order = sampler ? [...sampler] : epochOrder(dataset.length, shuffle, moment);
    const count = order ? order.length : dataset.length;
    const start = (batch: number): (() => Batch) | null => {
      const indices = batchIndices(count, order, { batchSize: this.batchSize, dropLast }, batch);
      if (!indices) return null;
      const finish = this.making(dataset, indices, { ...moment, batch });
      const { transformBatch } = this.options;
      return transformBatch ? () => transformBatch(finish(), { ...moment, batch }) : finish;
    };
    const ahead: (() => Batch)[] = [];
    let next = 0;
    const fill = (wanted: number): void => {
      for (let more; ahead.length < wanted && (more = start(next)) !== null; next++) ahead.push(more);
    };
    for (fill(1); ahead.length > 0; fill(1)) {
      const batch = ahead.shift()!();
      fill(this.workers); // in the background, where the data set can, while the caller works on this one
      yield batch;
    }
  }

  /** Begins one batch; the function it gives back waits for it. */
  private making(dataset: Dataset<Sample>, indices: readonly number[], at: BatchMoment): () => Batch {
    const moment: Moment = { seed: at.seed, epoch: at.epoch };
    const { getBatch, startBatch } = batchWays(dataset);
    if (this.options.collate || !getBatch)
      return () =>
        this.collate(
          indices.map((i) => dataset.get(i, moment)),
          at,
        );
    if (startBatch && this.workers > 0) return startBatch(indices, moment, this.workers) as unknown as () => Batch;
    return () => getBatch(indices, moment) as unknown as Batch;
  }

  private *streamed(dataset: IterableDataset<Sample>, epoch: number): Generator<Batch> {
    const { dropLast, transformBatch } = this.options;
    dataset.setEpoch?.(epoch);
    let samples: Sample[] = [];
    let number = 0;
    const whole = (): Batch => {
      const at: BatchMoment = { seed: this.seed, epoch, batch: number++ };
      const batch = this.collate(samples, at);
      samples = [];
      return transformBatch ? transformBatch(batch, at) : batch;
    };
    for (const sample of dataset) {
      samples.push(sample);
      if (samples.length === this.batchSize) yield whole();
    }
    if (samples.length > 0 && !dropLast) yield whole();
  }

  private collate(samples: Sample[], at: BatchMoment): Batch {
    return this.options.collate ? this.options.collate(samples, at) : (defaultCollate(samples) as Batch);
  }
}
