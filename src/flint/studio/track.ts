// Loops that report themselves: epochs and steps as the studio's progress bar, time left and axes show them.
import { Tensor } from '../tensor/tensor.ts';
import { beginLoop, endLoop, stepOfLoop } from './batch-log.ts';
import { place, reportProgress } from './progress.ts';

interface Sized {
  readonly length?: number;
  setEpoch?(epoch: number): void;
}

/** How many loops over `track.epochs` are going on: outside of them, a loader counts its epochs itself. */
let counting = 0;

/** How many samples a batch holds: the first size of its first tensor. */
function samplesIn(batch: unknown): number {
  const first: unknown = Array.isArray(batch) ? batch[0] : batch;
  return first instanceof Tensor ? (first.shape[0] ?? 1) : 1;
}

/** Yields epoch numbers from `from` (default 0) up to `count` - 1. Within, each is the epoch of the loaders that are looped over. */
function* epochs(count: number, options: { from?: number } = {}): Generator<number, void, void> {
  place.epochs = count;
  counting++;
  try {
    for (let epoch = options.from ?? 0; epoch < count; epoch++) {
      Object.assign(place, { epoch, stepOfEpoch: 0, epochDone: false });
      reportProgress();
      yield epoch;
    }
  } finally {
    counting--;
  }
  Object.assign(place, { epoch: Math.max(0, count - 1), stepOfEpoch: place.steps });
  reportProgress();
}

/**
 * Yields what `source` yields, and reports each step. A number yields 0, 1, … below it. `total`: how many steps there
 * will be, where the source does not say so itself.
 */
function steps(source: number, options?: { total?: number }): Generator<number, void, void>;
function steps<Batch>(source: Iterable<Batch>, options?: { total?: number }): Generator<Batch, void, void>;
function* steps(source: number | Iterable<unknown>, options: { total?: number } = {}): Generator<unknown, void, void> {
  const sized = (typeof source === 'number' ? { length: source } : source) as Sized;
  if (counting > 0) sized.setEpoch?.(place.epoch);
  const loop = beginLoop(sized);
  Object.assign(place, { stepOfEpoch: 0, steps: options.total ?? sized.length ?? 0, epochDone: false });
  const batches = typeof source === 'number' ? Array(source).keys() : source;
  try {
    for (const batch of batches) {
      place.step += 1;
      stepOfLoop(loop);
      yield batch;
      place.stepOfEpoch += 1;
      place.samples += samplesIn(batch);
      reportProgress();
    }
  } finally {
    endLoop(loop);
  }
  place.epochDone = true;
}

/** Calls `act` when the number of the step is a multiple of `interval`. */
function every(interval: number, act: () => void): void {
  if (place.step % interval === 0) act();
}

/** Loops over epochs and steps that the studio follows. */
export const track = { epochs, steps, every };
