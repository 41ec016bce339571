// What a loader was made of, as plain data: enough to make any of its batches again, in another process.

/** A set with a name, as plain data. */
export interface NamedRecipe {
  type: 'named';
  name: string;
  root: string;
  options: Record<string, unknown>;
  transform?: unknown[];
  /** Of what was read: other files, another stamp. */
  stamp: string;
  /** Where files are read only when their samples are asked for: when the set was made, in milliseconds. */
  opened?: number;
}
/** What cannot be made again from data alone, and why. */
export interface UnknownRecipe {
  type: 'unknown';
  why: string;
}
/** A data set as plain data. */
export type DatasetRecipe =
  | NamedRecipe
  | { type: 'Subset'; dataset: DatasetRecipe; indices: readonly number[] }
  | { type: 'ConcatDataset'; datasets: DatasetRecipe[] }
  | UnknownRecipe;

/** A loader as plain data. */
export interface LoaderRecipe {
  dataset: DatasetRecipe;
  /** Samples in the data set. */
  length: number;
  batchSize: number;
  shuffle: boolean;
  dropLast: boolean;
  seed: number;
  /** Why its batches are not those of the data set in the order of the seed: a sampler, a function of the script. */
  unknown?: string;
}

/** What a data set says of itself, when it can. */
export function recipeOf(dataset: object): DatasetRecipe {
  const known = dataset as { recipe?: () => DatasetRecipe };
  return known.recipe?.() ?? { type: 'unknown', why: `the script has made a ${dataset.constructor.name} itself` };
}

/**
 * Of an object that is not exactly of the class `of`, or that was given a function of its own: it may do anything. Null where
 * all that it does is its class's.
 */
export function ownClass(object: object, of: { readonly name: string }): UnknownRecipe | null {
  if (object.constructor !== of || Object.getPrototypeOf(object) !== (of as { prototype?: unknown }).prototype)
    return { type: 'unknown', why: `the script has made a ${object.constructor.name} itself` };
  for (const [name, value] of Object.entries(object))
    if (typeof value === 'function')
      return { type: 'unknown', why: `the script has given a ${of.name} its own ${name}` };
  return null;
}

/** Why a recipe says nothing; null where all of it is known. */
export function unknownIn(recipe: DatasetRecipe): string | null {
  switch (recipe.type) {
    case 'unknown':
      return recipe.why;
    case 'named':
      return null;
    case 'Subset':
      return unknownIn(recipe.dataset);
    case 'ConcatDataset':
      for (const part of recipe.datasets) {
        const why = unknownIn(part);
        if (why !== null) return why;
      }
      return null;
  }
}

const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value as Record<string, unknown>).filter(([, each]) => each !== undefined);

/** A copy that later changes of the original do not reach; frozen lists, which have none, are shared. */
export function snapshot<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (Object.isFrozen(value) ? value : value.map(snapshot)) as T;
  return Object.fromEntries(entriesOf(value).map(([key, each]) => [key, snapshot(each)])) as T;
}

/** Whether two recipes say the same. */
export function sameRecipe(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (a === b && Object.isFrozen(a)) return true;
  const other = b as Record<string, unknown>;
  const entries = entriesOf(a);
  return entries.length === entriesOf(b).length && entries.every(([key, value]) => sameRecipe(value, other[key]));
}
