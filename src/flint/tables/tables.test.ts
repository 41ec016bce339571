// Tables: the real ones beside what Python finds in them (testdata/statistics.py), awkward and broken ones made here.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Table } from '../data/index.ts';
import { CsvDataset, DataLoader, readTable, scanTable, TableDataset, type TableOptions } from '../data/index.ts';
import { guessDialect } from './dialect.ts';
import { parseRows } from './rows.ts';
import { toDate } from './cells.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'tabular');
const folder = mkdtempSync(join(tmpdir(), 'flint-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const onFiles = existsSync(data) ? it : (it.skip.bind(it, `D2 (skipped: no ${data})`) as unknown as typeof it);

interface Expected {
  rows: number;
  columns: Record<string, Record<string, number | string>>;
}
const { houses: wantedHouses, ...expected } = JSON.parse(
  readFileSync(new URL('./testdata/statistics.json', import.meta.url), 'utf8'),
) as Record<string, Expected> & { houses: { width: number; absolute: number } };

let files = 0;
const write = (content: string | Uint8Array, name = `t${files++}.csv`): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const read = (content: string | Uint8Array, options: TableOptions = {}) => readTable(write(content), options);
const values = (table: Table, name: string) => table.column(name).toArray();
const y = (values: ArrayLike<unknown>) => Array.from(values, Number);

describe('D2 real tables', () => {
  onFiles('D2 statistics equal those of Python, for each column of each file', () => {
    for (const [name, { rows, columns }] of Object.entries<Expected>(expected)) {
      const table = readTable(join(data, name));
      const scanned = scanTable(join(data, name));
      expect([name, table.length, table.names]).toEqual([name, rows, Object.keys(columns)]);
      for (const [i, column] of table.columns.entries()) {
        const wanted = columns[column.name]!;
        expect([column.name, column.count, column.missing]).toEqual([
          column.name,
          wanted.count,
          rows - Number(wanted.count),
        ]);
        expect(column.distinct).toBe(wanted.distinct);
        expect(scanned.columns[i]!.type).toBe(column.type);
        if (typeof wanted.mean !== 'number') {
          expect([column.mode === null ? null : String(column.mode)]).toEqual([column.type === 'boolean' ? (wanted.mode === 'True' ? '1' : '0') : wanted.mode]); // prettier-ignore
          continue;
        }
        for (const key of ['min', 'max', 'mean', 'std', 'median'] as const) {
          const scale = Math.max(1, Math.abs(Number(wanted[key])));
          expect(Math.abs(column[key] - Number(wanted[key])) / scale, `${name} ${column.name} ${key}`).toBeLessThan(
            1e-9,
          );
          if (key === 'median') continue;
          expect(Math.abs(scanned.columns[i]![key] - Number(wanted[key])) / scale).toBeLessThan(1e-9);
        }
      }
    }
  });

  onFiles('D2 types and counts are those of the README', () => {
    const types = (name: string) =>
      Object.fromEntries(readTable(join(data, name)).columns.map((c) => [c.name, c.type]));
    expect(types('iris.csv')).toEqual({
      sepal_length: 'number', sepal_width: 'number', petal_length: 'number', petal_width: 'number', species: 'category',
    }); // prettier-ignore
    expect(types('penguins.csv')).toMatchObject({ species: 'category', flipper_length_mm: 'integer', sex: 'category' });
    expect(types('titanic.csv')).toMatchObject({
      adult_male: 'boolean',
      alone: 'boolean',
      deck: 'category',
      age: 'number',
    });
    expect(types('mpg.csv')).toMatchObject({ name: 'text', origin: 'category', horsepower: 'number' });
    const missing = (name: string) => readTable(join(data, name)).columns.reduce((n, c) => n + c.missing, 0);
    expect([missing('penguins.csv'), missing('titanic.csv'), missing('mpg.csv')]).toEqual([19, 869, 6]);
    expect([missing('california_housing.csv'), missing('kaggle_house_pred_train.csv')]).toEqual([207, 6965]);
    const california = readTable(join(data, 'california_housing.csv'));
    expect(Object.fromEntries(california.column('ocean_proximity').counts())).toEqual({
      '<1H OCEAN': 9136, INLAND: 6551, 'NEAR OCEAN': 2658, 'NEAR BAY': 2290, ISLAND: 5,
    }); // prettier-ignore
    expect(readTable(join(data, 'titanic.csv')).column('deck').missing).toBe(688);
    const airfoil = scanTable(join(data, 'airfoil_self_noise.dat'));
    expect(airfoil.dialect).toMatchObject({ delimiter: '\t', header: false, newline: '\n', decimal: '.' });
    expect(airfoil.columns.map((c) => c.name)).toEqual([1, 2, 3, 4, 5, 6].map((i) => `column${i}`));
  });

  onFiles('D2 house prices become the numbers that NumPy makes of them', () => {
    const houses = readTable(join(data, 'kaggle_house_pred_train.csv')).drop(['Id']);
    const { table } = houses.drop(['SalePrice']).standardize();
    const x = table.oneHot(undefined, { missing: true }).fillMissing(0).toTensor();
    expect(x.shape).toEqual([1460, wantedHouses.width]);
    expect(Math.abs((x.abs().sum().item() as number) - wantedHouses.absolute)).toBeLessThan(1);
  });

  onFiles('D2 a file that is streamed gives what the table gives', () => {
    const path = join(data, 'california_housing.csv');
    const options = { target: 'median_house_value', standardize: true };
    const stream = new CsvDataset(path, options);
    const whole = readTable(path);
    const { table } = whole.fillMissing('mean', ['total_bedrooms']).standardize({
      columns: whole.names.filter((n) => n !== 'median_house_value' && n !== 'ocean_proximity'),
      statistics: Object.fromEntries(whole.columns.map((c) => [c.name, { mean: c.mean, std: c.std }])),
    });
    const set = new TableDataset(table.oneHot(), { target: 'median_house_value' });
    expect(stream.features).toEqual(set.features);
    let at = 0;
    for (const [x, y] of stream.batches(1000)) {
      const rows = Array.from({ length: x.shape[0]! }, (_, i) => at + i);
      const [wantedX, wantedY] = set.getBatch(rows);
      expect(x.sub(wantedX).abs().max().item()).toBeLessThan(1e-5);
      expect(y.sub(wantedY).abs().max().item()).toBe(0);
      at += rows.length;
    }
    expect(at).toBe(20_640);
  });
});

describe('D2 forms of tables', () => {
  it('D2 RFC 4180: quotes, delimiters and line ends in cells, doubled quotes, CRLF, a byte order mark', () => {
    const table = read('\ufeffname,said,n\r\n"Ann, B.","She said ""no""\r\nand left",1\r\nBob,,2\r\n"C","x",3\r\n');
    expect(table.names).toEqual(['name', 'said', 'n']);
    expect(values(table, 'name')).toEqual(['Ann, B.', 'Bob', 'C']);
    expect(values(table, 'said')).toEqual(['She said "no"\r\nand left', null, 'x']);
    expect(values(table, 'n')).toEqual([1, 2, 3]);
  });

  it.each([
    ['comma', 'a,b\n1,2\n3,4\n', ','],
    ['tab', 'a\tb c\n1\t2\n3\t4\n', '\t'],
    ['semicolon', 'a;b\n1,5;2,25\n3,0;4,5\n', ';'],
    ['bar', 'a|b\n1|2\n3|4\n', '|'],
    ['blanks', '  1.0   2.0 3\n  4.0   5.0 6\n', 'blanks'],
    ['a comma among quoted semicolons', 'a,b\n"x;y;z",1\n"p;q",2\n', ','],
  ])('D2 finds the delimiter: %s', (_, text, delimiter) => {
    expect(guessDialect(text).delimiter).toBe(delimiter);
  });

  it('D2 numbers with a decimal comma, blanks, single columns, old line ends', () => {
    const table = read('a;b\n1,5;2,25\n-3,0;4,5e1\n');
    expect([values(table, 'a'), values(table, 'b')]).toEqual([[1.5, -3], [2.25, 45]]); // prettier-ignore
    expect(values(read('  1.0   2.0 3\n  4.0   5.0 6'), 'column3')).toEqual([3, 6]);
    expect(values(read('x\n1\n\n2\n'), 'x')).toEqual([1, 2]);
    expect(values(read('x,y\r1,2\r3,4'), 'y')).toEqual([2, 4]);
    expect(values(read(Buffer.from('\ufeffx,y\n1,é\n', 'utf16le')), 'y')).toEqual(['é']);
    expect(values(read(gzipSync('x,y\n1,2\n')), 'y')).toEqual([2]);
  });

  it('D2 a header is guessed and can be said', () => {
    expect(guessDialect('1,2\n3,4\n').header).toBe(false);
    expect(guessDialect('a,b\n3,4\n').header).toBe(true);
    expect(guessDialect('name,place\nAnn,Rome\nBob,Oslo\n').header).toBe(true);
    expect(guessDialect('yes,no\nno,no\nyes,no\n').header).toBe(false);
    expect(values(read('a,b\nc,d\n', { header: false }), 'column1')).toEqual(['a', 'c']);
    expect(values(read('1,2\n3,4\n', { header: true }), '1')).toEqual([3]);
    expect(values(read('1,2\n3,4\n', { names: ['p', 'q'] }), 'q')).toEqual([2, 4]);
  });

  it('D2 types: the narrowest that fits all cells; missing ones do not count', () => {
    const rows = [
      'i,n,b,d,t,c,m',
      '1,1,true,2024-02-29,q1,u,',
      '?,2.5,FALSE,2024/3/1,q2,v,NA',
      'NA,-1e3,,2024-01-05,q3,u,null',
    ];
    const table = read([...rows, '7,inf,True,NaN,q4,u,?', '8,0,false,2023-12-31,q5,v,""'].join('\n'));
    expect(table.columns.map((c) => c.type)).toEqual([
      'integer',
      'number',
      'boolean',
      'date',
      'text',
      'category',
      'number',
    ]);
    expect(values(table, 'i')).toEqual([1, null, null, 7, 8]);
    expect(values(table, 'b')).toEqual([true, false, null, true, false]);
    expect((values(table, 'd')[1] as Date).toISOString()).toBe('2024-03-01T00:00:00.000Z');
    expect(table.column('m').missing).toBe(5);
    expect(table.column('n').max).toBe(Infinity);
    // One word makes numbers words, and the numbers before it keep their spelling.
    expect(values(read('a,b\n1,007\n2,x\n'), 'b')).toEqual(['007', 'x']);
    expect(values(read('a,b\n1,-9\n2,5\n', { missing: ['-9'] }), 'b')).toEqual([null, 5]);
    expect(read('a\n1\n2\n', { types: { a: 'category' } }).column('a').categories).toEqual(['1', '2']);
  });

  it('D2 dates: those that exist, year first', () => {
    expect(toDate('2023-02-29')).toBeNaN();
    expect(toDate('03/04/2024')).toBeNaN();
    expect(toDate('0050-01-01')).toBeNaN();
    expect(toDate('2024-02-29 12:30')).toBe(Date.UTC(2024, 1, 29, 12, 30));
    expect(toDate('2024-02-29T12:30:05.5+0200')).toBe(Date.UTC(2024, 1, 29, 10, 30, 5, 500));
  });

  it('D2 pieces of any size give the same rows', () => {
    const text = 'a,"b ""x"" c"\r\n"d\n\ne",f\r\n\r\n,""\r\n"g" ,h';
    const dialect = { delimiter: ',', newline: '\n' } as const;
    const whole = [...parseRows([text], dialect)];
    expect(whole.map((r) => r.cells)).toEqual([['a', 'b "x" c'], ['d\n\ne', 'f'], ['', ''], ['g', 'h']]); // prettier-ignore
    expect(whole.map((r) => r.line)).toEqual([1, 2, 6, 7]);
    for (let size = 1; size < text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect([...parseRows(pieces, dialect)], `pieces of ${size}`).toEqual(whole);
    }
  });
});

describe('D2 broken tables', () => {
  it('D2 names file, row and line', () => {
    expect(() => read('a,b\n1,2\n\n3\n')).toThrow(
      /t\d+\.csv: row 2 \(line 4\): it has 1 cells, the table has 2 columns\. Mend/,
    );
    expect(() => read('a,b\n1,2\n3,"x\n4,5\n')).toThrow(/row 2 \(line 3\): a quote is never closed \(3,"x\)/);
    expect(() => read('a,b\n1,"x"y\n')).toThrow(/row 1 \(line 2\): "y" follows the closing quote of cell 2/);
    expect(() => read('a,b\n1,x\n', { types: { b: 'integer' } })).toThrow(/row 1 .*"x" in column "b" is no integer/);
    expect(() => read(Buffer.from([0x61, 0x2c, 0x62, 10, 0x31, 0x2c, 0xff, 10]))).toThrow(
      /csv, byte 6: this is no UTF-8 text/,
    );
    expect(() => read('')).toThrow(/there are no rows in it/);
    expect(() => read('"a,b', { badRows: 'skip' })).toThrow(/there are no rows in it/);
    expect(() => read('"a,b\n1,2\n3,4')).toThrow(/row 1 \(line 1\): a quote is never closed/);
    expect(() => read('1,2\n', { names: ['a', 'a'] })).toThrow(/two columns are named "a"/);
    expect(() => read('a,b\n1\n1,2\n3\n4\n')).toThrow(
      /row 1 \(line 2\): it has 1 cells.*; so are 2 of the rows after it\. Mend/,
    );
    expect(() => readTable(join(folder, 'none.csv'))).toThrow(/cannot open the file: there is no such file/);
    expect(() => read('a,b\n1,2\n').column('c')).toThrow(/no column "c"; there are a, b/);
  });
  it('D2 leaves bad rows out and counts them when asked', () => {
    const table = read('a,b\n1,2\n3\n4,"x\n5,6\n7,8,9\n10,11\n', { badRows: 'skip' });
    expect(values(table, 'a')).toEqual([1, 5, 10]);
    expect(table.skipped).toEqual({
      count: 3,
      first: [
        { row: 2, line: 3, problem: 'it has 1 cells, the table has 2 columns' },
        { row: 3, line: 4, problem: 'a quote is never closed (4,"x)' },
        { row: 5, line: 6, problem: 'it has 3 cells, the table has 2 columns' },
      ],
    });
  });
  it('D2 invalid UTF-8 is found at its byte wherever it lies', () => {
    const good = Buffer.from('aé,漢字😀,'.repeat(50_000));
    for (const at of [0, 1, 1000, good.length - 2, 1 << 18]) {
      const whole = good.subarray(0, at).toString('latin1').length;
      const start = Buffer.from(
        good
          .subarray(0, whole)
          .toString('utf8')
          .replace(/\ufffd+$/, ''),
      ).length;
      const bad = Buffer.concat([good.subarray(0, start), Buffer.from([0xc0, 0xaf]), good.subarray(start)]);
      expect(() => scanTable(write(bad)), `at ${start}`).toThrow(new RegExp(`byte ${start}: this is no UTF-8`));
    }
  });
});

describe('D2 preparing tables', () => {
  const text = 'x,c,w,t\n1,u,10,no\n,v,20,yes\n3,u,,no\n8,,40,yes\n4,u,30,no\n';
  it('D2 fills, drops, selects', () => {
    const table = read(text);
    expect(values(table.fillMissing('mean'), 'x')).toEqual([1, 4, 3, 8, 4]);
    expect(values(table.fillMissing('median'), 'x')).toEqual([1, 3.5, 3, 8, 4]);
    expect(table.fillMissing('median').column('x').type).toBe('number');
    expect(values(table.fillMissing('mode'), 'c')).toEqual(['u', 'v', 'u', 'u', 'u']);
    expect(values(table.fillMissing(-1, ['w']), 'w')).toEqual([10, 20, -1, 40, 30]);
    expect(values(table.fillMissing('none', ['c']), 'c')[3]).toBe('none');
    const flags = read('f,n\ntrue,1\n,2\nfalse,3\n').fillMissing('mean').column('f');
    expect([flags.type, flags.toArray()]).toEqual(['number', [1, 0.5, 0]]);
    expect(table.dropMissing().length).toBe(2);
    expect(table.dropMissing(['x']).length).toBe(4);
    expect([table.select(['t', 'x']).names, table.drop(['t']).names]).toEqual([['t', 'x'], ['x', 'c', 'w']]); // prettier-ignore
    const train = table.take([0, 2, 4]);
    expect(values(table.fillMissing(train.fillValues('mean')), 'x')[1]).toBeCloseTo(8 / 3, 12);
    expect(table.filter((row) => row.t === 'yes').length).toBe(2);
    expect(table.row(1)).toEqual({ x: null, c: 'v', w: 20, t: 'yes' });
  });
  it('D2 encodes words', () => {
    const table = read(text);
    const hot = table.oneHot(['c'], { missing: true });
    expect(hot.names).toEqual(['x', 'c_u', 'c_v', 'c_missing', 'w', 't']);
    expect(['c_u', 'c_v', 'c_missing'].map((n) => y(values(hot, n)))).toEqual([[1, 0, 1, 0, 1], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0]]); // prettier-ignore
    // The words of the whole table, also in a part that lacks one.
    expect(table.take([0]).oneHot(['c']).names).toContain('c_v');
    expect(values(table.codes(), 'c')).toEqual([0, 1, 0, null, 0]);
    expect(() => table.oneHot(['x'])).toThrow(/column "x" holds numbers/);
  });
  it('D2 the test part is brought to the scale of the training part', () => {
    const table = read(text).fillMissing('mean');
    const { table: train, statistics } = table.take([0, 2, 4]).standardize({ columns: ['x'] });
    expect(statistics.x!.mean).toBeCloseTo(8 / 3, 12);
    expect(train.column('x').mean).toBeCloseTo(0, 12);
    expect(train.column('x').std).toBeCloseTo(1, 12);
    const { table: test } = table.take([1, 3]).standardize({ statistics });
    expect(values(test, 'x')[1]).toBeCloseTo((8 - statistics.x!.mean) / statistics.x!.std, 12);
    expect(() => table.standardize({ columns: ['c'] })).toThrow(/"c" holds words/);
  });
  it('D2 a data set of classes and one of numbers', () => {
    const table = read(text).fillMissing('mean');
    const classes = new TableDataset(table, { features: ['x', 'w'], target: 't' });
    expect([classes.task, classes.classes, classes.length]).toEqual(['classification', ['no', 'yes'], 5]);
    const [x, labels] = classes.getBatch([1, 0]);
    expect([x.shape, x.toArray(), String(labels.dtype), y([...labels.toArray()])]).toEqual([[2, 2], [4, 20, 1, 10], 'int64', [1, 0]]); // prettier-ignore
    const numbers = new TableDataset(table.oneHot(['c', 't']), { target: 'w' });
    expect([numbers.features, numbers.getBatch([0, 1])[1].shape]).toEqual([['x', 'c_u', 'c_v', 't_no', 't_yes'], [2, 1]]); // prettier-ignore
    expect(() => new TableDataset(table, { target: 'w' })).toThrow(/column "c" holds words \(category\); use oneHot/);
    expect(() => new TableDataset(read(text), { target: 't', features: ['x'] })).toThrow(
      /misses 1 values, the first in row 1/,
    );
    expect(() => new TableDataset(table, { target: 'x', features: ['x'] })).toThrow(/both a feature and the target/);
  });
  it('D2 a stream is shuffled by (seed, epoch), drops nothing, and serves a loader', () => {
    const rows = Array.from({ length: 500 }, (_, i) => `${i},${i % 3 === 0 ? 'a' : 'b'}`);
    const path = write(['n,k', ...rows].join('\n'));
    const set = new CsvDataset(path, { target: 'k', shuffleRows: 64, seed: 3 });
    expect([set.features, set.classes]).toEqual([['n'], ['a', 'b']]);
    const epoch = () => [...set.batches(64)].flatMap(([x]) => x.toArray() as number[]);
    const [first, second] = [epoch(), epoch()];
    expect([...first].sort((a, b) => a - b)).toEqual([...Array(500).keys()]);
    expect(first).not.toEqual(second);
    set.setEpoch(0);
    expect(epoch()).toEqual(first);
    const loaded = [...new DataLoader(new CsvDataset(path, { target: 'k' }), { batchSize: 200 })];
    expect(loaded.map(([x, y]) => [x.shape, y.shape])).toEqual([[[200, 1], [200]], [[200, 1], [200]], [[100, 1], [100]]]); // prettier-ignore
  });
});
