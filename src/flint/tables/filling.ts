// Values in place of missing ones.
import { fail } from '../errors.ts';
import { Column } from './column.ts';

/** How missing values are filled. Words have no mean and no median: their most frequent word is taken. */
export type FillHow = 'mean' | 'median' | 'mode';
/** A value for each column. */
export type FillValues = Readonly<Record<string, number | string | null>>;

const ways: ReadonlySet<unknown> = new Set(['mean', 'median', 'mode']);

/** What to put where `column` misses a value; null when the column has no value to go by. */
export function fillValue(column: Column, how: FillHow | number | string): number | string | null {
  if (!ways.has(how)) return how;
  if (!column.isNumeric || how === 'mode') return column.mode;
  const value = how === 'mean' ? column.mean : column.median;
  return Number.isNaN(value) ? null : value;
}

/** The column with `value` where it misses one. */
export function filledColumn(column: Column, value: number | string | null): Column {
  if (value === null) fail('Table.fillMissing', `column "${column.name}" has no value to fill it by; say one`);
  const { data, name, type } = column;
  if (data.kind === 'numbers') {
    if (typeof value !== 'number') fail('Table.fillMissing', `column "${name}" holds numbers, "${value}" is none`);
    const filled = data.values.map((v) => (Number.isNaN(v) ? value : v));
    // The mean of integers need be none, that of true and false is neither.
    const fits = type === 'integer' ? Number.isInteger(value) : type !== 'boolean' || value === 0 || value === 1;
    return column.with(filled, fits ? type : 'number');
  }
  const word = String(value);
  if (data.kind === 'texts') {
    return new Column(name, type, { kind: 'texts', values: data.values.map((v) => v ?? word) });
  }
  const known = data.categories.indexOf(word);
  const categories = known < 0 ? [...data.categories, word] : data.categories;
  const code = known < 0 ? categories.length - 1 : known;
  return new Column(name, type, { kind: 'codes', categories, codes: data.codes.map((c) => (c < 0 ? code : c)) });
}
