// Loops that report themselves: epochs and steps as the studio's progress bar, time left and axes show them.
import { Tensor } from '../tensor/tensor.ts';
import type { LoaderRecipe } from '../data/recipe.ts';
import { place, reportProgress } from './progress.ts';
import { currentSink } from './sink.ts';

interface Sized {
  readonly length?: number;
  setEpoch?(epoch: number): void;
  recipe?(): LoaderRecipe;
}

/** The loaders of this process that were followed, in their order. */
const loaders = new WeakMap<object, number>();
let loaderCount = 0;

/** Tells which batches the coming steps see. */
function reportLoading(source: Sized): void {
  if (!source.recipe) return;
  const known = loaders.get(source);
  const loader = known ?? loaderCount++;
  loaders.set(source, loader);
  const recipe = known === undefined ? { recipe: source.recipe() } : {};
  currentSink().loading({ loader, ...recipe, epoch: place.epoch, afterStep: place.step });
}

/** How many samples a batch holds: the first size of its first tensor. */
function samplesIn(batch: unknown): number {
  const first: unknown = Array.isArray(batch) ? batch[0] : batch;
  return first instanceof Tensor ? (first.shape[0] ?? 1) : 1;
}

/** Yields epoch numbers from `from` (default 0) up to `count` - 1. */
function* epochs(count: number, options: { from?: number } = {}): Generator<number, void, void> {
  place.epochs = count;
  for (let epoch = options.from ?? 0; epoch < count; epoch++) {
    Object.assign(place, { epoch, stepOfEpoch: 0, epochDone: false });
    reportProgress();
    yield epoch;
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
  sized.setEpoch?.(place.epoch);
  reportLoading(sized);
  Object.assign(place, { stepOfEpoch: 0, steps: options.total ?? sized.length ?? 0, epochDone: false });
  const batches = typeof source === 'number' ? Array(source).keys() : source;
  for (const batch of batches) {
    place.step += 1;
    yield batch;
    place.stepOfEpoch += 1;
    place.samples += samplesIn(batch);
    reportProgress();
  }
  place.epochDone = true;
}

/** Calls `act` when the number of the step is a multiple of `interval`. */
function every(interval: number, act: () => void): void {
  if (place.step % interval === 0) act();
}

/** Loops over epochs and steps that the studio follows. */
export const track = { epochs, steps, every };
