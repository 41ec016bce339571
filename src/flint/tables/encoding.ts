// Words as numbers, and numbers on one scale.
import { Column } from './column.ts';

/** What a column was standardized with. */
export interface ColumnScale {
  mean: number;
  std: number;
}

/** Words and the word of each row (-1: missing), also of a column of text. */
function coded(column: Column): { codes: Int32Array; categories: readonly string[] } {
  const { data } = column;
  if (data.kind === 'codes') return data;
  const values = data.kind === 'texts' ? data.values : [];
  const categories = [...new Set(values.filter((v) => v !== null))].sort();
  const places = new Map(categories.map((word, i) => [word, i]));
  return { categories, codes: Int32Array.from(values, (v) => (v === null ? -1 : places.get(v)!)) };
}

/** A column of 0 and 1 for each word, and one for missing values where asked for. */
export function indicatorColumns(column: Column, missing: boolean): Column[] {
  const { codes, categories } = coded(column);
  const made = categories.map((word, code) => indicator(`${column.name}_${word}`, codes, code));
  return missing ? [...made, indicator(`${column.name}_missing`, codes, -1)] : made;
}
function indicator(name: string, codes: Int32Array, code: number): Column {
  return new Column(name, 'boolean', {
    kind: 'numbers',
    values: Float64Array.from(codes, (c) => (c === code ? 1 : 0)),
  });
}

/** The numbers of the words; a missing one stays missing. */
export function codesColumn(column: Column): Column {
  const values = Float64Array.from(coded(column).codes, (c) => (c < 0 ? NaN : c));
  return new Column(column.name, 'integer', { kind: 'numbers', values });
}

/** (x - mean) / std; what does not vary is only moved. */
export function scaledColumn(column: Column, { mean, std }: ColumnScale): Column {
  const values = column.data.kind === 'numbers' ? column.data.values : new Float64Array(column.length);
  const divisor = std > 0 ? std : 1;
  return column.with(
    values.map((v) => (v - mean) / divisor),
    'number',
  );
}
