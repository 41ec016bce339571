// An image folder made here: four sizes, a damaged file, a stray one; on disk and in a zip.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMaybeGzipped } from '../../../flint/io/archive/gzip.ts';
import { zipParts } from '../../../flint/io/archive/zip-write.ts';
import { SampleQuery } from '../../../shared/contract/datasets.ts';
import { orderOf } from '../sample-order.ts';
import type { FolderSource } from './folder-source.ts';
import { placeInSquare } from './image-files.ts';
import { Sources } from './sources.ts';
import { ThumbnailStore } from './thumbnail-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const png = (width: number, height: number, colour: string) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
const store = new ThumbnailStore(join(folder, 'cache'));
const sources = new Sources({ store, trusted: 0 });
const open = async (source: string) =>
  (await sources.open({ project: folder, kind: 'image-folder', source })) as FolderSource;
const running = () => ({ progress() {}, signal: new AbortController().signal });

beforeAll(async () => {
  const files: [string, Buffer][] = [
    ['train/red/b.png', await png(10, 20, '#ff0000')],
    ['train/red/A2.png', await png(40, 40, '#ff0000')],
    ['train/blue/c.png', await png(8, 4, '#0000ff')],
    ['train/blue/broken.png', (await png(30, 30, '#0000ff')).subarray(0, 60)],
    ['train/blue/notes.txt', Buffer.from('x')],
    ['val/red/d.png', await png(6, 6, '#ff0000')],
  ];
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, 'set', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'set', path), bytes);
  }
  mkdirSync(join(folder, 'set/val/green'));
  writeFileSync(join(folder, 'set.zip'), Buffer.concat(zipParts(files.map(([name, bytes]) => ({ name, bytes })))));
});

it('lists splits and classes, and reports what was left out', async () => {
  const source = await open('set');
  expect(source.splitNames).toEqual(['train', 'val']);
  const train = source.split('train');
  expect(train.classes).toEqual(['blue', 'green', 'red']);
  expect([...train.labels]).toEqual([0, 0, 2, 2]);
  const report = source.report();
  expect(report.splits).toEqual([
    { name: 'train', count: 4 },
    { name: 'val', count: 1 },
  ]);
  expect(report.skipped).toMatchObject([{ path: 'train/blue/notes.txt', reason: 'not-image' }]);
  expect(report.emptyClasses).toEqual(['val/green']);
  expect(report.missingClasses).toEqual([
    { split: 'train', classes: ['green'] },
    { split: 'val', classes: ['blue'] },
  ]);
  expect(() => source.split('test')).toThrow(/no split "test".*train, val/);
});

it('reads sizes behind the first view, and can be stopped', async () => {
  const source = await open('set');
  expect(source.indexed).toBe(false);
  const ended = new AbortController();
  ended.abort();
  await source.index({ ...running(), signal: ended.signal }).catch(() => {});
  const told: number[] = [];
  await source.index({ ...running(), progress: (done) => void told.push(done) });
  expect(source.indexed).toBe(true);
  expect(source.report().splits[0]).toEqual({ name: 'train', count: 4, unreadable: 1 });
  expect([...source.split('val').sizes]).toEqual([6, 6]);
  expect([...source.split('train').sizes].slice(-4)).toEqual([40, 40, 10, 20]);
});

it('sorts and filters by what files say', async () => {
  const train = (await open('set')).split('train');
  const names = (query: object) =>
    [...orderOf(train, SampleQuery.parse(query), null)].map((i) => train.nameOf(i).split('/').at(-1));
  expect(names({})).toEqual(['broken.png', 'c.png', 'A2.png', 'b.png']);
  expect(names({ sort: 'name' })).toEqual(['A2.png', 'b.png', 'broken.png', 'c.png']);
  expect(names({ sort: 'size', descending: true }).slice(0, 2)).toEqual(['A2.png', 'b.png']);
  expect(names({ label: 2 })).toEqual(['A2.png', 'b.png']);
  expect(names({ search: 'B.PNG' })).toEqual(['b.png']);
  expect(names({ size: { width: [10, 40], height: [20, 40] } })).toEqual(['A2.png', 'b.png', 'broken.png'].slice(0, 2));
  expect(() => names({ sort: 'brightness' })).toThrow(/Inspect/);
});

