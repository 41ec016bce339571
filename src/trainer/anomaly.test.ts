// Outside the library, as a script is: the line that anomaly mode names is the caller's.
import { expect, test } from 'vitest';
import { autograd, tensor, zeros } from '../flint/index.ts';

test('A10 anomaly mode names the operation and the line where NaN begins', () => {
  const x = tensor([-1, 4], { requiresGrad: true });
  expect(() => autograd.detectAnomaly(() => x.sqrt())).toThrow(/\[sqrt\] gave NaN.*anomaly\.test\.ts/);
  expect(() =>
    autograd.detectAnomaly(() => {
      const y = zeros(2, { requiresGrad: true });
      y.mul(0).sqrt().mul(0).sum().backward();
    }),
  ).toThrow(/SqrtBackward.*NaN.*anomaly\.test\.ts/);
  expect(autograd.isAnomalyEnabled()).toBe(false);
  expect(Number.isNaN(x.sqrt().at(0).item())).toBe(true);
  expect(autograd.detectAnomaly(() => x.mul(2).sum().item())).toBe(6);
});
