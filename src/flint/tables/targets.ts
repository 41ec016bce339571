// What is to be predicted from a row: a class, or numbers.
import { fail } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isBoolean, toNumber } from './cells.ts';
import type { Column } from './column.ts';
import type { ColumnSummary } from './scan.ts';
import { namesIn } from './source.ts';

/** Whether the target is one of several classes or a number. */
export type TableTask = 'classification' | 'regression';

/** Words and true/false are classes; numbers are numbers. */
export function taskOf(target: Pick<Column, 'type'>): TableTask {
  return target.type === 'number' || target.type === 'integer' || target.type === 'date'
    ? 'regression'
    : 'classification';
}

/** The classes of a column: `names[code]` is the value in the table, `codes` gives the code of a word or a number. */
export interface Classes {
  names: readonly string[];
  codes: ReadonlyMap<string | number, number>;
}
type Named = Pick<ColumnSummary, 'name' | 'type' | 'categories' | 'kinds' | 'distinct'>;

/** Numbers up to this are taken for numbers of classes as they stand. */
const mostClasses = 1000;

/**
 * The classes of a target, as `CrossEntropyLoss` takes them: 0 to C - 1. Whole numbers that begin at 0 are such already and
 * keep their value, also where some between are absent: 3 stays 3. Any others (1 to 7, -1 and 1, 0 and 5000, 0.5) are numbered
 * in their order, as are words in the order of their characters. `given` names the classes in place of those found.
 */
export function classesOf(target: Named, given?: readonly string[]): Classes {
  const { name, type } = target;
  if (type === 'date') return fail('classes', `column "${name}" holds dates, which are no classes`);
  if (given) return givenClasses(target, given);
  if (type === 'boolean') return coded(['false', 'true'], [0, 1]);
  if (type === 'category' || type === 'text') {
    if (target.categories.length > 0) return coded(target.categories, target.categories);
    return fail('classes', `column "${name}" (${type}) has no words that name classes; read it as a category`);
  }
  const { kinds, distinct } = target;
  if (kinds.length === 0) fail('classes', `column "${name}" has ${distinct} different numbers; is it a regression?`);
  const last = kinds.at(-1)!;
  const areClasses = kinds[0] === 0 && last < mostClasses && kinds.every(Number.isInteger);
  const numbers = areClasses ? Array.from({ length: last + 1 }, (_, i) => i) : kinds;
  return coded(numbers.map(String), numbers);
}

function coded(names: readonly string[], values: readonly (string | number)[]): Classes {
  return { names, codes: new Map(values.map((value, code) => [value, code])) };
}

function givenClasses({ name, type }: Named, given: readonly string[]): Classes {
  const words = type === 'category' || type === 'text';
  const values = given.map((word): string | number => {
    if (words) return word;
    const value = type === 'boolean' ? (isBoolean(word) ? Number(word.toLowerCase() === 'true') : NaN) : toNumber(word);
    if (Number.isNaN(value)) fail('classes', `the class "${word}" is no ${type}, as column "${name}" holds`);
    return value;
  });
  const { codes } = coded(given, values);
  if (given.length === 0 || codes.size < given.length)
    fail('classes', `the classes of column "${name}" must be different, at least one`);
  return { names: given, codes };
}

/** The class of each row, int64 [rows]. */
export function targetOf(target: Column, { names, codes }: Classes): Tensor {
  const { data, name } = target;
  const row = Array.from({ length: target.length }, (_, i) => i).find((i) => target.isMissing(i));
  if (row !== undefined) {
    fail(
      'TableDataset',
      `column "${name}" misses ${target.missing} values, the first in row ${row}; use dropMissing first`,
    );
  }
  const y = Int32Array.from({ length: target.length }, (_, i) => {
    const value = data.kind === 'codes' ? data.categories[data.codes[i]!]! : data.values[i]!;
    return (
      codes.get(value) ??
      fail('TableDataset', `"${value}" in row ${i} is no class of column "${name}": ${namesIn(names)}`)
    );
  });
  return tensorFromBytes(y, [y.length], 'int32').long();
}
