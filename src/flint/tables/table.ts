// A table in memory, and what is done to one before a network can learn from it. Every step gives a new table; columns are shared.
import { FlintError, fail } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { CellValue, Column } from './column.ts';
import { filledColumn, fillValue, type FillHow, type FillValues } from './filling.ts';
import { codesColumn, indicatorColumns, scaledColumn, type ColumnScale } from './encoding.ts';
import { namesIn, type SkippedRows } from './source.ts';

/** What {@link Table.oneHot} may be told. */
export interface OneHotOptions {
  /** One more column for a missing value; without it a row that has none is all zeros. */
  missing?: boolean;
}
/** Mean and deviation of each standardized column: those of the training part are used for the others. */
export type TableStatistics = Readonly<Record<string, ColumnScale>>;

/** Columns of the same length. Read one with {@link readTable}. */
export class Table {
  readonly columns: readonly Column[];
  /** How many rows there are. */
  readonly length: number;
  /** The rows of the file that were left out. */
  readonly skipped: SkippedRows;
  /** What was guessed of the file and might have been meant otherwise, a sentence each. */
  readonly notes: readonly string[];
  private readonly places = new Map<string, Column>();

  constructor(
    columns: readonly Column[],
    skipped: SkippedRows = { count: 0, first: [] },
    notes: readonly string[] = [],
  ) {
    const length = columns[0]?.length ?? 0;
    const other = columns.find((c) => c.length !== length);
    if (other) fail('Table', `column "${other.name}" has ${other.length} rows, "${columns[0]!.name}" has ${length}`);
    for (const column of columns) {
      if (this.places.has(column.name)) fail('Table', `two columns are named "${column.name}"`);
      this.places.set(column.name, column);
    }
    this.columns = columns;
    this.length = length;
    this.skipped = skipped;
    this.notes = notes;
  }

