// What is guessed of a table's file: headers of every kind, delimiters and numbers with commas, tables that are very wide.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CsvDataset, readTable, scanTable, TableDataset, type TableOptions } from '../data/index.ts';
import { guessDialect } from './dialect.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-guesses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const write = (content: string): string => {
  const path = join(folder, `t${files++}.csv`);
  writeFileSync(path, content);
  return path;
};
const read = (content: string, options: TableOptions = {}) => readTable(write(content), options);
/** Names, and the values of each row. */
const all = (content: string, options: TableOptions = {}) => {
  const table = read(content, options);
  return [table.names, ...Array.from({ length: table.length }, (_, i) => table.columns.map((column) => column.at(i)))];
};

describe('D2 headers', () => {
  it('D2 the index that pandas writes has no name', () => {
    const table = read(',a,b\n0,1,x\n1,2,y\n');
    expect(table.names).toEqual(['column1', 'a', 'b']);
    expect(table.notes).toEqual([expect.stringMatching(/first column has no name.* called "column1"/)]);
    expect(read(',column1,b\n0,1,x\n').names).toEqual(['column1.1', 'column1', 'b']);
    expect(all(',0,1,2\n0,1.5,2,x\n1,2.5,3,y\n')).toEqual([['column1', '0', '1', '2'], [0, 1.5, 2, 'x'], [1, 2.5, 3, 'y']]); // prettier-ignore
    // A cell that misses its number is no such header.
    expect(read(',1.5,2.5\n3,4,5\n').length).toBe(2);
    expect(read('a,,b\n1,2,3\n').names).toEqual(['a', 'column2', 'b']);
  });

  it('D2 the names of rows that R writes have no name at all', () => {
    const table = read('mpg,cyl\nMazda,21,6\nDatsun,22.8,4\n');
    expect([table.names, table.row(1)]).toEqual([['column1', 'mpg', 'cyl'], { column1: 'Datsun', mpg: 22.8, cyl: 4 }]);
    // A header that only one row exceeds is a broken row, as before.
    expect(() => read('a,b\n1,2\n1,2,3\n')).toThrow(/row 2 \(line 3\): it has 3 cells, the table has 2 columns/);
  });

  it('D2 names that come twice are made unique, and this is said', () => {
    const table = read('a,b,a,a,a.1\n1,2,3,4,5\n6,7,8,9,10\n');
    expect(table.names).toEqual(['a', 'b', 'a.2', 'a.3', 'a.1']);
    expect(table.notes).toEqual(['more than one column is named "a"; the others are called "a.2", "a.3"']);
    expect(table.row(0)).toEqual({ a: 1, b: 2, 'a.2': 3, 'a.3': 4, 'a.1': 5 });
    expect(scanTable(write('x,x\n1,2\n')).notes).toHaveLength(1);
    expect(read('a,b\n1,2\n').notes).toEqual([]);
  });

  it.each([
    ['all rows', 'a,b,\n1,2,\n3,4,\n', ['a', 'b']],
    ['not the header', 'a,b\n1,2,\n3,4,\n', ['a', 'b']],
    ['no header', '1,2,\n3,4,\n', ['column1', 'column2']],
    ['not the last row', 'a;b;\n1;2;\n3;4', ['a', 'b']],
  ])('D2 a delimiter at the end of rows makes no column: %s', (_, text, names) => {
    const table = read(text);
    expect([table.names, table.length]).toEqual([names, 2]);
    expect(Object.values(table.row(1))).toEqual([3, 4]);
    expect(table.notes).toEqual(['rows end with a delimiter; the empty cell behind it is left out']);
  });
  it('D2 a last column that is empty here and there, or has a name, stays', () => {
    expect(all('a,b,c\n1,2,\n3,4,\n')[0]).toEqual(['a', 'b', 'c']);
    expect(all('1,2,\n3,4,5\n').slice(1)).toEqual([[1, 2, null], [3, 4, 5]]); // prettier-ignore
    expect(all('1,2,\n3,4,\n', { names: ['a', 'b', 'c'] }).slice(1)).toEqual([[1, 2, null], [3, 4, null]]); // prettier-ignore
    expect(() => read(`a,b,\n${'1,2,\n'.repeat(200)}1,2,3\n`)).toThrow(/row 201 .* it has 3 cells, the table has 2/);
  });

  it('D2 years and dates name columns of numbers', () => {
    const years = read('2019,2020,2021\n1.5,2,3\n4,5,6\n');
    expect([years.names, years.length]).toEqual([['2019', '2020', '2021'], 2]);
    expect(years.notes).toEqual([expect.stringMatching(/names of the columns \(2019, 2020, 2021\); else say header: false/)]); // prettier-ignore
    expect(read('country,1990,2000,2010\nPeru,1,2,3\nChad,4,5,6\n').names).toEqual(['country', '1990', '2000', '2010']);
    expect(read('place,2020-01-01,2020-01-02\nPeru,1,2\nChad,4,5\n').names[1]).toBe('2020-01-01');
    // Years below years, and numbers that are no row of years, are data.
    expect(read('2019,2020\n2020,2021\n2021,2022\n').length).toBe(3);
    expect(read('Ann,1950,1990\nBob,1960,2001\n').length).toBe(2);
    expect(read('2019,7,2021\n1,2,3\n').length).toBe(2);
    expect(read('2020-01-01,5\n2020-01-02,6\n').length).toBe(2);
    expect(read('2019,2020,2021\n1,2,3\n', { header: false }).length).toBe(2);
  });

  it('D2 files of words alone', () => {
    expect(guessDialect('red,small\nblue,large\nred,large\n').header).toBe(false);
    // Always of one length, the first row too: data. Another length: a name.
    expect(guessDialect('ACGT,us\nTTGA,de\nCCCA,fr\nAATC,it\n').header).toBe(false);
    const named = guessDialect('gene,country\nTTGAC,de\nCCCAT,fr\nAATCG,it\n');
    expect([named.header, named.notes]).toEqual([true, [expect.stringMatching(/all cells are words; .* header: false/)]]); // prettier-ignore
    expect(guessDialect('red,red\nblue,green\n').header).toBe(false);
    // In the order of the others, a sentence as the others: data.
    const names = ['Abe', 'Ada', 'Bo', 'Cleo', 'Dan', 'Edward'];
    expect(guessDialect(names.join('\n'))).toMatchObject({ header: false, delimiter: ',' });
    expect(guessDialect(['name', ...names].join('\n')).header).toBe(true);
    expect(guessDialect('Go.\tVa !\nHelp me!\tAidez-moi !\nWhy not?\tPourquoi pas ?\nI see.\tOui.\n').header).toBe(
      false,
    );
    expect(guessDialect('red,small\nblue,large\n', { header: true }).notes).toEqual([]);
    expect(all('red,small\nblue,large\n', { header: false })).toEqual([['column1', 'column2'], ['red', 'small'], ['blue', 'large']]); // prettier-ignore
  });
});

