// How a table is written down: what is between cells, how lines end, whether the first row names the columns.
import { fail } from '../errors.ts';
import { textChunks, type TextOptions } from '../io/text-file.ts';
import { isDate, isGrouped, type NumberForm } from './cells.ts';
import { guessHeader } from './header.ts';
import { guessNumberForm } from './number-form.ts';
import { parseRows, type ParsedRow } from './rows.ts';

/** What is between two cells; `'blanks'` is any run of blanks and tabs. */
export type Delimiter = ',' | '\t' | ';' | '|' | 'blanks';
/** How a table's file is written. */
export interface Dialect extends NumberForm {
  delimiter: Delimiter;
  /** Whether the first row holds names. */
  header: boolean;
  /** What ends a line. */
  newline: '\n' | '\r';
  /** Whether rows end with a delimiter: the empty cell behind it is none. */
  trailing: boolean;
  /** Whether the first row has one name fewer than there are columns: the first column, the names of the rows, has none. */
  rowNames: boolean;
  /** What was guessed and might have been meant otherwise, a sentence each. */
  notes: readonly string[];
}
/** What may be said of a file instead of being guessed. */
export interface DialectOptions extends TextOptions {
  delimiter?: Delimiter;
  /** Whether the first row names the columns. */
  header?: boolean;
  decimal?: '.' | ',';
  /** What is between groups of three digits; null: nothing, so that 1,234 is no number. */
  thousands?: '.' | ',' | null;
  /** Cells that stand for a missing value; `''`, NA, N/A, NaN, null and ? when left out. */
  missing?: readonly string[];
}

const candidates: readonly Delimiter[] = [',', '\t', ';', '|', 'blanks'];
/** Beside how evenly it cuts: blanks are between words of a text too, tabs hardly ever. */
const liking: Partial<Record<Delimiter, number>> = { '\t': 0.05, blanks: -0.2 };
/** As much of a file as the guesses look at. */
const sampleCharacters = 1 << 16;
const sampleRows = 100;
/** Of tables with very many columns more is looked at, until there are some rows to compare. */
const leastLines = 12;
const mostSample = 1 << 24;

/** What is said of the file's dialect, and the rest guessed from its first rows. */
export function sniffDialect(path: string, options: DialectOptions = {}): Dialect {
  let text = '';
  let lines = 0;
  for (const piece of textChunks(path, options)) {
    text += piece;
    lines += piece.split(/\r\n|[\r\n]/, leastLines + 1).length - 1;
    if (text.length >= mostSample || (text.length >= sampleCharacters && lines >= leastLines)) {
      return guessDialect(text.slice(0, sampleEnd(text)), options, false);
    }
  }
  return guessDialect(text, options);
}

/** Where the sample ends: at its length, or behind so many lines where they are longer. */
function sampleEnd(text: string): number {
  let at = -1;
  for (let line = 0; line < leastLines; line++) {
    const next = text.indexOf('\n', at + 1);
    if (next < 0) return line === 0 ? sampleCharacters : text.length;
    at = next;
  }
  return Math.max(sampleCharacters, at + 1);
}

/** The dialect of a text of which `text` is the beginning; `whole` when it is all of it. */
export function guessDialect(text: string, options: DialectOptions = {}, whole = true): Dialect {
  const newline = text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
  const rowsWith = (delimiter: Delimiter): string[][] => sample(text, delimiter, newline, whole);
  const delimiter = options.delimiter ?? best(rowsWith);
  const rows = rowsWith(delimiter);
  if (options.thousands && options.thousands === options.decimal) {
    fail('readTable', `decimal and thousands cannot both be "${options.thousands}"`);
  }
  const { decimal, thousands, note } = guessNumberForm(rows, delimiter, options);
  const { trailing, rowNames, even } = evened(rows, delimiter);
  const guess = options.header === undefined ? guessHeader(even, { decimal, thousands }, options.missing) : null;
  const header = options.header ?? guess!.header;
  const notes = [note, guess?.note ?? null].filter((n) => n !== null);
  if (trailing) notes.push('rows end with a delimiter; the empty cell behind it is left out');
  return { delimiter, newline, decimal, thousands, header, trailing, rowNames: rowNames && header, notes };
}

/** Rows of one width: a cell behind the last delimiter is cut off where most rows have one, a missing first name put in. */
function evened(rows: string[][], delimiter: Delimiter): { trailing: boolean; rowNames: boolean; even: string[][] } {
  const as = { trailing: false, rowNames: false, even: rows };
  const [first, ...rest] = rows;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (delimiter === 'blanks' || width < 2 || rows.every((row) => row.every((cell) => cell === ''))) return as;
  const short = (row: readonly string[]) => row.length === width - 1;
  const ending = rows.filter((row) => row.length === width && row[width - 1] === '').length;
  if (2 * ending >= rows.length && ending + rows.filter(short).length === rows.length) {
    return { ...as, trailing: true, even: rows.map((row) => row.slice(0, width - 1)) };
  }
  const rowNames = short(first!) && rest.length > 0 && rest.every((row) => row.length === width);
  return rowNames ? { ...as, rowNames, even: [['', ...first!], ...rest] } : as;
}

function sample(text: string, delimiter: Delimiter, newline: '\n' | '\r', whole: boolean): string[][] {
  const rows: ParsedRow[] = [];
  for (const row of parseRows([text], { delimiter, newline })) {
    rows.push(row);
    if (rows.length > sampleRows) break;
  }
  // The last row of a piece may be cut off; what is broken is said when the file is read.
  if (!whole && rows.length <= sampleRows && rows.length > 1) rows.pop();
  return rows.filter((row) => row.fault === null).map((row) => row.cells);
}

/** The delimiter with which most rows have the same number of cells, more than one; with more numbers, with more cells if that is equal. */
function best(rowsWith: (delimiter: Delimiter) => string[][]): Delimiter {
  const grouped = areGroups(rowsWith(','));
  let chosen: Delimiter = grouped ? '\t' : ',';
  let highest = 0;
  for (const delimiter of candidates) {
    const rows = rowsWith(delimiter);
    const often = new Map<number, number>();
    for (const { length } of rows) often.set(length, (often.get(length) ?? 0) + 1);
    const [cells, count] = [...often].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    if (cells < 2 || (delimiter === ',' && grouped)) continue;
    const numbers = shareOfNumbers(rows);
    // A column of text: words are between blanks too.
    if (delimiter === 'blanks' && numbers < 0.3) continue;
    const score = count / rows.length + Math.min(cells, 100) / 1000 + 0.15 * numbers + (liking[delimiter] ?? 0);
    if (score > highest) [chosen, highest] = [delimiter, score];
  }
  return chosen;
}

/** One column of numbers with their digits in groups: below a name without any comma each line is such a number. */
function areGroups([first, ...rest]: string[][]): boolean {
  const lines = rest.filter((row) => row.length > 1).map((row) => row.join(','));
  return first?.length === 1 && lines.length > 0 && lines.every((line) => isGrouped(line, ','));
}

/** How many of the cells below the first row are numbers or dates, in any way of writing them. */
function shareOfNumbers(rows: string[][]): number {
  const cells = (rows.length > 1 ? rows.slice(1) : rows).flat();
  const numbers = cells.filter(
    (cell) => /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?$/.test(cell) && !/[.,]$/.test(cell),
  );
  const others = cells.filter((cell) => isGrouped(cell, ',') || isGrouped(cell, '.') || isDate(cell));
  return Math.min(1, (numbers.length + others.length) / Math.max(1, cells.length));
}
