// Word vectors out of files: GloVe's text, word2vec's text and word2vec's binary form, read piece by piece.
import { extname } from 'node:path';
import { FileError } from '../io/file-error.ts';
import { byteChunks, textLines } from '../io/text-file.ts';
import { WordVectors } from './word-vectors.ts';

/** What {@link readWordVectors} may be told. */
export interface WordVectorOptions {
  /** Only the first so many words: they are the most frequent ones. */
  limit?: number;
  /** Only these words. */
  words?: Iterable<string>;
  /** The form of the file. Without it: binary for names that end in `.bin`, else text, with a first line of two numbers or without. */
  format?: 'text' | 'binary';
}

/** Words and numbers as they come, in room that doubles. */
class Collector {
  readonly words: string[] = [];
  readonly dimension: number;
  duplicates = 0;
  private seen = new Set<string>();
  private values: Float32Array;
  private readonly wanted: ReadonlySet<string> | null;
  private readonly limit: number;

  constructor(dimension: number, options: WordVectorOptions) {
    this.dimension = dimension;
    this.values = new Float32Array(dimension * 64);
    this.wanted = options.words ? new Set(options.words) : null;
    this.limit = options.limit ?? Infinity;
  }

  get full(): boolean {
    return this.words.length >= this.limit || (this.wanted !== null && this.words.length >= this.wanted.size);
  }
  /** Whether the vector of this word is to be kept. */
  wants(word: string): boolean {
    if (this.wanted && !this.wanted.has(word)) return false;
    if (this.seen.has(word)) {
      this.duplicates++;
      return false;
    }
    return true;
  }
  /** Keeps a word and gives the place for its numbers. */
  add(word: string): Float32Array {
    const from = this.words.length * this.dimension;
    if (from + this.dimension > this.values.length) {
      const larger = new Float32Array(Math.max(this.values.length * 2, from + this.dimension));
      larger.set(this.values);
      this.values = larger;
    }
    this.words.push(word);
    this.seen.add(word);
    return this.values.subarray(from, from + this.dimension);
  }
  finish(): WordVectors {
    const values = this.values.slice(0, this.words.length * this.dimension);
    return new WordVectors(this.words, values, this.dimension, this.duplicates);
  }
}

function fault(file: string, problem: string, byte?: number): FileError {
  const hint = 'Choose a file of GloVe or word2vec vectors; it may have been cut off while it was downloaded.';
  return new FileError('bad-vectors', { file, problem, hint, ...(byte === undefined ? {} : { byte }) });
}

/**
 * Reads word vectors: GloVe text (a word and its numbers on each line), word2vec text (the same below a line with the number of
 * words and of dimensions), word2vec binary; gzipped or not. The file is read piece by piece, so that with `limit` or `words`
 * a small part of a large one needs little memory. Of a word that comes twice the first vector counts. Throws an error that
 * names the line (or byte) where a vector has not as many numbers as the first.
 */
export function readWordVectors(path: string, options: WordVectorOptions = {}): WordVectors {
  const { limit } = options;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new RangeError(`[readWordVectors] limit must be a whole number from 1, got ${limit}`);
  }
  const binary = options.format ? options.format === 'binary' : extname(path.replace(/\.gz$/, '')) === '.bin';
  return binary ? readBinary(path, options) : readTextForm(path, options);
}

const blanks = /[ \t]+/;
/** Only blanks are between and around the fields: GloVe has words that are other kinds of space, such as U+00A0. */
const outer = /^[ \t]+|[ \t]+$/g;

function readTextForm(path: string, options: WordVectorOptions): WordVectors {
  let vectors: Collector | null = null;
  let announced: { count: number; dimension: number } | null = null;
  let lines = 0;
  for (const [line, number] of textLines(path)) {
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    if (number === 1 && fields.length === 2 && fields.every((f) => /^\d+$/.test(f))) {
      announced = { count: Number(fields[0]), dimension: Number(fields[1]) };
      continue;
    }
    lines++;
    vectors ??= new Collector(checked(announced?.dimension ?? fields.length - 1, number, path), options);
    const word = wordOf(line, fields, vectors.dimension, path, number);
    if (!vectors.wants(word)) continue;
    const into = vectors.add(word);
    const from = fields.length - vectors.dimension;
    for (let i = 0; i < into.length; i++) {
      into[i] = Number(fields[from + i]);
      if (!Number.isFinite(into[i]))
        throw fault(path, `line ${number}: "${fields[from + i]!.slice(0, 40)}" is no number`);
    }
    if (vectors.full) return vectors.finish();
  }
  if (!vectors) throw fault(path, 'there are no vectors in it');
  if (announced && lines < announced.count) {
    throw fault(path, `the first line announces ${announced.count} words, found ${lines}`);
  }
  return vectors.finish();
}

