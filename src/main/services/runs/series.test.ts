import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventFileWriter } from '../../../flint/io/events/writer.ts';
import { GrowingArray } from './growing-array.ts';
import { RunSeries } from './run-series.ts';
import { cutTrace, lowerBound, upperBound } from './series-cut.ts';
import { SmoothTrace } from './series-smooth.ts';
import { TagSeries } from './tag-series.ts';

const none = new Float64Array(0);
const f64 = (...values: number[]) => Float64Array.from(values);
const trace = (y: number[], x = y.map((_, i) => i)) => ({ x: f64(...x), y: f64(...y), smooth: none });

describe('a growing array', () => {
  it('keeps all values past many growths, and an old view as it was', () => {
    const array = new GrowingArray(2);
    array.push(7);
    const view = array.view();
    for (let i = 0; i < 1000; i++) array.push(i);
    expect([...view]).toEqual([7]);
    expect(array.length).toBe(1001);
    expect(array.last).toBe(999);
    expect(array.at(1001)).toBeNaN();
  });
});

describe('the bounds', () => {
  it('find both ends of equal values', () => {
    const x = f64(1, 2, 2, 2, 5);
    expect([lowerBound(x, 2), upperBound(x, 2)]).toEqual([1, 4]);
    expect([lowerBound(x, 9), upperBound(x, 0)]).toEqual([5, 0]);
  });
});

