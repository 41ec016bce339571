// Which batches the steps of a run saw: a line of JSON for each epoch of a loader, in a file of the run's folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fileSystemError, FileError } from '../io/file-error.ts';
import type { LoaderRecipe } from '../data/recipe.ts';

/** The file's name in the folder of a run. */
export const batchesFile = 'batches.jsonl';

const Line = z.object({
  loader: z.number().int(),
  recipe: z.custom<LoaderRecipe>((value) => typeof value === 'object' && value !== null).optional(),
  epoch: z.number().int(),
  afterStep: z.number().int(),
});

/** The batch of one step. */
export interface BatchOfStep {
  recipe: LoaderRecipe;
  epoch: number;
  /** Its number in the epoch, from 0. */
  batch: number;
}

/**
 * Which batch step `step` of the run in `folder` saw, counted from 1 as metrics are. Throws a FileError where the run has not
 * written it down.
 */
export function batchOfStep(folder: string, step: number): BatchOfStep {
  const file = join(folder, batchesFile);
  const missing = (problem: string, hint: string) => new FileError('no-batches', { file, problem, hint });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileSystemError(file, error, 'read it');
    throw missing(
      'the run has not written down which batches it saw',
      'A script does with `for (const batch of track.steps(loader))`.',
    );
  }
  const recipes = new Map<number, LoaderRecipe>();
  let found: z.infer<typeof Line> | null = null;
  for (const [number, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const parsed = Line.safeParse(readJson(line));
    // A machine that stopped in the middle of a line leaves half of it at the end.
    if (!parsed.success) throw missing(`line ${number + 1} is not understood`, 'The file is damaged.');
    if (parsed.data.recipe) recipes.set(parsed.data.loader, parsed.data.recipe);
    if (parsed.data.afterStep < step) found = parsed.data;
  }
  const recipe = found && recipes.get(found.loader);
  if (!found || !recipe || step < 1)
    throw missing(`no batch of step ${step} is written down`, 'Choose a step that the run has made.');
  return { recipe, epoch: found.epoch, batch: step - found.afterStep - 1 };
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
