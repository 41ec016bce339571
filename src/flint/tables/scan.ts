// A table looked through once, row by row: the type of each column and what is in it, in memory that does not grow with the file.
import { FileError } from '../io/file-error.ts';
import { isBoolean, isDate, isInteger, isNumber, toDate, toNumber, type NumberForm } from './cells.ts';
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
  /** The different values of integers and numbers in their order, up to {@link mostKinds} of them; empty where there are more. */
  kinds: readonly number[];
}
/** What {@link scanTable} finds. */
export interface TableSummary {
  rows: number;
  columns: readonly ColumnSummary[];
  dialect: Dialect;
  skipped: SkippedRows;
  /** What was guessed of the file and might have been meant otherwise, a sentence each. */
  notes: readonly string[];
}

/** More different values than this are not told apart while scanning, but for a column that is said to be a category. */
export const mostDistinct = 10_000;
/** A column of words is a category up to so many words, if each comes twice or more in the mean. */
const mostCategories = 256;
/** A column that is said to be a category may have so many words. */
const mostGivenCategories = 1 << 20;
/** More different numbers are no classes. */
export const mostKinds = 1000;

/**
 * Looks through a CSV, TSV or similar file of any size: types, missing values, ranges, categories. Throws an error that names
 * file, row and line where the file is broken.
 */
export function scanTable(path: string, options: TableOptions = {}): TableSummary {
  return scanSource(new TableSource(path, options));
}

/** {@link scanTable}; `fault`: what keeps a row from being used, null for nothing. */
export function scanSource(source: TableSource, fault?: (cells: string[]) => string | null): TableSummary {
  const { dialect, path, notes } = source;
  const columns = source.names.map((name) => new ColumnScan(name, dialect, source.options.types?.[name], path));
  const skipped = { count: 0, first: [] as BadRow[] };
  let rows = 0;
  for (const cells of source.rows(skipped, fault)) {
    rows++;
    for (let i = 0; i < cells.length; i++) {
      if (source.isMissing(cells[i]!)) columns[i]!.missing++;
      else columns[i]!.add(cells[i]!);
    }
  }
  return { rows, columns: columns.map((c) => c.summary()), dialect, skipped, notes };
}

type Guess = 'integer' | 'number' | 'boolean' | 'date';
const tests: Readonly<Record<Guess, (cell: string, form: NumberForm) => boolean>> = {
  integer: isInteger,
  number: isNumber,
  boolean: isBoolean,
  date: isDate,
};
/** What becomes of a guess that a cell does not fit. */
const wider: Readonly<Record<Guess, readonly Guess[]>> = { integer: ['number'], number: [], boolean: [], date: [] };

/** The number in a cell of a type that has one. */
export function cellValue(cell: string, type: ColumnType, form: NumberForm): number {
  if (type === 'boolean') return cell.length === 4 ? 1 : 0;
  return type === 'date' ? toDate(cell) : toNumber(cell, form);
}

/** Guesses a column's type from its cells, and keeps its moments (Welford 1962). */
class ColumnScan {
  missing = 0;
  private readonly name: string;
  private readonly form: NumberForm;
  private readonly file: string;
  private readonly given: ColumnType | undefined;
  private guess: Guess | 'words' | null = null;
  private count = 0;
  private readonly range = { min: Infinity, max: -Infinity, mean: 0, square: 0 };
  private readonly words = new Set<string>();
  private readonly numbers = new Set<number>();

  constructor(name: string, form: NumberForm, given: ColumnType | undefined, file: string) {
    this.name = name;
    this.form = form;
    this.file = file;
    this.given = given;
    if (given !== undefined) this.guess = given === 'category' || given === 'text' ? 'words' : given;
  }

  add(cell: string): void {
    this.count++;
    // Words are collected also while numbers are guessed: the guess may turn out wrong.
    // A copy: a part of a string keeps the whole piece of the file in memory.
    const most = this.given === 'category' ? mostGivenCategories : mostDistinct;
    if (this.words.size <= most && !this.words.has(cell)) this.words.add(Buffer.from(cell).toString());
    if (this.guess === 'words') return;
    this.guess = this.fitting(cell);
    if (this.guess === 'words') return;
    const value = cellValue(cell, this.guess, this.form);
    if (this.numbers.size < mostDistinct) this.numbers.add(value);
    const { range } = this;
    range.min = Math.min(range.min, value);
    range.max = Math.max(range.max, value);
    const step = value - range.mean;
    range.mean += step / this.count;
    range.square += step * (value - range.mean);
  }

  private fitting(cell: string): Guess | 'words' {
    const { guess, form } = this;
    const options = guess === null ? (Object.keys(tests) as Guess[]) : [guess as Guess, ...wider[guess as Guess]];
    return options.find((type) => tests[type](cell, form)) ?? 'words';
  }

  summary(): ColumnSummary {
    const { name, count, missing, range } = this;
    const type = this.type();
    const words = type === 'text' || type === 'category';
    if (type === 'category' && this.words.size > mostGivenCategories) throw this.tooManyWords();
    const distinct = words ? this.words.size : this.numbers.size;
    return {
      name,
      type,
      count,
      missing,
      min: words || count === 0 ? NaN : range.min,
      max: words || count === 0 ? NaN : range.max,
      mean: words || count === 0 ? NaN : range.mean,
      std: words || count < 2 ? NaN : Math.sqrt(range.square / (count - 1)),
      distinct: type === 'category' ? distinct : Math.min(mostDistinct, distinct),
      categories: type === 'category' ? [...this.words].sort() : [],
      kinds: (type === 'integer' || type === 'number') && distinct <= mostKinds ? inOrder(this.numbers) : [],
    };
  }

  private tooManyWords(): FileError {
    return new FileError('bad-table', {
      file: this.file,
      problem: `column "${this.name}" was asked for as a category, but has more than ${mostGivenCategories} different words`,
      hint: 'Read it as text.',
    });
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

/** The different numbers of a column from the least on. */
export function inOrder(different: Iterable<number>): number[] {
  return [...different].sort((a, b) => a - b);
}
