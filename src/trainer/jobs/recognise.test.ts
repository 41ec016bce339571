// What files and folders are taken for: real ones where they are (FLINT_DATA, default ../shared/data), odd ones made here.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DatasetKind } from '../../shared/contract/datasets.ts';
import { recogniseJob, type Found } from './recognise.ts';
import { Sources } from './sources/sources.ts';
import { Tables } from './views/tables.ts';
import { Texts } from './views/texts.ts';
import { Vectors } from './views/vectors.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'flint-recognise-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const openers = { sources: new Sources(), tables: new Tables(), texts: new Texts(), vectors: new Vectors() };
const recognise = recogniseJob(openers)['datasets.recognise'];
const context = { progress() {}, signal: new AbortController().signal };
const look = (path: string) => recognise({ project: folder, path }, context) as Promise<Found>;

describe('D2 real data', () => {
  const cases: [path: string, kind: DatasetKind, splits: string][] = [
    ['mnist', 'mnist', 'train 60000, test 10000'],
    ['mnist/train-images-idx3-ubyte.gz', 'mnist', 'train 60000, test 10000'],
    ['cifar10/cifar-10-batches-bin-short', 'cifar10', 'train 8068, test 1017'],
    ['hymenoptera_data', 'image-folder', 'train 244, val 153'],
    ['tabular/iris.csv', 'table', 'all 150'],
    ['tabular/airfoil_self_noise.dat', 'table', 'all 1503'],
    ['text-timemachine/timemachine.txt', 'text', 'all 178979'],
    ['text-timemachine', 'text', 'all 178979'],
    ['word-vectors/glove.6B.50d.first9163.txt', 'word-vectors', 'all 9163'],
  ];
  for (const [path, kind, splits] of cases) {
    const whole = join(data, path);
    const run = existsSync(whole) ? it : it.skip;
    run(`${path}: ${kind}${existsSync(whole) ? '' : ` (skipped: no ${whole})`}`, async () => {
      const found = await look(whole);
      expect(found.kind).toBe(kind);
      expect(found.report.splits.map(({ name, count }) => `${name} ${count}`).join(', ')).toBe(splits);
    });
  }
});

describe('what is no data set', () => {
  it('is refused with what was found and what is known', async () => {
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'flat'));
    writeFileSync(join(folder, 'flat/a.png'), 'x');
    writeFileSync(join(folder, 'program'), Uint8Array.of(127, 69, 76, 70, 0, 0, 0));
    await expect(look('empty')).rejects.toThrow(/empty is nothing that can be opened.*image folders/);
    await expect(look('flat')).rejects.toMatchObject({ details: { reason: 'classless', path: join(folder, 'flat') } });
    await expect(look('program')).rejects.toMatchObject({ code: 'not-recognised', details: { reason: 'unknown' } });
    await expect(look('nowhere')).rejects.toMatchObject({ code: 'not-found' });
    writeFileSync(join(folder, 'broken.zip'), 'PK');
    await expect(look('broken.zip')).rejects.toThrow(/broken\.zip/);
  });

  it('rows that do not fit are left out of a table, and counted', async () => {
    writeFileSync(join(folder, 'odd.csv'), 'a,b\n1,2\n3\n4,5\n');
    const { report, extent } = await look('odd.csv');
    expect(report.splits).toEqual([{ name: 'all', count: 2 }]);
    expect([report.skippedCount, extent]).toEqual([1, 2]);
    expect(report.skipped[0]).toMatchObject({ row: 2 });
  });
  it('what was guessed of a table is said', async () => {
    writeFileSync(join(folder, 'index.csv'), ',a,a\n0,1,2\n1,3,4\n');
    const { report } = await look('index.csv');
    expect(report.notes).toEqual([
      expect.stringMatching(/first column has no name/),
      expect.stringMatching(/named "a"/),
    ]);
  });
});
