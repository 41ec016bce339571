// A table looked through once, row by row: the type of each column and what is in it, in memory that does not grow with the file.
import { isBoolean, isDate, isInteger, isNumber, toDate, toNumber } from './cells.ts';
import type { Dialect } from './dialect.ts';
import { TableSource, type BadRow, type ColumnType, type SkippedRows, type TableOptions } from './source.ts';

/** What is known of a column. */
export interface ColumnSummary {
  name: string;
  type: ColumnType;
  /** Cells with a value. */
  count: number;
  /** Cells without. */
  missing: number;
  /** Of numbers, of dates (milliseconds since 1970) and of booleans (0 and 1); NaN for words. */
  min: number;
  max: number;
  mean: number;
  /** With n - 1, as pandas has it; NaN for fewer than two values. */
  std: number;
  /** Different values; at most {@link mostDistinct} are counted while a file is looked through. */
  distinct: number;
  /** The words of a category in the order of their characters; empty for other types. */
  categories: readonly string[];
}
/** What {@link scanTable} finds. */
export interface TableSummary {
  rows: number;
  columns: readonly ColumnSummary[];
  dialect: Dialect;
  skipped: SkippedRows;
}

/** More different values than this are not told apart while scanning. */
export const mostDistinct = 10_000;
/** A column of words is a category up to so many words, if each comes twice or more in the mean. */
const mostCategories = 256;

/**
 * Looks through a CSV, TSV or similar file of any size: types, missing values, ranges, categories. Throws an error that names
 * file, row and line where the file is broken.
 */
export function scanTable(path: string, options: TableOptions = {}): TableSummary {
  return scanSource(new TableSource(path, options));
}

export function scanSource(source: TableSource): TableSummary {
  const { decimal } = source.dialect;
  const columns = source.names.map((name) => new ColumnScan(name, decimal, source.options.types?.[name]));
  const skipped = { count: 0, first: [] as BadRow[] };
  let rows = 0;
  for (const cells of source.rows(skipped)) {
    rows++;
    for (let i = 0; i < cells.length; i++) {
      if (source.isMissing(cells[i]!)) columns[i]!.missing++;
      else columns[i]!.add(cells[i]!);
    }
  }
  return { rows, columns: columns.map((c) => c.summary()), dialect: source.dialect, skipped };
}

type Guess = 'integer' | 'number' | 'boolean' | 'date';
const tests: Readonly<Record<Guess, (cell: string, decimal: '.' | ',') => boolean>> = {
  integer: isInteger,
  number: isNumber,
  boolean: isBoolean,
  date: isDate,
};
/** What becomes of a guess that a cell does not fit. */
const wider: Readonly<Record<Guess, readonly Guess[]>> = { integer: ['number'], number: [], boolean: [], date: [] };

/** The number in a cell of a type that has one. */
export function cellValue(cell: string, type: ColumnType, decimal: '.' | ','): number {
  if (type === 'boolean') return cell.length === 4 ? 1 : 0;
  return type === 'date' ? toDate(cell) : toNumber(cell, decimal);
}

/** Guesses a column's type from its cells, and keeps its moments (Welford 1962). */
class ColumnScan {
  missing = 0;
  private readonly name: string;
  private readonly decimal: '.' | ',';
  private readonly given: ColumnType | undefined;
  private guess: Guess | 'words' | null = null;
  private count = 0;
  private readonly range = { min: Infinity, max: -Infinity, mean: 0, square: 0 };
  private readonly words = new Set<string>();
  private readonly numbers = new Set<number>();

  constructor(name: string, decimal: '.' | ',', given: ColumnType | undefined) {
    this.name = name;
    this.decimal = decimal;
    this.given = given;
    if (given !== undefined) this.guess = given === 'category' || given === 'text' ? 'words' : given;
  }

  add(cell: string): void {
    this.count++;
    // Words are collected also while numbers are guessed: the guess may turn out wrong.
    // A copy: a part of a string keeps the whole piece of the file in memory.
    if (this.words.size <= mostDistinct && !this.words.has(cell)) this.words.add(Buffer.from(cell).toString());
    if (this.guess === 'words') return;
    this.guess = this.fitting(cell);
    if (this.guess === 'words') return;
    const value = cellValue(cell, this.guess, this.decimal);
    if (this.numbers.size < mostDistinct) this.numbers.add(value);
    const { range } = this;
    range.min = Math.min(range.min, value);
    range.max = Math.max(range.max, value);
    const step = value - range.mean;
    range.mean += step / this.count;
    range.square += step * (value - range.mean);
  }

  private fitting(cell: string): Guess | 'words' {
    const { guess, decimal } = this;
    const options = guess === null ? (Object.keys(tests) as Guess[]) : [guess as Guess, ...wider[guess as Guess]];
    return options.find((type) => tests[type](cell, decimal)) ?? 'words';
  }

  summary(): ColumnSummary {
    const { name, count, missing, range } = this;
    const type = this.type();
    const words = type === 'text' || type === 'category';
    return {
      name,
      type,
      count,
      missing,
      min: words || count === 0 ? NaN : range.min,
      max: words || count === 0 ? NaN : range.max,
      mean: words || count === 0 ? NaN : range.mean,
      std: words || count < 2 ? NaN : Math.sqrt(range.square / (count - 1)),
      distinct: Math.min(mostDistinct, words ? this.words.size : this.numbers.size),
      categories: type === 'category' ? [...this.words].sort() : [],
    };
  }

  private type(): ColumnType {
    if (this.given) return this.given;
    // A column without any value fits anything; numbers are the easiest to go on with.
    if (this.guess === null) return 'number';
    if (this.guess !== 'words') return this.guess;
    const { size } = this.words;
    return size <= mostCategories && 2 * size <= this.count ? 'category' : 'text';
  }
}
