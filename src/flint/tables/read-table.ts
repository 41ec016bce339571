// A table's file as a table in memory.
import type { NumberForm } from './cells.ts';
import { Column, type ColumnData } from './column.ts';
import { cellValue, scanSource, type ColumnSummary } from './scan.ts';
import { TableSource, type TableOptions } from './source.ts';
import { Table } from './table.ts';

/**
 * Reads a table: CSV, TSV, or cells between semicolons, bars or blanks; RFC 4180 quotes; UTF-8 or UTF-16; gzipped or not. What
 * `options` do not say is guessed: the delimiter, whether there is a header, and the type of each column from all of its cells.
 * The file is read twice, piece by piece; memory holds the table alone (8 bytes a number, 4 a word of a category). For a file
 * that is larger than memory use {@link CsvDataset}. Throws an error that names file, row and line.
 *
 * ```ts
 * const houses = readTable('houses.csv');
 * console.log(houses.column('price').mean, houses.column('district').categories);
 * ```
 */
export function readTable(path: string, options: TableOptions = {}): Table {
  const source = new TableSource(path, options);
  const { rows, columns, skipped } = scanSource(source);
  const stores = columns.map((summary) => storeFor(summary, rows, source.dialect));
  let row = 0;
  for (const cells of source.rows()) {
    for (let i = 0; i < cells.length; i++) if (!source.isMissing(cells[i]!)) stores[i]!.put(row, cells[i]!);
    row++;
  }
  return new Table(
    columns.map(({ name, type }, i) => new Column(name, type, stores[i]!.data)),
    skipped,
    source.notes,
  );
}

interface Store {
  data: ColumnData;
  put: (row: number, cell: string) => void;
}

function storeFor({ type, categories }: ColumnSummary, rows: number, form: NumberForm): Store {
  if (type === 'text') {
    const values: (string | null)[] = Array<string | null>(rows).fill(null);
    return { data: { kind: 'texts', values }, put: (row, cell) => void (values[row] = cell) };
  }
  if (type === 'category') {
    const codes = new Int32Array(rows).fill(-1);
    const places = new Map(categories.map((word, i) => [word, i]));
    return { data: { kind: 'codes', codes, categories }, put: (row, cell) => void (codes[row] = places.get(cell)!) };
  }
  const values = new Float64Array(rows).fill(NaN);
  return { data: { kind: 'numbers', values }, put: (row, cell) => void (values[row] = cellValue(cell, type, form)) };
}