describe('D2 commas in numbers', () => {
  it.each([
    ['between tabs, without a header', '1,234\t5,678\n2,345\t16,789\n', [[1234, 5678], [2345, 16789]]], // prettier-ignore
    ['between tabs, below names', 'a\tb\n1,234\t5\n2,345,678.5\t6\n-12,000\t7\n', [[1234, 5], [2345678.5, 6], [-12000, 7]]], // prettier-ignore
    ['in quotes', 'a,b\n"1,234",5\n999,6\n', [[1234, 5], [999, 6]]], // prettier-ignore
    ['one column', 'amount\n1,234\n2,345\n17\n', [[1234], [2345], [17]]],
  ])('D2 digits in groups: %s', (_, text, rows) => {
    expect(all(text).slice(1)).toEqual(rows);
    expect(read(text).notes).toEqual([expect.stringMatching(/1,234 is read as 1234.*thousands: null/)]);
  });

  it('D2 groups that are not kept to are left text', () => {
    expect(all('a\tb\n1,234\tx\n5678\ty\n').slice(1)).toEqual([['1,234', 'x'], ['5678', 'y']]); // prettier-ignore
    expect(all('a\tb\n1,234\tx\n', { thousands: null }).slice(1)).toEqual([['1,234', 'x']]);
    expect(all('a\tb\n1,234\t1\n5678\t2\n', { thousands: ',' }).slice(1)).toEqual([[1234, 1], [5678, 2]]); // prettier-ignore
    expect(all('a\n1.234\n2\n', { thousands: '.' }).slice(1)).toEqual([[1234], [2]]);
    expect(read('a\tb\n1,234\t1\n2,000\t2\n').column('a').type).toBe('integer');
    expect(() => read('a\n1\n', { thousands: ',', decimal: ',' })).toThrow(/cannot both be ","/);
  });

  it('D2 decimal commas, and points between groups', () => {
    expect(all('1,5;2,25;3,1\n4,5;5,25;6,1\n').slice(1)).toEqual([[1.5, 2.25, 3.1], [4.5, 5.25, 6.1]]); // prettier-ignore
    expect(all('a;b\n1.234,5;1\n2.345.678,25;2\n').slice(1)).toEqual([[1234.5, 1], [2345678.25, 2]]); // prettier-ignore
    const either = read('a;b\n1,234;5,678\n');
    expect([either.row(0), either.notes]).toEqual([{ a: 1.234, b: 5.678 }, [expect.stringMatching(/1,234 is read as 1\.234/)]]); // prettier-ignore
    expect(all('a\tb\n0,125\t1,5\n').slice(1)).toEqual([[0.125, 1.5]]);
  });

  it.each([
    ['text with commas between tabs', 'Ann\tRome, Italy\nBob\tOslo, Norway\n', '\t'],
    ['a tab behind commas', '1,\t2\n3,\t4\n', ','],
    ['semicolons in cells', '1,x;y\n2,p;q\n', ','],
    ['text with commas between semicolons', 'Rome, Italy;5\nOslo, Norway;6\n', ';'],
  ])('D2 the delimiter: %s', (_, text, delimiter) => {
    expect(guessDialect(text).delimiter).toBe(delimiter);
  });
  it('D2 a column of text is one column', () => {
    expect(all('said\nhello world\nfoo bar\n')).toEqual([['said'], ['hello world'], ['foo bar']]);
  });
});

