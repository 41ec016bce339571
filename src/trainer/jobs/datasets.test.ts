import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FromWorkbench } from '../../shared/contract/trainer.ts';
import { datasetJobs } from './datasets.ts';
import { FindingsStore } from './inspection/findings.ts';
import { RequestLoop } from './request-loop.ts';
import { thumbnailsOf } from './sources/memory-source.ts';
import { Sources } from './sources/sources.ts';
import { ThumbnailStore } from './sources/thumbnail-store.ts';
import { Tables } from './views/tables.ts';
import { Texts } from './views/texts.ts';
import { Vectors } from './views/vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function idx(shape: number[], bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, bytes]);
}
function writeMnist(count = 3): void {
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => i % 251);
  for (const prefix of ['train', 't10k']) {
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([count, 28, 28], pixels));
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), idx([count], Uint8Array.of(7, 0, 7).slice(0, count)));
  }
}
writeMnist();
const data = { project: folder, kind: 'mnist', source: '.' };
const context = { progress() {}, signal: new AbortController().signal };
const store = () => new ThumbnailStore(join(folder, '.cache', 'thumbnails'));
const openers = {
  sources: new Sources({ store: store(), trusted: 0 }),
  tables: new Tables(),
  texts: new Texts(),
  vectors: new Vectors(),
};
const jobs = datasetJobs(openers, new FindingsStore(join(folder, '.cache', 'inspections')));

describe('data set jobs', () => {
  it('summarise and label', async () => {
    expect(await jobs['datasets.summary']({ ...data, split: 'train' }, context)).toEqual({
      count: 3,
      shape: [1, 28, 28],
      classes: [...'0123456789'],
      countsPerClass: [1, 0, 0, 0, 0, 0, 0, 2, 0, 0],
    });
    expect(await jobs['datasets.labels']({ ...data, split: 'test' }, context)).toEqual(Uint8Array.of(7, 0, 7));
  });
  it('draw grey thumbnails as RGBA in the order asked for, and give raw samples', async () => {
    const asked = { ...data, split: 'train', indices: [1, 0], size: 64 };
    const { pixels } = (await jobs['datasets.thumbnails'](asked, context)) as { pixels: Uint8Array };
    expect(pixels).toHaveLength(2 * 784 * 4);
    expect([...pixels.slice(0, 4)]).toEqual([784 % 251, 784 % 251, 784 % 251, 255]);
    expect([...pixels.slice(784 * 4, 784 * 4 + 8)]).toEqual([0, 0, 0, 255, 1, 1, 1, 255]);
    expect(await jobs['datasets.sample']({ ...data, split: 'train', index: 1 }, context)).toMatchObject({
      shape: [1, 28, 28],
      label: 0,
      className: '0',
    });
  });
  it('draw colours from planes', () => {
    const set = {
      ...{ count: 1, channels: 3, height: 1, width: 2, labels: Uint8Array.of(0), classes: ['a'], notes: [] },
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    expect([...thumbnailsOf(set, [0]).pixels]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
  });
  it('make thumbnails of many images at once, in the order asked for', () => {
    const pixels = new Uint8Array(1000 * 784).fill(9);
    const set = {
      count: 1000,
      channels: 1,
      height: 28,
      width: 28,
      pixels,
      labels: new Uint8Array(1000),
      classes: [],
      notes: [],
    };
    const indices = Array.from({ length: 200 }, (_, i) => i * 5);
    set.pixels.forEach((_, i) => (set.pixels[i] = Math.floor(i / 784) % 251));
    const { pixels: drawn } = thumbnailsOf(set, indices) as { pixels: Uint8Array };
    expect(Array.from(indices, (_, i) => drawn[i * 784 * 4])).toEqual(indices.map((i) => i % 251));
  });
  it('check a source and say what is wrong with it', async () => {
    const check = (source: string, kind = 'mnist') => jobs['datasets.check']({ ...data, source, kind });
    expect(await check('.')).toEqual({ splits: ['train', 'test'], state: 'ready' });
    expect(await check('synthetic')).toMatchObject({ state: 'ready' });
    expect(await check('nowhere')).toMatchObject({
      splits: [],
      state: 'missing',
      problem: expect.stringMatching(/nowhere/) as string,
    });
    expect(await check('.', 'cifar10')).toMatchObject({ state: 'missing' });
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), idx([3, 28, 28], new Uint8Array(784)));
    expect(await check('.')).toMatchObject({
      state: 'broken',
      problem: expect.stringMatching(/train-images/) as string,
    });
    writeMnist();
    expect(await check('.')).toMatchObject({ state: 'ready' });
  });
  it('refuse what is not there', async () => {
    const labels = (more: object) => jobs['datasets.labels']({ ...data, split: 'train', ...more }, context);
    const sample = jobs['datasets.sample']({ ...data, split: 'train', index: 3 }, context);
    await expect(sample).rejects.toThrow(/no image 3.*has 3/);
    await expect(labels({ split: 'half' })).rejects.toThrow(/no split "half"/);
    await expect(labels({ kind: 'toString' })).rejects.toThrow(/no reader/);
  });
});

