// K-fold cross-validation: which samples train and which validate in each round.
import { fail } from '../errors.ts';
import { shuffled } from './dataset.ts';

/** What {@link kFold} may be told. */
export interface KFoldOptions {
  /** Shuffled with {@link seed} first; true when left out. */
  shuffle?: boolean;
  seed?: number;
  /** The class of each sample: every fold then has its share of each class. */
  labels?: ArrayLike<number>;
}
/** The samples of one round. */
export interface Fold {
  /** Positions of the samples to train on. */
  train: number[];
  /** Positions of the samples to validate on. */
  validation: number[];
}

/**
 * `folds` rounds over `count` samples: each sample validates in exactly one round and trains in the others. Fold sizes differ
 * by at most one; with `labels`, by at most one in each class.
 *
 * ```ts
 * for (const { train, validation } of kFold(data.length, 5)) fit(new Subset(data, train), new Subset(data, validation));
 * ```
 */
export function kFold(count: number, folds: number, options: KFoldOptions = {}): Fold[] {
  const { shuffle = true, seed = 0, labels } = options;
  if (!Number.isInteger(folds) || folds < 2 || folds > count) {
    fail('kFold', `the number of folds must be an integer from 2 to the ${count} samples, got ${folds}`);
  }
  if (labels && labels.length !== count) fail('kFold', `${labels.length} labels were given for ${count} samples`);
  const order = shuffle ? shuffled(count, seed, 0) : [...Array(count).keys()];
  const ranked = labels ? [...order].sort((a, b) => labels[a]! - labels[b]!) : order;
  const parts: number[][] = Array.from({ length: folds }, () => []);
  if (labels) ranked.forEach((sample, i) => parts[i % folds]!.push(sample));
  else {
    let at = 0;
    for (let i = 0; i < folds; i++) {
      parts[i] = ranked.slice(at, (at += Math.floor(count / folds) + (i < count % folds ? 1 : 0)));
    }
  }
  return parts.map((validation, i) => ({ train: parts.flatMap((part, j) => (j === i ? [] : part)), validation }));
}
