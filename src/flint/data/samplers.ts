// The order in which samples are taken: torch.utils.data's samplers. Each order is a function of (seed, epoch) alone.
import { fail } from '../errors.ts';
import { randomFor } from '../vision/random.ts';
import { shuffled, type Dataset } from './dataset.ts';

/**
 * Indices of samples, in an order. What a `DataLoader` takes as its `sampler`: iterated anew each epoch. Each iteration
 * is the next epoch unless {@link Sampler.setEpoch} says which.
 */
export interface Sampler<Index = number> extends Iterable<Index> {
  /** How many indices an epoch gives. */
  readonly length: number;
  /** Which epoch the next iteration is: a run that is continued gets the order it would have had. */
  setEpoch(epoch: number): void;
}

/** What samplers may be told. */
export interface SamplerOptions {
  /** 0 when left out. */
  seed?: number;
}
/** What {@link RandomSampler} may be told. */
export interface RandomSamplerOptions extends SamplerOptions {
  /** Whether a sample may come more than once; false when left out. */
  replacement?: boolean;
  /** How many indices an epoch gives; as many as there are samples when left out. */
  numSamples?: number;
}

type Sized = Pick<Dataset, 'length'>;

function checkCount(op: string, what: string, count: number): number {
  if (Number.isInteger(count) && count > 0) return count;
  return fail(op, `${what} must be a whole number from 1, got ${count}`);
}

/** Counts epochs, and asks for the order of each. */
abstract class EpochSampler<Index = number> implements Sampler<Index> {
  abstract readonly length: number;
  private epoch = 0;

  setEpoch(epoch: number): void {
    this.epoch = epoch;
  }
  [Symbol.iterator](): Iterator<Index> {
    return this.order(this.epoch++);
  }
  protected abstract order(epoch: number): Iterator<Index>;
}

/** 0, 1, 2, … */
export class SequentialSampler extends EpochSampler {
  readonly length: number;
  constructor(dataset: Sized) {
    super();
    this.length = dataset.length;
  }
  protected order(): Iterator<number> {
    return Array(this.length).keys();
  }
}

/** All samples in random order; or `numSamples` of them, or draws that may repeat with `replacement`. */
export class RandomSampler extends EpochSampler {
  readonly length: number;
  private readonly count: number;
  private readonly options: RandomSamplerOptions;
  constructor(dataset: Sized, options: RandomSamplerOptions = {}) {
    super();
    this.count = checkCount('RandomSampler', 'the number of samples', dataset.length);
    this.length = checkCount('RandomSampler', 'numSamples', options.numSamples ?? dataset.length);
    this.options = options;
  }
  protected *order(epoch: number): Generator<number> {
    const { seed = 0, replacement = false } = this.options;
    const { count, length } = this;
    if (replacement) {
      const random = randomFor(seed, epoch, count);
      for (let i = 0; i < length; i++) yield random.below(count);
      return;
    }
    // More than there are: whole rounds, each in an order of its own, as in torch.
    for (let given = 0, round = 0; given < length; round++) {
      const order = shuffled(count, round === 0 ? seed : seed + round * 0x9e3779b9, epoch).slice(0, length - given);
      yield* order;
      given += order.length;
    }
  }
}

/** The given indices in random order. */
export class SubsetRandomSampler extends EpochSampler {
  readonly length: number;
  private readonly indices: readonly number[];
  private readonly seed: number;
  constructor(indices: readonly number[], options: SamplerOptions = {}) {
    super();
    this.indices = indices;
    this.length = indices.length;
    this.seed = options.seed ?? 0;
  }
  protected *order(epoch: number): Generator<number> {
    for (const i of shuffled(this.length, this.seed, epoch)) yield this.indices[i]!;
  }
}

/**
 * `numSamples` draws in which sample i comes with a probability in proportion to `weights[i]`. They may repeat unless
 * `replacement` is false, when each draw leaves the rest to the others. {@link balancedWeights} gives weights with which
 * every class comes as often as any other.
 */
export class WeightedRandomSampler extends EpochSampler {
  readonly length: number;
  private readonly weights: Float64Array;
  private readonly replacement: boolean;
  private readonly seed: number;
  constructor(
    weights: ArrayLike<number>,
    numSamples: number,
    options: { replacement?: boolean } & SamplerOptions = {},
  ) {
    super();
    this.weights = Float64Array.from(weights);
    const bad = this.weights.findIndex((w) => !(w >= 0 && w < Infinity));
    if (bad >= 0)
      fail('WeightedRandomSampler', `weights are finite and not negative, weight ${bad} is ${weights[bad]}`);
    const positive = this.weights.reduce((n, w) => n + (w > 0 ? 1 : 0), 0);
    if (positive === 0) fail('WeightedRandomSampler', 'at least one weight must be greater than 0');
    this.length = checkCount('WeightedRandomSampler', 'numSamples', numSamples);
    this.replacement = options.replacement ?? true;
    if (!this.replacement && numSamples > positive) {
      fail(
        'WeightedRandomSampler',
        `${numSamples} draws without replacement need as many weights greater than 0, there are ${positive}`,
      );
    }
    this.seed = options.seed ?? 0;
  }

  protected *order(epoch: number): Generator<number> {
    const random = randomFor(this.seed, epoch, this.weights.length);
    if (!this.replacement) {
      // Efraimidis and Spirakis 2006: the largest of u^(1/w) are a weighted draw without replacement.
      const keys = this.weights.map((w) => (w > 0 ? Math.log(1 - random.uniform()) / w : -Infinity));
      yield* [...keys.keys()].sort((a, b) => keys[b]! - keys[a]!).slice(0, this.length);
      return;
    }
    let sum = 0;
    const ends = this.weights.map((w) => (sum += w));
    for (let i = 0; i < this.length; i++) yield firstAbove(ends, random.uniform() * sum);
  }
}

/** The first place whose value is above `value`, by halving. */
function firstAbove(ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Batches of indices of another sampler: arrays of `batchSize`, the last smaller unless it is dropped. */
export class BatchSampler implements Sampler<number[]> {
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;
  constructor(sampler: Sampler, batchSize: number, options: { dropLast?: boolean } = {}) {
    this.sampler = sampler;
    this.batchSize = checkCount('BatchSampler', 'batchSize', batchSize);
    this.dropLast = options.dropLast ?? false;
  }
  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }
  setEpoch(epoch: number): void {
    this.sampler.setEpoch(epoch);
  }
  *[Symbol.iterator](): Iterator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** A weight for each sample, 1 / (how many samples its class has): with them every class is drawn equally often. */
export function balancedWeights(labels: ArrayLike<number>): Float64Array {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
  return Float64Array.from({ length: labels.length }, (_, i) => 1 / counts.get(labels[i]!)!);
}
