import { expect, test } from 'vitest';
import { noGrad } from '../autograd.ts';
import { kFold } from '../data/folds.ts';
import * as nn from './nn.ts';

test('N8 early stopping bears its patience, keeps the best parameters, and brings them back', () => {
  const model = new nn.Linear(1, 1);
  const stopping = new nn.EarlyStopping({ patience: 1, minDelta: 0.01, model });
  const stops = [1, 0.5, 0.495, NaN].map((loss, i) => {
    noGrad(() => model.weight.fill_(i));
    return stopping.check(loss);
  });
  expect(stops).toEqual([false, false, false, true]);
  expect([stopping.best, stopping.bestCheck]).toEqual([0.5, 1]);
  stopping.restore();
  expect(model.weight.item()).toBe(1);
  const rising = new nn.EarlyStopping({ mode: 'max', patience: 0 });
  expect([0.1, 0.3, 0.3].map((v) => rising.check(v))).toEqual([false, false, true]);
});

test('N8 k-fold: every sample validates once; classes are shared out; the seed decides', () => {
  const folds = kFold(11, 3, { seed: 4 });
  expect(folds.map((f) => f.validation.length).sort()).toEqual([3, 4, 4]);
  expect(folds.flatMap((f) => f.validation).sort((a, b) => a - b)).toEqual([...Array(11).keys()]);
  for (const f of folds) expect([...f.train, ...f.validation].sort((a, b) => a - b)).toEqual([...Array(11).keys()]);
  expect(kFold(11, 3, { seed: 4 })).toEqual(folds);
  expect(kFold(11, 3, { seed: 5 })).not.toEqual(folds);
  expect(kFold(4, 2, { shuffle: false }).map((f) => f.validation)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  const labels = Array.from({ length: 30 }, (_, i) => (i < 20 ? 0 : 1));
  for (const f of kFold(30, 5, { labels })) expect(f.validation.filter((i) => labels[i] === 1)).toHaveLength(2);
  expect(() => kFold(3, 4)).toThrow(/from 2 to the 3 samples, got 4/);
});
