import { expect, test } from 'vitest';
import { jacobian } from '../autograd.ts';
import { arange, manualSeed, randn, tensor } from './creation.ts';
import { einsum } from './einsum.ts';
import { meshgrid, stack } from './joining.ts';
import type { Tensor } from './tensor.ts';

const list = (t: Tensor): unknown => t.toArray();

test('T8 division with remainder, and bits', () => {
  const a = tensor([7, -7, 8]);
  expect(list(a.floorDivide(2))).toEqual([3, -4, 4]);
  expect(list(a.fmod(4))).toEqual([3, -3, 0]);
  expect(list(a.remainder(4))).toEqual([3, 1, 0]);
  const bits = tensor([12, 10], { dtype: 'int64' });
  expect(list(bits.bitwiseAnd(10))).toEqual([8, 10]);
  expect(list(bits.bitwiseXor(tensor([1, 2], { dtype: 'int64' })))).toEqual([13, 8]);
  expect(list(bits.bitwiseLeftShift(2).bitwiseOr(1))).toEqual([49, 41]);
  expect(bits.bitwiseAnd(10).dtype).toBe('int64');
  expect(() => a.bitwiseAnd(2)).toThrow(/bitwise_and.*float32.*int64/s);
});

test('T8 functions made of others', () => {
  const a = tensor([0.5, -0.25]);
  expect(a.sinh().asinh().allclose(a)).toBe(true);
  expect(a.atanh().tanh().allclose(a)).toBe(true);
  expect(list(tensor([3]).hypot(tensor([4])))).toEqual([5]);
  expect(list(tensor([0, 10]).lerp(tensor([10, 20]), 0.5))).toEqual([5, 15]);
  expect(list(tensor([1]).addcmul(tensor([2]), tensor([3]), { value: 0.5 }))).toEqual([4]);
  expect(list(tensor([NaN, Infinity, -Infinity, 1]).nanToNum(0, 9, -9))).toEqual([0, 9, -9, 1]);
  expect(list(tensor([3]).exp2())).toEqual([8]);
});

test('T11 nearness counts equal infinities, and no infinity beside a number', () => {
  const a = tensor([1, Infinity, NaN, 1]);
  const b = tensor([1.000001, Infinity, NaN, Infinity]);
  expect(list(a.isclose(b))).toEqual([1, 1, 0, 0]);
  expect(list(tensor([1, 0]).logicalXor(tensor([1, 2])))).toEqual([0, 1]);
});

test('T5 dimensions moved, cut, rolled', () => {
  const x = arange(24).reshape(2, 3, 4);
  expect(x.movedim(0, -1).shape).toEqual([3, 4, 2]);
  expect(x.movedim([0, 1], [2, 0]).shape).toEqual([3, 4, 2]);
  expect(x.unflatten(-1, [2, -1]).shape).toEqual([2, 3, 2, 2]);
  expect(list(tensor([1, 2, 3]).roll(1))).toEqual([3, 1, 2]);
  expect(list(tensor([1, 2]).repeatInterleave(2))).toEqual([1, 1, 2, 2]);
  expect(tensor([1, 2]).tile(2, 2).shape).toEqual([2, 4]);
  expect(list(arange(5).unfold(0, 3, 2))).toEqual([0, 1, 2, 2, 3, 4]);
});

test('T10 running values, the different ones, diagonals', () => {
  expect(list(tensor([1, 2, 3]).cumprod(0))).toEqual([1, 2, 6]);
  const { values, indices } = tensor([1, 3, 2]).cummax(0);
  expect([list(values), list(indices)]).toEqual([
    [1, 3, 3],
    [0, 1, 1],
  ]);
  const found = tensor([5, 1, 5]).unique();
  expect([list(found.values), list(found.inverse), list(found.counts)]).toEqual([
    [1, 5],
    [1, 0, 1],
    [1, 2],
  ]);
  const m = arange(9).reshape(3, 3);
  expect(m.trace().item()).toBe(12);
  expect(list(m.diag(1))).toEqual([1, 5]);
  expect(list(m.tril(-1))).toEqual([0, 0, 0, 3, 0, 0, 6, 7, 0]);
});

test('T1 grids of coordinates', () => {
  const [y, x] = meshgrid([arange(2), arange(3)]);
  expect([y!.shape, list(y!), list(x!)]).toEqual([
    [2, 3],
    [0, 0, 0, 1, 1, 1],
    [0, 1, 2, 0, 1, 2],
  ]);
  const [px] = meshgrid([arange(2), arange(3)], { indexing: 'xy' });
  expect([px!.shape, list(px!)]).toEqual([
    [3, 2],
    [0, 1, 0, 1, 0, 1],
  ]);
});

test('einsum is the product, sum, trace or transpose that its letters say', () => {
  manualSeed(3);
  const [a, b, v] = [randn(2, 3, 4), randn(2, 4, 5), randn(4)];
  expect(einsum('bij,bjk->bik', a, b).allclose(a.bmm(b), { atol: 1e-6 })).toBe(true);
  expect(einsum('bij,bjk', a, b).allclose(a.bmm(b).sum(0), { atol: 1e-5 })).toBe(true);
  expect(einsum('...i,i->...', a, v).allclose(a.matmul(v), { atol: 1e-6 })).toBe(true);
  expect(einsum('...ij->...ji', a).equal(a.transpose(1, 2))).toBe(true);
  expect(einsum('ii', arange(9).reshape(3, 3)).item()).toBe(12);
  expect(list(einsum('ii->i', arange(9).reshape(3, 3)))).toEqual([0, 4, 8]);
  expect(einsum('i,j->ij', v, v).allclose(v.outer(v))).toBe(true);
  expect(einsum('bij->', a).allclose(a.sum(), { atol: 1e-5 })).toBe(true);
  expect(einsum('bi,ij,bj->b', randn(2, 3), randn(3, 4), randn(2, 4)).shape).toEqual([2]);
  const chain = einsum('ij,jk,kl->il', a.at(0), b.at(0), randn(5, 2).fill_(1));
  expect(chain.allclose(a.at(0).mm(b.at(0)).sum(1, { keepdim: true }).expand(3, 2), { atol: 1e-5 })).toBe(true);
});

test('einsum has gradients, and says what does not fit', () => {
  const w = randn(3, 4);
  const j = jacobian((x: Tensor) => einsum('ij,j->i', w, x), randn(4));
  expect((j as Tensor).allclose(w, { atol: 1e-6 })).toBe(true);
  expect(() => einsum('ij,jk->ik', randn(2, 3), randn(4, 5))).toThrow(/"j".*3.*4/s);
  expect(() => einsum('ij,jk->ik', randn(2, 3))).toThrow(/2 operands, but 1/);
  expect(() => einsum('ijk->i', randn(2, 3))).toThrow(/3 dimensions.*\[2, 3\]/s);
  expect(() => einsum('ij->x', randn(2, 3))).toThrow(/"x"/);
  expect(stack([w]).shape).toEqual([1, 3, 4]);
});
