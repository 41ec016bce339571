// What has no table of PyTorch's values: initial values, random layers, shapes that the documentation promises.
import { beforeEach, expect, test } from 'vitest';
import { empty, eye, manualSeed, ones, randn, tensor, zeros } from '../tensor/creation.ts';
import * as F from './functional.ts';
import * as nn from './nn.ts';

beforeEach(() => manualSeed(4));

test('N7 orthogonal: rows or columns are orthonormal, times the gain', () => {
  for (const [rows, columns] of [
    [6, 4],
    [4, 6],
    [5, 5],
  ] as const) {
    const w = nn.init.orthogonal_(empty(rows, columns), 2);
    const product = rows < columns ? w.matmul(w.t()) : w.t().matmul(w);
    expect(product.allclose(eye(Math.min(rows, columns)).mul(4), { atol: 1e-5 })).toBe(true);
  }
  expect(nn.init.orthogonal_(empty(8, 2, 3, 3)).shape).toEqual([8, 2, 3, 3]);
  expect(() => nn.init.orthogonal_(empty(3))).toThrow(/at least 2 dimensions/);
});

test('N7 truncated normal stays within its bounds; sparse, eye and dirac', () => {
  const t = nn.init.truncNormal_(empty(4000), 0, 1, -0.5, 1.5);
  expect([t.min().item() >= -0.5, t.max().item() <= 1.5]).toEqual([true, true]);
  // The mean of a normal distribution cut off at -0.5 and 1.5.
  expect(t.mean().item()).toBeCloseTo(0.356, 1);
  const sparse = nn.init.sparse_(empty(10, 6), 0.3);
  expect(sparse.eq(0).sum(0).tolist()).toEqual([3, 3, 3, 3, 3, 3]);
  expect(nn.init.eye_(empty(2, 3)).tolist()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  const x = randn(1, 3, 5, 5);
  expect(F.conv2d(x, nn.init.dirac_(empty(3, 3, 3, 3)), null, { padding: 1 }).allclose(x)).toBe(true);
});

test('N2 RNN(10, 20, 2) on [5, 3, 10] with a first state of [2, 3, 20]', () => {
  const [output, last] = new nn.RNN(10, 20, 2).forward(randn(5, 3, 10), randn(2, 3, 20));
  expect([output.shape, last.shape]).toEqual([
    [5, 3, 20],
    [2, 3, 20],
  ]);
  expect(() => new nn.RNN(10, 20).forward(randn(5, 3, 9))).toThrow(/inputSize 10, got \[5, 3, 9\]/);
});

test('N2 positional encoding adds sines and cosines of the position', () => {
  const layer = new nn.PositionalEncoding(6, { dropout: 0, maxLen: 9 });
  const y = layer.forward(zeros(4, 2, 6));
  for (const [step, feature] of [
    [0, 0],
    [3, 0],
    [3, 1],
    [2, 4],
    [2, 5],
  ] as const) {
    const angle = step / 10000 ** ((2 * Math.floor(feature / 2)) / 6);
    expect(y.at(step, 1, feature).item()).toBeCloseTo(feature % 2 ? Math.cos(angle) : Math.sin(angle), 5);
  }
  expect(() => layer.forward(zeros(10, 2, 6))).toThrow(/longer than maxLen 9/);
});

test('N2 an embedding from a table is not trained unless told', () => {
  const table = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const layer = nn.Embedding.fromPretrained(table);
  expect(layer.forward(tensor([2, 0], { dtype: 'int64' })).tolist()).toEqual([
    [5, 6],
    [1, 2],
  ]);
  expect(layer.weight.requiresGrad).toBe(false);
  expect(nn.Embedding.fromPretrained(table, { freeze: false }).weight.requiresGrad).toBe(true);
});

test('N3 random activations: RReLU between its slopes, Gumbel softmax a choice with a gradient', () => {
  const y = new nn.RReLU(0.1, 0.3).forward(ones(500).neg()).neg();
  expect([y.min().item() >= 0.1, y.max().item() <= 0.3, y.std().item() > 0.03]).toEqual([true, true, true]);
  const logits = tensor(
    [
      [3, 0, 0],
      [0, 0, 3],
    ],
    { requiresGrad: true },
  );
  const hard = F.gumbelSoftmax(logits, { hard: true });
  expect(hard.detach().sum(1).toArray()).toEqual([expect.closeTo(1), expect.closeTo(1)]);
  hard
    .mul(tensor([1, 2, 3]))
    .sum()
    .backward();
  expect(logits.grad!.abs().sum().item()).toBeGreaterThan(0);
});

test('N2 alpha dropout keeps mean and variance of what SELU gives', () => {
  const x = randn(20000);
  const y = new nn.AlphaDropout(0.2).forward(x);
  expect(y.mean().item()).toBeCloseTo(0, 1);
  expect(y.var().item()).toBeCloseTo(1, 1);
});

test('N1 parameters as one vector and back', () => {
  const layer = new nn.Linear(2, 2);
  const vector = nn.utils.parametersToVector(layer.parameters());
  expect(vector.shape).toEqual([6]);
  nn.utils.vectorToParameters(vector.mul(0).add(1), layer.parameters());
  expect(layer.weight.tolist()).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(() => nn.utils.vectorToParameters(ones(5), layer.parameters())).toThrow(/5 elements, the parameters have 6/);
});

test('N2 sequences of different lengths are padded, packed and unpacked', () => {
  const sequences = [tensor([[1], [2]]), tensor([[3], [4], [5]]), tensor([[6]])];
  const padded = nn.utils.rnn.padSequence(sequences, { batchFirst: true, paddingValue: -1 });
  expect(padded.squeeze(2).tolist()).toEqual([
    [1, 2, -1],
    [3, 4, 5],
    [6, -1, -1],
  ]);
  const packed = nn.utils.rnn.packSequence(sequences, { enforceSorted: false });
  expect(packed.data.reshape(-1).tolist()).toEqual([3, 1, 6, 4, 2, 5]);
  expect(packed.batchSizes.tolist()).toEqual([3, 2, 1]);
  const [back, lengths] = nn.utils.rnn.padPackedSequence(packed, { batchFirst: true, paddingValue: -1 });
  expect([back.tolist(), lengths.tolist()]).toEqual([padded.tolist(), [2, 3, 1]]);
  expect(() => nn.utils.rnn.packSequence(sequences)).toThrow(/sorted by falling length/);
});
