// A folder with a text file for each class, a sample a line: names by language, sentences by mood.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkIndex, type Dataset } from '../data/dataset.ts';
import { FileError, fileSystemError } from '../io/file-error.ts';
import { textLines, type TextOptions } from '../io/text-file.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { listing, resolveRoot } from '../vision/source.ts';
import { padSequences, type PadOptions } from './padding.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What {@link LineFolder} may be told. */
export interface LineFolderOptions extends TextOptions {
  /** Which files are classes; `.txt` when left out. */
  extension?: string;
}

/**
 * The lines of a folder's text files: sample i is `[line, class]`; the class is the file's place among the files in the order
 * of their names. Empty lines are left out, blanks around a line are cut off. {@link encoded} makes batches for a network.
 */
export class LineFolder implements Dataset<[text: string, label: number]> {
  /** The names of the files, without their extension. */
  readonly classes: readonly string[];
  readonly texts: readonly string[];
  readonly labels: readonly number[];
  readonly length: number;

  constructor(folder: string, options: LineFolderOptions = {}) {
    const { extension = '.txt' } = options;
    const root = resolveRoot(folder);
    const files = filesOf(root, extension);
    if (files.length === 0) {
      throw new FileError('missing-data', {
        file: root,
        problem: `expected a ${extension} file for each class here, found ${listing(root)}`,
        hint: 'Choose the folder that holds the text files.',
      });
    }
    const texts: string[] = [];
    const labels: number[] = [];
    files.forEach((file, label) => {
      for (const [line] of textLines(join(root, file), options)) {
        if (line.trim() === '') continue;
        texts.push(line.trim());
        labels.push(label);
      }
    });
    this.classes = files.map((file) => basename(file, extension));
    [this.texts, this.labels, this.length] = [texts, labels, texts.length];
  }

  get(index: number): [text: string, label: number] {
    checkIndex(index, this.length, 'LineFolder');
    return [this.texts[index]!, this.labels[index]!];
  }

  /**
   * The same samples as tensors: `[codes int64 [length], class]`, batches padded: `[codes [n, longest], lengths [n], classes [n]]`
   * from `getBatch`, which a loader uses. `cut` cuts a line into tokens; into characters when left out.
   */
  encoded(vocabulary: Vocabulary, options: PadOptions & { cut?: (text: string) => string[] } = {}): EncodedLines {
    return new EncodedLines(this, vocabulary, options);
  }
}

function filesOf(root: string, extension: string): string[] {
  try {
    return (
      readdirSync(root)
        // Hidden files are none of a person's: systems leave some behind, such as ._names.txt.
        .filter((name) => name.endsWith(extension) && !name.startsWith('.'))
        .sort()
    );
  } catch (error) {
    throw fileSystemError(root, error, 'list the folder');
  }
}

/** Lines as padded codes: a batch is `[codes [n, length], lengths [n], classes [n]]`, all int64. */
export class EncodedLines implements Dataset<[codes: Tensor, lengths: Tensor, labels: Tensor]> {
  readonly length: number;
  private readonly codes: readonly number[][];
  private readonly labels: readonly number[];
  private readonly options: PadOptions;

  constructor(lines: LineFolder, vocabulary: Vocabulary, options: PadOptions & { cut?: (text: string) => string[] }) {
    const { cut = (text: string) => Array.from(text), ...padding } = options;
    this.codes = lines.texts.map((text) => vocabulary.encode(cut(text)));
    this.labels = lines.labels;
    this.length = lines.length;
    this.options = padding;
  }
  /** One sample: codes `[length]`, and its length and class as 0-dimensional int64. */
  get(index: number): [codes: Tensor, lengths: Tensor, labels: Tensor] {
    const [codes, lengths, labels] = this.getBatch([index]);
    return [codes.squeeze(0), lengths.squeeze(0), labels.squeeze(0)];
  }
  getBatch(indices: readonly number[]): [codes: Tensor, lengths: Tensor, labels: Tensor] {
    for (const index of indices) checkIndex(index, this.length, 'EncodedLines');
    const { padded, lengths } = padSequences(
      indices.map((i) => this.codes[i]!),
      this.options,
    );
    const labels = Int32Array.from(indices, (i) => this.labels[i]!);
    return [padded, lengths, tensorFromBytes(labels, [labels.length], 'int32').long()];
  }
}
