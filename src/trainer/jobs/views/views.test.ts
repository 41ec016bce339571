// Tables, texts, vectors and splits as the Data room asks for them.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Splitting } from '../../../shared/contract/dataset-splits.ts';
import type { SequencePreview, TableRows, TableSummary, TextSummary } from '../../../shared/contract/dataset-views.ts';
import { partsOf, splitJobs } from './splits.ts';
import { Sources } from '../sources/sources.ts';
import { tableJobs, Tables } from './tables.ts';
import { textJobs, Texts } from './texts.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'flint-views-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = { progress() {}, signal: new AbortController().signal };
const tables = new Tables();
const at = (kind: string, source: string) => ({ project: folder, kind, source });

describe('D2 a table', () => {
  writeFileSync(join(folder, 't.csv'), 'n,word,yes\n3,b,true\n,a,false\n1,b,true\n2,,false\n');
  const jobs = tableJobs(tables);

  it('says what is in each column', async () => {
    const { rows, columns } = (await jobs['datasets.table'](at('table', 't.csv'), context)) as TableSummary;
    expect(rows).toBe(4);
    expect(columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ['n', 'integer', 1],
      ['word', expect.stringMatching(/category|text/), 1],
      ['yes', 'boolean', 0],
    ]);
    expect(columns[0]!.range).toEqual({ low: 1, high: 3, mean: 2, std: 1 });
    expect(columns[0]!.histogram!.reduce((a, b) => a + b)).toBe(3);
    expect(columns[1]!.values).toEqual([
      { value: 'b', count: 2 },
      { value: 'a', count: 1 },
    ]);
  });

  it('leaves infinite values out of ranges and bars', async () => {
    writeFileSync(join(folder, 'endless.csv'), 'n,m\n1,inf\n-inf,inf\n3,inf\n');
    const { columns } = (await jobs['datasets.table'](at('table', 'endless.csv'), context)) as TableSummary;
    expect(columns[0]!.range).toEqual({ low: 1, high: 3, mean: 2, std: Math.SQRT2 });
    expect(columns[0]!.histogram!.reduce((a, b) => a + b)).toBe(2);
    expect(columns[1]!.range).toBeUndefined();
  });

  it('gives rows in any order, missing values last', async () => {
    const rows = async (sort?: string, descending = false) =>
      (await jobs['datasets.rows'](
        { ...at('table', 't.csv'), from: 0, count: 10, descending, ...(sort && { sort }) },
        context,
      )) as TableRows;
    expect((await rows()).cells[1]).toEqual([null, 'a', 'false']);
    expect((await rows('n')).numbers).toEqual([2, 3, 0, 1]);
    expect((await rows('n', true)).numbers).toEqual([0, 3, 2, 1]);
    expect((await rows('word', true)).numbers).toEqual([0, 2, 1, 3]);
    await expect(rows('no')).rejects.toThrow(/no column "no"/);
  });
});

describe('D4 a text', () => {
  writeFileSync(join(folder, 'abc.txt'), 'abcdefghijklmnopqrstuvwxyz0123\n');
  const jobs = textJobs(new Texts());

  it('is cut as the samplers cut it', async () => {
    const asked = { ...at('text', 'abc.txt'), token: 'char' as const, batchSize: 2, steps: 6, batch: 1, seed: 0 };
    const { consecutive, batches } = (await jobs['datasets.sequences'](asked, context)) as SequencePreview;
    expect(consecutive.starts).toEqual([6, 21]);
    expect(consecutive.inputs[0]!.join('')).toBe('ghijkl');
    expect(consecutive.targets[0]!.join('')).toBe('hijklm');
    expect(batches.consecutive).toBe(2);
  });

  const real = join(data, 'text-timemachine/timemachine.txt');
  (existsSync(real) ? it : it.skip)('of a real book has its characters and lines', async () => {
    const asked = { ...at('text', real), token: 'char' as const };
    const { characters, lines, size, vocabulary } = (await jobs['datasets.text'](asked, context)) as TextSummary;
    expect([characters, lines, size]).toEqual([178_979, 3221, 70]);
    expect(vocabulary[0]).toEqual({ token: ' ', count: 29_458 });
  });
});