/** The word and the numbers of a line; none of an empty one. */
function fieldsOf(line: string): string[] {
  const inner = line.replace(outer, '');
  return inner === '' ? [] : inner.split(blanks);
}

/** A first line that announces more numbers in a vector is none. */
const mostDimensions = 1 << 16;

function checked(dimension: number, number: number, path: string): number {
  if (dimension >= 1 && dimension <= mostDimensions) return dimension;
  throw fault(
    path,
    dimension < 1 ? `line ${number} has a word but no numbers` : `vectors of ${dimension} numbers are none`,
  );
}

/** The word of a line; words that hold blanks themselves, as some of GloVe's do, are what is in front of the numbers. */
function wordOf(line: string, fields: string[], dimension: number, path: string, number: number): string {
  const more = fields.length - 1 - dimension;
  if (more === 0) return fields[0]!;
  const before = line.replace(outer, '');
  if (more > 0 && fields.slice(1, 1 + more).every((f) => Number.isNaN(Number(f)))) {
    return before.slice(0, before.length - after(before, dimension)).replace(outer, '');
  }
  // All of them numbers: the word is the blanks in front, but for the last, which ends it.
  if (more === -1 && /^[ \t]/.test(line)) return line.slice(0, line.indexOf(before) - 1);
  throw fault(path, `line ${number} has ${fields.length - 1} numbers, the vectors have ${dimension}`);
}

/** How many characters the last `count` fields take, with the blanks in front of each. */
function after(text: string, count: number): number {
  let at = text.length;
  for (let i = 0; i < count; i++) {
    while (!isBlank(text[at - 1])) at--;
    while (isBlank(text[at - 1])) at--;
  }
  return text.length - at;
}
const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t';

/** A word that is longer has no end. */
const mostWordBytes = 4096;

/** A file as one run of bytes that is asked for piece by piece. */
class ByteRun {
  private readonly path: string;
  private readonly chunks: Iterator<Uint8Array>;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private passed = 0;

  constructor(path: string) {
    this.path = path;
    this.chunks = byteChunks(path);
  }
  get position(): number {
    return this.passed + this.at;
  }
  /** The next `count` bytes; null at the end of the file. */
  take(count: number): Uint8Array | null {
    while (this.bytes.length - this.at < count) if (!this.more()) return null;
    return this.bytes.subarray(this.at, (this.at += count));
  }
  /** The bytes up to the next `mark`, which is passed over; null when the file ends before. */
  until(mark: number): Uint8Array | null {
    for (let from = this.at; ;) {
      const found = this.bytes.indexOf(mark, from);
      if (found >= 0) return this.take(found + 1 - this.at)!.subarray(0, -1);
      if (this.bytes.length - this.at > mostWordBytes) {
        throw fault(this.path, `a word of more than ${mostWordBytes} bytes`, this.position);
      }
      const looked = this.bytes.length - this.at;
      if (!this.more()) return null;
      from = this.at + looked;
    }
  }
  close(): void {
    this.chunks.return?.();
  }
  private more(): boolean {
    const next = this.chunks.next();
    if (next.done) return false;
    this.passed += this.at;
    const rest = this.bytes.subarray(this.at);
    this.bytes = rest.length > 0 ? Buffer.concat([rest, next.value]) : next.value;
    this.at = 0;
    return true;
  }
}

function readBinary(path: string, options: WordVectorOptions): WordVectors {
  const run = new ByteRun(path);
  try {
    const head = run.until(10);
    const [, count, dimension] = /^\s*(\d+) (\d+)\s*$/.exec(Buffer.from(head ?? []).toString('latin1')) ?? [];
    if (count === undefined || Number(dimension) < 1 || Number(dimension) > mostDimensions) {
      throw fault(path, 'a binary file of word2vec begins with a line of two numbers, this one does not', 0);
    }
    return readRecords(run, Number(count), Number(dimension), path, options);
  } finally {
    run.close();
  }
}

function readRecords(
  run: ByteRun,
  count: number,
  dimension: number,
  path: string,
  options: WordVectorOptions,
): WordVectors {
  const vectors = new Collector(dimension, options);
  for (let i = 0; i < count && !vectors.full; i++) {
    const bytes = run.until(32);
    const start = run.position;
    const numbers = bytes && run.take(4 * dimension);
    if (!numbers)
      throw fault(path, `the first line announces ${count} words, the file ends in word ${i + 1}`, run.position);
    // The original program ends each vector with a line end, others do not.
    const word = Buffer.from(bytes).toString('utf8').replace(/^\n/, '');
    if (!vectors.wants(word)) continue;
    const into = vectors.add(word);
    const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.length);
    for (let k = 0; k < dimension; k++) {
      into[k] = view.getFloat32(4 * k, true);
      if (!Number.isFinite(into[k]))
        throw fault(path, `"${word.slice(0, 40)}" has a value that is no number`, start + 4 * k);
    }
  }
  return vectors.finish();
}
