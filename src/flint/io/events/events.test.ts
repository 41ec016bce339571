// Event files: our writer and reader against each other, against files that Python wrote, and against damage.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32c } from '../crc32c.ts';
import { encodeScalars } from './event.ts';
import { EventFileReader } from './reader.ts';
import { frameRecord } from './records.ts';
import { EventFileWriter, histogramOf } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ascii = (text: string) => new TextEncoder().encode(text);

function collect(reader: EventFileReader) {
  const found: unknown[][] = [];
  const result = reader.read({
    onScalar: (tag, step, _wall, value) => found.push(['scalar', tag, step, value]),
    onText: (tag, step, _wall, text) => found.push(['text', tag, step, text]),
    onImage: (tag, step, _wall, i) => found.push(['image', tag, step, i.width, i.height, i.channels, i.encoded.length]),
    onHistogram: (tag, step, _wall, h) => found.push(['histogram', tag, step, h.count, h.min, h.max]),
    onVersion: (version) => found.push(['version', version]),
  });
  return { found, result };
}

describe('crc32c', () => {
  it('gives the published check values', () => {
    expect(crc32c(ascii('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });
});

describe('event files', () => {
  it('come back as they were written', () => {
    const writer = new EventFileWriter(join(folder, 'all'));
    writer.scalars({ 'train/loss': 0.5, lr: 0.01 }, 7);
    writer.scalars({ 'train/loss': Number.NaN }, 2 ** 40);
    writer.text('notes', 'höhe 高', 1);
    writer.image('digits', { width: 2, height: 3, channels: 1, encoded: new Uint8Array(9) }, 2);
    writer.histogram('weights', histogramOf([-1, 0, 0.5, 2, Number.NaN]), 3);
    writer.close();
    const { found } = collect(new EventFileReader(writer.path));
    expect(found).toEqual([
      ['version', 'brain.Event:2'],
      ['scalar', 'train/loss', 7, 0.5],
      ['scalar', 'lr', 7, Math.fround(0.01)],
      ['scalar', 'train/loss', 2 ** 40, Number.NaN],
      ['text', 'notes', 1, 'höhe 高'],
      ['image', 'digits', 2, 2, 3, 1, 9],
      ['histogram', 'weights', 3, 4, -1, 2],
    ]);
  });

  it('are read as they grow, half records later', () => {
    const path = join(folder, 'growing');
    const record = frameRecord(encodeScalars({ a: 1 }, 1, 0));
    writeFileSync(path, record.subarray(0, 20));
    const reader = new EventFileReader(path);
    expect(collect(reader)).toEqual({ found: [], result: { bytes: 0, records: 0, restarted: false } });
    appendFileSync(path, record.subarray(20));
    expect(collect(reader).found).toEqual([['scalar', 'a', 1, 1]]);
    appendFileSync(path, frameRecord(encodeScalars({ a: 2 }, 2, 0)));
    expect(collect(reader).found).toEqual([['scalar', 'a', 2, 2]]);
    truncateSync(path, record.length);
    const again = collect(reader);
    expect(again.result.restarted).toBe(true);
    expect(again.found).toEqual([['scalar', 'a', 1, 1]]);
  });

  it('lose only what is damaged', () => {
    const path = join(folder, 'damaged');
    const [one, two, three] = [1, 2, 3].map((n) => frameRecord(encodeScalars({ a: n }, n, 0)));
    two![14]! ^= 1; // data: this record only
    writeFileSync(path, Buffer.concat([one!, two!, three!, new Uint8Array(40)]));
    const reader = new EventFileReader(path);
    expect(collect(reader).found).toEqual([
      ['scalar', 'a', 1, 1],
      ['scalar', 'a', 3, 3],
    ]);
    expect(reader.skipped).toBe(1);
    expect(reader.brokenAt).toBe(one!.length * 3);
    const nonsense = join(folder, 'nonsense');
    writeFileSync(nonsense, frameRecord(new Uint8Array([7, 7, 7, 255, 255])));
    const other = new EventFileReader(nonsense);
    expect(collect(other).found).toEqual([]);
    expect(other.skipped).toBe(1);
    expect(() => new EventFileReader(join(folder, 'none')).read({})).toThrow(
      /none: cannot open the event file: there is no/,
    );
  });

  it('read records larger than a block', () => {
    const writer = new EventFileWriter(join(folder, 'large'));
    writer.image('big', { width: 1, height: 1, channels: 3, encoded: new Uint8Array(3_000_000).fill(9) }, 1);
    writer.scalars({ after: 1 }, 2);
    writer.close();
    const { found } = collect(new EventFileReader(writer.path));
    expect(found.slice(1)).toEqual([
      ['image', 'big', 1, 1, 1, 3, 3_000_000],
      ['scalar', 'after', 2, 1],
    ]);
  });

  it('a million points are read in seconds, tags shared', () => {
    const path = join(folder, 'million');
    const records: Uint8Array[] = [];
    for (let i = 0; i < 200_000; i++) records.push(frameRecord(encodeScalars({ 'train/loss': i }, i, 1.7e9 + i)));
    const block = Buffer.concat(records);
    for (let i = 0; i < 5; i++) appendFileSync(path, block);
    let count = 0;
    let sum = 0;
    const start = performance.now();
    new EventFileReader(path).read({ onScalar: (_tag, _step, _wall, value) => ((count += 1), (sum += value)) });
    const seconds = (performance.now() - start) / 1000;
    expect([count, sum]).toEqual([1_000_000, (5 * 200_000 * 199_999) / 2]);
    expect(seconds).toBeLessThan(10);
    console.log(`1,000,000 scalar points (${Math.round((block.length * 5) / 1e6)} MB) read in ${seconds.toFixed(2)} s`);
  });

  it('flushes by itself within a second', async () => {
    const writer = new EventFileWriter(join(folder, 'timed'), { flushEvery: 20 });
    writer.scalars({ a: 1 }, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(collect(new EventFileReader(writer.path)).found).toContainEqual(['scalar', 'a', 1, 1]);
    writer.close();
  });

  it('reads what the Python writer wrote', () => {
    const here = new URL('../fixtures/', import.meta.url).pathname;
    const { found } = collect(new EventFileReader(join(here, 'python.tfevents')));
    expect(found).toEqual(JSON.parse(readFileSync(join(here, 'python.tfevents.json'), 'utf8')));
  });
});
