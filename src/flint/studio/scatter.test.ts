import { describe, expect, it } from 'vitest';
import { tensor } from '../tensor/creation.ts';
import { PrintingSink, setSink, type StudioWindow } from './sink.ts';
import { viz } from './viz.ts';

const windows: StudioWindow[] = [];
class Keeping extends PrintingSink {
  override window(window: StudioWindow): void {
    windows.push(window);
  }
}
const drawn = (draw: () => void): StudioWindow => {
  const before = setSink(new Keeping());
  try {
    draw();
  } finally {
    setSink(before);
  }
  return windows.pop()!;
};

describe('D5 viz.scatter', () => {
  it('D5 takes tensors, pairs, or x and y apart, with labels and classes', () => {
    const points = tensor([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const window = drawn(() => viz.scatter('words', points, { labels: ['a', 'b', 'c'], classes: ['q', 'p', 'q'] }));
    expect(window).toEqual({
      kind: 'scatter',
      name: 'words',
      title: 'words',
      xLabel: '',
      yLabel: '',
      x: Float64Array.of(1, 3, 5),
      y: Float64Array.of(2, 4, 6),
      labels: ['a', 'b', 'c'],
      groups: Float64Array.of(0, 1, 0),
      classes: ['q', 'p'],
    });
    const numbered = { classes: tensor([2, 0, 2], { dtype: 'int64' }), classNames: ['cat', 'dog', 'cow'] };
    const second = drawn(() => viz.scatter('w', { x: [1, 2, 3], y: tensor([4, 5, 6]) }, numbered));
    expect(second).toMatchObject({
      y: Float64Array.of(4, 5, 6),
      groups: Float64Array.of(2, 0, 2),
      classes: ['cat', 'dog', 'cow'],
    });
    expect(drawn(() => viz.scatter('w', [[1, 2]]))).toMatchObject({ x: Float64Array.of(1), classes: [], labels: [] });
  });
  it('D5 says what does not fit', () => {
    expect(() => viz.scatter('w', tensor([1, 2]))).toThrow(
      /\[viz\.scatter\] points are a tensor \[points, 2\], got \[2\]/,
    );
    expect(() => viz.scatter('w', [[1, 2]], { labels: ['a', 'b'] })).toThrow(/2 labels were given for 1 points/);
    expect(() => viz.scatter('w', { x: [1], y: [] })).toThrow(/1 values of x and 0 of y/);
  });
});
