// The rows of a table's file, checked: every row as wide as the first, every cell of the type that was asked for.
import { FileError } from '../io/file-error.ts';
import { textChunks } from '../io/text-file.ts';
import { isBoolean, isDate, isInteger, isMissing, isNumber, type NumberForm } from './cells.ts';
import { sniffDialect, type Dialect, type DialectOptions } from './dialect.ts';
import { columnNames } from './header.ts';
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
/** Where a bad row is an error: so many more are looked through for others. */
const mostLookedAt = 10_000;

const accepts: Readonly<Record<ColumnType, (cell: string, form: NumberForm) => boolean>> = {
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
  /** What was guessed and might have been meant otherwise, a sentence each. */
  readonly notes: readonly string[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly missing: ReadonlySet<string> | null;
  /** The types that were asked for, by place. */
  private readonly types: readonly (readonly [name: string, place: number, type: ColumnType])[];

  constructor(path: string, options: TableOptions = {}) {
    this.path = path;
    this.options = options;
    this.dialect = sniffDialect(path, options);
    const { names, notes } = options.names ? { names: options.names, notes: [] } : this.firstNames();
    this.names = names;
    this.notes = [...this.dialect.notes, ...notes];
    this.places = this.placesOf(names);
    this.types = Object.entries(options.types ?? {}).map(([name, type]) => [name, this.placeOf(name), type] as const);
    this.missing = options.missing ? new Set(options.missing) : null;
  }

  /** Where a column stands; -1 where there is none of that name. */
  indexOf(name: string): number {
    return this.places.get(name) ?? -1;
  }

  /** Whether a cell stands for a missing value. */
  isMissing(cell: string): boolean {
    return this.missing ? this.missing.has(cell) : isMissing(cell);
  }

  /** Every good row as its cells; what was left out is put into `skipped`. `fault`: what else is wrong with a row, null for nothing. */
  *rows(
    skipped: { count: number; first: BadRow[] } = { count: 0, first: [] },
    fault: (cells: string[]) => string | null = () => null,
  ): Generator<string[]> {
    const { badRows = 'error', maxRows = Infinity } = this.options;
    let given = 0;
    let failed: BadRow | null = null;
    for (const { cells, row, line, problem: broken } of this.numbered()) {
      // Once a row is bad, some more are looked through to say how many are.
      if (given === maxRows || (failed && row - failed.row > mostLookedAt)) break;
      const problem = broken ?? this.problemOf(cells) ?? fault(cells);
      if (problem === null) {
        if (failed) continue;
        given++;
        yield cells;
        continue;
      }
      skipped.count++;
      if (skipped.first.length < mostReported) skipped.first.push({ row, line, problem });
      if (badRows === 'error') failed ??= { row, line, problem };
    }
    if (failed) throw this.badRow(failed, skipped.count - 1);
  }

  private badRow({ row, line, problem }: BadRow, others: number): FileError {
    const more = others === 0 ? '' : `; so ${others === 1 ? 'is 1' : `are ${others}`} of the rows after it`;
    return new FileError('bad-table', {
      file: this.path,
      problem: `row ${row} (line ${line}): ${problem}${more}`,
      hint: 'Mend the row, or read with badRows: "skip" to leave such rows out.',
    });
  }

  /** The rows of data with their numbers, without the cell behind a last delimiter. */
  private *numbered(): Generator<{ cells: string[]; row: number; line: number; problem: string | null }> {
    const { header, trailing } = this.dialect;
    let row = header ? -1 : 0;
    for (const { cells, line, fault } of this.parsed()) {
      if (++row === 0 && fault === null) continue; // the header
      if (trailing && cells.length === this.names.length + 1 && cells.at(-1) === '') cells.pop();
      yield { cells, row, line, problem: fault };
    }
  }

  private parsed() {
    return parseRows(textChunks(this.path, this.options), this.dialect, this.path);
  }

  private firstNames(): { names: string[]; notes: string[] } {
    const { header, trailing, rowNames } = this.dialect;
    // A header may lack the delimiter that the rows end with; its last name is then one.
    let first: readonly string[] | null = null;
    for (const { cells, line, fault } of this.parsed()) {
      if (fault !== null && header) throw this.noTable(`the header (line ${line}): ${fault}`);
      if (fault !== null) continue; // told when the rows are read
      first = trailing && cells.at(-1) === '' ? cells.slice(0, -1) : cells;
      break;
    }
    if (!first) throw this.noTable('there are no rows in it');
    if (!header) return { names: first.map((_, i) => `column${i + 1}`), notes: [] };
    return columnNames(rowNames ? ['', ...first] : first);
  }

  private placesOf(names: readonly string[]): Map<string, number> {
    const places = new Map<string, number>();
    for (const [i, name] of names.entries()) {
      if (places.has(name)) throw this.noTable(`two columns are named "${name}"`);
      places.set(name, i);
    }
    return places;
  }
  private placeOf(name: string): number {
    const place = this.indexOf(name);
    if (place >= 0) return place;
    throw this.noTable(`options.types names a column "${name}"; there are ${namesIn(this.names)}`);
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
    for (const [name, place, type] of this.types) {
      const cell = cells[place]!;
      if (this.isMissing(cell) || accepts[type](cell, dialect)) continue;
      return `"${cell.slice(0, 40)}" in column "${name}" is no ${type}`;
    }
    return null;
  }
}

/** The first names, for a message. */
export function namesIn(names: readonly string[]): string {
  return names.slice(0, 20).join(', ') + (names.length > 20 ? `, … (${names.length})` : '');
}
