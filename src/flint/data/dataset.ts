// What a data set is: something with a length whose samples can be asked for by index. And parts of sets.
import { FlintError } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';
import { ownClass, recipeOf, type DatasetRecipe } from './recipe.ts';

/** Which pass over the data it is: what random choices depend on, with a sample's index. A loader passes its own on. */
export interface Moment {
  seed: number;
  epoch: number;
}
/** Which batch it is: its number in the epoch. */
export interface BatchMoment extends Moment {
  batch: number;
}

/**
 * Samples by index. A class of your own needs these two; `getBatch` is a fast path that a loader uses where it is there, unless
 * a class below the one that has it overrides `get` alone.
 */
export interface Dataset<Sample = unknown> {
  /** How many samples there are. */
  readonly length: number;
  /** The sample at `index`, 0 <= index < length. `at` is what random transforms depend on. */
  get(index: number, at?: Moment): Sample;
  /** Many samples in one go, already collated: what a DataLoader yields for these indices. */
  getBatch?: MakeBatch<Sample> | undefined;
  /** The name of each sample, where samples have names: the path of its file. */
  sampleNames?(): readonly string[];
  /**
   * Samples that are not in the set because they are damaged: their places among all, in order, and their names. A kept
   * split counts them, so that it fits the set whether they are left out or not.
   */
  readonly leftOut?: readonly { index: number; name: string }[];
  /** The set as plain data, from which another process makes it again. */
  recipe?(): DatasetRecipe;
  /**
   * Starts the same in the background, by up to `threads` other threads; the function it gives back waits for it. A loader
   * is ahead with it.
   */
  startBatch?: StartBatch<Sample> | undefined;
  /** Told by a loader which epoch begins. */
  setEpoch?(epoch: number): void;
}
/** {@link Dataset.getBatch} */
export type MakeBatch<Sample> = (indices: readonly number[], at?: Moment) => Sample;
/** {@link Dataset.startBatch} */
export type StartBatch<Sample> = (indices: readonly number[], at?: Moment, threads?: number) => () => Sample;

/** Samples one after another, when their number is not known or they come from a stream. */
export interface IterableDataset<Sample = unknown> {
  [Symbol.iterator](): Iterator<Sample>;
  /** Told by a loader which epoch begins. */
  setEpoch?(epoch: number): void;
}

/** How far from an object, along its classes, a member of it is defined. */
function distanceOf(object: object, member: string): number {
  let distance = 0;
  for (let at: object | null = object; at; at = Object.getPrototypeOf(at) as object | null, distance++)
    if (Object.hasOwn(at, member)) return distance;
  return Infinity;
}

/**
 * The ways in which a set makes whole batches. One that a class inherits, while it overrides what the batch is made of
 * (`get`; for `startBatch` also `getBatch`), would pass the override over, and is none.
 */
export function batchWays<Sample>(set: Dataset<Sample>): {
  getBatch: MakeBatch<Sample> | undefined;
  startBatch: StartBatch<Sample> | undefined;
} {
  const [get, whole, start] = ['get', 'getBatch', 'startBatch'].map((member) => distanceOf(set, member)) as [
    number,
    number,
    number,
  ];
  if (!set.getBatch || whole > get) return { getBatch: undefined, startBatch: undefined };
  const ahead = set.startBatch && start <= Math.min(get, whole);
  return {
    getBatch: (indices, at) => set.getBatch!(indices, at),
    startBatch: ahead ? (indices, at, threads) => set.startBatch!(indices, at, threads) : undefined,
  };
}

/** Throws when a data set of that length has no such sample; `what` is the data set's class. */
export function checkIndex(index: number, length: number, what: string): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new FlintError(`[${what}] there is no sample ${index}: there are ${length}, counted from 0`, {
    code: 'index',
    op: what,
  });
}

