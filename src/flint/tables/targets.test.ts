// What is to be predicted: classes as they stand or numbered, columns without values, rows without a target.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CsvDataset, readTable, scanTable, TableDataset, type CsvDatasetOptions } from '../data/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-targets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const write = (content: string): string => {
  const path = join(folder, `t${files++}.csv`);
  writeFileSync(path, content);
  return path;
};
const labels = (path: string, options: Partial<CsvDatasetOptions> = {}) => {
  const set = new CsvDataset(path, { target: 'y', task: 'classification', ...options });
  const y = [...set.batches(100)].flatMap(([, y]) => Array.from(y.toArray() as ArrayLike<number>, Number));
  return [set.classes, y];
};
const tableLabels = (path: string, options: { classes?: readonly string[] } = {}) => {
  const set = new TableDataset(readTable(path), { target: 'y', task: 'classification', ...options });
  const indices = Array.from({ length: set.length }, (_, i) => i);
  return [set.classes, Array.from(set.getBatch(indices)[1].toArray() as ArrayLike<number>, Number)];
};
const rows = (...y: (string | number)[]) => write(`x,y\n${y.map((value, i) => `${i},${value}`).join('\n')}\n`);

describe('D2 classes', () => {
  it.each([
    ['0 to C - 1', [2, 0, 1], ['0', '1', '2'], [2, 0, 1]],
    ['0 to C - 1, some absent', [3, 0, 3], ['0', '1', '2', '3'], [3, 0, 3]],
    ['from 1', [7, 1, 3], ['1', '3', '7'], [2, 0, 1]],
    ['-1 and 1', [1, -1, 1], ['-1', '1'], [1, 0, 1]],
    ['codes far apart', [0, 5000, 0], ['0', '5000'], [0, 1, 0]],
    ['whole numbers with a point', ['1.0', '0.0', '2.0'], ['0', '1', '2'], [1, 0, 2]],
    ['fractions', [0.5, 2.5, 0.5], ['0.5', '2.5'], [0, 1, 0]],
    ['true and false', ['true', 'true', 'TRUE'], ['false', 'true'], [1, 1, 1]],
    ['words', ['b', 'a', 'b', 'a'], ['a', 'b'], [1, 0, 1, 0]],
  ])('D2 classes[y] is the value in the table: %s', (_, y, classes, wanted) => {
    const path = rows(...y);
    expect(tableLabels(path)).toEqual([classes, wanted]);
    expect(labels(path)).toEqual([classes, wanted]);
  });

  it('D2 the classes of the training part are those of the others', () => {
    const training = rows(1, 2, 3, 5);
    const test = rows(5, 3);
    const { classes } = new TableDataset(readTable(training), { target: 'y', task: 'classification' });
    expect(tableLabels(test, { classes })).toEqual([['1', '2', '3', '5'], [3, 2]]); // prettier-ignore
    expect(labels(test, { classes })).toEqual([['1', '2', '3', '5'], [3, 2]]); // prettier-ignore
    expect(labels(test, { summary: scanTable(training) })).toEqual([['1', '2', '3', '5'], [3, 2]]); // prettier-ignore
    expect(tableLabels(rows('b', 'b'), { classes: ['c', 'b'] })).toEqual([['c', 'b'], [1, 1]]); // prettier-ignore
    expect(() => tableLabels(rows(5, 4), { classes })).toThrow(/"4" in row 1 is no class of column "y": 1, 2, 3, 5/);
    expect(() => tableLabels(test, { classes: ['a'] })).toThrow(/the class "a" is no integer/);
    expect(() => tableLabels(test, { classes: ['1', '1'] })).toThrow(/must be different/);
  });

  it('D2 numbers stay numbers unless classes are asked for', () => {
    const path = rows(1, 7);
    const set = new TableDataset(readTable(path), { target: 'y' });
    expect([set.task, set.classes, set.getBatch([0, 1])[1].tolist()]).toEqual(['regression', [], [[1], [7]]]);
    const many = rows(...Array.from({ length: 1500 }, (_, i) => i / 2));
    for (const make of [() => tableLabels(many), () => labels(many)])
      expect(make).toThrow(/column "y" has 1500 different numbers; is it a regression\?/);
    expect(() => labels(rows('2024-01-01', '2024-01-02'))).toThrow(/holds dates, which are no classes/);
  });
});

