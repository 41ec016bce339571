import { afterEach, expect, test, vi } from 'vitest';
import { grad, jacobian, noGrad } from './autograd.ts';
import * as F from './nn/functional.ts';
import { Linear } from './nn/linear.ts';
import { Adam } from './optim/algorithms.ts';
import { manualSeed, ones, randn, tensor, zeros } from './tensor/creation.ts';
import type { Tensor } from './tensor/tensor.ts';
import { resetWarnings } from './warnings.ts';

afterEach(() => vi.restoreAllMocks());

function near(actual: Tensor | null, expected: readonly number[], digits = 4): void {
  actual!.toArray().forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, digits));
}

test('A1 one step of descent by hand, A2 the grad of a non-leaf is null with one warning', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  resetWarnings();
  let x = tensor([0, 1, 2, 3], { requiresGrad: true });
  const loss = x.dot(x).rsub(10).pow(2);
  loss.backward();
  near(x.grad, [0, 16, 32, 48]);
  x = x.sub(x.grad!.mul(0.01));
  near(x, [0, 0.84, 1.68, 2.52]);
  const y = x.dot(x);
  near(y, [9.8784]);
  near(y.rsub(10).pow(2), [0.0148]);
  expect(x.grad).toBeNull();
  expect(x.grad).toBeNull();
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]![0]).toMatch(/noGrad.*detach\(\)\.requiresGrad_\(\).*retainGrad/s);
});

test('A2 retainGrad keeps the gradient of a result, and the warning away', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  resetWarnings();
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(3);
  y.retainGrad();
  expect(y.grad).toBeNull();
  y.pow(2).sum().backward();
  near(y.grad, [6, 12]);
  near(x.grad, [18, 36]);
  y.grad = null;
  expect(y.grad).toBeNull();
  expect(warn).not.toHaveBeenCalled();
});

test('A3 grad of an mse loss', () => {
  const w = tensor(2, { requiresGrad: true });
  const [g] = grad(F.mseLoss(tensor([1]).mul(w), ones(1)), [w]);
  expect(g!.item()).toBeCloseTo(2, 6);
  expect(w.grad).toBeNull();
});

test('A4 softmax, retained graph, accumulated gradients', () => {
  const a = tensor([0.9741, 0.7026, 0.0407], { requiresGrad: true });
  const p = F.softmax(a, 0);
  near(p, [0.4639, 0.3536, 0.1824]);
  p.at(1).backward({ retainGraph: true });
  near(a.grad, [-0.1641, 0.2286, -0.0645]);
  p.at(2).backward();
  near(a.grad, [-0.2487, 0.1641, 0.0846]);
});

test('A5 a second backward without retainGraph says so', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(x).exp().sum();
  y.backward();
  expect(() => y.backward()).toThrow(/retainGraph/);
});

test('A6 non-scalar backward, vector-Jacobian product, jacobian', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(x);
  expect(() => y.backward()).toThrow(/\[2\]/);
  expect(() => y.backward(ones(3))).toThrow(/\[3\]/);
  y.backward(tensor([1, 10]));
  near(x.grad, [2, 40]);
  const a = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(jacobian((v) => a.matmul(v), tensor([1, 1])).tolist()).toEqual(a.tolist());
});

test.each([1, 2])('A7 a perceptron of %i outputs agrees with finite differences', (outputs) => {
  manualSeed(outputs);
  const x = randn(1, 10, { dtype: 'float64' });
  const w = randn(outputs, 10, { dtype: 'float64', requiresGrad: true });
  const f = (weight: Tensor): Tensor =>
    F.mseLoss(F.sigmoid(x.matmul(weight.t())), ones(1, outputs, { dtype: 'float64' }));
  f(w).backward();
  const flat = w.detach().reshape(-1);
  const eps = 1e-6;
  flat.toArray().forEach((v, i) => {
    const at = (value: number): number => f(flat.clone().set(i, value).view(outputs, 10)).item();
    expect(w.grad!.reshape(-1).at(i).item()).toBeCloseTo((at(v + eps) - at(v - eps)) / (2 * eps), 5);
  });
});

test('A8 detach, noGrad, isLeaf and the walk through the graph', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect([x.isLeaf, x.mul(2).isLeaf, x.detach().requiresGrad, noGrad(() => x.mul(2)).requiresGrad]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  const y = x.mul(2);
  expect(y.detach_().isLeaf).toBe(true);
  expect(() => noGrad(async () => Promise.resolve(1))).toThrow(/asynchronous/);
  const out = new Linear(3, 2).forward(F.relu(new Linear(4, 3).forward(randn(5, 4))));
  const names: string[] = [];
  for (
    let fn = F.mseLoss(out, ones(5, 2)).gradFn;
    fn;
    fn = fn.nextFunctions.find((f) => f !== null && f.name !== 'AccumulateGrad' && f.name !== 'TBackward') ?? null
  )
    names.push(fn.name);
  expect(names.slice(0, 4)).toEqual(['MseLossBackward', 'AddmmBackward', 'ReluBackward', 'AddmmBackward']);
});

test.each([
  [
    [-4, 0],
    [-3.7793, -3.2832],
  ],
  [
    [0, 0],
    [3, 2],
  ],
  [
    [4, 0],
    [3.5844, -1.8481],
  ],
])('A9 Himmelblau with Adam from %j', { timeout: 60_000 }, (start, end) => {
  const p = tensor(start, { requiresGrad: true });
  const optimizer = new Adam([p], { lr: 1e-3 });
  const f = (): Tensor => {
    const [x, y] = [p.at(0), p.at(1)];
    return x
      .pow(2)
      .add(y)
      .sub(11)
      .pow(2)
      .add(x.add(y.pow(2)).sub(7).pow(2));
  };
  for (let i = 0; i < 20000; i++) {
    const loss = f();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  near(p, end, 3);
  expect(f().item()).toBeLessThan(1e-6);
});

test('T4 A8 what is assigned to a part of a tensor is part of its history', () => {
  const x = tensor([1, 2, 3], { requiresGrad: true });
  const y = zeros(2, 3);
  y.set([0], x.mul(2));
  y.set([1, '1:'], x.at('1:').square());
  y.set([':', 0], 0);
  expect(y.tolist()).toEqual([
    [0, 4, 6],
    [0, 4, 9],
  ]);
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([0, 6, 8]);
  expect(() => x.set(0, 5)).toThrow(/leaf that requires grad.*noGrad/);
});