it.each(['set', 'set.zip'])('gives pixels, thumbnails and what is broken, from %s', async (where) => {
  const train = (await open(where)).split('train');
  const red = train.count - 1;
  const sample = await train.sample(red);
  expect(sample).toMatchObject({ shape: [3, 20, 10], className: 'red', name: 'train/red/b.png', original: [10, 20] });
  expect([sample.pixels[0], sample.pixels[200], sample.pixels[400]]).toEqual([255, 0, 0]);
  const { pixels, broken } = await train.thumbnails([red, 0], 40);
  expect(broken).toEqual([1]);
  const at = (x: number, y: number) => [...pixels.subarray((y * 40 + x) * 4, (y * 40 + x) * 4 + 4)];
  expect(at(20, 20)).toEqual([255, 0, 0, 255]);
  expect(at(2, 20)).toEqual([0, 0, 0, 0]);
  await expect(train.look(0)).rejects.toMatchObject({ code: 'bad-image' });
});

it('keeps thumbnails on disk within a bound, and makes a damaged one anew', async () => {
  const key = (path: string) => ({ path, modifiedAt: 1, bytes: 2, size: 64 });
  const small = new ThumbnailStore(join(folder, 'small'), 1000);
  for (let i = 0; i < 5; i++) await small.put(key(`/${i}`), new Uint8Array(300));
  await small.bound();
  const left = await Promise.all([0, 1, 2, 3, 4].map((i) => small.get(key(`/${i}`))));
  expect(left.filter((bytes) => bytes !== null)).toHaveLength(2);
});

it('enlarges small pictures by whole times only', () => {
  const out = new Uint8Array(8 * 8 * 4);
  placeInSquare({ width: 2, height: 1, pixels: Uint8Array.of(1, 1, 1, 255, 2, 2, 2, 255) }, 8, out);
  const row = Array.from({ length: 8 }, (_, x) => out[(2 * 8 + x) * 4]);
  expect(row).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  expect(out[0]).toBe(0);
});

it('knows a folder by its place and its files, also when one is replaced by another of the same size', async () => {
  const [bytes, other] = [Buffer.from('same size'), Buffer.from('size same')];
  for (const root of ['here', 'there']) {
    mkdirSync(join(folder, root, 'a'), { recursive: true });
    writeFileSync(join(folder, root, 'a/x.png'), bytes);
    utimesSync(join(folder, root, 'a/x.png'), 1000, 1000);
  }
  const [here, there] = [(await open('here')).stamp, (await open('there')).stamp];
  expect(there).not.toBe(here);
  expect((await open('here')).stamp).toBe(here);
  writeFileSync(join(folder, 'here/a/x.png'), other);
  expect((await open('here')).stamp).not.toBe(here);
});

it('counts what a packed archive takes of the memory, and refuses one that takes too much', async () => {
  const tar = join(folder, 'big.tar');
  execFileSync('tar', ['-cf', tar, '-C', join(folder, 'set'), 'train']);
  const { size } = statSync(tar);
  writeFileSync(`${tar}.gz`, gzipSync(readFileSync(tar)));
  expect((await open('big.tar.gz')).memory).toBe(size);
  expect((await open('big.tar')).memory).toBe(0);
  expect(() => readMaybeGzipped(`${tar}.gz`, { most: size - 1 })).toThrow(
    /big\.tar\.gz: unpacked it would be larger than 1 MiB, half of the memory that is free\. Unpack it first/,
  );
  expect(readMaybeGzipped(`${tar}.gz`, { most: size })).toHaveLength(size);
});
