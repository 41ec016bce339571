// Which batches the steps of a run saw: a line of JSON wherever other batches begin, in a file of the run's folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeIndices } from '../data/index-list.ts';
import type { DatasetRecipe, LoaderRecipe } from '../data/recipe.ts';
import { fileSystemError, FileError } from '../io/file-error.ts';
import type { StoredDataset, StoredRecipe } from './sink.ts';

/** The file's name in the folder of a run. */
export const batchesFile = 'batches.jsonl';

const afterStep = z.number().int();
const Batches = z.object({
  afterStep,
  epoch: z.number().int(),
  batch: z.number().int(),
  as: z.string(),
  recipe: z.custom<StoredRecipe>((value) => typeof value === 'object' && value !== null).optional(),
});
const Line = z.union([
  Batches,
  z.object({ afterStep, unknown: z.string() }),
  z.object({ afterStep, end: z.literal(true) }),
]);
type Line = z.infer<typeof Line>;

/** The batch of one step. */
export interface BatchOfStep {
  recipe: LoaderRecipe;
  /** The recipe's name: that of another content is another. */
  as: string;
  epoch: number;
  /** Its number in the epoch, from 0. */
  batch: number;
}

/**
 * Which batch step `step` of the run in `folder` saw, counted from 1 as metrics are. Throws a FileError where the run has not
 * written it down, or could not.
 */
export function batchOfStep(folder: string, step: number): BatchOfStep {
  const file = join(folder, batchesFile);
  const lines = linesOf(file);
  const found = lineOf(lines, step);
  if (!found) throw missing(file, `no batch of step ${step} is written down`, 'Choose a step that the run has made.');
  if ('unknown' in found)
    throw missing(file, `the batch of step ${step} cannot be made again: ${found.unknown}`, 'Only the script can.');
  const recipe = lines.find((line) => 'as' in line && line.as === found.as && line.recipe) as typeof found | undefined;
  if (!recipe?.recipe) throw missing(file, `the recipe ${found.as} is not in it`, 'The file is damaged.');
  const whole = restored(file, recipe.recipe, listsOf(lines));
  return { recipe: whole, as: found.as, epoch: found.epoch, batch: found.batch + step - found.afterStep - 1 };
}

const missing = (file: string, problem: string, hint: string) => new FileError('no-batches', { file, problem, hint });

function linesOf(file: string): Line[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileSystemError(file, error, 'read it');
    throw missing(
      file,
      'the run has not written down which batches it saw',
      'A script does with `for (const batch of track.steps(loader))`.',
    );
  }
  const all = text.split('\n');
  const half = all.pop()!;
  const lines = all.map((line, i) => {
    const parsed = Line.safeParse(json(line));
    if (!parsed.success) throw missing(file, `line ${i + 1} is not understood`, 'The file is damaged.');
    return parsed.data;
  });
  // A process that was killed while it wrote leaves half a line: something else began there, and it is not known what.
  const at = /^\{"afterStep":(\d+),/.exec(half)?.[1];
  return at === undefined
    ? lines
    : [...lines, { afterStep: Number(at), unknown: 'the run ended while it wrote it down' }];
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The line that a step falls under. Of a step that was made twice, after a checkpoint was restored, the last one. */
function lineOf(lines: readonly Line[], step: number): Exclude<Line, { end: true }> | null {
  let found: Exclude<Line, { end: true }> | null = null;
  lines.forEach((line, i) => {
    const to = lines[i + 1]?.afterStep ?? Infinity;
    if (!('end' in line) && step > line.afterStep && step <= to) found = line;
  });
  return found;
}

/** The lists of all recipes, still as text. */
function listsOf(lines: readonly Line[]): Map<string, string> {
  const lists = new Map<string, string>();
  const look = (set: StoredDataset): void => {
    if (set.type === 'ConcatDataset') set.datasets.forEach(look);
    if (set.type !== 'Subset') return;
    if (set.indices.text !== undefined) lists.set(set.indices.list, set.indices.text);
    look(set.dataset);
  };
  for (const line of lines) if ('as' in line && line.recipe) look(line.recipe.dataset);
  return lists;
}

function restored(file: string, recipe: StoredRecipe, lists: ReadonlyMap<string, string>): LoaderRecipe {
  const whole = (set: StoredDataset): DatasetRecipe => {
    if (set.type === 'ConcatDataset') return { type: 'ConcatDataset', datasets: set.datasets.map(whole) };
    if (set.type !== 'Subset') return set;
    const text = lists.get(set.indices.list);
    if (text === undefined) throw missing(file, `the list ${set.indices.list} is not in it`, 'The file is damaged.');
    return { type: 'Subset', dataset: whole(set.dataset), indices: decodeIndices(text) };
  };
  return { ...recipe, dataset: whole(recipe.dataset) };
}
