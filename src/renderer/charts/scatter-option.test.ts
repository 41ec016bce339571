import { describe, expect, it } from 'vitest';
import { pointsByGroup, scatterOption, tooltipOf, type Scatter } from './scatter-option.ts';

const words: Scatter = {
  kind: 'scatter',
  name: 'words',
  title: 'Words',
  xLabel: 'first',
  yLabel: '',
  x: Float64Array.of(1, 2, NaN, 4),
  y: Float64Array.of(5, 6.123456789, 7, -8),
  labels: ['one', '<img onerror=x>', 'lost', 'four'],
  groups: Float64Array.of(1, 0, 0, 1),
  classes: ['p', 'q & r'],
};
const look = { ink: '#111111', line: '#222222', surface: '#333333', font: 'serif', traces: ['#aa0000', '#00bb00'] };

describe('D5 scatter', () => {
  it('D5 puts the points of a class together and leaves out those without a place', () => {
    expect(pointsByGroup(words)).toEqual([[1], [0, 3]]);
    const plain = { ...words, labels: [], groups: new Float64Array(0), classes: [] };
    expect(pointsByGroup(plain)).toEqual([[0, 1, 3]]);
    const { series, xAxis } = scatterOption(words, look, [1, 2]);
    expect(series.map((s) => [s.name, s.color, s.data])).toEqual([
      ['p', '#aa0000', [[2, 6.123456789, 1]]],
      ['q & r', '#00bb00', [[1, 5, 0], [4, -8, 3]]],
    ]); // prettier-ignore
    expect(xAxis).toMatchObject({ name: 'first', min: 1, max: 2 });
    expect(series[0]!.label.formatter({ data: [2, 6, 1] })).toBe('<img onerror=x>');
    expect(scatterOption(plain, look, null).series[0]!.label.show).toBe(false);
  });
  it('D5 a tooltip says what a point is; names are no markup', () => {
    expect(tooltipOf(words, 1)).toBe('<b>&lt;img onerror=x&gt;</b><br>p<br>first 2, y 6.1235');
    expect(tooltipOf(words, 3)).toBe('<b>four</b><br>q &amp; r<br>first 4, y -8');
    expect(tooltipOf({ ...words, labels: [], classes: [], groups: new Float64Array(0) }, 0)).toBe('first 1, y 5');
  });
});
