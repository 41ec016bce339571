import { describe, expect, it } from 'vitest';
import { transformKind, type ParameterKind } from '../../../../shared/pipeline/kinds.ts';
import { numbersIn, rangeOf, spreadOf, withCount } from './value-shapes.ts';

const parameter = (type: string, name: string): ParameterKind =>
  transformKind(type)!.parameters.find((p) => p.name === name)!;

describe('shapes of values', () => {
  it('become each other', () => {
    expect(withCount(4, 2)).toEqual([4, 4]);
    expect(withCount([4, 8], 4)).toEqual([4, 8, 4, 8]);
    expect(withCount([1, 2, 3, 4], 2)).toEqual([1, 2]);
    expect(withCount([5, 6], 1)).toBe(5);
    expect(withCount([0], 3)).toEqual([0, 0, 0]);
    expect(numbersIn(null)).toEqual([]);
    expect(numbersIn(3)).toEqual([3]);
  });

  it('a spread is a range around its centre, within the bounds', () => {
    expect(rangeOf(15, parameter('RandomRotation', 'degrees'))).toEqual([-15, 15]);
    expect(rangeOf(0.2, parameter('ColorJitter', 'brightness'))).toEqual([0.8, 1.2]);
    expect(rangeOf(1.5, parameter('ColorJitter', 'brightness'))).toEqual([0, 2.5]);
    expect(spreadOf([0.8, 1.3], parameter('ColorJitter', 'brightness'))).toBe(0.3);
    expect(spreadOf([-10, 5], parameter('RandomRotation', 'degrees'))).toBe(10);
  });
});