it('sources are read again when a file changed, and the oldest is given up', async () => {
  const sources = new Sources({ mostBytes: 3 * 784, store: store(), trusted: 0 });
  const first = await sources.open(data);
  expect(await sources.open(data)).toBe(first);
  expect(first.split('train').count).toBe(3);
  await sources.open({ ...data, kind: 'digits', source: 'synthetic' });
  expect(sources.bytes).toBe(3 * 784);
  (await sources.open({ ...data, kind: 'digits', source: 'synthetic' })).split('test');
  await sources.open({ ...data, kind: 'digits', source: 'synthetic' });
  expect(sources.bytes).toBe(10_000 * 784);
  writeMnist(2);
  expect((await sources.open(data)).split('train').count).toBe(2);
  writeMnist();
});

describe('the request loop', () => {
  const answers: FromWorkbench[] = [];
  const ask = async (loop: RequestLoop, job: string, params: unknown, id = 1) => {
    loop.receive({ type: 'request', id, job, params });
    await new Promise((done) => setTimeout(done, 10));
    return answers.at(-1);
  };
  it('answers a result, and an error for each kind of wrong request', async () => {
    const loop = new RequestLoop((message) => answers.push(message));
    expect(await ask(loop, 'datasets.labels', { ...data, split: 'train' })).toEqual({
      type: 'done',
      id: 1,
      result: Uint8Array.of(7, 0, 7),
    });
    expect(await ask(loop, 'toString', {})).toMatchObject({ type: 'failed', error: { code: 'unknown-job' } });
    expect(await ask(loop, 'datasets.labels', { split: 3 })).toMatchObject({ type: 'failed' });
    expect(await ask(loop, 'datasets.labels', { ...data, source: '/gone', split: 'train' })).toMatchObject({
      type: 'failed',
      error: { code: 'missing-data' },
    });
  });
  it('cancels', async () => {
    const job = (_: unknown, { signal, progress }: { signal: AbortSignal; progress(v: unknown): void }) =>
      new Promise((_done, reject) => {
        progress({ receivedBytes: 1, totalBytes: 2 });
        signal.addEventListener('abort', () => reject(new Error('given up')));
      });
    const loop = new RequestLoop((message) => answers.push(message), { 'datasets.download': job });
    expect(await ask(loop, 'datasets.download', { kind: 'mnist', folder }, 5)).toMatchObject({
      type: 'progress',
      id: 5,
    });
    loop.receive({ type: 'cancel', id: 5 });
    await new Promise((done) => setTimeout(done, 10));
    expect(answers.at(-1)).toMatchObject({ type: 'failed', id: 5, error: { code: 'cancelled' } });
  });
});
