import { expect, test } from 'vitest';
import { shuffled } from './dataset.ts';
import { decodeIndices, encodeIndices, hashOfIndices } from './index-list.ts';

test.each([
  ['none', []],
  ['one', [0]],
  ['far apart', [2 ** 31 - 1, 0, 2 ** 40, 127, 128, 127, 64, 63]],
  ['shuffled', shuffled(5000, 3, 1)],
])('a list and its text: %s', (_, indices) => {
  expect(decodeIndices(encodeIndices(indices))).toEqual(indices);
});

test('what is in order takes next to nothing, what is not three bytes and a half each', () => {
  const count = 200_000;
  expect(encodeIndices(Array.from({ length: count }, (_, i) => 2 * i)).length).toBeLessThan(1000);
  expect(encodeIndices(shuffled(count, 1, 1)).length).toBeLessThan(4 * count);
});

test('a hash is of the order too', () => {
  expect(hashOfIndices([1, 2])).toBe(hashOfIndices(Object.freeze([1, 2])));
  expect(hashOfIndices([1, 2])).not.toBe(hashOfIndices([2, 1]));
});