describe('splits by hand', () => {
  const samples = {
    count: 100,
    labels: Array.from({ length: 100 }, (_, i) => (i < 80 ? 0 : 1)),
    classes: ['often', 'seldom'],
    nameOf: (i: number) => `film${i % 10}/${i}.png`,
  };
  const whole = async (how: Splitting) => {
    const parts = await partsOf(samples, how);
    const all = Object.values(parts).flatMap((list) => [...list]);
    expect([...all].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    return parts;
  };
  const two = [
    { name: 'train', share: 3 },
    { name: 'rest', share: 1 },
  ];

  it('keep the share of each class when stratified', async () => {
    const { rest } = await whole({ by: 'ratio', from: 'all', parts: two, stratified: true, seed: 1 });
    expect(rest).toHaveLength(25);
    expect([...rest!].filter((i) => i >= 80)).toHaveLength(5);
  });
  it('are the same for the same seed, and others for another', async () => {
    const ratio = (seed: number) => whole({ by: 'ratio', from: 'all', parts: two, stratified: false, seed });
    expect(await ratio(3)).toEqual(await ratio(3));
    expect(await ratio(3)).not.toEqual(await ratio(4));
  });
  it('keep what lies in one folder together', async () => {
    const { train, rest } = await whole({ by: 'folder', from: 'all', parts: two, seed: 0 });
    const folders = (list: ArrayLike<number>) => new Set(Array.from(list, (i) => i % 10));
    expect([...folders(train!)].filter((f) => folders(rest!).has(f))).toEqual([]);
    const few = { ...samples, nameOf: () => 'one/x.png' };
    await expect(partsOf(few, { by: 'folder', from: 'all', parts: two, seed: 0 })).rejects.toThrow(/1 folder.*ratio/);
  });
  it('take folders of very many samples', async () => {
    const many = { ...samples, count: 400_000, nameOf: (i: number) => `film${i % 2}/${i}.png` };
    const parts = await partsOf(many, { by: 'folder', from: 'all', parts: two, seed: 0 });
    expect(Object.values(parts).map((list) => list.length)).toEqual([200_000, 200_000]);
  });
  it('come in folds, and from what was chosen', async () => {
    const folds = await whole({ by: 'folds', from: 'all', folds: 4, stratified: true, seed: 0 });
    expect(Object.values(folds).map((list) => list.length)).toEqual([25, 25, 25, 25]);
    const indices = Uint32Array.of(5, 7);
    const { mine } = await whole({ by: 'chosen', from: 'all', indices, chosenName: 'mine', restName: 'rest' });
    expect(mine).toEqual([5, 7]);
    const twice = partsOf(samples, { by: 'chosen', from: 'all', indices, chosenName: 'x', restName: 'x' });
    await expect(twice).rejects.toThrow(/Two parts are named "x"/);
  });
  it('are written as a list that the library reads', async () => {
    const file = join(folder, 'rows.json');
    const how: Splitting = { by: 'ratio', from: '', parts: two, stratified: false, seed: 2 };
    await splitJobs(new Sources(), tables)['datasets.split'](
      { ...at('table', 't.csv'), file, how, owner: 't' },
      context,
    );
    const { loadSplit } = await import('../../../flint/data/split-file.ts');
    const { source, parts, seed } = loadSplit(file, { count: 4 });
    expect([source, parts.train!.length, parts.rest!.length, seed]).toEqual(['t', 3, 1, 2]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ how: 'random 75/25', count: 4 });
    expect(() => loadSplit(file, { count: 5 })).toThrow(/made for 4 samples, this data set has 5/);
  });
});
