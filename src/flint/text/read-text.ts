// Text and lines out of files.
import { constants } from 'node:buffer';
import { FileError } from '../io/file-error.ts';
import { textChunks, textLines, type TextOptions } from '../io/text-file.ts';

/**
 * The text of a file: UTF-8, UTF-16 where its first bytes say so, or the encoding that is given; gzipped or not. Throws an error
 * with the byte where it is no text, and for a text of more than 512 million characters: read such a one with {@link readLines}.
 */
export function readText(path: string, options: TextOptions = {}): string {
  const pieces: string[] = [];
  let length = 0;
  for (const piece of textChunks(path, options)) {
    length += piece.length;
    if (length > constants.MAX_STRING_LENGTH) {
      throw new FileError('too-large', {
        file: path,
        problem: `its text has more than ${constants.MAX_STRING_LENGTH} characters, the most that one string holds`,
        hint: 'Read it line by line with readLines.',
      });
    }
    pieces.push(piece);
  }
  return pieces.join('');
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