describe('D2 wide tables and many words', () => {
  it('D2 tens of thousands of columns are read in time that grows with them', () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `measured_${i}`);
    const rows = Array.from({ length: 3 }, (_, r) => names.map((_, i) => `${i % 7},${r}`).join(';'));
    const path = write([names.join(';'), ...rows].join('\n'));
    const started = performance.now();
    const table = readTable(path, { types: Object.fromEntries(names.map((name) => [name, 'number'])) });
    expect([table.names.length, table.column('measured_29999').at(2)]).toEqual([30_000, 4.2]);
    expect(table.select(names).drop(names.slice(1)).names).toEqual(['measured_0']);
    const target = 'measured_0';
    const stream = new CsvDataset(path, { target });
    expect(new TableDataset(table, { target }).features).toEqual(stream.features);
    // Seconds where each name is looked for among all the others.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('D2 a category may have very many words when it is said to be one', () => {
    const words = Array.from({ length: 25_000 }, (_, i) => `w${String(i).padStart(5, '0')}`);
    const path = write(['word,n', ...words.map((word, i) => `${word},${i}`)].join('\n'));
    const column = readTable(path, { types: { word: 'category' } }).column('word');
    expect([column.type, column.distinct, column.categories.length]).toEqual(['category', 25_000, 25_000]);
    expect([column.at(24_999), column.at(12_345)]).toEqual(['w24999', 'w12345']);
    expect(scanTable(path, { types: { word: 'category' } }).columns[0]).toMatchObject({ distinct: 25_000 });
    expect(scanTable(path).columns[0]).toMatchObject({ type: 'text', distinct: 10_000 });
    const set = new CsvDataset(path, { target: 'word', types: { word: 'category' } });
    const [, y] = [...set.batches(25_000)][0]!;
    expect([set.classes.length, Number(y.at(24_999).item())]).toEqual([25_000, 24_999]);
  });
});
