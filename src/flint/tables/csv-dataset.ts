// A table that is larger than memory: rows encoded as they are read, shuffled within a window.
import { fail } from '../errors.ts';
import type { IterableDataset } from '../data/dataset.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';
import { isBoolean } from './cells.ts';
import { cellValue, scanSource, type ColumnSummary, type TableSummary } from './scan.ts';
import { namesIn, TableSource, type BadRow, type SkippedRows, type TableOptions } from './source.ts';
import { classesOf, taskOf, type TableTask } from './targets.ts';

/** What {@link CsvDataset} is made of. */
export interface CsvDatasetOptions extends TableOptions {
  /** The column to predict. */
  target: string;
  /** The columns to predict it from; all others but text and empty ones when left out. Categories become 0 and 1 for each word. */
  features?: readonly string[];
  task?: TableTask;
  /** The classes in the order of their numbers, instead of those found in the column: the `classes` of the training file for the others. */
  classes?: readonly string[];
  /** Numbers brought to mean 0 and deviation 1; false when left out. Missing numbers become their column's mean in either case. */
  standardize?: boolean;
  /** What is known of the columns, of another file of the same kind: the training file's for the test file. Else the file is scanned. */
  summary?: TableSummary;
  /** Rows that are held to draw the next one from; 0 keeps the file's order. */
  shuffleRows?: number;
  seed?: number;
}

interface Encoder {
  width: number;
  names: readonly string[];
  write: (cell: string, out: Float32Array, at: number) => void;
}

/**
 * Rows of a CSV file of any size, one after another: `[x float32 [features], y]`, y the class as int64 or float32 `[1]`. Each
 * iteration is an epoch; rows are shuffled within a window of `shuffleRows`, by (seed, epoch). {@link batches} makes whole
 * batches at once, which is much faster than a loader of single rows.
 *
 * A row without a target, or with one that is no class of a given `summary`, cannot be learned from: it is an error that names
 * the row and says how many there are, or with `badRows: 'skip'` left out and counted in `skipped`. Classes are numbered as by
 * {@link TableDataset}.
 */
export class CsvDataset implements IterableDataset<[Tensor, Tensor]> {
  /** What is known of the columns, over the rows that have a target. */
  readonly summary: TableSummary;
  /** The columns of x: a word of a category as `column_word`. */
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly task: TableTask;
  /** What was guessed and might have been meant otherwise, and which columns are left out, a sentence each. */
  readonly notes: readonly string[];
  /** The rows that were left out: of the scan, later of the latest epoch that came to its end. */
  skipped: SkippedRows;
  private readonly source: TableSource;
  private readonly options: CsvDatasetOptions;
  private readonly encoders: readonly { column: number; encoder: Encoder }[];
  /** `value`: of a cell with one; NaN for what is none. */
  private readonly target: { name: string; column: number; value: (cell: string) => number };
  private readonly width: number;
  private readonly known: ReadonlyMap<string, ColumnSummary>;
  private epoch = 0;

  constructor(path: string, options: CsvDatasetOptions) {
    this.options = options;
    this.source = new TableSource(path, options);
    this.target = { name: options.target, column: this.placeOf(options.target), value: () => 0 };
    this.summary = options.summary ?? scanSource(this.source, (cells) => this.targetFault(cells));
    this.known = new Map(this.summary.columns.map((c) => [c.name, c]));
    this.skipped = options.summary ? { count: 0, first: [] } : this.summary.skipped;
    const target = this.columnOf(options.target);
    if (target.count === 0) fail('CsvDataset', `no row of ${path} has a value in the target "${target.name}"`);
    const { chosen, notes } = this.chooseFeatures(target);
    this.notes = [...this.source.notes, ...notes];
    this.encoders = chosen.map((column) => ({ column: this.placeOf(column.name), encoder: this.encoder(column) }));
    this.features = this.encoders.flatMap(({ encoder }) => encoder.names);
    this.width = this.features.length;
    if (this.width === 0) fail('CsvDataset', `there is no column in ${path} to predict "${target.name}" from`);
    this.task = options.task ?? taskOf(target);
    const { value, classes } = this.targetOf(target);
    this.target = { ...this.target, value };
    this.classes = classes;
  }

  /** All that can be features; of those that were named none may be text or empty. */
  private chooseFeatures(target: ColumnSummary): { chosen: ColumnSummary[]; notes: string[] } {
    const { features } = this.options;
    if (features) {
      const chosen = features.map((name) => this.columnOf(name));
      for (const { name, type, count } of chosen) {
        if (name === target.name) fail('CsvDataset', `column "${name}" is both a feature and the target`);
        if (type === 'text') fail('CsvDataset', `column "${name}" is text; leave it out of the features`);
        if (count === 0) fail('CsvDataset', `column "${name}" has no value in any row; leave it out of the features`);
      }
      return { chosen, notes: [] };
    }
    const others = this.summary.columns.filter((c) => c.name !== target.name);
    const empty = others.filter((c) => c.count === 0).map((c) => c.name);
    const text = others.filter((c) => c.count > 0 && c.type === 'text').map((c) => c.name);
    const notes: string[] = [];
    if (empty.length > 0) notes.push(`columns without any value are left out: ${namesIn(empty)}`);
    if (text.length > 0) notes.push(`columns of text are left out: ${namesIn(text)}`);
    return { chosen: others.filter((c) => c.count > 0 && c.type !== 'text'), notes };
  }

  /** Which epoch the next iteration is. */
  setEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  *[Symbol.iterator](): Iterator<[Tensor, Tensor]> {
    for (const [x, y] of this.batches(1)) yield [x.squeeze(0), y.squeeze(0)];
  }

