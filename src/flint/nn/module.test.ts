import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { noGrad } from '../autograd.ts';
import { manualSeed, ones, rand, randn, tensor, zeros } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import * as nn from './nn.ts';
import { moduleScopes } from './scope.ts';

const expected = JSON.parse(readFileSync(new URL('../testdata/expected.json', import.meta.url), 'utf8')) as {
  tree: string;
};

class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  pool = new nn.MaxPool2d(2);
  norm = new nn.BatchNorm2d(6);
  body = new nn.Sequential(
    new nn.Linear(10, 5),
    new nn.LeakyReLU(0.01, { inplace: true }),
    new nn.Dropout(0.2),
    new nn.Flatten(),
  );
  list = new nn.ModuleList([new nn.ReLU(), new nn.GELU()]);
  emb = new nn.Embedding(10, 3);
  ln = new nn.LayerNorm(5);
  conv2 = new nn.Conv2d(6, 12, [3, 5], { stride: 2, padding: 1, bias: false });
  act = new nn.Sequential(
    new nn.ELU(),
    new nn.SiLU(),
    new nn.Softmax(1),
    new nn.Softplus(),
    new nn.AdaptiveAvgPool2d([1, 1]),
    new nn.AvgPool2d(2, 2),
  );
  forward(x: Tensor): Tensor {
    return this.body.forward(x);
  }
}

test('N1 prints the tree in PyTorch\u2019s form', () => {
  expect(String(new Net())).toBe(expected.tree);
});

test('N1 finds parameters, buffers and modules in fields, in their order', () => {
  const net = new Net();
  expect(
    net
      .namedParameters()
      .map(([n]) => n)
      .slice(0, 6),
  ).toEqual(['conv1.weight', 'conv1.bias', 'norm.weight', 'norm.bias', 'body.0.weight', 'body.0.bias']);
  expect(net.namedBuffers().map(([n]) => n)).toEqual([
    'norm.running_mean',
    'norm.running_var',
    'norm.num_batches_tracked',
  ]);
  expect([...net.stateDict().keys()]).toContain('conv2.weight');
  net.eval();
  expect(net.modules().every((m) => !m.training)).toBe(true);
  net.to('float64');
  expect(net.parameters().every((p) => p.dtype === 'float64' && p.requiresGrad)).toBe(true);
});

test('N1 stateDict goes into another module; what does not fit is named', () => {
  const [a, b] = [new nn.Linear(3, 2), new nn.Linear(3, 2)];
  b.loadStateDict(a.stateDict());
  expect(b.weight.equal(a.weight)).toBe(true);
  expect(b.weight.sharesStorage(a.weight)).toBe(false);
  const wrong = { weight: zeros(2, 3), extra: zeros(1) };
  expect(() => b.loadStateDict(wrong)).toThrow(/missing: "bias".*unexpected: "extra"/);
  expect(b.weight.equal(a.weight)).toBe(true);
  expect(b.loadStateDict(wrong, { strict: false })).toEqual({ missingKeys: ['bias'], unexpectedKeys: ['extra'] });
  expect(b.weight.abs().sum().item()).toBe(0);
  expect(() => b.loadStateDict({ weight: zeros(9, 9), bias: zeros(2) })).toThrow(/\[9, 9\].*\[2, 3\]/);
});

test('N1 hooks and scopes see every forward once, and super.forward not again', () => {
  class Base extends nn.Module {
    fc = new nn.Linear(2, 2);
    forward(x: Tensor): Tensor {
      return this.fc.forward(x);
    }
  }
  class Derived extends Base {
    override forward(x: Tensor): Tensor {
      return super.forward(x).add(1);
    }
  }
  const net = new Derived();
  const seen: string[] = [];
  moduleScopes.enter = (m) => seen.push(m.constructor.name);
  moduleScopes.leave = () => seen.push('.');
  try {
    net.forward(ones(1, 2));
  } finally {
    moduleScopes.enter = moduleScopes.leave = null;
  }
  expect(seen).toEqual(['Derived', 'Linear', '.', '.']);
  const remove = net.registerForwardHook((_, __, out) => (out as Tensor).mul(0));
  expect(net.forward(ones(1, 2)).tolist()).toEqual([[0, 0]]);
  remove();
  expect(net.forward(ones(1, 2)).tolist()).not.toEqual([[0, 0]]);
});

