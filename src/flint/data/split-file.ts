// A split kept as lists in a JSON file of the project, so that every run uses the same parts.
import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { fail } from '../errors.ts';
import { writeFileAtomic } from '../io/atomic-write.ts';
import { FileError } from '../io/file-error.ts';
import { readWhole } from '../io/read-whole.ts';

/** What a split file holds: `splits/<name>.json`. */
export interface SavedSplit {
  kind: 'lists';
  /** The data set it belongs to: a path or a name. */
  source: string;
  /** How many samples the data set had when the split was made. */
  count: number;
  /** A mark of the samples' names, in their order, where they have names: it tells another data set of the same size. */
  names?: string;
  /** The samples of each part, by position or by name; no sample is in two parts. */
  parts: Record<string, (number | string)[]>;
  /** The seed it was drawn with, where it was drawn. */
  seed?: number;
  /** How it was made, in words or as settings: "stratified 80/20". */
  how?: string;
}

/** What {@link saveSplit} is given: `names` are those of all samples, in their order. */
export type SplitToSave = Omit<SavedSplit, 'kind' | 'names'> & { names?: readonly string[] };

/** Writes a split as JSON, checked as when it is read. The file appears whole or not at all. */
export function saveSplit(path: string, split: SplitToSave): void {
  const { source, count, names, ...rest } = split;
  const whole: SavedSplit = { kind: 'lists', source, count, ...(names && { names: markOf(names) }), ...rest };
  check(whole, path);
  writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(whole)}\n`));
}

const markOf = (names: readonly string[]): string =>
  createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);

/** What {@link loadSplit} may be told of the data set that the split is for. */
export interface LoadSplitOptions {
  /** How many samples it has. */
  count?: number;
  /** Their names, in their order. */
  names?: readonly string[];
}

/**
 * Reads a split. Throws an error where it was made for a data set of another `count` or with other `names`, and one that
 * names the file, the part and the entry: no such form, a position out of range, a sample in two parts.
 */
export function loadSplit(path: string, options: LoadSplitOptions = {}): SavedSplit {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readWhole(path)));
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw fault(path, `it is no JSON (${(error as Error).message})`, error);
  }
  const split = check(value, path);
  checkMade(split, path, options);
  return split;
}

function checkMade(split: SavedSplit, path: string, { count = split.count, names }: LoadSplitOptions): void {
  const again = 'make it again in the Data room';
  if (count !== split.count)
    fail('loadSplit', `${path}: the split was made for ${split.count} samples, this data set has ${count}: ${again}`);
  if (names && split.names !== undefined && split.names !== markOf(names))
    fail('loadSplit', `${path}: the split was made for samples of other names than this data set has: ${again}`);
}

function fault(file: string, problem: string, cause?: unknown): FileError {
  return new FileError('bad-split', { file, problem, hint: 'Make the split again, or mend the file.', cause });
}
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

function check(value: unknown, file: string): SavedSplit {
  if (!isRecord(value) || value.kind !== 'lists' || !isRecord(value.parts)) {
    throw fault(
      file,
      'a split is { "kind": "lists", "source": …, "count": …, "parts": { "train": […], … } }, this is not',
    );
  }
  if (typeof value.source !== 'string') throw fault(file, '"source" must name the data set the split belongs to');
  const { count } = value;
  if (!Number.isSafeInteger(count) || (count as number) < 0) {
    throw fault(file, '"count" must say how many samples the data set has');
  }
  if (value.names !== undefined && typeof value.names !== 'string') throw fault(file, '"names" must be text');
  if (value.seed !== undefined && typeof value.seed !== 'number') throw fault(file, '"seed" must be a number');
  if (value.how !== undefined && typeof value.how !== 'string') throw fault(file, '"how" must be text');
  const where = new Map<number | string, string>();
  for (const [part, entries] of Object.entries(value.parts)) {
    if (!Array.isArray(entries)) throw fault(file, `part "${part}" must be a list`);
    entries.forEach((entry: unknown, i) => checkEntry(entry, `entry ${i} of part "${part}"`, file, count as number));
    for (const entry of entries as (number | string)[]) {
      const other = where.get(entry);
      if (other !== undefined) {
        const both = other === part ? `part "${part}" twice` : `the parts "${other}" and "${part}"`;
        throw fault(file, `sample ${JSON.stringify(entry)} is in ${both}`);
      }
      where.set(entry, part);
    }
  }
  return value as unknown as SavedSplit;
}

function checkEntry(entry: unknown, what: string, file: string, count: number): void {
  if (typeof entry === 'string') return;
  if (!Number.isSafeInteger(entry) || (entry as number) < 0) {
    throw fault(file, `${what} is ${JSON.stringify(entry)}, no position and no name`);
  }
  if ((entry as number) >= count) {
    throw fault(file, `${what} is sample ${String(entry)}, but there are only ${count}, counted from 0`);
  }
}
