// Tables as the Data room shows them: what is in each column, and rows on demand, sorted as asked. The engine's side of the
// library is loaded when the first table is.
import { statSync } from 'node:fs';
import type { Column } from '../../../flint/tables/column.ts';
import type { Dialect } from '../../../flint/tables/dialect.ts';
import type { Table } from '../../../flint/tables/table.ts';
import type { ColumnSummary, TableRows, TableSummary } from '../../../shared/contract/dataset-views.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Job } from '../job.ts';
import { rootOf, type DataSource } from '../sources/sources.ts';

interface OpenTable {
  table: Table;
  dialect: Dialect;
  stamp: string;
  summary: TableSummary | null;
  /** The last order asked for. */
  order: { key: string; rows: Uint32Array } | null;
}
const bins = 24;
const mostValues = 12;
const mostKept = 4;

export class Tables {
  private readonly kept = new Map<string, OpenTable>();

  /** Bad rows are left out and counted: a table is shown also when some of it is broken. */
  async open(data: DataSource): Promise<OpenTable> {
    const path = rootOf(data);
    const { readTable, sniffDialect } = await library();
    const found = statSync(path, { throwIfNoEntry: false });
    const stamp = `${found?.mtimeMs} ${found?.size}`;
    const known = this.kept.get(path);
    const entry =
      known?.stamp === stamp
        ? known
        : {
            table: readTable(path, { badRows: 'skip' }),
            dialect: sniffDialect(path),
            stamp,
            summary: null,
            order: null,
          };
    this.kept.delete(path);
    this.kept.set(path, entry);
    for (const key of this.kept.keys()) if (this.kept.size > mostKept) this.kept.delete(key);
    return entry;
  }
}

async function library() {
  const [{ readTable }, { sniffDialect }] = await Promise.all([
    import('../../../flint/tables/read-table.ts'),
    import('../../../flint/tables/dialect.ts'),
  ]);
  return { readTable, sniffDialect };
}

export function tableJobs(tables: Tables) {
  const table: Job<'datasets.table'> = async (data) => {
    const entry = await tables.open(data);
    return (entry.summary ??= summaryOf(entry));
  };
  const rows: Job<'datasets.rows'> = async ({ from, count, sort, descending, ...data }) =>
    rowsOf(await tables.open(data), from, count, sort, descending);
  return { 'datasets.table': table, 'datasets.rows': rows };
}

export function summaryOf({ table, dialect }: Pick<OpenTable, 'table' | 'dialect'>): TableSummary {
  return {
    rows: table.length,
    columns: table.columns.map(columnSummary),
    delimiter: dialect.delimiter,
    skipped: table.skipped.first.map(({ row, problem }) => ({ row, why: problem })),
    skippedCount: table.skipped.count,
  };
}

function columnSummary(column: Column): ColumnSummary {
  const { name, type, missing, distinct, data } = column;
  const base = { name, type, missing, distinct };
  if (type === 'integer' || type === 'number') {
    if (data.kind !== 'numbers') return base;
    // Infinite values have no place between low and high.
    const endless = Math.abs(column.min) === Infinity || Math.abs(column.max) === Infinity;
    const finite = endless ? data.values.map((v) => (Number.isFinite(v) ? v : NaN)) : data.values;
    const { min, max, mean, std, count } = endless ? column.with(finite) : column;
    if (count === 0) return base;
    return { ...base, range: { low: min, high: max, mean, std }, histogram: histogramOf(finite, min, max) };
  }
  if (type === 'date') return { ...base, values: [] };
  const counts = new Map<string, number>();
  for (let row = 0; row < column.length; row++) {
    if (column.isMissing(row)) continue;
    const text = String(column.at(row));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const commonest = [...counts].sort((a, b) => b[1] - a[1]).slice(0, mostValues);
  return { ...base, distinct: counts.size, values: commonest.map(([value, count]) => ({ value, count })) };
}

function histogramOf(values: Float64Array, low: number, high: number): number[] {
  const counts = Array<number>(bins).fill(0);
  const step = (high - low) / bins || 1;
  for (const v of values) if (!Number.isNaN(v)) counts[Math.min(bins - 1, Math.floor((v - low) / step))]!++;
  return counts;
}

function rowsOf(
  entry: OpenTable,
  from: number,
  count: number,
  sort: string | undefined,
  descending: boolean,
): TableRows {
  const { table } = entry;
  const order = sort === undefined ? null : orderBy(entry, sort, descending);
  const last = Math.min(table.length, from + count);
  const numbers = Array.from({ length: Math.max(0, last - from) }, (_, i) => order?.[from + i] ?? from + i);
  return { from, numbers, cells: numbers.map((row) => table.columns.map((column) => cellText(column, row))) };
}

function cellText(column: Column, row: number): string | null {
  const value = column.at(row);
  if (value === null) return null;
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/, '') : String(value);
}

/** Missing cells stand last, whichever way the others are sorted. */
function orderBy(entry: OpenTable, name: string, descending: boolean): Uint32Array {
  const key = `${name} ${descending}`;
  if (entry.order?.key === key) return entry.order.rows;
  const column = entry.table.columns.find((c) => c.name === name);
  if (!column) throw new StudioError('not-found', `The table has no column "${name}".`);
  const words = column.data.kind !== 'numbers';
  const keys = Array.from({ length: column.length }, (_, row): number | string | null => {
    if (column.isMissing(row)) return null;
    return words ? String(column.at(row)) : Number(column.at(row));
  });
  const sign = descending ? -1 : 1;
  const compare = (a: number, b: number): number => {
    const [x, y] = [keys[a]!, keys[b]!];
    if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
    if (x === y) return a - b;
    return (x < y ? -1 : 1) * sign;
  };
  const rows = Uint32Array.from({ length: column.length }, (_, i) => i).sort(compare);
  entry.order = { key, rows };
  return rows;
}
