import { describe, expect, it } from 'vitest';
import type { Series } from '../../shared/contract/runs.ts';
import { colourOf, groupTags, hasBand, isDashed, linePoints, toCsv } from './traces.ts';

const f = (...values: number[]) => Float64Array.from(values);
const series = (part: Partial<Series>): Series => ({
  run: 'r',
  tag: 'train/loss',
  x: f(),
  min: f(),
  max: f(),
  last: f(),
  smooth: f(),
  broken: f(),
  total: 0,
  ...part,
});

describe('traces', () => {
  it('puts train and test of one quantity into one plot, loss and accuracy first', () => {
    const groups = groupTags(['lr', 'test/accuracy', 'epoch', 'train/loss', 'test/loss']);
    expect(groups.map((g) => g.name)).toEqual(['loss', 'accuracy', 'lr']);
    expect(groups[0]!.tags).toEqual(['train/loss', 'test/loss']);
  });
  it('keeps a run’s colour when newer runs come', () => {
    expect(colourOf('a', ['a'])).toBe(colourOf('a', ['c', 'b', 'a']));
    expect(colourOf('b', ['c', 'b', 'a'])).not.toBe(colourOf('a', ['c', 'b', 'a']));
  });
  it('tells train from test without colour', () => {
    expect([isDashed('train/loss'), isDashed('test/loss'), isDashed('lr')]).toEqual([false, true, false]);
  });
  it('breaks the line where a step was not finite', () => {
    expect(linePoints(f(1, 3), f(5, 6), f(2))).toEqual([
      [1, 5],
      [2, null],
      [3, 6],
    ]);
  });
  it('draws a band only where columns hold a spread', () => {
    expect(hasBand(series({ min: f(1), max: f(1) }))).toBe(false);
    expect(hasBand(series({ min: f(1), max: f(2) }))).toBe(true);
  });
  it('writes every point, names quoted', () => {
    const text = toCsv([series({ x: f(1), last: f(2), min: f(0), max: f(3) })], () => 'a, "b"');
    expect(text).toBe('run,tag,x,last,min,max\n"a, ""b""",train/loss,1,2,0,3\n');
  });
});
