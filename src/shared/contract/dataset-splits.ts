// Splits made by hand: how to make one, and the lists that are kept in the project.
import { z } from 'zod';

const parts = z
  .array(z.object({ name: z.string().regex(/^[\p{L}\p{N}_-]{1,32}$/u), share: z.number().positive() }))
  .min(2)
  .max(8);

export const Splitting = z.discriminatedUnion('by', [
  /** Shuffled, then cut; `stratified` keeps each class's share. */
  z.object({
    by: z.literal('ratio'),
    from: z.string(),
    parts,
    stratified: z.boolean(),
    seed: z.number().int().nonnegative(),
  }),
  /** Each folder one fold level below the class stays together: all of one folder is in one part. */
  z.object({ by: z.literal('folder'), from: z.string(), parts, seed: z.number().int().nonnegative() }),
  z.object({
    by: z.literal('folds'),
    from: z.string(),
    folds: z.number().int().min(2).max(50),
    stratified: z.boolean(),
    seed: z.number().int().nonnegative(),
  }),
  /** Chosen one by one: these, and the rest. */
  z.object({
    by: z.literal('chosen'),
    from: z.string(),
    indices: z.instanceof(Uint32Array),
    chosenName: z.string().min(1).max(32),
    restName: z.string().min(1).max(32),
  }),
]);
export type Splitting = z.infer<typeof Splitting>;

export interface SplitPart {
  name: string;
  count: number;
  countsPerClass: number[];
}
export interface SavedSplit {
  /** Relative to the project: "splits/holdout.json". */
  file: string;
  name: string;
  /** The split of the source that the indices count in. */
  from: string;
  /** How many samples there were when it was made: of another number a script does not take it. */
  count: number;
  parts: { name: string; count: number }[];
  /** What a script uses it by. */
  code: string;
}
export interface DatasetSplitting {
  saved: SavedSplit;
  parts: SplitPart[];
  classes: string[];
}
