// Splits made by hand: which samples come into which part, drawn with the library's own functions, and the list that is kept.
import type { Splitting, SplitPart } from '../../../shared/contract/dataset-splits.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Job } from '../job.ts';
import { countPerClass } from '../sources/sample-source.ts';
import type { Sources, DataSource } from '../sources/sources.ts';
import type { Tables } from './tables.ts';

/** What a splitting needs of the samples. */
interface Samples {
  count: number;
  /** Null where samples have no classes. */
  labels: ArrayLike<number> | null;
  classes: string[];
  nameOf: (index: number) => string;
}

export function splitJobs(sources: Sources, tables: Tables) {
  const split: Job<'datasets.split'> = async ({ file, how, owner, ...data }) => {
    const samples = data.kind === 'table' ? await rowsOf(tables, data) : await imagesOf(sources, data, how.from);
    const parts = await partsOf(samples, how);
    const { saveSplit } = await import('../../../flint/data/split-file.ts');
    const seed = 'seed' in how ? { seed: how.seed } : {};
    const lists = Object.fromEntries(Object.entries(parts).map(([name, indices]) => [name, [...indices]]));
    const { count } = samples;
    // Places in memory have no names of their own.
    const names =
      data.kind === 'image-folder' ? { names: Array.from({ length: count }, (_, i) => samples.nameOf(i)) } : {};
    const source = how.from ? `${owner}#${how.from}` : owner;
    saveSplit(file, { source, count, ...names, parts: lists, how: wordsFor(how), ...seed });
    return { parts: Object.entries(parts).map((part) => described(part, samples)), classes: samples.classes };
  };
  return { 'datasets.split': split };
}

async function imagesOf(sources: Sources, data: DataSource, from: string): Promise<Samples> {
  const split = (await sources.open(data)).split(from);
  const { count, labels, classes } = split;
  return { count, labels, classes: [...classes], nameOf: (index) => split.nameOf(index) };
}

async function rowsOf(tables: Tables, data: DataSource): Promise<Samples> {
  const { table } = await tables.open(data);
  return { count: table.length, labels: null, classes: [], nameOf: String };
}

type Parts = Record<string, ArrayLike<number> & Iterable<number>>;

export async function partsOf(samples: Samples, how: Splitting): Promise<Parts> {
  switch (how.by) {
    case 'ratio':
      return byRatio(samples, how);
    case 'folder':
      return byFolder(samples, how);
    case 'folds':
      return byFolds(samples, how);
    case 'chosen':
      return byChoice(samples, how);
  }
}

const dataset = (length: number) => ({ length, get: (index: number) => index });
const sharesOf = (parts: readonly { share: number }[]): number[] => {
  const sum = parts.reduce((total, { share }) => total + share, 0);
  return parts.map(({ share }) => share / sum);
};

async function byRatio({ count, labels }: Samples, how: Extract<Splitting, { by: 'ratio' }>): Promise<Parts> {
  const { stratifiedSplit } = await import('../../../flint/data/splits.ts');
  if (how.stratified && !labels) throw noClasses();
  // One class for all: shares of the whole.
  const classes = how.stratified ? labels! : new Uint8Array(count);
  const subsets = stratifiedSplit(dataset(count), classes, sharesOf(how.parts), { seed: how.seed });
  return named(
    how.parts,
    subsets.map(({ indices }) => indices),
  );
}

function named(parts: readonly { name: string }[], lists: readonly (readonly number[])[]): Parts {
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new StudioError('bad-params', `Two parts are named "${twice}". Give each its own name.`);
  return Object.fromEntries(names.map((name, i) => [name, lists[i]!]));
}

/** All samples of one folder come into one part: frames of one film, pictures of one patient. */
async function byFolder(samples: Samples, how: Extract<Splitting, { by: 'folder' }>): Promise<Parts> {
  const { shuffled } = await import('../../../flint/data/dataset.ts');
  const groups = new Map<string, number[]>();
  for (let i = 0; i < samples.count; i++) {
    const name = samples.nameOf(i);
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
    const own = groups.get(folder);
    if (own) own.push(i);
    else groups.set(folder, [i]);
  }
  if (groups.size < how.parts.length) {
    throw new StudioError(
      'too-few-folders',
      `The samples lie in ${groups.size} ${groups.size === 1 ? 'folder' : 'folders'}, which cannot make ${how.parts.length} parts. Split by ratio instead.`,
    );
  }
  const folders = [...groups.values()];
  const lists: number[][] = how.parts.map(() => []);
  const shares = sharesOf(how.parts);
  // The largest folders first, each to the part that lacks most.
  const order = shuffled(folders.length, how.seed, 0).sort((a, b) => folders[b]!.length - folders[a]!.length);
  for (const [done, folder] of order.entries()) {
    // The last folders go to parts that have none: no part stays empty.
    const scarce = order.length - done <= lists.filter((list) => list.length === 0).length;
    const lacking = shares.map((share, part) =>
      scarce && lists[part]!.length > 0 ? -Infinity : share * samples.count - lists[part]!.length,
    );
    // One by one: a folder may hold more samples than a call takes arguments.
    const list = lists[lacking.indexOf(Math.max(...lacking))]!;
    for (const index of folders[folder]!) list.push(index);
  }
  for (const list of lists) list.sort((a, b) => a - b);
  return named(how.parts, lists);
}

/** Each fold's validation samples; a script trains on the others. */
async function byFolds({ count, labels }: Samples, how: Extract<Splitting, { by: 'folds' }>): Promise<Parts> {
  const { kFold } = await import('../../../flint/data/folds.ts');
  if (how.stratified && !labels) throw noClasses();
  if (how.folds > count) throw new StudioError('bad-params', `${count} samples cannot make ${how.folds} folds.`);
  const folds = kFold(count, how.folds, { seed: how.seed, ...(how.stratified ? { labels: labels! } : {}) });
  return Object.fromEntries(folds.map(({ validation }, i) => [`fold${i + 1}`, validation.sort((a, b) => a - b)]));
}

function byChoice({ count }: Samples, how: Extract<Splitting, { by: 'chosen' }>): Parts {
  const chosen = new Uint8Array(count);
  for (const index of how.indices) {
    if (index >= count) throw new StudioError('out-of-range', `There is no sample ${index}: there are ${count}.`);
    chosen[index] = 1;
  }
  const rest: number[] = [];
  const taken: number[] = [];
  chosen.forEach((yes, i) => (yes ? taken : rest).push(i));
  return named([{ name: how.chosenName }, { name: how.restName }], [taken, rest]);
}

const noClasses = () =>
  new StudioError('no-classes', 'These samples have no classes, so that a stratified split has nothing to keep.');

function wordsFor(how: Splitting): string {
  const shares =
    'parts' in how
      ? sharesOf(how.parts)
          .map((s) => Math.round(100 * s))
          .join('/')
      : '';
  switch (how.by) {
    case 'ratio':
      return `${how.stratified ? 'stratified' : 'random'} ${shares}`;
    case 'folder':
      return `by folder ${shares}`;
    case 'folds':
      return `${how.stratified ? 'stratified ' : ''}${how.folds} folds`;
    case 'chosen':
      return 'chosen by hand';
  }
}

function described([name, indices]: [string, ArrayLike<number>], { labels, classes }: Samples): SplitPart {
  const own = labels ? Array.from(indices, (i) => labels[i]!) : [];
  return { name, count: indices.length, countsPerClass: countPerClass(own, classes.length) };
}
