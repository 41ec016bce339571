// Laws that hold for every shape, layout in memory and dtype, tried on random ones.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arange, tensor } from './creation.ts';
import type { DType } from './dtype.ts';
import { broadcastShapes, cat, stack } from './joining.ts';
import type { Tensor } from './tensor.ts';

const numel = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 0, maxLength: 4 });
const someShapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const dtypes = fc.constantFrom<DType[]>('float32', 'float64', 'int64', 'int32', 'uint8', 'bool', 'float16', 'bfloat16');

/** Whole values small enough for every dtype, in one of several layouts in memory. */
function laid(shape: readonly number[], dtype: DType, layout: number): Tensor {
  const plain = arange(numel(shape)).remainder(7).to(dtype).reshape(shape);
  if (layout === 1 && shape.length > 1) {
    const back = [...shape.keys()].reverse();
    return plain.permute(back).contiguous().permute(back);
  }
  if (layout === 2) return stack([plain, plain], shape.length).at('...', 1);
  if (layout === 3 && shape.length > 0) return cat([plain, plain], 0).at(`${shape[0]}:`);
  return plain;
}
const tensors = (shape: fc.Arbitrary<number[]>): fc.Arbitrary<Tensor> =>
  fc.tuple(shape, dtypes, fc.integer({ min: 0, max: 3 })).map(([s, d, l]) => laid(s, d, l));
const same = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && a.shape.join() === b.shape.join() && a.toArray().join() === b.toArray().join();
const check = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, law), { numRuns: 300, seed: 20 });

test('T4 a view shares memory with its base: writing one changes the other, and nothing else', () => {
  check(fc.tuple(tensors(someShapes), fc.nat(), fc.nat()), ([t, which, place]) => {
    const dim = which % t.dim();
    const index = place % t.shape[dim]!;
    const before = t.clone();
    const view = t.at(...t.shape.map((_, d) => (d === dim ? index : ':')));
    expect(view.sharesStorage(t)).toBe(true);
    view.fill_(1);
    expect(
      t
        .indexSelect(dim, tensor([index], { dtype: 'int64' }))
        .toArray()
        .every((v) => v === 1),
    ).toBe(true);
    const rest = arange(t.shape[dim]!).ne(index).nonzero().reshape(-1);
    expect(same(t.indexSelect(dim, rest), before.indexSelect(dim, rest))).toBe(true);
  });
});

test('T5 shapes change and come back, whatever the layout', () => {
  check(tensors(shapes), (t) => {
    expect(same(t.reshape(-1).reshape(t.shape), t)).toBe(true);
    expect(same(t.contiguous(), t)).toBe(true);
    expect(same(t.clone(), t)).toBe(true);
    const order = [...t.shape.keys()].reverse();
    expect(same(t.permute(order).permute(order), t)).toBe(true);
    expect(same(t.unsqueeze(0).squeeze(0), t)).toBe(true);
  });
});

test('T6 broadcasting is expansion; what does not fit is an error that names both shapes', () => {
  check(fc.tuple(tensors(shapes), tensors(shapes)), ([a, b]) => {
    let shape: number[];
    try {
      shape = [...broadcastShapes(a.shape, b.shape)];
    } catch {
      expect(() => a.mul(b)).toThrow(`[${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
      return;
    }
    const product = a.mul(b);
    expect(product.shape).toEqual(shape);
    // A tensor without dimensions does not widen the type of one with them; once it is expanded, it does.
    expect(same(product, a.expand(shape).mul(b.expand(shape)).to(product.dtype))).toBe(true);
    expect(same(product, b.mul(a))).toBe(true);
  });
});

test('T7 what is split is joined again', () => {
  check(fc.tuple(tensors(someShapes), fc.nat(), fc.integer({ min: 1, max: 3 })), ([t, which, size]) => {
    const dim = which % t.dim();
    expect(same(cat(t.split(size, dim), dim), t)).toBe(true);
    expect(same(stack(t.unbind(dim), dim), t)).toBe(true);
    expect(same(cat(t.chunk(size, dim), dim), t)).toBe(true);
    expect(same(t.flip(dim).flip(dim), t)).toBe(true);
    expect(same(t.roll(size, dim).roll(-size, dim), t)).toBe(true);
  });
});

test('T8 results do not depend on the layout in memory', () => {
  check(fc.tuple(shapes, dtypes, fc.integer({ min: 1, max: 3 })), ([shape, dtype, layout]) => {
    const [plain, other] = [laid(shape, dtype, 0), laid(shape, dtype, layout)];
    expect(same(plain.add(1), other.add(1))).toBe(true);
    expect(same(plain.exp(), other.exp())).toBe(true);
    expect(same(plain.eq(3), other.eq(3))).toBe(true);
    expect(same(plain.sum(), other.sum())).toBe(true);
    expect(String(plain)).toBe(String(other));
  });
});

test('T9 a product transposed is the product of the transposes in reverse', () => {
  const size = fc.integer({ min: 1, max: 6 });
  const layouts = fc.integer({ min: 0, max: 3 });
  const types = fc.constantFrom<DType[]>('float32', 'float64', 'int64');
  check(fc.tuple(size, size, size, types, layouts, layouts), ([n, k, m, dtype, first, second]) => {
    const a = laid([n, k], dtype, first);
    const b = laid([k, m], dtype, second);
    expect(same(a.matmul(b).t(), b.t().matmul(a.t()))).toBe(true);
    expect(same(a.matmul(b), a.unsqueeze(2).mul(b.unsqueeze(0)).sum(1))).toBe(true);
  });
});

test('T10 reductions over dimensions one after another are those over all; order is a permutation', () => {
  check(fc.tuple(tensors(someShapes), fc.nat()), ([t, which]) => {
    const dim = which % t.dim();
    const rest = [...t.shape.keys()].filter((d) => d !== dim);
    const whole = t.to('int64');
    expect(same(whole.sum(dim).sum(), whole.sum())).toBe(true);
    if (rest.length > 0)
      expect(same(whole.sum(rest, { keepdim: true }).sum(dim, { keepdim: true }).reshape([]), whole.sum())).toBe(true);
    const { values, indices } = whole.sort(dim);
    expect(same(whole.gather(dim, indices), values)).toBe(true);
    expect(same(values.argsort(dim).sort(dim).values, indices.sort(dim).values)).toBe(true);
    expect(same(whole.cumsum(dim).at(...t.shape.map((_, d) => (d === dim ? -1 : ':'))), whole.sum(dim))).toBe(true);
  });
});

test('T2 a cast to a wider type and back changes nothing', () => {
  check(tensors(shapes), (t) => {
    const wider: DType[] = t.dtype === 'int64' ? ['float64'] : ['float64', 'float32'];
    for (const dtype of wider) expect(same(t.to(dtype).to(t.dtype), t)).toBe(true);
  });
});
