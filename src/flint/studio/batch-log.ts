// What a run writes down of the batches that its steps see: a line wherever other batches begin. Recipes and lists of indices,
// which may be long, are written once and then named by their hashes.
import { createHash } from 'node:crypto';
import { encodeIndices, hashOfIndices } from '../data/index-list.ts';
import { DataLoader } from '../data/loader.ts';
import { sameRecipe, snapshot, type DatasetRecipe, type LoaderRecipe } from '../data/recipe.ts';
import { place } from './progress.ts';
import { currentSink, type LoadingReport, type Sink, type StoredDataset, type StoredRecipe } from './sink.ts';

/** Characters of lists that a run writes down; what comes after is told to be unknown. */
const mostListed = 16 << 20;

/** Milliseconds between two looks at whether a recipe has changed: quick steps would notice one at each. */
const lookEvery = 5;

/** One loop over a source of batches. */
export interface Loop {
  source: object;
  epoch: number;
  /** Batches that were taken. */
  taken: number;
  /** What the batches are made of; null where nobody can say. */
  recipe: LoaderRecipe | null;
  /** Why the coming batches are not known. */
  unknown: string | null;
  /** The last step at which the recipe was still the same, and when that was. */
  looked: { step: number; at: number };
}

/** What a run has written down. */
interface Written {
  recipes: Set<string>;
  lists: Set<string>;
  listed: number;
  /** The numbers of the loaders, which may be many and short-lived. */
  loaders: WeakMap<object, number>;
  loaderCount: number;
  /** The loop of the last line, and the step that it saw last. */
  active: { loop: Loop; step: number } | null;
}
const ofSinks = new WeakMap<Sink, Written>();

function written(): Written {
  const sink = currentSink();
  const known = ofSinks.get(sink);
  if (known) return known;
  const fresh: Written = {
    recipes: new Set(),
    lists: new Set(),
    listed: 0,
    loaders: new WeakMap(),
    loaderCount: 0,
    active: null,
  };
  ofSinks.set(sink, fresh);
  return fresh;
}

/** A loop begins: what its batches are made of. */
export function beginLoop(source: object): Loop {
  // What else has a method of this name may mean anything by it.
  const loader = source instanceof DataLoader ? source : null;
  const recipe = loader && snapshot(loader.recipe());
  const unknown = recipe ? (recipe.unknown ?? null) : 'its batches came from no DataLoader, but from the script itself';
  const looked = { step: place.step, at: performance.now() };
  return { source, epoch: loader?.epoch ?? place.epoch, taken: 0, recipe, unknown, looked };
}

/** A step of the loop begins: its batch is there. */
export function stepOfLoop(loop: Loop): void {
  const log = written();
  const { step } = place;
  const { active } = log;
  const goesOn = active?.loop === loop && active.step === step - 1;
  if (!goesOn || performance.now() - loop.looked.at >= lookEvery) look(loop, step, log);
  if (!goesOn) {
    if (active && active.loop !== loop) look(active.loop, active.step, log);
    // The step may have been set back: a checkpoint was restored.
    if (active && active.step !== step - 1) currentSink().loading({ afterStep: active.step, end: true });
    currentSink().loading(lineOf(loop, step - 1, log));
  }
  log.active = { loop, step };
  loop.taken++;
}

/** Whether the batches are still made as they were: those since the last look are not known otherwise. */
function look(loop: Loop, step: number, log: Written): void {
  if (loop.unknown !== null) return;
  if (sameRecipe(loop.recipe, (loop.source as DataLoader<unknown>).recipe())) {
    loop.looked = { step, at: performance.now() };
    return;
  }
  loop.unknown = 'the data set or its transform was changed in the middle of the epoch';
  if (log.active?.loop === loop) currentSink().loading(lineOf(loop, loop.looked.step, log));
}

/** The loop is over, or was left. */
export function endLoop(loop: Loop): void {
  const log = written();
  look(loop, place.step, log);
  if (log.active?.loop !== loop) return;
  currentSink().loading({ afterStep: log.active.step, end: true });
  log.active = null;
}

function lineOf(loop: Loop, afterStep: number, log: Written): LoadingReport {
  const { recipe, unknown, epoch, taken: batch } = loop;
  if (!recipe || unknown !== null) return { afterStep, unknown: unknown ?? '' };
  const loader = log.loaders.get(loop.source) ?? log.loaderCount++;
  log.loaders.set(loop.source, loader);
  const lists = new Map<string, readonly number[]>();
  const named = { ...recipe, dataset: stored(recipe.dataset, (hash, indices) => (lists.set(hash, indices), {})) };
  const as = createHash('sha1').update(JSON.stringify(named)).digest('hex').slice(0, 20);
  const line = { afterStep, loader, epoch, batch, as };
  if (log.recipes.has(as)) return line;
  // Numbers that JSON has no words for, such as Infinity.
  if (!sameRecipe(JSON.parse(JSON.stringify(named)), named))
    return { afterStep, unknown: 'the data set has options that cannot be written down' };
  const texts = new Map<string, string>();
  for (const [hash, indices] of lists) if (!log.lists.has(hash)) texts.set(hash, encodeIndices(indices));
  const length = [...texts.values()].reduce((sum, text) => sum + text.length, 0);
  if (log.listed + length > mostListed)
    return { afterStep, unknown: 'the run has used so many lists of samples that it could not write down all of them' };
  log.listed += length;
  log.recipes.add(as);
  const whole: StoredRecipe = {
    ...recipe,
    dataset: stored(recipe.dataset, (hash) => {
      const text = log.lists.has(hash) ? undefined : texts.get(hash);
      log.lists.add(hash);
      return text === undefined ? {} : { text };
    }),
  };
  return { ...line, recipe: whole };
}

/** A recipe with its lists named by their hashes; `text` gives what is to be written beside a name. */
function stored(
  recipe: DatasetRecipe,
  text: (hash: string, indices: readonly number[]) => { text?: string },
): StoredDataset {
  switch (recipe.type) {
    case 'Subset': {
      const list = hashOfIndices(recipe.indices);
      const indices = { list, ...text(list, recipe.indices) };
      return { type: 'Subset', indices, dataset: stored(recipe.dataset, text) };
    }
    case 'ConcatDataset':
      return { type: 'ConcatDataset', datasets: recipe.datasets.map((part) => stored(part, text)) };
    default:
      return recipe;
  }
}