describe('cutting', () => {
  it('gives the points themselves while there are no more than columns', () => {
    const cut = cutTrace(trace([3, 1, 2]), { columns: 3 });
    expect(cut).toMatchObject({
      x: f64(0, 1, 2),
      min: f64(3, 1, 2),
      max: f64(3, 1, 2),
      last: f64(3, 1, 2),
      broken: none,
    });
  });
  it('keeps a spike of one point in a million', () => {
    const y = new Float64Array(1_000_000);
    y[654_321] = 99;
    y[654_322] = -99;
    const cut = cutTrace({ x: y.map((_, i) => i), y, smooth: none }, { columns: 500 });
    expect(cut.x.length).toBe(500);
    expect(Math.max(...cut.max)).toBe(99);
    expect(Math.min(...cut.min)).toBe(-99);
    expect(cut.x.at(-1)).toBe(999_999);
  });
  it('takes both ends of the range, and leaves gaps out', () => {
    const cut = cutTrace(trace([1, 2, 3, 4, 5, 6], [0, 1, 2, 90, 91, 100]), { from: 0, to: 100, columns: 4 });
    expect(cut.x).toEqual(f64(2, 100));
    expect(cut.min).toEqual(f64(1, 4));
    expect(cut.max).toEqual(f64(3, 6));
    expect(cutTrace(trace([1, 2, 3]), { from: 1, to: 1, columns: 9 }).last).toEqual(f64(2));
    expect(cutTrace(trace([1, 2, 3]), { from: 5, columns: 9 }).x.length).toBe(0);
    expect(cutTrace(trace([]), { columns: 9 }).x.length).toBe(0);
  });
  it('reports NaN and infinities apart, and mixes them into no column', () => {
    const cut = cutTrace(trace([1, NaN, 2, Infinity, -Infinity]), { columns: 10 });
    expect(cut.last).toEqual(f64(1, 2));
    expect(cut.broken).toEqual(f64(1, 3, 4));
    const full = cutTrace(trace(Array.from({ length: 1000 }, () => NaN)), { columns: 10 });
    expect([full.x.length, full.broken.length]).toEqual([0, 10]);
  });
  it('agrees with the slow way on anything', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.oneof(fc.double(), fc.constant(NaN)));
    const cases = [
      fc.array(point, { maxLength: 200 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(50),
      fc.nat(50),
    ] as const;
    fc.assert(
      fc.property(...cases, (points, columns, a, b) => {
        points.sort((p, q) => p[0] - q[0]);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const cut = cutTrace(
          trace(
            points.map((p) => p[1]),
            points.map((p) => p[0]),
          ),
          { from, to, columns },
        );
        const inside = points.filter(([x]) => x >= from && x <= to);
        const finite = inside.filter(([, y]) => Number.isFinite(y)).map(([, y]) => y);
        expect(cut.x.length).toBeLessThanOrEqual(Math.max(columns, inside.length <= columns ? inside.length : 0));
        expect(cut.x.length === 0).toBe(finite.length === 0);
        if (finite.length === 0) return;
        expect(Math.min(...cut.min)).toBe(Math.min(...finite));
        expect(Math.max(...cut.max)).toBe(Math.max(...finite));
        expect(cut.last.at(-1)).toBe(finite.at(-1));
        expect([...cut.x]).toEqual([...cut.x].sort((p, q) => p - q));
        expect(cut.broken.length > 0).toBe(finite.length < inside.length);
      }),
    );
  });
  it('takes less than 20 ms for a million points', () => {
    const n = 1_000_000;
    const x = Float64Array.from({ length: n }, (_, i) => i);
    const big = { x, y: x.map((i) => Math.sin(i / 5000) + ((i * 7919) % 1000) / 1000), smooth: x };
    cutTrace(big, { columns: 1600 });
    const times = Array.from({ length: 5 }, () => {
      const begun = performance.now();
      cutTrace(big, { columns: 1600 });
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

describe('smoothing', () => {
  it('starts unbiased and passes over what is not finite', () => {
    const smooth = new SmoothTrace(0.5).extend(f64(4, NaN, 8, Infinity));
    // (0.5*4)/(1-0.5) = 4, then (0.5*2 + 0.5*8)/(1-0.25) = 20/3.
    expect([...smooth]).toEqual([4, 4, 20 / 3, 20 / 3]);
    expect(new SmoothTrace(0.9).extend(f64(NaN, 3))[0]).toBeNaN();
  });
  it('of a trace that grows is that of the whole', () => {
    const whole = Float64Array.from({ length: 300 }, (_, i) => Math.cos(i));
    const grown = new SmoothTrace(0.97);
    for (const n of [1, 50, 51, 300]) grown.extend(whole.subarray(0, n));
    expect([...grown.extend(whole)]).toEqual([...new SmoothTrace(0.97).extend(whole)]);
  });
  it('is taken before cutting: a zoom does not change it', () => {
    const series = new TagSeries();
    for (let i = 0; i < 1000; i++) series.push({ step: i, epoch: NaN, wallTime: i, value: i % 7 });
    const all = series.cut('step', 0.9, { columns: 2000 }, 0);
    const zoomed = series.cut('step', 0.9, { from: 500, to: 600, columns: 2000 }, 0);
    expect([...zoomed.smooth]).toEqual([...all.smooth.slice(500, 601)]);
  });
});

describe('a tag', () => {
  it('is cut by time from the start of the run, and by steps that went back in order', () => {
    const series = new TagSeries();
    for (const [step, wallTime] of [
      [0, 100],
      [1, 101],
      [2, 102],
      [1, 103],
    ] as const) {
      series.push({ step, epoch: NaN, wallTime, value: wallTime });
    }
    const cut = series.cut('time', 0, { from: 1, to: 2, columns: 10 }, 100);
    expect([...cut.x]).toEqual([1, 2]);
    expect([...series.cut('step', 0, { columns: 10 }, 0).last]).toEqual([100, 101, 103, 102]);
    expect(series.cut('epoch', 0, { columns: 10 }, 0).x.length).toBe(0);
  });
});

describe('the traces of a run', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flint-series-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const asked = { run: 'r', tag: 'train/loss', x: 'step' as const, columns: 100, smoothing: 0 };

  it('come from event files, whose epochs are found between the logged ones', () => {
    const writer = new EventFileWriter(folder);
    for (let step = 0; step <= 20; step++) {
      if (step % 10 === 0) writer.scalars({ epoch: step / 10 }, step, 1000 + step);
      writer.scalars({ 'train/loss': step === 5 ? NaN : 1 / (step + 1) }, step, 1000 + step);
    }
    writer.close();
    const series = new RunSeries(folder);
    series.readFiles();
    series.readFiles();
    expect(series.tags).toEqual(['train/loss']);
    const cut = series.cut(asked, undefined);
    expect([cut.total, cut.x.length, [...cut.broken]]).toEqual([21, 20, [5]]);
    const byEpoch = series.cut({ ...asked, x: 'epoch', from: 0.9, to: 1.1 }, undefined);
    expect([...byEpoch.x].map((x) => x.toFixed(2))).toEqual(['0.90', '1.00', '1.10']);
    expect(series.cut({ ...asked, x: 'time' }, 999_000).x[0]).toBe(1);
    expect(series.cut({ ...asked, tag: 'nothing' }, undefined)).toMatchObject({ total: 0 });
  });
  it('take a message only when the files did not have it', () => {
    const writer = new EventFileWriter(folder);
    for (const loss of [1, 0.8]) writer.scalars({ 'train/loss': loss }, 1, 1001);
    writer.close();
    const series = new RunSeries(folder);
    series.readAgain();
    // Three of one step and one moment: two are known, so the third is new.
    const points = (from: number, ...values: number[]) => {
      const same = (value: number) => Float64Array.from(values, () => value);
      const columns = { steps: same(1), epochs: same(0), times: same(1001), values: Float64Array.from(values) };
      series.append({ tag: 'train/loss', from, ...columns });
    };
    points(0, 1);
    expect(series.cut(asked, undefined).total).toBe(2);
    points(1, 0.8, 0.5);
    points(3, 0.4);
    expect(series.cut(asked, undefined).total).toBe(4);
    expect(series.lastValues()).toEqual({ 'train/loss': 0.4 });
  });
});
