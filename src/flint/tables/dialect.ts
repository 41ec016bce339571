// How a table is written down: what is between cells, how lines end, whether the first row names the columns.
import { textChunks, type TextOptions } from '../io/text-file.ts';
import { isDate, isMissing, isNumber } from './cells.ts';
import { parseRows, type ParsedRow } from './rows.ts';

/** What is between two cells; `'blanks'` is any run of blanks and tabs. */
export type Delimiter = ',' | '\t' | ';' | '|' | 'blanks';
/** How a table's file is written. */
export interface Dialect {
  delimiter: Delimiter;
  /** Whether the first row holds names. */
  header: boolean;
  /** What ends a line. */
  newline: '\n' | '\r';
  /** What is between the whole and the fraction of a number. */
  decimal: '.' | ',';
}
/** What may be said of a file instead of being guessed. */
export interface DialectOptions extends TextOptions {
  delimiter?: Delimiter;
  header?: boolean;
  decimal?: '.' | ',';
  /** Cells that stand for a missing value; `''`, NA, N/A, NaN, null and ? when left out. */
  missing?: readonly string[];
}

const candidates: readonly Delimiter[] = [',', '\t', ';', '|', 'blanks'];
/** As much of a file as the guesses look at. */
const sampleCharacters = 1 << 16;
const sampleRows = 100;

/** What is said of the file's dialect, and the rest guessed from its first rows. */
export function sniffDialect(path: string, options: DialectOptions = {}): Dialect {
  let text = '';
  for (const piece of textChunks(path, options)) {
    text += piece;
    if (text.length >= sampleCharacters) break;
  }
  return guessDialect(text.slice(0, sampleCharacters), options, text.length < sampleCharacters);
}

/** The dialect of a text of which `text` is the beginning; `whole` when it is all of it. */
export function guessDialect(text: string, options: DialectOptions = {}, whole = true): Dialect {
  const newline = text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
  const rowsWith = (delimiter: Delimiter): string[][] => sample(text, delimiter, newline, whole);
  const delimiter = options.delimiter ?? best(rowsWith);
  const rows = rowsWith(delimiter);
  const decimal = options.decimal ?? guessDecimal(rows, delimiter);
  const header = options.header ?? guessHeader(rows, decimal, options.missing);
  return { delimiter, newline, decimal, header };
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

/** The delimiter with which most rows have the same number of cells, more than one; with more cells if that is equal. */
function best(rowsWith: (delimiter: Delimiter) => string[][]): Delimiter {
  let chosen: Delimiter = ',';
  let highest = 0;
  for (const delimiter of candidates) {
    const rows = rowsWith(delimiter);
    const often = new Map<number, number>();
    for (const { length } of rows) often.set(length, (often.get(length) ?? 0) + 1);
    const [cells, count] = [...often].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    if (cells < 2) continue;
    // Words of a text are between blanks too: those count only where nothing else does.
    const score = count / rows.length + Math.min(cells, 100) / 1000 - (delimiter === 'blanks' ? 0.2 : 0);
    if (score > highest) [chosen, highest] = [delimiter, score];
  }
  return chosen;
}

function guessDecimal(rows: string[][], delimiter: Delimiter): '.' | ',' {
  if (delimiter === ',') return '.';
  const cells = rows.flat();
  const commas = cells.filter((cell) => /^[+-]?\d+,\d+$/.test(cell)).length;
  return commas > 0 && commas > cells.filter((cell) => /^[+-]?\d+\.\d+$/.test(cell)).length ? ',' : '.';
}

/** Whether the first row is unlike those below: words above numbers, or words that do not come again below. */
function guessHeader([first, ...rest]: string[][], decimal: '.' | ',', missing?: readonly string[]): boolean {
  if (!first || first.some((cell) => cell === '' || isNumber(cell, decimal) || isDate(cell))) return false;
  if (new Set(first).size < first.length) return false;
  if (rest.length === 0) return true;
  const known = (column: number) => rest.map((row) => row[column] ?? '').filter((cell) => !isMissing(cell, missing));
  const typed = (cell: string) => isNumber(cell, decimal) || isDate(cell) || /^(true|false)$/i.test(cell);
  if (first.some((_, i) => known(i).length > 0 && known(i).every(typed))) return true;
  return first.every((name, i) => !known(i).includes(name));
}