describe('D2 streams', () => {
  it('D2 a column without any value is left out, and this is said', () => {
    const path = write('a,none,b,y\n1,,5,2\n3,NA,,4\n');
    const set = new CsvDataset(path, { target: 'y', standardize: true });
    expect([set.features, set.notes]).toEqual([['a', 'b'], ['columns without any value are left out: none']]);
    const [x] = [...set.batches(4)][0]!;
    expect(x.isfinite().all().item()).toBe(true);
    expect(() => new CsvDataset(path, { target: 'y', features: ['none'] })).toThrow(/"none" has no value in any row/);
    expect(() => new CsvDataset(path, { target: 'none' })).toThrow(/row 1 \(line 2\): the target "none" has no value/);
    expect(() => new CsvDataset(path, { target: 'none', badRows: 'skip' })).toThrow(/no row of .* has a value in the target/); // prettier-ignore
    expect(() => new CsvDataset(write('y,s\n1,\n2,\n'), { target: 'y' })).toThrow(
      /no column in .* to predict "y" from/,
    );
    expect(() => new CsvDataset(path, { target: 'y', features: ['y'] })).toThrow(/both a feature and the target/);
    expect(() => [...set.batches(0)]).toThrow(/batch size must be a whole number from 1, got 0/);
  });

  it('D2 infinite values have no mean to go by', () => {
    const path = write('a,y\n1,2\ninf,4\n,3\n');
    expect(() => new CsvDataset(path, { target: 'y', standardize: true })).toThrow(/"a" holds infinite values and cannot/); // prettier-ignore
    expect(() => [...new CsvDataset(path, { target: 'y' }).batches(3)]).toThrow(/no mean can stand for missing ones/);
  });

  it('D2 rows without a target are an error that counts them, or are left out and counted', () => {
    const path = write('a,y\n1,2\n2,\n3,4\n4,NA\n5\n');
    expect(() => new CsvDataset(path, { target: 'y' })).toThrow(
      /row 2 \(line 3\): the target "y" has no value; so are 2 of the rows after it\. Mend the row, or read with badRows: "skip"/,
    );
    const set = new CsvDataset(path, { target: 'y', badRows: 'skip' });
    const report = {
      count: 3,
      first: [
        { row: 2, line: 3, problem: 'the target "y" has no value' },
        { row: 4, line: 5, problem: 'the target "y" has no value' },
        { row: 5, line: 6, problem: 'it has 1 cells, the table has 2 columns' },
      ],
    };
    expect([set.skipped, set.summary.rows]).toEqual([report, 2]);
    expect([...set.batches(9)].map(([x, y]) => [x.tolist(), y.tolist()])).toEqual([
      [
        [[1], [3]],
        [[2], [4]],
      ],
    ]);
    expect(set.skipped).toEqual(report);
  });

  it('D2 rows of another file whose target is none of the classes', () => {
    const summary = scanTable(write('a,y\n1,u\n2,v\n3,u\n4,v\n'));
    const path = write('a,y\n1,v\n2,w\n3,u\n');
    const strict = new CsvDataset(path, { target: 'y', summary });
    expect(() => [...strict.batches(2)]).toThrow(
      /row 2 \(line 3\): "w" in the target "y" is none of its classes \(u, v\)/,
    );
    const set = new CsvDataset(path, { target: 'y', summary, badRows: 'skip' });
    expect(set.skipped.count).toBe(0);
    expect(Array.from([...set.batches(9)][0]![1].toArray() as ArrayLike<number>, Number)).toEqual([1, 0]);
    expect(set.skipped).toMatchObject({ count: 1, first: [{ row: 2, line: 3 }] });
    // A feature that is neither true nor false is not taken for false.
    const flags = scanTable(write('a,y\ntrue,1\nfalse,2\n'));
    expect(() => [...new CsvDataset(write('a,y\nmaybe,1\n'), { target: 'y', summary: flags }).batches(1)]).toThrow(
      /"maybe" in column "a" .* is no boolean/,
    );
  });
});
