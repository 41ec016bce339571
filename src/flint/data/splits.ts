// Parts of a data set: with the same share of every class in each, or as lists say.
import { fail } from '../errors.ts';
import { shuffled, Subset, type Dataset } from './dataset.ts';
import { loadSplit } from './split-file.ts';

/** The samples of each part, by position in the data set or by name. */
export type SplitParts = Readonly<Record<string, readonly (number | string)[]>>;

/** `total` in whole parts in proportion to `shares`; what rounding leaves goes to the largest remainders. */
function apportion(total: number, shares: readonly number[]): number[] {
  const counts = shares.map((s) => Math.floor(s * total + 1e-9));
  const byRemainder = shares
    .map((s, part) => ({ part, rest: s * total - counts[part]! }))
    .sort((a, b) => b.rest - a.rest || a.part - b.part);
  const left = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; i < left; i++) counts[byRemainder[i % counts.length]!.part]!++;
  return counts;
}

/**
 * Parts of a set chosen at random, each with its share of every class. `labels`: the class of each sample; `fractions` add
 * up to 1. The same seed gives the same parts. A class's counts differ from its exact shares by less than one sample.
 *
 * ```ts
 * const [train, validation] = stratifiedSplit(data, labels, [0.8, 0.2], { seed: 1 });
 * ```
 */
export function stratifiedSplit<Sample>(
  dataset: Dataset<Sample>,
  labels: ArrayLike<number | string>,
  fractions: readonly number[],
  options: { seed?: number } = {},
): Subset<Sample>[] {
  const count = dataset.length;
  if (labels.length !== count) fail('stratifiedSplit', `${labels.length} labels were given for ${count} samples`);
  const sum = fractions.reduce((a, b) => a + b, 0);
  if (fractions.some((f) => !(f >= 0)) || Math.abs(sum - 1) > 1e-9) {
    fail('stratifiedSplit', `the fractions ${fractions.join(', ')} add up to ${sum}; give fractions that add up to 1`);
  }
  const ofClass = new Map<number | string, number[]>();
  for (const index of shuffled(count, options.seed ?? 0, 0)) {
    const own = ofClass.get(labels[index]!);
    if (own) own.push(index);
    else ofClass.set(labels[index]!, [index]);
  }
  const parts: number[][] = fractions.map(() => []);
  for (const members of ofClass.values()) {
    let from = 0;
    apportion(members.length, fractions).forEach((n, part) => {
      for (const end = from + n; from < end; from++) parts[part]!.push(members[from]!);
    });
  }
  return parts.map(
    (indices) =>
      new Subset(
        dataset,
        indices.sort((a, b) => a - b),
      ),
  );
}

/**
 * Parts of a set as lists say: `{ train: [0, 2, …], validation: [1, …] }`, or the path of a file that {@link saveSplit}
 * wrote. Entries are positions, or names: those that the set gives its samples, as an ImageFolder does their paths, or
 * `names`, one for each sample. Throws when an entry is not in the set or is in two parts, or when the file was written for
 * another number of samples or other names. Damaged samples that the set left out are in none of the parts of a file.
 */
export function splitByList<Sample>(
  dataset: Dataset<Sample>,
  lists: SplitParts | string,
  options: { names?: readonly string[] } = {},
): Record<string, Subset<Sample>> {
  const names = options.names ?? dataset.sampleNames?.();
  if (names && names.length !== dataset.length) {
    fail('splitByList', `${names.length} names were given for ${dataset.length} samples`);
  }
  if (typeof lists !== 'string') return partsOf(dataset, lists, names);
  const { leftOut = [] } = dataset;
  const count = dataset.length + leftOut.length;
  // As the samples were when the split was made: the damaged ones are in their places.
  const all = names && [...names];
  for (const { index, name } of leftOut) all?.splice(index, 0, name);
  const { parts } = loadSplit(lists, { count, ...(all && { names: all }) });
  return partsOf(dataset, leftOut.length > 0 ? without(parts, leftOut) : parts, names);
}

/** The lists without the samples that were left out, their positions counted without them. */
function without(parts: SplitParts, leftOut: NonNullable<Dataset['leftOut']>): SplitParts {
  const out = new Set(leftOut.flatMap(({ index, name }) => [index, name]));
  const places = leftOut.map(({ index }) => index);
  const counted = (entry: number | string) => {
    if (typeof entry === 'string') return entry;
    const before = places.findIndex((place) => place > entry);
    return entry - (before < 0 ? places.length : before);
  };
  return Object.fromEntries(
    Object.entries(parts).map(([part, entries]) => [part, entries.filter((e) => !out.has(e)).map(counted)]),
  );
}

function partsOf<Sample>(
  dataset: Dataset<Sample>,
  parts: SplitParts,
  names: readonly string[] | undefined,
): Record<string, Subset<Sample>> {
  const positions = new Map(names?.map((name, i) => [name, i]));
  const where = new Map<number, string>();
  const indexOf = (entry: number | string, part: string): number => {
    const index = typeof entry === 'number' ? entry : positions.get(entry);
    if (index === undefined) {
      const hint = names ? 'no sample has this name' : 'names are needed to find it; give options.names';
      return fail('splitByList', `part "${part}" lists ${JSON.stringify(entry)}, but ${hint}`);
    }
    if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
      fail('splitByList', `part "${part}" lists sample ${index}; there are ${dataset.length}, counted from 0`);
    }
    const other = where.get(index);
    if (other !== undefined) fail('splitByList', `sample ${JSON.stringify(entry)} is in ${inBoth(other, part)}`);
    where.set(index, part);
    return index;
  };
  return Object.fromEntries(
    Object.entries(parts).map(([part, entries]) => [
      part,
      new Subset(
        dataset,
        entries.map((entry) => indexOf(entry, part)),
      ),
    ]),
  );
}

const inBoth = (a: string, b: string): string => (a === b ? `part "${a}" twice` : `the parts "${a}" and "${b}"`);
