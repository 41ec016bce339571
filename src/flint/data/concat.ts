// Data sets one after another, as one.
import { noGrad } from '../autograd.ts';
import { fail } from '../errors.ts';
import { cat } from '../tensor/joining.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkIndex, indexTensor, type Dataset, type Moment } from './dataset.ts';
import { recipeOf, type DatasetRecipe } from './recipe.ts';

/**
 * Sets one after another: the samples of the first, then those of the second, and so on. Where every part makes batches in
 * one go, so does the whole.
 */
export class ConcatDataset<Sample> implements Dataset<Sample> {
  readonly datasets: readonly Dataset<Sample>[];
  readonly length: number;
  getBatch?: (indices: readonly number[], at?: Moment) => Sample;
  /** The first index after each part. */
  private readonly ends: number[];

  constructor(datasets: readonly Dataset<Sample>[]) {
    this.datasets = datasets;
    let end = 0;
    this.ends = datasets.map((d) => (end += d.length));
    this.length = end;
    if (datasets.length > 0 && datasets.every((d) => d.getBatch))
      this.getBatch = (chosen, at) => this.gather(chosen, at);
  }

  get(index: number, at?: Moment): Sample {
    const part = this.partOf(index);
    return this.datasets[part]!.get(index - this.startOf(part), at);
  }

  recipe(): DatasetRecipe {
    return { type: 'ConcatDataset', datasets: this.datasets.map(recipeOf) };
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

  /** A batch of each part that is asked for, joined and put into the order of `indices`. */
  private gather(indices: readonly number[], at?: Moment): Sample {
    const inner = this.datasets.map((): number[] => []);
    const parts = indices.map((index) => {
      const part = this.partOf(index);
      inner[part]!.push(index - this.startOf(part));
      return part;
    });
    const asked = inner.flatMap((list, part) => (list.length > 0 ? [part] : []));
    if (asked.length <= 1) return this.datasets[asked[0] ?? 0]!.getBatch!(inner[asked[0] ?? 0]!, at);
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
    const batches = asked.map((part) => this.datasets[part]!.getBatch!(inner[part]!, at));
    return noGrad(() => joined(batches, indexTensor(order))) as Sample;
  }
}

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
