import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as F from '../nn/functional.ts';
import * as nn from '../nn/nn.ts';
import { noGrad } from '../autograd.ts';
import { manualSeed, randn, randperm, tensor, zeros } from '../tensor/creation.ts';
import type { NestedNumbers } from '../tensor/nested.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as optim from './optim.ts';

interface Expected {
  optimizers: Record<string, { options: Record<string, number>; w: number[][]; b: number[]; loss: number }>;
  problem: Record<'X' | 'Y' | 'W' | 'B', NestedNumbers>;
  schedules: Record<string, number[]>;
}
const expected = JSON.parse(readFileSync(new URL('../testdata/expected.json', import.meta.url), 'utf8')) as Expected;
const double = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'float64' });
const [X, Y] = [double(expected.problem.X), double(expected.problem.Y)];

const classes = {
  SGD: optim.SGD,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  RMSprop: optim.RMSprop,
  Adagrad: optim.Adagrad,
  Adadelta: optim.Adadelta,
};

function problem(name: string): { w: Tensor; b: Tensor; optimizer: optim.Optimizer; step: () => number } {
  const w = double(expected.problem.W).requiresGrad_();
  const b = double(expected.problem.B).requiresGrad_();
  const Class = classes[name.split(' ')[0] as keyof typeof classes] as unknown as new (
    p: Tensor[],
    o: object,
  ) => optim.Optimizer;
  const optimizer = new Class([w, b], expected.optimizers[name]!.options);
  const step = (): number => {
    const loss = F.mseLoss(X.matmul(w.t()).add(b).tanh(), Y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  };
  return { w, b, optimizer, step };
}

test.each(Object.keys(expected.optimizers))('N5 fifty steps of %s follow PyTorch', (name) => {
  const { w, b, step } = problem(name);
  let loss = 0;
  for (let i = 0; i < 50; i++) loss = step();
  const want = expected.optimizers[name]!;
  expect(Math.abs(loss - want.loss)).toBeLessThan(1e-5);
  expect(w.detach().sub(double(want.w)).abs().max().item()).toBeLessThan(1e-5);
  expect(b.detach().sub(double(want.b)).abs().max().item()).toBeLessThan(1e-5);
});

test('N5 a saved optimizer continues as if it had not stopped', () => {
  const a = problem('Adam');
  for (let i = 0; i < 25; i++) a.step();
  const b = problem('Adam');
  noGrad(() => [b.w.copy_(a.w), b.b.copy_(a.b)]);
  b.optimizer.loadStateDict(a.optimizer.stateDict());
  for (let i = 0; i < 25; i++) expect(b.step()).toBe(a.step());
  const other = new optim.Adam([zeros(1).requiresGrad_()]);
  expect(() => other.loadStateDict(a.optimizer.stateDict())).toThrow(/groups of 2/);
});

test('N5 groups have settings of their own; bad settings are errors', () => {
  const [p, q] = [zeros(1).requiresGrad_(), zeros(1).requiresGrad_()];
  const o = new optim.SGD([{ params: [p] }, { params: [q], lr: 1 }], { lr: 0.1 });
  p.add(q).sum().backward();
  o.step();
  expect(p.item()).toBeCloseTo(-0.1, 6);
  expect(q.item()).toBe(-1);
  expect(() => new optim.SGD([p], { lr: -1 })).toThrow(/lr must be a number of at least 0/);
  expect(() => new optim.SGD([])).toThrow(/no parameters/);
  expect(() => new optim.SGD([p.mul(1)])).toThrow(/only leaves/);
});

const S = optim.lrScheduler;
interface Schedule {
  step(): void;
  getLastLr(): number[];
}
const schedules: Record<string, (o: optim.Optimizer) => Schedule> = {
  StepLR: (o) => new S.StepLR(o, 3),
  MultiStepLR: (o) => new S.MultiStepLR(o, [2, 5], 0.3),
  ExponentialLR: (o) => new S.ExponentialLR(o, 0.9),
  CosineAnnealingLR: (o) => new S.CosineAnnealingLR(o, 10),
  LinearLR: (o) => new S.LinearLR(o),
  LambdaLR: (o) => new S.LambdaLR(o, (e) => 0.9 ** e + e),
  ConstantLR: (o) => new S.ConstantLR(o, { factor: 0.25, totalIters: 4 }),
  PolynomialLR: (o) => new S.PolynomialLR(o, { totalIters: 7, power: 2 }),
  CosineAnnealingWarmRestarts: (o) => new S.CosineAnnealingWarmRestarts(o, 2, { tMult: 2, etaMin: 0.1 }),
  CyclicLR: (o) => new S.CyclicLR(o, 0.1, 0.4, { stepSizeUp: 3, stepSizeDown: 2, mode: 'triangular2' }),
  OneCycleLR: (o) => new S.OneCycleLR(o, 0.4, { totalSteps: 13, cycleMomentum: false }),
  'OneCycleLR linear': (o) =>
    new S.OneCycleLR(o, 0.4, {
      epochs: 4,
      stepsPerEpoch: 5,
      pctStart: 0.25,
      annealStrategy: 'linear',
      threePhase: true,
      cycleMomentum: false,
    }),
  SequentialLR: (o) =>
    new S.SequentialLR(o, [new S.ConstantLR(o, { factor: 0.1, totalIters: 2 }), new S.ExponentialLR(o, 0.9)], [3]),
};
/** Schedules that act at once, and a rate that the program itself halves at epoch 4. */
const together: Record<string, (o: optim.Optimizer) => Schedule[]> = {
  MultiplicativeLR: (o) => [new S.MultiplicativeLR(o, (e) => (e < 5 ? 1 - 0.1 * e : 0.9))],
  'CosineAnnealingLR twice its length': (o) => [new S.CosineAnnealingLR(o, 5, { etaMin: 0.1 })],
  'CosineAnnealingLR halved': (o) => [new S.CosineAnnealingLR(o, 10, { etaMin: 0.01 })],
  'StepLR halved': (o) => [new S.StepLR(o, 3)],
  ChainedScheduler: (o) => [
    new S.ChainedScheduler([new S.ConstantLR(o, { factor: 0.1, totalIters: 2 }), new S.ExponentialLR(o, 0.9)]),
  ],
  'ChainedScheduler of lines': (o) => [
    new S.ChainedScheduler([
      new S.LinearLR(o, { startFactor: 0.5, totalIters: 4 }),
      new S.PolynomialLR(o, { totalIters: 8, power: 2 }),
      new S.MultiStepLR(o, [3], 0.5),
    ]),
  ],
  'LinearLR and CosineAnnealingLR': (o) => [
    new S.LinearLR(o, { startFactor: 0.1, totalIters: 3 }),
    new S.CosineAnnealingLR(o, 12),
  ],
};
const all = {
  ...together,
  ...Object.fromEntries(Object.entries(schedules).map(([n, f]) => [n, (o: optim.Optimizer) => [f(o)]])),
};
test('N6 every schedule of the file is tried', () => {
  const others = ['metric', 'ReduceLROnPlateau'];
  expect([...Object.keys(all), ...others].sort()).toEqual(Object.keys(expected.schedules).sort());
});
test.each(Object.keys(all))('N6 %s gives PyTorch\u2019s rates', (name) => {
  const o = new optim.SGD([zeros(1).requiresGrad_()], { lr: 0.5 });
  const list = all[name]!(o as unknown as optim.Optimizer);
  expected.schedules[name]!.forEach((want, epoch) => {
    if (name.endsWith('halved') && epoch === 4) o.paramGroups[0]!.lr /= 2;
    expect(o.paramGroups[0]!.lr).toBeCloseTo(want, 10);
    for (const schedule of list) schedule.step();
  });
});

test('N6 a chain goes on from its state', () => {
  const chain = (o: optim.SGD): InstanceType<typeof S.ChainedScheduler> =>
    new S.ChainedScheduler([
      new S.ConstantLR(o as unknown as optim.Optimizer, { factor: 0.1, totalIters: 4 }),
      new S.ExponentialLR(o as unknown as optim.Optimizer, 0.9),
    ]);
  const make = (): optim.SGD => new optim.SGD([zeros(1).requiresGrad_()], { lr: 0.5 });
  const [a, b] = [make(), make()];
  const [first, second] = [chain(a), chain(b)];
  for (let i = 0; i < 3; i++) first.step();
  b.loadStateDict(a.stateDict());
  second.loadStateDict(first.stateDict());
  for (let i = 0; i < 3; i++) {
    first.step();
    second.step();
    expect(b.paramGroups[0]!.lr).toBeCloseTo(a.paramGroups[0]!.lr, 12);
  }
  expect(() => new S.ChainedScheduler([])).toThrow(/needs at least one schedule/);
});

test('N6 one cycle moves momentum against the rate, and says when it is over', () => {
  const o = new optim.SGD([zeros(1).requiresGrad_()], { lr: 0.5, momentum: 0.9 });
  const s = new S.OneCycleLR(o as unknown as optim.Optimizer, 0.4, { totalSteps: 10 });
  expect((o.paramGroups[0] as { momentum: number }).momentum).toBeCloseTo(0.95);
  s.step();
  s.step();
  expect((o.paramGroups[0] as { momentum: number }).momentum).toBeCloseTo(0.85);
  for (let i = 0; i < 7; i++) s.step();
  expect(() => s.step()).toThrow(/the cycle has 10 steps/);
});

test('N6 ReduceLROnPlateau gives PyTorch\u2019s rates', () => {
  const o = new optim.SGD([zeros(1).requiresGrad_()], { lr: 0.5 });
  const s = new S.ReduceLROnPlateau(o as unknown as optim.Optimizer, { patience: 1, factor: 0.5 });
  expected.schedules['ReduceLROnPlateau']!.forEach((want, i) => {
    expect(s.getLastLr()[0]).toBeCloseTo(want, 10);
    s.step(expected.schedules['metric']![i]!);
  });
});

function linearData(): { x: Tensor; y: Tensor } {
  manualSeed(1);
  const x = randn(1000, 2);
  const y = x
    .matmul(tensor([[2], [-3.4]]))
    .add(4.2)
    .add(randn(1000, 1).mul(0.01));
  return { x, y };
}

function* dataIter(x: Tensor, y: Tensor): Generator<[Tensor, Tensor]> {
  const order = randperm(x.length);
  for (let i = 0; i < x.length; i += 10) {
    const rows = order.at(`${i}:${i + 10}`);
    yield [x.at(rows), y.at(rows)];
  }
}

test('P1 linear regression from scratch finds the truth', () => {
  const { x, y } = linearData();
  const w = randn(2, 1).mul_(0.01).requiresGrad_();
  const b = zeros([1], { requiresGrad: true });
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const [bx, by] of dataIter(x, y)) {
      bx.matmul(w).add(b).sub(by).pow(2).div(2).sum().backward();
      noGrad(() => {
        for (const p of [w, b]) {
          p.sub_(p.grad!.mul(0.03 / 10));
          p.grad = null;
        }
      });
    }
  }
  expect(Math.abs(w.at(0, 0).item() - 2)).toBeLessThan(0.01);
  expect(Math.abs(w.at(1, 0).item() + 3.4)).toBeLessThan(0.01);
  expect(Math.abs(b.item() - 4.2)).toBeLessThan(0.01);
});

test('P1 linear regression with nn.Linear finds the truth', () => {
  const { x, y } = linearData();
  const net = new nn.Sequential(new nn.Linear(2, 1));
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.03 });
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const [bx, by] of dataIter(x, y)) {
      const loss = F.mseLoss(net.forward(bx), by);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    }
  }
  const [weight, bias] = net.parameters();
  expect(Math.abs(weight!.at(0, 0).item() - 2)).toBeLessThan(0.01);
  expect(Math.abs(weight!.at(0, 1).item() + 3.4)).toBeLessThan(0.01);
  expect(Math.abs(bias!.item() - 4.2)).toBeLessThan(0.01);
});
