// Activations beside PyTorch's values and gradients (testdata/make.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arange, tensor } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';

const expected = JSON.parse(readFileSync(new URL('../testdata/expected.json', import.meta.url), 'utf8')) as {
  activations: Record<string, { value: number[]; grad: number[] }>;
  activationPoints: number[];
};
const activations: Record<string, (x: Tensor) => Tensor> = {
  hardtanh: (x) => F.hardtanh(x),
  relu6: F.relu6,
  selu: F.selu,
  celu: (x) => F.celu(x, 0.7),
  mish: F.mish,
  hardsigmoid: F.hardsigmoid,
  hardswish: F.hardswish,
  logsigmoid: F.logsigmoid,
  softsign: F.softsign,
  tanhshrink: F.tanhshrink,
  hardshrink: (x) => F.hardshrink(x),
  softshrink: (x) => F.softshrink(x),
  threshold: (x) => F.threshold(x, 0.5, -2),
  glu: (x) => F.glu(x),
  prelu: (x) => F.prelu(x, tensor([0.25], { dtype: 'float64' })),
};

describe('N3 activations', () => {
  it('are those of the file, all of them', () => {
    expect(Object.keys(activations).sort()).toEqual(Object.keys(expected.activations).sort());
  });
  it.each(Object.entries(activations))('%s', (name, f) => {
    const x = tensor(expected.activationPoints, { dtype: 'float64', requiresGrad: true });
    const y = f(x);
    y.mul(arange(1, y.numel() + 1))
      .sum()
      .backward();
    const { value, grad } = expected.activations[name]!;
    // PyTorch rounds the constants of some of them to float32, also for float64.
    y.toArray().forEach((v, i) => expect(v).toBeCloseTo(value[i]!, 7));
    x.grad!.toArray().forEach((v, i) => expect(v).toBeCloseTo(grad[i]!, 6));
  });
  it('glu says when it cannot halve', () => {
    expect(() => F.glu(tensor([1, 2, 3]))).toThrow(/even size.*\[3\]/s);
  });
});

describe('N4 losses between distributions', () => {
  const double = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
  const p = double([0.5, 0.25, 0.25, 0]);
  const q = double([0.25, 0.25, 0, 0.5]);
  const kl = (a: Tensor, b: Tensor): number => F.klDiv(b.log(), a, { reduction: 'sum' }).item();

  it('cross entropy is the negative log-likelihood of the logarithm of softmax', () => {
    const logits = tensor(
      [
        [1, -2, 0.5],
        [0, 3, 1],
      ],
      { dtype: 'float64' },
    );
    const labels = tensor([2, 0], { dtype: 'int64' });
    const other = F.nllLoss(logits.softmax(1).log(), labels).item();
    expect(F.crossEntropy(logits, labels).item()).toBeCloseTo(other, 12);
  });
  it('KL of a distribution with itself is 0, and it is not symmetric', () => {
    const [a, b] = [double([0.2, 0.8]), double([0.6, 0.4])];
    expect(kl(a, a)).toBeCloseTo(0, 12);
    expect(kl(a, b)).not.toBeCloseTo(kl(b, a), 3);
    expect(kl(a, b)).toBeGreaterThan(0);
  });
  it('Jensen-Shannon is symmetric, 0 of equals and ln 2 of distributions with nothing in common', () => {
    expect(F.jensenShannon(p, q).item()).toBeCloseTo(F.jensenShannon(q, p).item(), 12);
    expect(F.jensenShannon(p, p).item()).toBe(0);
    expect(F.jensenShannon(double([1, 0, 0]), double([0, 0, 1])).item()).toBeCloseTo(Math.LN2, 12);
  });
  it('Wasserstein is symmetric and grows with the distance of disjoint histograms, where Jensen-Shannon stays', () => {
    expect(F.wasserstein1(p, q).item()).toBeCloseTo(F.wasserstein1(q, p).item(), 12);
    const at = (i: number): Tensor => double([0, 1, 2, 3, 4].map((j) => (i === j ? 1 : 0)));
    expect([1, 2, 3, 4].map((i) => F.wasserstein1(at(0), at(i)).item())).toEqual([1, 2, 3, 4]);
    for (const i of [1, 2, 3, 4]) expect(F.jensenShannon(at(0), at(i)).item()).toBeCloseTo(Math.LN2, 12);
  });
  it('Jensen-Shannon has gradients, at zeros too', () => {
    const x = double([0.5, 0.5, 0]).requiresGrad_();
    F.jensenShannon(x, double([0.25, 0.25, 0.5])).backward();
    expect(x.grad!.isfinite().all().item()).toBe(true);
  });
});
