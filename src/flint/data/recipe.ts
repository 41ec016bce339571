// What a loader was made of, as plain data: enough to make any of its batches again, in another process.

/** A data set as plain data. `unknown`: it cannot be made again from data alone, and why. */
export type DatasetRecipe =
  | { type: 'named'; name: string; root: string; options: Record<string, unknown>; transform?: unknown[] }
  | { type: 'Subset'; dataset: DatasetRecipe; indices: readonly number[] }
  | { type: 'ConcatDataset'; datasets: DatasetRecipe[] }
  | { type: 'unknown'; why: string };

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
