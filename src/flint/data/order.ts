// Which samples a batch holds: a function of seed, epoch and the batch's number alone.
import { shuffled, type Moment } from './dataset.ts';

/** The samples of an epoch in their order; null where that is the data set's own. */
export function epochOrder(length: number, shuffle: boolean, { seed, epoch }: Moment): number[] | null {
  return shuffle ? shuffled(length, seed, epoch) : null;
}

/** The samples of batch `batch` of an epoch of `length` samples; null where the epoch has no such batch. */
export function batchIndices(
  length: number,
  order: readonly number[] | null,
  { batchSize, dropLast }: { batchSize: number; dropLast: boolean },
  batch: number,
): number[] | null {
  const from = batch * batchSize;
  const to = Math.min(length, from + batchSize);
  if (batch < 0 || from >= length || (dropLast && to - from < batchSize)) return null;
  return order ? order.slice(from, to) : Array.from({ length: to - from }, (_, i) => from + i);
}
