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
