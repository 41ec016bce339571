// What a data set by name was made of, as plain data.
import { ownClass, type DatasetRecipe } from '../data/recipe.ts';
import { Compose } from './transforms/compose.ts';
import { transformClasses } from './transforms/registry.ts';
import type { Transform } from './transforms/transform.ts';

/** The class that has made a set, and of what. */
export interface Origin {
  of: { readonly name: string };
  root: string;
  options: Record<string, unknown>;
}

/** Why a step, one that is off too, cannot be written as data; null where it can. */
function unwritable(step: Transform): string | null {
  const known = Object.hasOwn(transformClasses, step.type) ? transformClasses[step.type]! : null;
  if (step.type === 'Lambda') return 'its transform has a Lambda, a function of the script';
  const own = known ? ownClass(step, known) : { why: `the script has made a ${step.constructor.name} itself` };
  if (own) return `its transform has a ${step.type} that is the script's: ${own.why}`;
  for (const inner of step.inner()) {
    const why = unwritable(inner);
    if (why !== null) return why;
  }
  return null;
}

function unwritableIn(transform: Compose): string | null {
  const own = ownClass(transform, Compose);
  if (own) return `its transform is the script's: ${own.why}`;
  for (const step of transform.transforms) {
    const why = unwritable(step);
    if (why !== null) return why;
  }
  return null;
}

/** What a set read: a stamp of it; or why it is no longer what was read. */
export type Read = { stamp: string; opened?: number } | { changed: string };

/**
 * The recipe of a set; unknown where a class of one's own, or a function in its transform, has a say, since a function is no
 * data. `read` says what the set was read from.
 */
export function recipeFrom(
  set: object,
  origin: Origin | null,
  transform: Compose | null,
  read: () => Read,
): DatasetRecipe {
  const unknown = (why: string): DatasetRecipe => ({ type: 'unknown', why });
  if (!origin) return unknown(`the script has made a ${set.constructor.name} itself`);
  const own = ownClass(set, origin.of);
  if (own) return own;
  const why = transform && unwritableIn(transform);
  if (why) return unknown(why);
  const now = read();
  if ('changed' in now) return unknown(now.changed);
  const { of, root, options } = origin;
  return {
    ...{ type: 'named', name: of.name, root, options },
    ...(transform ? { transform: transform.toJSON() } : {}),
    ...now,
  };
}