/** Tensors with the same first size: sample i is `[a.at(i), b.at(i), …]`. */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> implements Dataset<T> {
  readonly tensors: T;
  readonly length: number;
  constructor(...tensors: T) {
    const sizes = tensors.map((t) => t.shape[0]);
    if (tensors.length === 0 || sizes.some((n) => n === undefined || n !== sizes[0])) {
      throw new FlintError(
        `[TensorDataset] all tensors need the same first size, got shapes ${tensors.map((t) => `[${t.shape.join(', ')}]`).join(', ')}`,
        { code: 'shape', op: 'TensorDataset' },
      );
    }
    this.tensors = tensors;
    this.length = sizes[0]!;
  }
  get(index: number): T {
    checkIndex(index, this.length, 'TensorDataset');
    return this.tensors.map((t) => t.at(index)) as unknown as T;
  }
  getBatch(indices: readonly number[]): T {
    const ids = indexTensor(indices);
    return this.tensors.map((t) => t.indexSelect(0, ids)) as unknown as T;
  }
}

/** The samples of another set at the given indices, of which it keeps a copy. */
export class Subset<Sample> implements Dataset<Sample> {
  readonly dataset: Dataset<Sample>;
  readonly indices: readonly number[];
  constructor(dataset: Dataset<Sample>, indices: readonly number[]) {
    for (const i of indices) checkIndex(i, dataset.length, 'Subset');
    this.dataset = dataset;
    this.indices = Object.freeze(Array.from(indices));
  }
  get length(): number {
    return this.indices.length;
  }
  get(index: number, at?: Moment): Sample {
    checkIndex(index, this.length, 'Subset');
    return this.dataset.get(this.indices[index]!, at);
  }
  /** Where the set makes batches, the part does. */
  get getBatch(): MakeBatch<Sample> | undefined {
    const { getBatch } = batchWays(this.dataset);
    return getBatch && ((chosen, at) => getBatch(this.inner(chosen), at));
  }
  get startBatch(): StartBatch<Sample> | undefined {
    const { startBatch } = batchWays(this.dataset);
    return startBatch && ((chosen, at, threads) => startBatch(this.inner(chosen), at, threads));
  }
  recipe(): DatasetRecipe {
    const own = ownClass(this, Subset);
    return own ?? { type: 'Subset', dataset: recipeOf(this.dataset), indices: this.indices };
  }
  private inner(chosen: readonly number[]): number[] {
    return chosen.map((i) => this.indices[i]!);
  }
}

/**
 * Parts of a set chosen at random: lengths as counts that add up to the set's, or as fractions that add up to 1 (what
 * rounding leaves over goes to the first parts). The same seed gives the same parts.
 */
export function randomSplit<Sample>(
  dataset: Dataset<Sample>,
  lengths: readonly number[],
  options: { seed?: number } = {},
): Subset<Sample>[] {
  const n = dataset.length;
  if (lengths.some((l) => !(l >= 0))) throw badLengths(n, lengths, 'each must be a number from 0');
  const sum = lengths.reduce((a, b) => a + b, 0);
  let counts = [...lengths];
  // 1 and 0 are fractions too where they cannot be counts.
  if (Math.abs(sum - 1) < 1e-9 && (n !== 1 || lengths.some((l) => !Number.isInteger(l)))) {
    counts = lengths.map((l) => Math.floor(l * n));
    for (let i = 0, left = n - counts.reduce((a, b) => a + b, 0); left > 0; left--, i = (i + 1) % counts.length)
      counts[i]!++;
  } else if (sum !== n) {
    throw badLengths(n, lengths, `they add up to ${sum}`);
  } else if (lengths.some((l) => !Number.isInteger(l))) {
    throw badLengths(n, lengths, 'counts are whole numbers');
  }
  const order = shuffled(n, options.seed ?? 0, 0);
  let from = 0;
  return counts.map((count) => new Subset(dataset, order.slice(from, (from += count))));
}

function badLengths(count: number, lengths: readonly number[], problem: string): FlintError {
  return new FlintError(
    `[randomSplit] the lengths ${lengths.join(', ')} cannot split ${count} samples: ${problem}; use counts that add up to ${count} or fractions that add up to 1`,
    { code: 'length', op: 'randomSplit' },
  );
}

/** 0..n-1 in an order that depends on (seed, epoch) alone. */
export function shuffled(n: number, seed: number, epoch: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  const random = randomFor(seed, epoch, n);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Indices as the int64 tensor that `indexSelect` takes. */
export function indexTensor(indices: readonly number[]): Tensor {
  return tensorFromBytes(Int32Array.from(indices), [indices.length], 'int32').long();
}