test('N7 default initial values lie within PyTorch\u2019s bounds and fill them', () => {
  manualSeed(1);
  const fc = new nn.Linear(100, 50);
  expect(fc.weight.abs().max().item()).toBeLessThanOrEqual(0.1);
  expect(fc.weight.abs().max().item()).toBeGreaterThan(0.099);
  expect(fc.bias!.abs().max().item()).toBeLessThanOrEqual(0.1);
  const w = nn.init.kaimingNormal_(zeros(200, 200), { nonlinearity: 'relu' });
  expect(w.std().item()).toBeCloseTo(0.1, 2);
});

test('gradients are clipped by norm and by value', () => {
  const p = new nn.Parameter(tensor([3, 4]));
  p.mul(tensor([3, 4]))
    .sum()
    .backward();
  expect(nn.utils.clipGradNorm_([p], 1).item()).toBeCloseTo(5, 5);
  expect(p.grad!.norm().item()).toBeCloseTo(1, 4);
  nn.utils.clipGradValue_([p], 0.7);
  expect(p.grad!.max().item()).toBeCloseTo(0.7, 6);
});

test('dropout and batch norm behave differently in train and eval', () => {
  manualSeed(3);
  const drop = new nn.Dropout(0.5);
  const zerosIn = drop.forward(ones(1000)).eq(0).sum().item();
  expect(zerosIn).toBeGreaterThan(400);
  expect(zerosIn).toBeLessThan(600);
  drop.eval();
  expect(drop.forward(ones(10)).toArray()).toEqual(Array(10).fill(1));
  const norm = new nn.BatchNorm1d(3);
  const x = rand(64, 3).mul(4).add(7);
  expect(norm.forward(x).mean(0).abs().max().item()).toBeLessThan(1e-5);
  expect(norm.runningMean!.at(0).item()).toBeCloseTo(x.mean(0).at(0).item() * 0.1, 4);
  norm.eval();
  expect(norm.forward(x).mean().item()).toBeGreaterThan(5);
  expect(() => norm.forward(rand(2, 4))).toThrow(/3 channels/);
});

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);
  forward(input: Tensor): Tensor {
    let x = F.maxPool2d(F.relu(this.conv1.forward(input)), 2);
    x = F.maxPool2d(F.relu(this.conv2.forward(x)), 2).flatten(1);
    return this.fc3.forward(F.relu(this.fc2.forward(F.relu(this.fc1.forward(x)))));
  }
}

test('P6 LeNet: shapes, parameters, gradients, an update by hand', () => {
  const net = new LeNet();
  expect(net.parameters().length).toBe(10);
  expect(net.conv1.weight.shape).toEqual([6, 1, 5, 5]);
  const input = randn(1, 1, 32, 32);
  expect(net.conv1.forward(input).shape).toEqual([1, 6, 28, 28]);
  const out = net.forward(input);
  expect(out.shape).toEqual([1, 10]);
  net.zeroGrad();
  expect(net.conv1.bias!.grad).toBeNull();
  const loss = F.mseLoss(out, randn(1, 10));
  loss.backward();
  expect(net.conv1.bias!.grad!.abs().sum().item()).toBeGreaterThan(0);
  for (const f of net.parameters()) f.data.sub_(f.grad!.data.mul(0.01));
  expect(noGrad(() => F.mseLoss(net.forward(input), out)).item()).toBeGreaterThan(0);
  expect(() => net.forward(randn(1, 3, 32, 32))).toThrow(/3 channels/);
});
