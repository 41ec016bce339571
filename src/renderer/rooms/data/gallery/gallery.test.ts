// The arithmetic of the grid, what keys and selections do, and which thumbnails are fetched.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CAPTION, cornerOf, eachIn, GAP, layoutOf, placeAt, scrollingOf } from './grid-layout.ts';
import { keyAction } from './grid-keys.ts';
import { channelNumbers, toRgba, valueRows } from './pixels.ts';
import { Selection } from './selection.ts';
import { chunkFor, levelFor, Thumbnails } from './thumbnails.ts';

describe('the grid', () => {
  const layout = layoutOf(1_000_003, 64, 716);
  test('finds the cell at a point, and none between', () => {
    expect(layout.columns).toBe(10);
    for (const place of [0, 9, 10, 123_456, 1_000_002]) {
      const { x, y } = cornerOf(layout, place);
      expect(placeAt(layout, x + 1, y + 63)).toBe(place);
    }
    expect(placeAt(layout, GAP + 65, 20)).toBe(-1);
    expect(placeAt(layout, 300, cornerOf(layout, 1_000_002).y + 10)).toBe(-1);
  });
  test('knows what a rectangle meets', () => {
    const found: number[] = [];
    const { x, y } = cornerOf(layout, 11);
    eachIn(layout, { left: x + 10, top: y + 10, right: x + 90, bottom: y + 100 }, (place) => found.push(place));
    expect(found).toEqual([11, 12, 21, 22]);
  });
  test('scrolls a list that is longer than browsers can', () => {
    const long = layoutOf(50_000_000, 64, 716);
    const { shown, scale, most } = scrollingOf(long, 600);
    expect(shown).toBeLessThan(33_000_000);
    expect((shown - 600) * scale).toBeCloseTo(most, 0);
    expect(scrollingOf(layoutOf(10, 64, 716), 600)).toMatchObject({ scale: 1, most: 0 });
    expect(long.rowHeight).toBe(64 + CAPTION + GAP);
  });
});

describe('keys', () => {
  const standing = { cursor: 25, count: 100, columns: 10, page: 3 };
  const press = (key: string, more = {}) =>
    keyAction({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...more }, standing);
  test('move, extend, choose and open', () => {
    expect(press('ArrowDown')).toEqual({ act: 'move', place: 35, extend: false });
    expect(press('PageUp', { shiftKey: true })).toEqual({ act: 'move', place: 0, extend: true });
    expect(press('End')).toEqual({ act: 'move', place: 99, extend: false });
    const first = (key: string) =>
      keyAction({ key, shiftKey: false, ctrlKey: false, metaKey: false }, { ...standing, cursor: -1 });
    expect([first('ArrowDown'), first('End')]).toMatchObject([{ place: 0 }, { place: 99 }]);
    expect(press('a', { ctrlKey: true })).toEqual({ act: 'all' });
    expect([press(' '), press('Enter'), press('Escape')]).toEqual([
      { act: 'toggle' },
      { act: 'open' },
      { act: 'none' },
    ]);
    expect([press('Enter', { ctrlKey: true }), press('x')]).toEqual([null, null]);
  });
});

test('a selection of a million is one byte each', () => {
  const selection = new Selection(1_000_000);
  const order = Uint32Array.from({ length: 1_000_000 }, (_, i) => 999_999 - i);
  selection.all(order);
  expect(selection.count).toBe(1_000_000);
  selection.range(order, 3, 1);
  expect([...selection.indices()]).toEqual([999_996, 999_997, 999_998]);
  selection.set(999_997, false);
  expect([selection.count, selection.has(999_997)]).toEqual([2, false]);
});

describe('thumbnails', () => {
  beforeEach(() => {
    vi.stubGlobal('ImageData', class {});
    vi.stubGlobal('createImageBitmap', async () => ({ close() {} }));
  });
  afterEach(() => vi.unstubAllGlobals());
  const order = Uint32Array.from({ length: 10_000 }, (_, i) => i);
  const settle = () => new Promise((done) => setTimeout(done, 5));

  test('are asked for in chunks, those in view first, and say what is broken', async () => {
    const asked: number[] = [];
    const ask = async (indices: number[]) => {
      asked.push(indices[0]!);
      return { width: 1, height: 1, pixels: new Uint8Array(4 * indices.length), broken: [2] };
    };
    const thumbnails = new Thumbnails(order, 64, ask, () => {});
    const chunk = chunkFor(64);
    thumbnails.want(chunk * 10, chunk * 11 + 3);
    expect(thumbnails.at(chunk * 10)).toBeNull();
    await settle();
    expect(asked.slice(0, 2)).toEqual([chunk * 10, chunk * 11]);
    expect(thumbnails.at(chunk * 10)).toMatchObject({ y: 0 });
    expect(thumbnails.at(chunk * 10 + 2)).toBe('broken');
  });

  test('of a fast scroll are not asked for where it only passed', async () => {
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    const ask = (indices: number[]) => {
      asked.push(indices[0]!);
      return new Promise<never>((_, fail) => answers.push(() => fail(new Error('late'))));
    };
    const thumbnails = new Thumbnails(order, 64, ask, () => {});
    for (let at = 0; at < 9000; at += 300) thumbnails.want(at, at + 60);
    expect(asked.length).toBeLessThan(6);
    answers.forEach((answer) => answer());
    await settle();
    expect(asked.at(-1)).toBeGreaterThan(8500);
  });

  test('come in the level that is large enough', () => {
    expect([levelFor(28), levelFor(64), levelFor(65), levelFor(400)]).toEqual([64, 64, 160, 160]);
  });
});

test('numbers of a sample are those of its channels', () => {
  const sample = { shape: [3, 1, 2] as [number, number, number], pixels: Uint8Array.of(0, 255, 10, 10, 4, 8) };
  expect([...toRgba(sample)]).toEqual([0, 10, 4, 255, 255, 10, 8, 255]);
  const [red, green] = channelNumbers(sample);
  expect(red).toMatchObject({ low: 0, high: 255, mean: 127.5, std: 127.5 });
  expect(green!.histogram[2]).toBe(2);
  expect(valueRows(sample, 0, { x: 0, y: 0 }, 28)).toEqual(['  0 255']);
});
