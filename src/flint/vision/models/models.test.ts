// The classic networks beside torchvision's: parameter names and shapes, logits and a gradient (testdata/models.py).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noGrad } from '../../autograd.ts';
import { load } from '../../io/tensors.ts';
import { saveTorch } from '../../io/torch.ts';
import { randn, tensor } from '../../tensor/creation.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../../nn/functional.ts';
import type { Module } from '../../nn/module.ts';
import { SGD } from '../../optim/algorithms.ts';
import * as models from './index.ts';

interface Expected {
  size: number;
  gain: number;
  state: Record<string, number[]>;
  logits: number[];
  firstGrad: number[];
}
const expected = JSON.parse(readFileSync(new URL('testdata/models.json', import.meta.url), 'utf8')) as Record<
  string,
  Expected
>;
const makers: Record<string, () => Module> = {
  resnet18: models.resnet18,
  resnet34: models.resnet34,
  resnet50: models.resnet50,
  alexnet: models.alexnet,
  vgg11: models.vgg11,
  vgg16: models.vgg16,
  vgg11_bn: models.vgg11Bn,
  googlenet: models.googlenet,
};

const period = 997;
const wave = tensor(Array.from({ length: period }, (_, j) => Math.sin(0.7 * j + 1)));
/** `shape` filled with the wave from `start` on. */
function waves(shape: readonly number[], start: number): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const from = start % period;
  return wave
    .repeat(Math.ceil((n + from) / period))
    .at(`${from}:${from + n}`)
    .reshape(shape);
}

function near(actual: readonly number[], wanted: readonly number[], bound: number): void {
  const size = Math.max(...wanted.map(Math.abs));
  const off = wanted.findIndex((v, i) => !(Math.abs(v - actual[i]!) <= bound * size));
  expect(off < 0 ? '' : `element ${off}: ${actual[off]} instead of ${wanted[off]}`).toBe('');
}

test('P8 every network of the file is tried', () => {
  expect(Object.keys(makers)).toEqual(Object.keys(expected));
});

test.each(Object.entries(expected))('P8 %s has the parameters and the logits of torchvision', (name, e) => {
  const net = makers[name]!().eval();
  const state = net.stateDict();
  expect([...state].map(([key, t]) => [key, t.shape])).toEqual(Object.entries(e.state));
  [...state].forEach(([key, t], k) => {
    if (!t.isFloatingPoint()) return;
    const values = waves(t.shape, 31 * k);
    if (t.dim() > 1) t.copy_(values.mul(Math.sqrt(e.gain / t.shape.slice(1).reduce((a, b) => a * b, 1))));
    else if (key.endsWith('running_var')) t.fill_(1);
    else t.copy_(values.mul(0.1).add(key.endsWith('weight') ? 1 : 0));
  });
  const logits = net.forward(waves([1, 3, e.size, e.size], 0)) as Tensor;
  expect(logits.shape).toEqual([1, 1000]);
  near(logits.detach().at(0, ':20').toArray(), e.logits, 1e-3);
  logits.sum().backward();
  near(net.parameters()[0]!.grad!.reshape(-1).at(':10').toArray(), e.firstGrad, 2e-3);
});

test('P8 resnet18: forward, sum().backward(), one step of SGD; a file of weights; only the last layer tuned', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flint-models-'));
  try {
    const net = models.resnet18();
    const before = net.fc.weight.detach().clone();
    const optimizer = new SGD(net.parameters(), { lr: 0.01 });
    const out = net.forward(randn(1, 3, 64, 64));
    expect(out.shape).toEqual([1, 1000]);
    out.sum().backward();
    optimizer.step();
    expect(net.fc.weight.equal(before)).toBe(false);

    saveTorch(net.stateDict(), join(folder, 'resnet18.pth'));
    const tuned = models.resnet18({ numClasses: 10 });
    const state = load(join(folder, 'resnet18.pth'));
    expect(() => tuned.loadStateDict(state)).toThrow(/"fc\.weight" has shape \[1000, 512\]/);
    for (const key of ['fc.weight', 'fc.bias']) state.delete(key);
    expect(tuned.loadStateDict(state, { strict: false }).missingKeys).toEqual(['fc.weight', 'fc.bias']);
    tuned.requiresGrad_(false);
    tuned.fc.requiresGrad_();
    F.crossEntropy(tuned.forward(randn(2, 3, 64, 64)), tensor([1, 7], { dtype: 'int64' })).backward();
    expect(tuned.fc.weight.grad).not.toBeNull();
    expect(tuned.conv1.weight.grad).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('P6 lenet5 has ten parameters, and pictures of 32 x 32 become ten logits', () => {
  const net = models.lenet5();
  expect(net.parameters()).toHaveLength(10);
  expect(net.conv1.weight.shape).toEqual([6, 1, 5, 5]);
  expect(noGrad(() => net.forward(randn(2, 1, 32, 32))).shape).toEqual([2, 10]);
  expect(
    models
      .googlenet()
      .train()
      .forwardWithAux(randn(2, 3, 64, 64))
      .map((t) => t?.shape),
  ).toEqual([
    [2, 1000],
    [2, 1000],
    [2, 1000],
  ]);
});
