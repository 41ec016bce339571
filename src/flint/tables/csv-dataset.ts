// A table that is larger than memory: rows encoded as they are read, shuffled within a window.
import { fail } from '../errors.ts';
import type { IterableDataset } from '../data/dataset.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';
import { cellValue, scanSource, type ColumnSummary, type TableSummary } from './scan.ts';
import { TableSource, type TableOptions } from './source.ts';
import { taskOf, type TableTask } from './targets.ts';

/** What {@link CsvDataset} is made of. */
export interface CsvDatasetOptions extends TableOptions {
  /** The column to predict. */
  target: string;
  /** The columns to predict it from; all others but text when left out. Categories become 0 and 1 for each word. */
  features?: readonly string[];
  task?: TableTask;
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
 */
export class CsvDataset implements IterableDataset<[Tensor, Tensor]> {
  readonly summary: TableSummary;
  /** The columns of x: a word of a category as `column_word`. */
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly task: TableTask;
  private readonly source: TableSource;
  private readonly options: CsvDatasetOptions;
  private readonly encoders: readonly { column: number; encoder: Encoder }[];
  private readonly target: { column: number; value: (cell: string) => number };
  private readonly width: number;
  private epoch = 0;

  constructor(path: string, options: CsvDatasetOptions) {
    this.options = options;
    this.source = new TableSource(path, options);
    this.summary = options.summary ?? scanSource(this.source);
    const target = this.columnOf(options.target);
    const all = this.summary.columns.filter((c) => c !== target && c.type !== 'text').map((c) => c.name);
    const chosen = options.features ?? all;
    this.encoders = chosen.map((name) => {
      const column = this.columnOf(name);
      if (column.type === 'text') fail('CsvDataset', `column "${name}" is text; leave it out of the features`);
      return { column: this.source.names.indexOf(name), encoder: this.encoder(column) };
    });
    this.features = this.encoders.flatMap(({ encoder }) => encoder.names);
    this.width = this.features.length;
    this.task = options.task ?? taskOf(target);
    const { value, classes } = this.targetOf(target);
    this.target = { column: this.source.names.indexOf(target.name), value };
    this.classes = classes;
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
    for (const cells of this.source.rows()) {
      if (this.source.isMissing(cells[this.target.column]!)) continue;
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
  }

  private columnOf(name: string): ColumnSummary {
    const found = this.summary.columns.find((c) => c.name === name);
    if (found && this.source.names.includes(name)) return found;
    return fail(
      'CsvDataset',
      `there is no column "${name}" in ${this.source.path}; there are ${this.source.names.join(', ')}`,
    );
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
    const [shift, scale] = scaled ? [mean, std > 0 ? 1 / std : 1] : [0, 1];
    const write = (cell: string, out: Float32Array, at: number): void => {
      const value = missing(cell) ? mean : this.numberIn(cell, type, name);
      out[at] = (value - shift) * scale;
    };
    return { width: 1, names: [name], write };
  }

  /** With a summary of another file a cell may be no number. */
  private numberIn(cell: string, type: ColumnSummary['type'], name: string): number {
    const value = cellValue(cell, type, this.source.dialect.decimal);
    if (!Number.isNaN(value)) return value;
    return fail('CsvDataset', `"${cell}" in column "${name}" of ${this.source.path} is no ${type}`);
  }

  private targetOf(target: ColumnSummary): { value: (cell: string) => number; classes: readonly string[] } {
    const { name, type } = target;
    if (this.task === 'regression') {
      if (type === 'category' || type === 'text') fail('CsvDataset', `column "${name}" holds words, no numbers`);
      return { value: (cell) => this.numberIn(cell, type, name), classes: [] };
    }
    if (type === 'boolean') return { value: (cell) => this.numberIn(cell, type, name), classes: ['false', 'true'] };
    if (type === 'integer' && target.min >= 0 && target.max < 1000) {
      return { value: Number, classes: Array.from({ length: target.max + 1 }, (_, i) => String(i)) };
    }
    if (type !== 'category') fail('CsvDataset', `column "${name}" (${type}) does not name classes`);
    const places = new Map(target.categories.map((word, i) => [word, i]));
    const value = (cell: string): number =>
      places.get(cell) ??
      fail('CsvDataset', `"${cell}" is no class of column "${name}": ${target.categories.join(', ')}`);
    return { value, classes: target.categories };
  }
}
