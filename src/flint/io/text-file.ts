// Text out of files, piece by piece, so that a file may be larger than memory: UTF-8, UTF-16 by its mark, Latin-1 when told.
// What is no text is reported with the byte where it begins.
import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { FileError, fileSystemError } from './file-error.ts';
import { gunzipPieces, isGzipped } from './archive/gunzip-pieces.ts';

/** How characters are stored. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';
/** What readers of text may be told. */
export interface TextOptions {
  /** Without it: what the file's byte order mark says, UTF-8 where it has none. */
  encoding?: TextEncoding;
}

const pieceBytes = 1 << 20;

/** The bytes of a file in pieces; of a gzipped file, those it unpacks to. Throws a FileError when it cannot be read. */
export function* byteChunks(path: string): Generator<Uint8Array> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw fileSystemError(path, error, 'open the file');
  }
  try {
    for (let at = 0; ;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const got = readPiece(path, file, piece, at);
      if (got === 0) return;
      if (at === 0 && got > 1 && isGzipped(piece)) return yield* gunzipPieces(path);
      yield piece.subarray(0, got);
      at += got;
    }
  } finally {
    closeSync(file);
  }
}

function readPiece(path: string, file: number, piece: Uint8Array, at: number): number {
  try {
    return readSync(file, piece, 0, piece.length, at);
  } catch (error) {
    throw fileSystemError(path, error, 'read the file');
  }
}

/** The text of a file in pieces, without its byte order mark. Throws a FileError with the byte where it is no text. */
export function* textChunks(path: string, options: TextOptions = {}): Generator<string> {
  const decoder = new PieceDecoder(path, options.encoding);
  for (const bytes of byteChunks(path)) yield decoder.next(bytes);
  yield decoder.end();
}

/** The text in `bytes`, as {@link textChunks}; `file` names them in errors. */
export function decodeText(bytes: Uint8Array, file: string, options: TextOptions = {}): string {
  const decoder = new PieceDecoder(file, options.encoding);
  return decoder.next(bytes) + decoder.end();
}

/** Decodes pieces that may end inside a character. */
class PieceDecoder {
  private readonly file: string;
  private encoding: TextEncoding | undefined;
  /** Bytes that were read but belong to a character whose rest is to come. */
  private rest: Uint8Array = new Uint8Array();
  /** Position of `rest` in the file. */
  private at = 0;
  private started = false;

  constructor(file: string, encoding: TextEncoding | undefined) {
    this.file = file;
    this.encoding = encoding;
  }

  next(piece: Uint8Array): string {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    if (!this.started && bytes.length < 3) return this.wait(bytes, bytes.length);
    return this.decode(bytes, wholeCharacters(bytes, this.begin(bytes)));
  }

  end(): string {
    const encoding = this.begin(this.rest);
    const whole = wholeCharacters(this.rest, encoding);
    if (whole < this.rest.length) throw this.fault(this.at + whole, 'the file ends inside a character', encoding);
    return this.decode(this.rest, whole);
  }

  /** Looks at the mark of the file, once. */
  private begin(bytes: Uint8Array): TextEncoding {
    const marked = markOf(bytes);
    this.encoding ??= marked ?? 'utf-8';
    return this.encoding;
  }

  private wait(bytes: Uint8Array, count: number): string {
    this.rest = bytes.slice(bytes.length - count);
    return '';
  }

  private decode(bytes: Uint8Array, whole: number): string {
    const encoding = this.encoding!;
    const skip = !this.started && markOf(bytes) === encoding ? (encoding === 'utf-8' ? 3 : 2) : 0;
    this.started = true;
    const part = bytes.subarray(skip, Math.max(skip, whole));
    const text = this.characters(part, this.at + skip, encoding);
    this.at += whole;
    this.wait(bytes, bytes.length - whole);
    return text;
  }

  private characters(bytes: Uint8Array, at: number, encoding: TextEncoding): string {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (encoding === 'latin1') return buffer.toString('latin1');
    if (encoding === 'utf-8') {
      if (!isUtf8(buffer)) throw this.fault(at + invalidUtf8(buffer), undefined, encoding);
      return buffer.toString('utf8');
    }
    const text = (encoding === 'utf-16be' ? Buffer.from(buffer).swap16() : buffer).toString('utf16le');
    const alone = loneSurrogate(text);
    if (alone >= 0) throw this.fault(at + 2 * alone, undefined, encoding);
    return text;
  }

  private fault(byte: number, problem: string | undefined, encoding: TextEncoding): FileError {
    return new FileError('bad-text', {
      file: this.file,
      byte,
      problem: problem ?? `this is no ${encoding.toUpperCase()} text`,
      hint: 'Save the file as UTF-8, or say its encoding ("latin1", "utf-16le").',
    });
  }
}

function markOf(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** How many of the bytes make whole characters: what is cut off at the end waits for the next piece. */
function wholeCharacters(bytes: Uint8Array, encoding: TextEncoding): number {
  const { length } = bytes;
  if (encoding === 'latin1') return length;
  if (encoding !== 'utf-8') {
    const even = length - (length % 2);
    const high = encoding === 'utf-16le' ? bytes[even - 1] : bytes[even - 2];
    return even >= 2 && high! >= 0xd8 && high! < 0xdc ? even - 2 : even;
  }
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? length - back : length;
  }
  return length;
}

/** The first byte at which the bytes stop being UTF-8 (Unicode 15, table 3-7), by halving: a valid start is valid. */
function invalidUtf8(bytes: Buffer): number {
  let [low, high] = [0, bytes.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const whole = low + wholeCharacters(bytes.subarray(low, middle), 'utf-8');
    if (whole === low) {
      // Shorter than a character: the first one is broken when it stays so with all the bytes it could have.
      const sizes = [1, 2, 3, 4].filter((n) => low + n <= bytes.length);
      const good = sizes.find((n) => isUtf8(bytes.subarray(low, low + n)));
      if (good === undefined) return low;
      low += good;
    } else if (isUtf8(bytes.subarray(low, whole))) low = whole;
    else high = whole;
  }
  return low;
}

/** The first half of a pair that lacks the other half; -1 when there is none. */
function loneSurrogate(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code < 0xe000) return i;
  }
  return -1;
}

/** The lines of a file with their numbers, counted from 1, without line ends (LF, CRLF or CR), read piece by piece. */
export function* textLines(path: string, options: TextOptions = {}): Generator<[line: string, number: number]> {
  let rest = '';
  let number = 0;
  for (const piece of textChunks(path, options)) {
    const text = rest + piece;
    // A CR that ends a piece may be the first half of a CRLF.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    rest = lines.pop()! + text.slice(end);
    checkLine(rest, path, number + 1 + lines.length);
    for (const line of lines) yield [line, ++number];
  }
  if (rest.endsWith('\r')) rest = rest.slice(0, -1);
  else if (rest === '') return;
  yield [rest, ++number];
}

/** No line of text is this long: what has no line ends is no file of lines, and must not fill the memory. */
const mostCharacters = 1 << 26;
function checkLine(rest: string, file: string, number: number): void {
  if (rest.length <= mostCharacters) return;
  throw new FileError('bad-text', {
    file,
    problem: `line ${number} is longer than ${mostCharacters} characters`,
    hint: 'This is no file of lines.',
  });
}
