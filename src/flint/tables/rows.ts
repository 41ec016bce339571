// Rows of cells out of text that comes piece by piece: RFC 4180, and blanks as delimiter.
import { FileError } from '../io/file-error.ts';
import type { Delimiter } from './dialect.ts';

/** One row as it stands in the file. */
export interface ParsedRow {
  cells: string[];
  /** The line it begins at, counted from 1. */
  line: number;
  /** What is wrong with it, or null. */
  fault: string | null;
}

/** A quoted cell longer than this was never closed. */
const mostCharacters = 1 << 24;
/** No line of a table is this long: what has no line ends must not fill the memory. */
const mostLine = 1 << 26;
const quote = '"';

/**
 * The rows of a text; empty lines are passed over. A row with a broken quote is given with its fault; the next line follows it.
 * Throws a FileError that names `file` at a line without end.
 */
export function* parseRows(
  pieces: Iterable<string>,
  dialect: { delimiter: Delimiter; newline: '\n' | '\r' },
  file = 'the table',
): Generator<ParsedRow> {
  const parser = new RowParser(dialect.delimiter, dialect.newline, file);
  for (const piece of pieces) yield* parser.rows(piece, false);
  yield* parser.rows('', true);
}

class RowParser {
  private readonly delimiter: Delimiter;
  private readonly newline: string;
  private readonly file: string;
  private text = '';
  private line = 1;
  /** The next quote in `text`, so that lines without any are cut in one go. */
  private nextQuote = 0;

  constructor(delimiter: Delimiter, newline: string, file: string) {
    this.delimiter = delimiter;
    this.newline = newline;
    this.file = file;
  }

  *rows(piece: string, last: boolean): Generator<ParsedRow> {
    this.text += piece;
    // No row ends here; long lines are put together first, not looked through again with each piece.
    if (!last && !piece.includes(this.newline)) return this.checkLength();
    this.nextQuote = -2;
    let at = 0;
    while (at < this.text.length) {
      const end = this.text.indexOf(this.newline, at);
      if (end < 0 && !last) break;
      const stop = end < 0 ? this.text.length : end;
      const line = this.line;
      if (!this.quoteBefore(at, stop)) {
        const cells = this.plain(at, stop);
        at = stop + 1;
        this.line++;
        if (cells) yield { cells, line, fault: null };
        continue;
      }
      const found = this.quoted(at, last);
      if (found === null && !last && this.text.length - at <= mostCharacters) break;
      const row = found ?? this.unclosed(at, stop);
      this.line += this.linesIn(at, row.end);
      at = row.end;
      if (row.cells.length > 1 || row.cells[0] !== '' || row.fault !== null) {
        yield { cells: row.cells, line, fault: row.fault };
      }
    }
    this.text = this.text.slice(at);
    this.checkLength();
  }

  private checkLength(): void {
    if (this.text.length <= mostLine) return;
    throw new FileError('bad-table', {
      file: this.file,
      problem: `line ${this.line} is longer than ${mostLine} characters`,
      hint: 'This is no table of rows and lines, or its line ends were lost.',
    });
  }

  private quoteBefore(at: number, stop: number): boolean {
    if (this.nextQuote !== -1 && this.nextQuote < at) this.nextQuote = this.text.indexOf(quote, at);
    return this.nextQuote >= 0 && this.nextQuote < stop;
  }

  /** The cells of a line without quotes; null for an empty line. */
  private plain(at: number, stop: number): string[] | null {
    const end = stop > at && this.text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop;
    const line = this.text.slice(at, end);
    if (line.trim() === '' && (this.delimiter !== '\t' || line === '')) return null;
    if (this.delimiter === 'blanks') return line.trim().split(/[ \t]+/);
    const cells = line.split(this.delimiter);
    for (let i = 0; i < cells.length; i++) cells[i] = trimmed(cells[i]!);
    return cells;
  }

  /** A row with quotes; null when its end is not there yet. */
  private quoted(from: number, last: boolean): { cells: string[]; end: number; fault: string | null } | null {
    const { text } = this;
    const between = this.delimiter === 'blanks' ? /[ \t]/ : null;
    const isBetween = (c: string) => (between ? between.test(c) : c === this.delimiter);
    const cells: string[] = [];
    let at = from;
    let fault: string | null = null;
    for (;;) {
      if (between) while (at < text.length && isBetween(text[at]!)) at++;
      const start = at;
      while (at < text.length && text[at] === ' ') at++;
      if (text[at] === quote) {
        const close = this.closing(at + 1);
        if (close < 0 || (close + 1 >= text.length && !last)) return null;
        cells.push(text.slice(at + 1, close).replaceAll('""', quote));
        at = close + 1;
        const rest = at;
        while (at < text.length && !isBetween(text[at]!) && !this.endsLine(at)) at++;
        const more = text.slice(rest, at).trim();
        if (more !== '') fault ??= `"${more.slice(0, 20)}" follows the closing quote of cell ${cells.length}`;
      } else {
        at = start;
        while (at < text.length && !isBetween(text[at]!) && !this.endsLine(at)) at++;
        if (!between || at > start) cells.push(trimmed(text.slice(start, at)));
      }
      if (at >= text.length) return last ? { cells, end: at, fault } : null;
      if (this.endsLine(at)) return { cells, end: text.indexOf(this.newline, at) + 1 || text.length, fault };
      at++;
    }
  }

  private endsLine(at: number): boolean {
    const { text, newline } = this;
    if (text[at] === newline) return true;
    return text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length);
  }

  /** The quote that ends a cell which begins at `at`; -1 when there is none. */
  private closing(at: number): number {
    for (;;) {
      const found = this.text.indexOf(quote, at);
      if (found < 0 || this.text[found + 1] !== quote) return found;
      at = found + 2;
    }
  }

  private unclosed(at: number, stop: number): { cells: string[]; end: number; fault: string } {
    const shown = this.text.slice(at, Math.min(stop, at + 40));
    return { cells: [], end: Math.min(stop + 1, this.text.length), fault: `a quote is never closed (${shown})` };
  }

  private linesIn(from: number, to: number): number {
    let count = 0;
    for (
      let at = this.text.indexOf(this.newline, from);
      at >= 0 && at < to;
      at = this.text.indexOf(this.newline, at + 1)
    )
      count++;
    return count;
  }
}

/** Without blanks around it; the common case has none. */
function trimmed(cell: string): string {
  const { length } = cell;
  if (length === 0 || (cell.charCodeAt(0) > 32 && cell.charCodeAt(length - 1) > 32)) return cell;
  return cell.trim();
}
