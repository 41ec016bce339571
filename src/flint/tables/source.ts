// The rows of a table's file, checked: every row as wide as the first, every cell of the type that was asked for.
import { FileError } from '../io/file-error.ts';
import { textChunks } from '../io/text-file.ts';
import { isBoolean, isDate, isInteger, isMissing, isNumber } from './cells.ts';
import { sniffDialect, type Dialect, type DialectOptions } from './dialect.ts';
import { parseRows } from './rows.ts';

/** What a column holds. Dates are milliseconds since 1970; a category is one of few words, text is anything. */
export type ColumnType = 'integer' | 'number' | 'boolean' | 'category' | 'text' | 'date';

/** What readers of tables may be told. */
export interface TableOptions extends DialectOptions {
  /** The names of the columns, in place of those in the file. */
  names?: readonly string[];
  /** The types of columns, by name; the others are guessed from all their cells. */
  types?: Readonly<Record<string, ColumnType>>;
  /** What becomes of a row that cannot be used: an error that names it (the default), or left out and counted. */
  badRows?: 'error' | 'skip';
  /** Only the first so many rows. */
  maxRows?: number;
}

/** A row that was left out. */
export interface BadRow {
  /** The row among the rows of data, counted from 1. */
  row: number;
  /** The line of the file it begins at, counted from 1. */
  line: number;
  problem: string;
}
/** The rows that were left out: how many, and the first hundred of them. */
export interface SkippedRows {
  count: number;
  first: readonly BadRow[];
}
const mostReported = 100;

const accepts: Readonly<Record<ColumnType, (cell: string, decimal: '.' | ',') => boolean>> = {
  integer: isInteger,
  number: isNumber,
  boolean: isBoolean,
  date: isDate,
  category: () => true,
  text: () => true,
};

/** A table's file that can be read any number of times. */
export class TableSource {
  readonly path: string;
  readonly dialect: Dialect;
  readonly names: readonly string[];
  readonly options: TableOptions;

  constructor(path: string, options: TableOptions = {}) {
    this.path = path;
    this.options = options;
    this.dialect = sniffDialect(path, options);
    this.names = options.names ?? this.firstNames();
    this.checkNames();
  }

  /** Whether a cell stands for a missing value. */
  isMissing(cell: string): boolean {
    return isMissing(cell, this.options.missing);
  }

  /** Every good row as its cells; what was left out is put into `skipped`. */
  *rows(skipped: { count: number; first: BadRow[] } = { count: 0, first: [] }): Generator<string[]> {
    const { badRows = 'error', maxRows = Infinity } = this.options;
    let row = this.dialect.header ? -1 : 0;
    let given = 0;
    for (const { cells, line, fault } of this.parsed()) {
      if (++row === 0 && fault === null) continue; // the header
      if (given === maxRows) return;
      const problem = fault ?? this.problemOf(cells);
      if (problem === null) {
        given++;
        yield cells;
        continue;
      }
      if (badRows === 'error') {
        const hint = 'Mend the row, or read with badRows: "skip" to leave such rows out.';
        throw new FileError('bad-table', { file: this.path, problem: `row ${row} (line ${line}): ${problem}`, hint });
      }
      skipped.count++;
      if (skipped.first.length < mostReported) skipped.first.push({ row, line, problem });
    }
  }

  private parsed() {
    return parseRows(textChunks(this.path, this.options), this.dialect, this.path);
  }

  private firstNames(): string[] {
    for (const { cells, line, fault } of this.parsed()) {
      if (fault !== null && this.dialect.header) throw this.noTable(`the header (line ${line}): ${fault}`);
      if (fault !== null) continue; // told when the rows are read
      if (!this.dialect.header) return cells.map((_, i) => `column${i + 1}`);
      return cells.map((name, i) => name || `column${i + 1}`);
    }
    throw this.noTable('there are no rows in it');
  }

  private checkNames(): void {
    const twice = this.names.find((name, i) => this.names.indexOf(name) < i);
    if (twice !== undefined) throw this.noTable(`two columns are named "${twice}"`);
    for (const name of Object.keys(this.options.types ?? {})) {
      if (!this.names.includes(name)) {
        throw this.noTable(`options.types names a column "${name}"; there are ${this.names.slice(0, 20).join(', ')}`);
      }
    }
  }
  private noTable(problem: string): FileError {
    return new FileError('bad-table', {
      file: this.path,
      problem,
      hint: 'Give options.names, or choose another file.',
    });
  }

  private problemOf(cells: readonly string[]): string | null {
    const { names, dialect } = this;
    if (cells.length !== names.length) {
      return `it has ${cells.length} cells, the table has ${names.length} columns`;
    }
    for (const [name, type] of Object.entries(this.options.types ?? {})) {
      const cell = cells[names.indexOf(name)]!;
      if (this.isMissing(cell) || accepts[type](cell, dialect.decimal)) continue;
      return `"${cell.slice(0, 40)}" in column "${name}" is no ${type}`;
    }
    return null;
  }
}
