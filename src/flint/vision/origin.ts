// What a data set by name was made of, as plain data.
import type { DatasetRecipe } from '../data/recipe.ts';
import type { Compose } from './transforms/compose.ts';

/** The class that has made a set, and of what. */
export interface Origin {
  of: { readonly name: string };
  root: string;
  options: Record<string, unknown>;
}

/** The recipe of a set; unknown where a class of one's own, or a function in its transform, has a say. */
export function recipeFrom(set: object, origin: Origin | null, transform: Compose | null): DatasetRecipe {
  if (origin?.of !== set.constructor)
    return { type: 'unknown', why: `the script has made a ${set.constructor.name} itself` };
  if (transform?.transforms.some(({ type, off }) => type === 'Lambda' && !off))
    return { type: 'unknown', why: 'its transform has a Lambda, a function of the script' };
  const { of, root, options } = origin;
  return {
    ...{ type: 'named', name: of.name, root, options },
    ...(transform ? { transform: transform.toJSON() } : {}),
  };
}