  get names(): string[] {
    return this.columns.map((c) => c.name);
  }
  /** The column of that name. */
  column(name: string): Column {
    const found = this.places.get(name);
    if (found) return found;
    const some = namesIn(this.names);
    throw new FlintError(`[Table] there is no column "${name}"; there are ${some}`, { code: 'column', op: 'Table' });
  }
  /** A row as values by name. */
  row(index: number): Record<string, CellValue> {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      fail('Table', `there is no row ${index}: there are ${this.length}, counted from 0`);
    }
    return Object.fromEntries(this.columns.map((c) => [c.name, c.at(index)]));
  }

  /** These columns, in this order. */
  select(names: readonly string[]): Table {
    return this.with(names.map((name) => this.column(name)));
  }
  /** All columns but these. */
  drop(names: readonly string[]): Table {
    const out = new Set(names.map((name) => this.column(name)));
    return this.with(this.columns.filter((c) => !out.has(c)));
  }
  /** The rows at these places: a part of a split. */
  take(rows: readonly number[]): Table {
    const bad = rows.find((i) => !Number.isInteger(i) || i < 0 || i >= this.length);
    if (bad !== undefined) fail('Table', `there is no row ${bad}: there are ${this.length}, counted from 0`);
    return this.with(this.columns.map((c) => c.take(rows)));
  }
  /** The rows that `keep` says yes to. */
  filter(keep: (row: Record<string, CellValue>, index: number) => boolean): Table {
    return this.take(Array.from({ length: this.length }, (_, i) => i).filter((i) => keep(this.row(i), i)));
  }
  /** With one more column, or another in place of the one that has its name. */
  withColumn(column: Column): Table {
    if (!this.places.has(column.name)) return this.with([...this.columns, column]);
    return this.with(this.columns.map((c) => (c.name === column.name ? column : c)));
  }

  /**
   * Missing values filled: with 'mean', 'median' or 'mode' of their column (words: 'mode' in each case), with one value, or
   * with a value for each column as {@link fillValues} gives them for the training part.
   */
  fillMissing(how: FillHow | number | string | FillValues, columns?: readonly string[]): Table {
    const only = columns && new Set(columns.map((name) => this.column(name).name));
    return this.with(
      this.columns.map((c) => {
        if (only && !only.has(c.name)) return c;
        if (typeof how !== 'object') return c.missing === 0 ? c : filledColumn(c, fillValue(c, how));
        const value = how[c.name];
        return value === undefined || value === null ? c : filledColumn(c, value);
      }),
    );
  }
  /** What {@link fillMissing} would put into each column that can be filled so: found on the training part, used on every part. */
  fillValues(how: FillHow): FillValues {
    return Object.fromEntries(this.columns.flatMap((c) => (c.count > 0 ? [[c.name, fillValue(c, how)]] : [])));
  }
  /** Without the rows that miss a value in any of the columns, all of them when none are named. */
  dropMissing(columns?: readonly string[]): Table {
    const looked = columns ? columns.map((name) => this.column(name)) : this.columns;
    const rows = Array.from({ length: this.length }, (_, i) => i);
    return this.take(rows.filter((i) => !looked.some((c) => c.isMissing(i))));
  }

  /**
   * Categories (all of them when none are named) as columns of 0 and 1, named `column_word`. The words are those of the
   * column, also those that no row of this part has.
   */
  oneHot(columns?: readonly string[], options: OneHotOptions = {}): Table {
    return this.encode('oneHot', columns, (c) => indicatorColumns(c, options.missing ?? false));
  }
  /** Categories as their numbers 0, 1, 2, … in the order of `categories`. */
  codes(columns?: readonly string[]): Table {
    return this.encode('codes', columns, (c) => [codesColumn(c)]);
  }
  private encode(op: string, columns: readonly string[] | undefined, make: (c: Column) => Column[]): Table {
    const chosen = columns?.map((name) => this.column(name)) ?? this.columns.filter((c) => c.type === 'category');
    const wrong = chosen.find((c) => c.isNumeric || (columns === undefined && c.type !== 'category'));
    if (wrong) fail(`Table.${op}`, `column "${wrong.name}" holds numbers (${wrong.type}), no words`);
    const encoded = new Set(chosen);
    return this.with(this.columns.flatMap((c) => (encoded.has(c) ? make(c) : [c])));
  }

  /**
   * Columns of numbers brought to mean 0 and deviation 1: (x - mean) / std; a constant column becomes 0. Without `columns` all
   * of type integer and number. Missing values stay so. Give the `statistics` of the training part for the others.
   *
   * ```ts
   * const { table: train, statistics } = all.take(trainRows).standardize();
   * const { table: test } = all.take(testRows).standardize({ statistics });
   * ```
   */
  standardize(options: { columns?: readonly string[]; statistics?: TableStatistics } = {}): {
    table: Table;
    statistics: TableStatistics;
  } {
    const { columns, statistics: given } = options;
    const measured = this.columns.filter((c) => c.type === 'integer' || c.type === 'number').map((c) => c.name);
    const names = columns ?? (given ? Object.keys(given) : measured);
    const scales = new Map<string, ColumnScale>();
    for (const name of names) {
      const c = this.column(name);
      if (!c.isNumeric) fail('Table.standardize', `column "${name}" holds words (${c.type}), no numbers`);
      if (given && !Object.hasOwn(given, name)) fail('Table.standardize', `the statistics have no column "${name}"`);
      scales.set(name, given?.[name] ?? { mean: c.mean, std: c.std });
    }
    const scaled = this.columns.map((c) => (scales.has(c.name) ? scaledColumn(c, scales.get(c.name)!) : c));
    return { table: this.with(scaled), statistics: Object.fromEntries(scales) };
  }

  /** Columns of numbers as float32 `[rows, columns]`. Throws when a column holds words or misses a value. */
  toTensor(columns: readonly string[] = this.names): Tensor {
    const chosen = columns.map((name) => this.column(name));
    const values = new Float32Array(this.length * chosen.length);
    chosen.forEach((c, at) => {
      const numbers = numbersOf(c);
      for (let row = 0; row < this.length; row++) values[row * chosen.length + at] = numbers[row]!;
    });
    return tensorFromBytes(values, [this.length, chosen.length], 'float32');
  }

  private with(columns: readonly Column[]): Table {
    return new Table(columns, this.skipped, this.notes);
  }
}

/** The numbers of a column that has one in every row. */
export function numbersOf(column: Column): Float64Array {
  const { data, name, type } = column;
  if (data.kind !== 'numbers') {
    return fail('Table', `column "${name}" holds words (${type}); use oneHot or codes first, or leave it out`);
  }
  const row = data.values.findIndex((v) => Number.isNaN(v));
  if (row >= 0) {
    fail(
      'Table',
      `column "${name}" misses ${column.missing} values, the first in row ${row}; use fillMissing or dropMissing first`,
    );
  }
  return data.values;
}
