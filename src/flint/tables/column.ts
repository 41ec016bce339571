// A column of a table in memory: numbers, words of a category as their codes, or text.
import { inOrder, mostKinds, type ColumnSummary } from './scan.ts';
import type { ColumnType } from './source.ts';

/** The values of a column, as they are kept. A missing value is NaN, code -1, null. */
export type ColumnData =
  | { kind: 'numbers'; values: Float64Array }
  | { kind: 'codes'; codes: Int32Array; categories: readonly string[] }
  | { kind: 'texts'; values: readonly (string | null)[] };

/** What a cell of a table holds; null where it is missing. */
export type CellValue = number | boolean | string | Date | null;

/** A column: its name, its type, its values and what can be said of them. It does not change. */
export class Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly data: ColumnData;
  readonly length: number;
  private known: ColumnSummary | undefined;

  constructor(name: string, type: ColumnType, data: ColumnData) {
    this.name = name;
    this.type = type;
    this.data = data;
    this.length = data.kind === 'codes' ? data.codes.length : data.values.length;
  }

  /** The value in a row; null where it is missing. */
  at(row: number): CellValue {
    const { data, type } = this;
    if (data.kind === 'codes') return data.categories[data.codes[row]!] ?? null;
    if (data.kind === 'texts') return data.values[row] ?? null;
    const value = data.values[row]!;
    if (Number.isNaN(value)) return null;
    if (type === 'boolean') return value !== 0;
    return type === 'date' ? new Date(value) : value;
  }
  /** All values. */
  toArray(): CellValue[] {
    return Array.from({ length: this.length }, (_, row) => this.at(row));
  }
  /** Whether the value in a row is missing. */
  isMissing(row: number): boolean {
    const { data } = this;
    if (data.kind === 'codes') return data.codes[row]! < 0;
    return data.kind === 'texts' ? data.values[row] === null : Number.isNaN(data.values[row]);
  }
  /** Whether it holds numbers: integers, numbers, booleans (0 and 1) and dates. */
  get isNumeric(): boolean {
    return this.data.kind === 'numbers';
  }

  get count(): number {
    return this.summary.count;
  }
  get missing(): number {
    return this.summary.missing;
  }
  get min(): number {
    return this.summary.min;
  }
  get max(): number {
    return this.summary.max;
  }
  get mean(): number {
    return this.summary.mean;
  }
  /** With n - 1, as pandas has it. */
  get std(): number {
    return this.summary.std;
  }
  /** Different values. */
  get distinct(): number {
    return this.summary.distinct;
  }
  /** The words of a category; empty for other types. */
  get categories(): readonly string[] {
    return this.data.kind === 'codes' ? this.data.categories : [];
  }
  /** The middle value, the mean of the two middle ones for an even count; NaN for words. */
  get median(): number {
    if (this.data.kind !== 'numbers') return NaN;
    const sorted = this.data.values.filter((v) => !Number.isNaN(v)).sort();
    const half = sorted.length >> 1;
    if (sorted.length === 0) return NaN;
    return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  }
  /** The most frequent value; of equally frequent ones the least, as pandas has it. Null when there is none. */
  get mode(): number | string | null {
    const counts = this.counts();
    let best: number | string | null = null;
    for (const [value, count] of counts) {
      const most = best === null ? 0 : counts.get(best)!;
      if (best === null || count > most || (count === most && value < best)) best = value;
    }
    return best;
  }
  /** How often each value comes. */
  counts(): Map<number | string, number> {
    const found = new Map<number | string, number>();
    const { data } = this;
    for (let row = 0; row < this.length; row++) {
      if (this.isMissing(row)) continue;
      const value = data.kind === 'codes' ? data.categories[data.codes[row]!]! : data.values[row]!;
      found.set(value, (found.get(value) ?? 0) + 1);
    }
    return found;
  }

  /** Everything that is known of it; counted at the first question. */
  get summary(): ColumnSummary {
    this.known ??= this.summarize();
    return this.known;
  }
  private summarize(): ColumnSummary {
    const { name, type, data, length } = this;
    let missing = 0;
    for (let row = 0; row < length; row++) if (this.isMissing(row)) missing++;
    const base = { name, type, count: length - missing, missing, categories: this.categories };
    const different = [...this.counts().keys()];
    const counted = (type === 'integer' || type === 'number') && different.length <= mostKinds;
    const kinds = counted ? inOrder(different as number[]) : [];
    const none = { min: NaN, max: NaN, mean: NaN, std: NaN, distinct: different.length, kinds };
    return { ...base, ...none, ...(data.kind === 'numbers' ? moments(data.values) : {}) };
  }

  /** The rows at the given places. */
  take(rows: ArrayLike<number>): Column {
    const { data } = this;
    const n = rows.length;
    if (data.kind === 'numbers') return this.with(Float64Array.from({ length: n }, (_, i) => data.values[rows[i]!]!));
    if (data.kind === 'codes') {
      const codes = Int32Array.from({ length: n }, (_, i) => data.codes[rows[i]!]!);
      return new Column(this.name, this.type, { ...data, codes });
    }
    const values = Array.from({ length: n }, (_, i) => data.values[rows[i]!]!);
    return new Column(this.name, this.type, { kind: 'texts', values });
  }
  /** The same column with other numbers. */
  with(values: Float64Array, type: ColumnType = this.type): Column {
    return new Column(this.name, type, { kind: 'numbers', values });
  }
}

/** In two passes: exact to the last bits also where the mean is large against the deviation. */
function moments(values: Float64Array): { min: number; max: number; mean: number; std: number } {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const v of values) {
    if (Number.isNaN(v)) continue;
    count++;
    sum += v;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, std: NaN };
  const mean = sum / count;
  let squares = 0;
  for (const v of values) if (!Number.isNaN(v)) squares += (v - mean) ** 2;
  return { min, max, mean, std: count < 2 ? NaN : Math.sqrt(squares / (count - 1)) };
}
