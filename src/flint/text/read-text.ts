// Text and lines out of files.
import { FileError } from '../io/file-error.ts';
import { byteChunks, decodeText, textLines, type TextOptions } from '../io/text-file.ts';

/**
 * The text of a file: UTF-8, UTF-16 where its first bytes say so, or the encoding that is given; gzipped or not. Throws an error
 * with the byte where it is no text. For files larger than memory use {@link readLines}.
 */
export function readText(path: string, options: TextOptions = {}): string {
  const pieces = [...byteChunks(path)];
  return decodeText(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), path, options);
}

/** The lines of a file one after another, without their ends; the file is read piece by piece. */
export function* readLines(path: string, options: TextOptions = {}): Generator<string> {
  for (const [line] of textLines(path, options)) yield line;
}

/** What {@link readPairs} may be told. */
export interface PairOptions extends TextOptions {
  /** What is between the two; a tab when left out. */
  delimiter?: string;
}

/** Sentence pairs, one pair a line, such as a sentence and its translation. Empty lines are passed over. */
export function readPairs(path: string, options: PairOptions = {}): [source: string, target: string][] {
  const { delimiter = '\t' } = options;
  const pairs: [string, string][] = [];
  for (const [line, number] of textLines(path, options)) {
    if (line.trim() === '') continue;
    const parts = line.split(delimiter);
    if (parts.length !== 2) {
      throw new FileError('bad-text', {
        file: path,
        problem: `line ${number} has ${parts.length} parts between ${JSON.stringify(delimiter)}, a pair has 2`,
        hint: 'Mend the line, or give another delimiter.',
      });
    }
    pairs.push([parts[0]!.trim(), parts[1]!.trim()]);
  }
  return pairs;
}
