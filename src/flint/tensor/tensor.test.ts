import { expect, test } from 'vitest';
import { FlintError } from '../errors.ts';
import {
  arange,
  eye,
  full,
  linspace,
  logspace,
  manualSeed,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  randperm,
  tensor,
  zeros,
} from './creation.ts';
import { cat, stack, where } from './joining.ts';

test('T1 creates tensors', () => {
  expect(eye(3, 4).shape).toEqual([3, 4]);
  expect(arange(0, 10, 2).tolist()).toEqual([0, 2, 4, 6, 8]);
  expect(arange(3).dtype).toBe('int64');
  const line = linspace(0, 10, { steps: 4 }).toArray();
  [0, 3.3333, 6.6667, 10].forEach((v, i) => expect(line[i]).toBeCloseTo(v, 4));
  const log = logspace(0, -1, { steps: 10 });
  expect(log.at(0).item()).toBeCloseTo(1, 6);
  expect(log.at(-1).item()).toBeCloseTo(0.1, 6);
  expect(String(full([], 7))).toBe('tensor(7.)');
  expect(full([], 7).shape).toEqual([]);
  expect(rand(1000).min().item()).toBeGreaterThanOrEqual(0);
  expect(rand(1000).max().item()).toBeLessThan(1);
  const dice = randint(1, 10, [3, 3]);
  expect(dice.dtype).toBe('int64');
  expect(dice.toArray().every((v) => v >= 1 && v < 10)).toBe(true);
  expect(
    randperm(10)
      .toArray()
      .sort((a, b) => a - b),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(onesLike(zeros(2, 3)).tolist()).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  expect(tensor(new Float64Array([1, 2])).dtype).toBe('float64');
  expect(tensor([true, false]).dtype).toBe('bool');
  expect(tensor([1n, 2n]).dtype).toBe('int64');
});

test('T1 the same seed gives the same numbers', () => {
  manualSeed(7);
  const first = randn(5).toArray();
  expect(randn(5).toArray()).not.toEqual(first);
  manualSeed(7);
  expect(randn(5).toArray()).toEqual(first);
});

test('T1 bad input is an error that says what is wrong', () => {
  expect(() => tensor([[1, 2], [3]])).toThrow(/expected 2 entries at depth 1, got 1/);
  expect(() => zeros(2, -1)).toThrow(/integers of at least 0/);
  expect(() => tensor([1], { dtype: 'complex' as 'bool' })).toThrow(/unknown dtype "complex"/);
  expect(() => arange(0, 5, -1)).toThrow(/never arrives/);
});

test('T2 attributes and casts', () => {
  expect(tensor(2.2).shape).toEqual([]);
  expect(rand(2, 3).at(0).shape).toEqual([3]);
  const x = tensor([1.7, -1.7, 2.5]);
  expect([x.dim(), x.numel(), x.dtype, String(x.device)]).toEqual([1, 3, 'float32', 'cpu']);
  expect(x.long().tolist()).toEqual([1, -1, 2]);
  expect(x.bool().tolist()).toEqual([true, true, true]);
  expect(x.double().dtype).toBe('float64');
  expect(() => x.to('cuda' as 'cpu')).toThrow(/"cuda" is not available/);
  expect(() => tensor([2n ** 60n]).item()).toThrow(/2\^53/);
  expect(() => tensor([1, 2]).item()).toThrow(/one element/);
});

test('T4 indexes, slices and assigns', () => {
  const x = rand(4, 3, 28, 30);
  expect(x.at(0).shape).toEqual([3, 28, 30]);
  expect(x.at(0, 0).shape).toEqual([28, 30]);
  expect(x.at(0, 0, 2, 4).shape).toEqual([]);
  expect(x.at(':', ':', '0:28:2', '0:30:2').shape).toEqual([4, 3, 14, 15]);
  expect(x.at('...', '0:28:2', '0:30:2').shape).toEqual([4, 3, 14, 15]);
  expect(x.at('-2:').shape).toEqual([2, 3, 28, 30]);
  expect(x.at(null, 1).shape).toEqual([1, 3, 28, 30]);
  expect(x.at([0, 2]).shape).toEqual([2, 3, 28, 30]);
  expect(x.indexSelect(2, tensor([1, 2, 5], { dtype: 'int64' })).shape).toEqual([4, 3, 3, 30]);
  const m = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(m.at(m.gt(2)).tolist()).toEqual([3, 4]);
  expect(m.at(tensor([1, 0], { dtype: 'int64' }), [0, 1]).tolist()).toEqual([3, 2]);
  const view = m.at(0);
  view.fill_(9);
  expect(m.tolist()).toEqual([
    [9, 9],
    [3, 4],
  ]);
  m.set([':', 1], 0);
  expect(m.tolist()).toEqual([
    [9, 0],
    [3, 0],
  ]);
  expect(view.sharesStorage(m)).toBe(true);
  m.set([m.eq(0)], 5);
  expect(m.tolist()).toEqual([
    [9, 5],
    [3, 5],
  ]);
  expect([...m].map((row) => row.tolist())).toEqual([
    [9, 5],
    [3, 5],
  ]);
  expect(() => m.at(2)).toThrow(/index 2 is out of range for dimension 0 of size 2/);
  expect(() => m.at(0, 0, 0)).toThrow(/3 indices/);
  expect(() => m.at('a:b')).toThrow(/is no slice/);
});

test('T5 reshapes without copying where strides allow', () => {
  expect(rand(4, 1, 28, 28).view(4, 784).shape).toEqual([4, 784]);
  const bias = rand(32);
  const wide = bias.unsqueeze(1).unsqueeze(2).unsqueeze(0);
  expect(wide.shape).toEqual([1, 32, 1, 1]);
  const expanded = wide.expand(4, 32, 14, 14);
  expect([expanded.shape, expanded.sharesStorage(bias)]).toEqual([[4, 32, 14, 14], true]);
  expect(rand(4, 3, 28, 32).permute(0, 2, 3, 1).shape).toEqual([4, 28, 32, 3]);
  expect(() => rand(2, 3).t().view(6)).toThrow(/reshape/);
  expect(
    tensor([
      [1, 2],
      [3, 4],
    ])
      .t()
      .reshape(4)
      .tolist(),
  ).toEqual([1, 3, 2, 4]);
  expect(tensor([1, 2]).repeat(2, 2).tolist()).toEqual([
    [1, 2, 1, 2],
    [1, 2, 1, 2],
  ]);
});

test('T6 broadcasts by PyTorch\u2019s rules', () => {
  expect(rand(4, 32, 14, 14).add(rand(1, 32, 1, 1)).shape).toEqual([4, 32, 14, 14]);
  expect(rand(3, 4).sub(rand(4)).shape).toEqual([3, 4]);
  expect(() => rand(2, 3).add(rand(2, 4))).toThrow(/\[2, 3\] and \[2, 4\].*dimension 1/s);
});

test('T7 joins and parts', () => {
  expect(cat([rand(4, 3, 32, 32), rand(5, 3, 32, 32)]).shape).toEqual([9, 3, 32, 32]);
  expect(stack([rand(4, 3, 16, 32), rand(4, 3, 16, 32)], 2).shape).toEqual([4, 3, 2, 16, 32]);
  expect(
    rand(5, 6)
      .split([2, 3], 0)
      .map((t) => t.shape),
  ).toEqual([
    [2, 6],
    [3, 6],
  ]);
  expect(
    rand(5, 6)
      .split(2)
      .map((t) => t.shape[0]),
  ).toEqual([2, 2, 1]);
  expect(rand(6, 2).chunk(3).length).toBe(3);
});

test('T8 arithmetic and in-place forms', () => {
  const pi = tensor(3.14);
  expect([pi.floor().item(), pi.ceil().item(), pi.trunc().item()]).toEqual([3, 4, 3]);
  expect(pi.frac().item()).toBeCloseTo(0.14, 5);
  expect(tensor([-7, 7]).remainder(3).tolist()).toEqual([2, 1]);
  const x = tensor([1, 4]);
  x.add_(1).mul_(2).clamp_(0, 5);
  expect(x.tolist()).toEqual([4, 5]);
  expect(x.sqrt_().at(0).item()).toBe(2);
  expect(
    tensor([1, 2])
      .add(tensor([1, 1]), { alpha: 3 })
      .tolist(),
  ).toEqual([4, 5]);
  expect(() => tensor([1], { requiresGrad: true }).add_(1)).toThrow(/leaf/);
});

test('T9 matrix products of every rank', () => {
  expect(rand(4, 3, 28, 64).matmul(rand(4, 1, 64, 32)).shape).toEqual([4, 3, 28, 32]);
  expect(
    tensor([1, 2, 3])
      .dot(tensor([4, 5, 6]))
      .item(),
  ).toBe(32);
  expect(() => rand(4, 784).matmul(rand(200, 784))).toThrow(/784.*200/s);
});

test('T10 statistics', () => {
  const x = arange(1, 9, { dtype: 'float32' }).view(2, 2, 2);
  expect(x.norm(1, { dim: 0 }).tolist()).toEqual([
    [6, 8],
    [10, 12],
  ]);
  expect(x.norm(1, { dim: 1 }).tolist()).toEqual([
    [4, 6],
    [12, 14],
  ]);
  expect(x.norm(1, { dim: 2 }).tolist()).toEqual([
    [3, 7],
    [11, 15],
  ]);
  expect(x.sum([0, 2], { keepdim: true }).tolist()).toEqual([[[14], [22]]]);
  expect(x.max().item()).toBe(8);
  const { values, indices } = tensor([
    [3, 1, 2],
    [4, 6, 5],
  ]).topk(2, { dim: 1 });
  expect([values.tolist(), indices.tolist(), indices.dtype]).toEqual([
    [
      [3, 2],
      [6, 5],
    ],
    [
      [0, 2],
      [1, 2],
    ],
    'int64',
  ]);
  expect(x.flatten().kthvalue(8).values.item()).toBe(8);
  expect(tensor([1, 2, 3, 4]).std().item()).toBeCloseTo(1.29099, 4);
});

test('T11 compares and chooses', () => {
  const labels = tensor([2, 0], { dtype: 'int64' });
  expect(zeros(2, 3).scatter_(1, labels.unsqueeze(1), 1).tolist()).toEqual([
    [0, 0, 1],
    [1, 0, 0],
  ]);
  const names = arange(100, 110).expand(2, 10);
  const { indices } = rand(2, 10).topk(3, { dim: 1 });
  expect(names.gather(1, indices).sub(indices).toArray()).toEqual(Array(6).fill(100));
  expect(where(tensor([true, false]), tensor([1, 2]), 0).tolist()).toEqual([1, 0]);
  expect(tensor([1, 2]).equal(tensor([1, 2]))).toBe(true);
  expect(tensor([1, 0, 2]).nonzero().tolist()).toEqual([[0], [2]]);
  expect(ones(2, 2).maskedFill(eye(2).bool(), 7).tolist()).toEqual([
    [7, 1],
    [1, 7],
  ]);
});

test('errors are FlintErrors that carry the operation', () => {
  try {
    rand(2, 3).add(rand(2, 4));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(FlintError);
    expect([(error as FlintError).code, (error as FlintError).op]).toEqual(['engine', 'add']);
    expect((error as FlintError).stack).toContain('tensor.test.ts');
  }
});
