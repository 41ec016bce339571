import { expect, test } from 'vitest';
import { cellsOf, project, scaleOf, wayOf } from './projection.ts';

const view = { azimuth: 0, elevation: 0 };

test('values are brought to -1..1, equal ones to the middle, NaN left out', () => {
  const scale = scaleOf(Float64Array.of(2, NaN, 6));
  expect([scale(2), scale(4), scale(6)]).toEqual([-1, 0, 1]);
  expect(scaleOf(Float64Array.of(3, 3))(3)).toBe(0);
  expect(scale(NaN)).toBeNaN();
});

test('seen from the side, height is up and y is away; turned by half, left and right change places', () => {
  expect(project([1, 0, 1], view)[1]).toBeLessThan(project([1, 0, -1], view)[1]);
  expect(project([0, 1, 0], view)[2]).toBeGreaterThan(project([0, -1, 0], view)[2]);
  expect(project([1, 0, 0], { azimuth: Math.PI, elevation: 0 })[0]).toBeCloseTo(-project([1, 0, 0], view)[0]);
});

test('cells are painted from the farthest to the nearest, and holes are left open', () => {
  const axis = Float64Array.of(0, 1, 2);
  const z = Float64Array.of(0, 1, 2, 1, 2, 3, 2, 3, NaN);
  const cells = cellsOf(axis, axis, z, view);
  expect(cells).toHaveLength(3);
  expect(cells.map((c) => c.depth)).toEqual([...cells.map((c) => c.depth)].sort((a, b) => b - a));
  const fine = Float64Array.from({ length: 500 }, (_, i) => i);
  expect(cellsOf(fine, fine, new Float64Array(250_000), view).length).toBeLessThan(3200);
});

test('the way lies on the surface', () => {
  const axis = Float64Array.of(0, 1);
  const z = Float64Array.of(0, 0, 0, 4);
  const [corner] = wayOf(axis, axis, z, Float64Array.of(1, 1, 4), view);
  expect(cellsOf(axis, axis, z, view)[0]!.corners).toContainEqual(corner);
});
