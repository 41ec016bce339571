import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tensor } from './creation.ts';
import type { DType } from './dtype.ts';
import type { NestedNumbers } from './nested.ts';

interface Case {
  data: NestedNumbers;
  shape: number[];
  dtype: DType;
  text: string;
}
const expected = JSON.parse(readFileSync(new URL('../testdata/expected.json', import.meta.url), 'utf8')) as {
  printing: Record<string, Case>;
};

/** JSON has no infinities: they were written as strings. */
function revive(data: unknown): NestedNumbers {
  if (Array.isArray(data)) return data.map(revive);
  if (typeof data !== 'string') return data as number;
  return data === 'nan' ? NaN : Number(data.replace('inf', 'Infinity'));
}

test.each(Object.entries(expected.printing))('T12 prints %s as PyTorch does', (_, c) => {
  expect(String(tensor(revive(c.data), { dtype: c.dtype }).view(c.shape))).toBe(c.text);
});

test('T12 names the step that made a tensor, and leaves that require grad', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect(String(x)).toBe('tensor([1., 2.], requires_grad=True)');
  expect(String(x.mul(2))).toBe('tensor([2., 4.], grad_fn=<MulBackward0>)');
});
