// Data sets one after another, as one.
import { noGrad } from '../autograd.ts';
import { fail } from '../errors.ts';
import { cat } from '../tensor/joining.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  batchWays,
  checkIndex,
  indexTensor,
  type Dataset,
  type MakeBatch,
  type Moment,
  type StartBatch,
} from './dataset.ts';
import { ownClass, recipeOf, type DatasetRecipe } from './recipe.ts';

/**
 * Sets one after another: the samples of the first, then those of the second, and so on. Where every part makes batches in
 * one go, so does the whole.
 *
 * Each part draws its random numbers from a seed of its own, the first from the loader's: in
 * `new ConcatDataset([train, train])` the two copies of a sample are augmented differently.
 */
export class ConcatDataset<Sample> implements Dataset<Sample> {
  readonly datasets: readonly Dataset<Sample>[];
  readonly length: number;
  /** The first index after each part. */
  private readonly ends: readonly number[];

  constructor(datasets: readonly Dataset<Sample>[]) {
    this.datasets = Object.freeze([...datasets]);
    let end = 0;
    this.ends = datasets.map((d) => (end += d.length));
    this.length = end;
  }

  get(index: number, at?: Moment): Sample {
    const { part, inner } = this.locate(index);
    return this.datasets[part]!.get(inner, at && this.momentOf(part, at));
  }

  /** @internal The part that a sample is in, and its index there. */
  locate(index: number): { part: number; inner: number } {
    const part = this.partOf(index);
    return { part, inner: index - this.startOf(part) };
  }
  /** @internal What a part is told: a seed of its own, so that a set that comes twice is not drawn twice alike. */
  momentOf(part: number, at: Moment): Moment {
    return part === 0 ? at : { ...at, seed: (at.seed + part * 0x9e3779b9) % Number.MAX_SAFE_INTEGER };
  }

  /** Where all parts make batches, the whole does. */
  get getBatch(): MakeBatch<Sample> | undefined {
    const ways = this.datasets.map((part) => batchWays(part).getBatch);
    if (ways.length === 0 || !all(ways)) return undefined;
    return (chosen, at) =>
      this.gather(chosen, (part, inner) => () => ways[part]!(inner, at && this.momentOf(part, at)))();
  }
  get startBatch(): StartBatch<Sample> | undefined {
    const ways = this.datasets.map((part) => batchWays(part).startBatch);
    if (ways.length === 0 || !all(ways)) return undefined;
    return (chosen, at, threads) =>
      this.gather(chosen, (part, inner) => ways[part]!(inner, at && this.momentOf(part, at), threads));
  }

  recipe(): DatasetRecipe {
    return ownClass(this, ConcatDataset) ?? { type: 'ConcatDataset', datasets: this.datasets.map(recipeOf) };
  }

  private startOf(part: number): number {
    return part === 0 ? 0 : this.ends[part - 1]!;
  }

  /** The part that holds a sample, by halving. */
  private partOf(index: number): number {
    checkIndex(index, this.length, 'ConcatDataset');
    let [low, high] = [0, this.ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! > index) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** A batch of each part that is asked for, begun at once; the end joins them in the order of `indices`. */
  private gather(
    indices: readonly number[],
    begin: (part: number, inner: readonly number[]) => () => Sample,
  ): () => Sample {
    const inner = this.datasets.map((): number[] => []);
    const parts = indices.map((index) => {
      const { part, inner: place } = this.locate(index);
      inner[part]!.push(place);
      return part;
    });
    const asked = inner.flatMap((list, part) => (list.length > 0 ? [part] : []));
    if (asked.length <= 1) return begin(asked[0] ?? 0, inner[asked[0] ?? 0]!);
    const next = new Map<number, number>();
    let first = 0;
    for (const part of asked) {
      next.set(part, first);
      first += inner[part]!.length;
    }
    const order = parts.map((part) => {
      const place = next.get(part)!;
      next.set(part, place + 1);
      return place;
    });
    const batches = asked.map((part) => begin(part, inner[part]!));
    return () => noGrad(() => joined(batches.map((finish) => finish()), indexTensor(order))) as Sample; // prettier-ignore
  }
}

const all = <T>(values: readonly (T | undefined)[]): values is readonly T[] => values.every((v) => v !== undefined);

/** Batches joined along their first dimension, rows put in order; position by position for arrays. */
function joined(batches: readonly unknown[], order: Tensor): unknown {
  const first = batches[0];
  if (first instanceof Tensor) return cat(batches as Tensor[], 0).indexSelect(0, order);
  if (Array.isArray(first))
    return first.map((_, i) =>
      joined(
        batches.map((b) => (b as unknown[])[i]),
        order,
      ),
    );
  return fail(
    'ConcatDataset',
    `batches of type ${typeof first} cannot be joined; a batch is a tensor or an array of them`,
  );
}
