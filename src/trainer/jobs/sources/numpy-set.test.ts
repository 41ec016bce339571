// Arrays of NumPy as images: more of them than a call takes arguments.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { saveNpz } from '../../../flint/io/npy.ts';
import { arange, zeros } from '../../../flint/tensor/creation.ts';
import { numpyImages } from './numpy-set.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-numpy-set-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads very many labels', async () => {
  const path = join(folder, 'many.npz');
  const count = 300_000;
  saveNpz({ x: zeros([count, 1, 1], { dtype: 'uint8' }), y: arange(0, count).remainder(7).to('int64') }, path);
  const { read, splitNames } = await numpyImages(path);
  const set = read(splitNames[0]!);
  expect([set.count, set.classes]).toEqual([count, ['0', '1', '2', '3', '4', '5', '6']]);
  expect(Array.from(set.labels.slice(0, 9))).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
});