  /** One epoch in batches: x `[n, features]`, y `[n]` int64 or `[n, 1]` float32; the last one may be smaller. */
  *batches(batchSize: number): Generator<[Tensor, Tensor]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      fail('CsvDataset', `the batch size must be a whole number from 1, got ${batchSize}`);
    }
    const { width } = this;
    const x = new Float32Array(batchSize * width);
    const y = new Float64Array(batchSize);
    let filled = 0;
    const batch = (): [Tensor, Tensor] => {
      const made = tensorFromBytes(x.subarray(0, filled * width), [filled, width], 'float32');
      const targets = y.subarray(0, filled);
      if (this.task === 'classification') {
        return [made, tensorFromBytes(Int32Array.from(targets), [filled], 'int32').long()];
      }
      return [made, tensorFromBytes(Float32Array.from(targets), [filled, 1], 'float32')];
    };
    for (const cells of this.shuffled()) {
      this.encode(cells, x, filled * width);
      y[filled++] = this.target.value(cells[this.target.column]!);
      if (filled < batchSize) continue;
      yield batch();
      filled = 0;
    }
    if (filled > 0) yield batch();
  }

  private encode(cells: readonly string[], out: Float32Array, from: number): void {
    let at = from;
    for (const { column, encoder } of this.encoders) {
      encoder.write(cells[column]!, out, at);
      at += encoder.width;
    }
  }

  /** Rows that have a target; drawn from a window that is kept full. */
  private *shuffled(): Generator<string[]> {
    const { shuffleRows = 0, seed = 0 } = this.options;
    const random = randomFor(seed, this.epoch++, shuffleRows);
    const held: string[][] = [];
    const skipped = { count: 0, first: [] as BadRow[] };
    for (const cells of this.source.rows(skipped, (row) => this.targetFault(row))) {
      if (shuffleRows < 2) yield cells;
      else if (held.length < shuffleRows) held.push(cells);
      else {
        const at = random.below(held.length);
        yield held[at]!;
        held[at] = cells;
      }
    }
    for (let left = held.length; left > 0; left--) {
      const at = random.below(left);
      yield held[at]!;
      held[at] = held[left - 1]!;
    }
    this.skipped = skipped;
  }

  /** Why a row cannot be learned from. */
  private targetFault(cells: readonly string[]): string | null {
    const { name, column, value } = this.target;
    const cell = cells[column]!;
    if (this.source.isMissing(cell)) return `the target "${name}" has no value`;
    if (!Number.isNaN(value(cell))) return null;
    const classes = this.task === 'classification' ? `none of its classes (${namesIn(this.classes)})` : 'no number';
    return `"${cell.slice(0, 40)}" in the target "${name}" is ${classes}`;
  }

  private columnOf(name: string): ColumnSummary {
    this.placeOf(name);
    return this.known.get(name) ?? fail('CsvDataset', `the summary that was given knows no column "${name}"`);
  }
  private placeOf(name: string): number {
    const { source } = this;
    const place = source.indexOf(name);
    if (place >= 0) return place;
    return fail('CsvDataset', `there is no column "${name}" in ${source.path}; there are ${namesIn(source.names)}`);
  }

  private encoder({ name, type, categories, mean, std }: ColumnSummary): Encoder {
    const missing = (cell: string) => this.source.isMissing(cell);
    if (type === 'category') {
      const places = new Map(categories.map((word, i) => [word, i]));
      const write = (cell: string, out: Float32Array, at: number): void => {
        out.fill(0, at, at + categories.length);
        const place = places.get(cell);
        if (place !== undefined && !missing(cell)) out[at + place] = 1;
      };
      return { width: categories.length, names: categories.map((word) => `${name}_${word}`), write };
    }
    const scaled = this.options.standardize === true && type !== 'boolean';
    if (scaled && !Number.isFinite(mean)) {
      fail(
        'CsvDataset',
        `column "${name}" holds infinite values and cannot be standardized; leave it out of the features`,
      );
    }
    const [shift, scale] = scaled ? [mean, std > 0 ? 1 / std : 1] : [0, 1];
    const write = (cell: string, out: Float32Array, at: number): void => {
      out[at] = ((missing(cell) ? this.meanOf(name, mean) : this.numberIn(cell, type, name)) - shift) * scale;
    };
    return { width: 1, names: [name], write };
  }

  private meanOf(name: string, mean: number): number {
    if (Number.isFinite(mean)) return mean;
    return fail(
      'CsvDataset',
      `column "${name}" holds infinite values, so that no mean can stand for missing ones; leave it out`,
    );
  }

  /** With a summary of another file a cell may be no number. */
  private numberIn(cell: string, type: ColumnSummary['type'], name: string): number {
    const value = this.valueOf(cell, type);
    if (!Number.isNaN(value)) return value;
    return fail('CsvDataset', `"${cell}" in column "${name}" of ${this.source.path} is no ${type}`);
  }
  private valueOf(cell: string, type: ColumnSummary['type']): number {
    return type === 'boolean' && !isBoolean(cell) ? NaN : cellValue(cell, type, this.source.dialect);
  }

  private targetOf(target: ColumnSummary): { value: (cell: string) => number; classes: readonly string[] } {
    const { name, type } = target;
    const words = type === 'category' || type === 'text';
    if (this.task === 'regression') {
      if (words) fail('CsvDataset', `column "${name}" holds words, no numbers`);
      return { value: (cell) => this.valueOf(cell, type), classes: [] };
    }
    const { names, codes } = classesOf(target, this.options.classes);
    return { value: (cell) => codes.get(words ? cell : this.valueOf(cell, type)) ?? NaN, classes: names };
  }
}
