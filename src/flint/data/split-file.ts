// A split kept as lists in a JSON file of the project, so that every run uses the same parts.
import { TextDecoder } from 'node:util';
import { writeFileAtomic } from '../io/atomic-write.ts';
import { FileError } from '../io/file-error.ts';
import { readWhole } from '../io/read-whole.ts';

/** What a split file holds: `splits/<name>.json`. */
export interface SavedSplit {
  kind: 'lists';
  /** The data set it belongs to: a path or a name. */
  source: string;
  /** The samples of each part, by position or by name; no sample is in two parts. */
  parts: Record<string, (number | string)[]>;
  /** The seed it was drawn with, where it was drawn. */
  seed?: number;
  /** How it was made, in words or as settings: "stratified 80/20". */
  how?: string;
}

/** Writes a split as JSON, checked as when it is read. The file appears whole or not at all. */
export function saveSplit(path: string, split: Omit<SavedSplit, 'kind'> & { kind?: 'lists' }): void {
  const whole: SavedSplit = { ...split, kind: 'lists' };
  check(whole, path);
  writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(whole)}\n`));
}

/**
 * Reads a split. `count`: how many samples the data set has, to check positions against. Throws an error that names the
 * file, the part and the entry: no such form, a position out of range, a sample in two parts.
 */
export function loadSplit(path: string, options: { count?: number } = {}): SavedSplit {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readWhole(path)));
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw fault(path, `it is no JSON (${(error as Error).message})`, error);
  }
  return check(value, path, options.count);
}

function fault(file: string, problem: string, cause?: unknown): FileError {
  return new FileError('bad-split', { file, problem, hint: 'Make the split again, or mend the file.', cause });
}
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

function check(value: unknown, file: string, count = Infinity): SavedSplit {
  if (!isRecord(value) || value.kind !== 'lists' || !isRecord(value.parts)) {
    throw fault(file, 'a split is { "kind": "lists", "source": …, "parts": { "train": […], … } }, this is not');
  }
  if (typeof value.source !== 'string') throw fault(file, '"source" must name the data set the split belongs to');
  if (value.seed !== undefined && typeof value.seed !== 'number') throw fault(file, '"seed" must be a number');
  if (value.how !== undefined && typeof value.how !== 'string') throw fault(file, '"how" must be text');
  const where = new Map<number | string, string>();
  for (const [part, entries] of Object.entries(value.parts)) {
    if (!Array.isArray(entries)) throw fault(file, `part "${part}" must be a list`);
    entries.forEach((entry: unknown, i) => checkEntry(entry, `entry ${i} of part "${part}"`, file, count));
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
