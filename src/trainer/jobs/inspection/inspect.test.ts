// An inspection of pictures made here, whose copies, leaks and outliers are known.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '../../../flint/vision/image-set.ts';
import { SampleQuery } from '../../../shared/contract/datasets.ts';
import { orderOf } from '../sample-order.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { FindingsStore, problemBits } from './findings.ts';
import { inspect } from './inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const side = 24;
const area = side * side;

/** Blobs at places that `seed` decides: no two alike. */
function picture(seed: number, brighter = 0): Uint8Array {
  const out = new Uint8Array(area);
  let state = seed * 2654435761;
  const next = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  const blobs = Array.from(
    { length: 5 },
    () => [next() * side, next() * side, 2 + next() * 5, 40 + next() * 60] as const,
  );
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let v = 40;
      for (const [bx, by, r, height] of blobs) v += height * Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / (2 * r * r));
      out[y * side + x] = Math.min(255, Math.round(v) + brighter);
    }
  }
  return out;
}
const setOf = (pictures: Uint8Array[]): ImageSet => ({
  ...{ count: pictures.length, channels: 1, height: side, width: side, classes: ['a', 'b'], notes: [] },
  labels: Uint8Array.from(pictures, (_, i) => i % 2),
  pixels: Uint8Array.from(pictures.flatMap((p) => [...p])),
});
const running = { progress() {}, signal: new AbortController().signal };

describe('an inspection', () => {
  const train = Array.from({ length: 60 }, (_, i) => picture(i + 1));
  train[10] = train[3]!.slice(); // an exact copy
  train[20] = picture(5, 2); // a near copy of 4
  train[30] = new Uint8Array(area).fill(255); // brighter than all
  const test = [picture(101), train[7]!.slice(), picture(13, 2)]; // a leak, a near leak of 12
  const sets: Record<string, ImageSet> = { train: setOf(train), test: setOf(test) };
  const source = new MemorySource(['train', 'test'], 'stamp', (split) => sets[split]!);

  it('finds copies, near ones, leaks and what stands out', async () => {
    const { summary, splits } = await inspect(source, running);
    const having = (split: number, problem: keyof typeof problemBits) =>
      Array.from(splits[split]!.problems.keys()).filter((i) => splits[split]!.problems[i]! & problemBits[problem]);
    expect(having(0, 'duplicate')).toEqual([3, 7, 10]);
    expect(having(0, 'near')).toEqual([4, 12, 20]);
    expect(having(0, 'leak')).toEqual([7, 12]);
    expect(having(1, 'leak')).toEqual([1, 2]);
    expect(having(0, 'brightness')).toContain(30);
    expect(having(0, 'unreadable')).toEqual([]);
    expect(summary.groups).toEqual({ exact: 2, near: 2 });
    expect(summary.splits[0]!.problems).toMatchObject({ duplicate: 3, leak: 2 });
    expect(summary.sizes).toEqual([{ width: side, height: side, count: 63, bySplit: [60, 3] }]);
  });

  it('has the mean and deviation of all pixels', async () => {
    const { summary } = await inspect(source, running);
    const all = sets.test!.pixels;
    const mean = all.reduce((a, b) => a + b, 0) / all.length / 255;
    const square = all.reduce((a, b) => a + (b / 255) ** 2, 0) / all.length;
    expect(summary.splits[1]!.channels.mean[0]).toBeCloseTo(mean, 10);
    expect(summary.splits[1]!.channels.std[0]).toBeCloseTo(Math.sqrt(square - mean ** 2), 10);
  });

  it('is kept, sorts the gallery, and puts copies side by side', async () => {
    const store = new FindingsStore(folder);
    store.put('stamp', await inspect(source, running));
    const kept = new FindingsStore(folder).get('stamp')!;
    const order = (query: object) => [...orderOf(source.split('train'), SampleQuery.parse(query), kept.splits[0]!)];
    expect(order({ problem: 'duplicate' })).toEqual([3, 10, 7]);
    expect(order({ sort: 'brightness', descending: true })[0]).toBe(30);
    expect(order({ brightness: [250, 255] })).toEqual([30]);
    expect(new FindingsStore(folder).get('other')).toBeNull();
  });

  it('tells how far it is, lets others in, and can be cancelled', async () => {
    const ending = new AbortController();
    const many = Array.from({ length: 4000 }, (_, i) => train[i % 60]!);
    const large = new MemorySource(['train'], 'large', () => setOf(many));
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(1), 1);
    const progress = (done: number) => done > 2000 && ending.abort();
    await expect(inspect(large, { progress, signal: ending.signal })).rejects.toThrow();
    clearInterval(timer);
    expect(turns.length).toBeGreaterThan(0);
  });
});
