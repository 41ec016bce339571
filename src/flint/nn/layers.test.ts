// Every layer and loss beside PyTorch's printed form, values and gradients (testdata/layers.py).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { noGrad } from '../autograd.ts';
import { tensor } from '../tensor/creation.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Module } from './module.ts';
import * as nn from './nn.ts';

interface Case {
  repr: string;
  train: boolean;
  inputs: ({ floats: number[] } | { ints: number[] })[];
  results: { shape: number[]; values: number[] }[];
  inputGrads: number[][];
  grads: Record<string, number[]>;
  buffers: Record<string, number[]>;
}
const cases = JSON.parse(readFileSync(new URL('testdata/layers.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;

const double = (values: readonly number[]): Tensor => tensor(values as number[], { dtype: 'float64' });
const fill = (shape: readonly number[], f: (i: number) => number): Tensor =>
  double(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i))).reshape(shape);

type Inputs = [Tensor, Tensor, Tensor];
/** The module, and how it is called where not with the inputs one after another. */
type Make = () => [Module, ((...x: Inputs) => unknown)?];
const only = (module: Module): ReturnType<Make> => [module];

function packed(m: nn.LSTM | nn.GRU): ReturnType<Make> {
  return [
    m,
    (x, ...states) => {
      const p = nn.utils.rnn.packPaddedSequence(x, [2, 4, 1], { enforceSorted: false });
      const [y, last] = m instanceof nn.LSTM ? m.forward(p, states) : m.forward(p, states[0]);
      return [...nn.utils.rnn.padPackedSequence(y, { paddingValue: -1 }), last];
    },
  ];
}
function lstm(m: nn.LSTM | nn.LSTMCell): ReturnType<Make> {
  return [m, (x, h, c) => m.forward(x, [h, c])];
}

const hidden = tensor([
  [false, false, true],
  [false, false, false],
]);
const upsample: Record<string, [number[], nn.Upsample['options']['mode']]> = {
  nearest: [[4], 'nearest'],
  bilinear: [[3, 4], 'bilinear'],
  bicubic: [[4, 3], 'bicubic'],
  linear: [[5], 'linear'],
  trilinear: [[2, 3, 2], 'trilinear'],
  area: [[4, 6], 'area'],
};
const generic: [string, Make][] = [
  ...[
    'nearest None',
    'bilinear True',
    'bilinear False',
    'bicubic False',
    'linear False',
    'trilinear False',
    'area None',
  ].map((name): [string, Make] => {
    const [sizes, mode] = upsample[name.split(' ')[0]!]!;
    const alignCorners = name.endsWith('True');
    return [
      `Upsample ${name}`,
      () => only(new nn.Upsample({ size: sizes.map((v) => v + 3), mode: mode!, alignCorners })),
    ];
  }),
  ...['True', 'False'].flatMap((train): [string, Make][] => [
    [`BatchNorm1d ${train}`, () => only(new nn.BatchNorm1d(3))],
    [`BatchNorm2d ${train}`, () => only(new nn.BatchNorm2d(2, { eps: 1e-3, momentum: 0.3 }))],
    [`BatchNorm3d ${train}`, () => only(new nn.BatchNorm3d(2, { affine: false }))],
    [`InstanceNorm2d ${train}`, () => only(new nn.InstanceNorm2d(2, { affine: true, trackRunningStats: true }))],
  ]),
  ...(
    ['ReLU', 'ReLU6', 'SELU', 'SiLU', 'Mish', 'Sigmoid', 'Tanh', 'LogSigmoid', 'Softsign', 'Tanhshrink'] as const
  ).map((name): [string, Make] => [name, () => only(new nn[name]())]),
  ...[true, false].flatMap((bidirectional): [string, Make][] => {
    const [name, numLayers] = [bidirectional ? 'True' : 'False', 2];
    return [
      [`RNN ${name}`, () => only(new nn.RNN(3, 2, { numLayers, bidirectional }))],
      [`GRU ${name}`, () => only(new nn.GRU(3, 2, { numLayers, bidirectional, batchFirst: true }))],
      [`LSTM ${name}`, () => lstm(new nn.LSTM(3, 2, { numLayers, bidirectional }))],
    ];
  }),
  ...[true, false].flatMap((normFirst): [string, Make][] => [
    [
      `TransformerEncoderLayer ${normFirst ? 'True' : 'False'}`,
      () => {
        const activation = normFirst ? 'gelu' : 'relu';
        const m = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6, batchFirst: true, normFirst, activation });
        return [m, (x) => m.forward(x, { srcKeyPaddingMask: hidden })];
      },
    ],
    [
      `TransformerDecoderLayer ${normFirst ? 'True' : 'False'}`,
      () => {
        const m = new nn.TransformerDecoderLayer(4, 2, { dimFeedforward: 6, normFirst });
        const tgtMask = nn.Transformer.generateSquareSubsequentMask(3).to('float64');
        return [m, (x, y) => m.forward(x, y, { tgtMask })];
      },
    ],
  ]),
];

const layers: Record<string, Make> = {
  ...Object.fromEntries(generic),
  Linear: () => only(new nn.Linear(4, 3)),
  Bilinear: () => only(new nn.Bilinear(3, 2, 4)),
  Conv1d: () => only(new nn.Conv1d(2, 4, 3, { stride: 2, padding: 1, groups: 2 })),
  'Conv1d same': () => only(new nn.Conv1d(2, 3, 4, { padding: 'same', dilation: 2 })),
  Conv2d: () => only(new nn.Conv2d(2, 3, [3, 2], { stride: [2, 1], padding: [1, 0], bias: false })),
  'Conv2d same': () => only(new nn.Conv2d(1, 2, [2, 3], { padding: 'same' })),
  'Conv2d reflect': () => only(new nn.Conv2d(1, 2, 3, { padding: [2, 1], paddingMode: 'reflect' })),
  Conv3d: () => only(new nn.Conv3d(2, 2, [2, 3, 1], { padding: [1, 1, 0] })),
  ConvTranspose1d: () => only(new nn.ConvTranspose1d(2, 3, 3, { stride: 2, outputPadding: 1 })),
  ConvTranspose2d: () => only(new nn.ConvTranspose2d(2, 4, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 })),
  ConvTranspose3d: () => only(new nn.ConvTranspose3d(1, 2, 2, { stride: 2 })),
  MaxPool1d: () => only(new nn.MaxPool1d(3, { stride: 2, padding: 1 })),
  MaxPool2d: () => only(new nn.MaxPool2d([3, 2], { stride: 2, ceilMode: true })),
  'MaxPool2d dilated': () => only(new nn.MaxPool2d(2, { stride: 1, dilation: 2 })),
  MaxPool3d: () => only(new nn.MaxPool3d(2)),
  AvgPool1d: () => only(new nn.AvgPool1d(3, { stride: 2, padding: 1, countIncludePad: false })),
  AvgPool2d: () => only(new nn.AvgPool2d(2, { padding: 1 })),
  AvgPool3d: () => only(new nn.AvgPool3d([2, 1, 2])),
  AdaptiveAvgPool1d: () => only(new nn.AdaptiveAvgPool1d(3)),
  AdaptiveAvgPool2d: () => only(new nn.AdaptiveAvgPool2d([2, 3])),
  AdaptiveAvgPool3d: () => only(new nn.AdaptiveAvgPool3d(2)),
  AdaptiveMaxPool1d: () => only(new nn.AdaptiveMaxPool1d(3)),
  AdaptiveMaxPool2d: () => only(new nn.AdaptiveMaxPool2d([2, 3])),
  'Upsample factor': () => only(new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' })),
  PixelShuffle: () => only(new nn.PixelShuffle(2)),
  PixelUnshuffle: () => only(new nn.PixelUnshuffle(2)),
  Unfold: () => only(new nn.Unfold([2, 3], { padding: 1, stride: 2 })),
  ZeroPad2d: () => only(new nn.ZeroPad2d([1, 2, 0, 1])),
  ConstantPad2d: () => only(new nn.ConstantPad2d([1, 0, 2, 1], 3.5)),
  ReflectionPad1d: () => only(new nn.ReflectionPad1d([2, 1])),
  ReflectionPad2d: () => only(new nn.ReflectionPad2d([1, 2, 2, 1])),
  ReplicationPad1d: () => only(new nn.ReplicationPad1d(2)),
  ReplicationPad2d: () => only(new nn.ReplicationPad2d([1, 2, 0, 3])),
  CircularPad2d: () => only(new nn.CircularPad2d([1, 2, 0, 3])),
  Flatten: () => only(new nn.Flatten()),
  Unflatten: () => only(new nn.Unflatten(1, [2, 3])),
  InstanceNorm1d: () => only(new nn.InstanceNorm1d(2)),
  LayerNorm: () => only(new nn.LayerNorm([2, 3])),
  GroupNorm: () => only(new nn.GroupNorm(2, 4)),
  RMSNorm: () => only(new nn.RMSNorm(4)),
  LocalResponseNorm: () => only(new nn.LocalResponseNorm(3, { alpha: 0.5 })),
  Embedding: () => only(new nn.Embedding(5, 3, { paddingIdx: 1 })),
  'Embedding frequency': () => only(new nn.Embedding(5, 3, { scaleGradByFreq: true })),
  'Embedding norm': () => only(new nn.Embedding(5, 3, { maxNorm: 0.5, normType: 1 })),
  Hardsigmoid: () => only(new nn.Hardsigmoid()),
  Hardswish: () => only(new nn.Hardswish()),
  LeakyReLU: () => only(new nn.LeakyReLU(0.2)),
  ELU: () => only(new nn.ELU(1.5)),
  CELU: () => only(new nn.CELU(0.5)),
  GELU: () => only(new nn.GELU()),
  'GELU tanh': () => only(new nn.GELU({ approximate: 'tanh' })),
  Softplus: () => only(new nn.Softplus(2, 3)),
  Hardtanh: () => only(new nn.Hardtanh(-0.5, 0.7)),
  Hardshrink: () => only(new nn.Hardshrink()),
  Softshrink: () => only(new nn.Softshrink(0.3)),
  Threshold: () => only(new nn.Threshold(0.1, 20)),
  PReLU: () => only(new nn.PReLU(3)),
  RReLU: () => only(new nn.RReLU()),
  GLU: () => only(new nn.GLU()),
  Softmax: () => only(new nn.Softmax(1)),
  LogSoftmax: () => only(new nn.LogSoftmax(0)),
  Softmin: () => only(new nn.Softmin(1)),
  Softmax2d: () => only(new nn.Softmax2d()),
  Dropout: () => only(new nn.Dropout(0.3)),
  Dropout2d: () => only(new nn.Dropout2d(0.3)),
  AlphaDropout: () => only(new nn.AlphaDropout(0.3)),
  'RNN relu': () => only(new nn.RNN(3, 2, { nonlinearity: 'relu', bias: false })),
  'GRU alone': () => only(new nn.GRU(3, 2)),
  'LSTM packed': () => packed(new nn.LSTM(3, 2, { bidirectional: true })),
  'GRU packed': () => packed(new nn.GRU(3, 2)),
  RNNCell: () => only(new nn.RNNCell(3, 2)),
  'RNNCell relu': () => only(new nn.RNNCell(3, 2, { bias: false, nonlinearity: 'relu' })),
  GRUCell: () => only(new nn.GRUCell(3, 2)),
  LSTMCell: () => lstm(new nn.LSTMCell(3, 2)),
  MultiheadAttention: () => only(new nn.MultiheadAttention(4, 2)),
  'MultiheadAttention masked': () => {
    const m = new nn.MultiheadAttention(4, 2, { batchFirst: true });
    const attnMask = fill([4, 3], () => 1)
      .triu(1)
      .to('bool');
    return [m, (q, k, v) => m.forward(q, k, v, { keyPaddingMask: hidden, attnMask, averageAttnWeights: false })];
  },
  'MultiheadAttention kv': () =>
    only(new nn.MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true, kdim: 3, vdim: 2, bias: false })),
  TransformerEncoder: () =>
    only(
      new nn.TransformerEncoder(
        () => new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6 }),
        2,
        new nn.LayerNorm(4),
      ),
    ),
  Transformer: () =>
    only(new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 6 })),
  MSELoss: () => only(new nn.MSELoss()),
  L1Loss: () => only(new nn.L1Loss({ reduction: 'sum' })),
  SmoothL1Loss: () => only(new nn.SmoothL1Loss({ beta: 0.5 })),
  HuberLoss: () => only(new nn.HuberLoss({ delta: 0.6 })),
  CrossEntropyLoss: () => only(new nn.CrossEntropyLoss({ labelSmoothing: 0.1 })),
  'CrossEntropyLoss weight': () => only(new nn.CrossEntropyLoss({ weight: double([0.5, 1, 2, 1]), ignoreIndex: 0 })),
  NLLLoss: () => only(new nn.NLLLoss()),
  BCELoss: () => {
    const m = new nn.BCELoss();
    return [m, (x, y) => m.forward(x.sigmoid(), y.detach().div(3).add(0.5))];
  },
  BCEWithLogitsLoss: () => {
    const m = new nn.BCEWithLogitsLoss({ reduction: 'none' });
    return [m, (x, y) => m.forward(x, y.detach())];
  },
  KLDivLoss: () => only(new nn.KLDivLoss({ reduction: 'batchmean', logTarget: true })),
  SoftMarginLoss: () => only(new nn.SoftMarginLoss()),
  MarginRankingLoss: () => only(new nn.MarginRankingLoss({ margin: 0.3 })),
  HingeEmbeddingLoss: () => only(new nn.HingeEmbeddingLoss({ margin: 2 })),
  CosineEmbeddingLoss: () => only(new nn.CosineEmbeddingLoss({ margin: -0.5 })),
  TripletMarginLoss: () => only(new nn.TripletMarginLoss({ margin: 2 })),
  PoissonNLLLoss: () => only(new nn.PoissonNLLLoss()),
  GaussianNLLLoss: () => {
    const m = new nn.GaussianNLLLoss({ full: true });
    return [m, (x, y, v) => m.forward(x, y, v.square().add(0.1))];
  },
  MultiMarginLoss: () => only(new nn.MultiMarginLoss({ p: 2, margin: 0.8 })),
  MultiLabelSoftMarginLoss: () => only(new nn.MultiLabelSoftMarginLoss()),
};

/** The rows of the seed programs that a name belongs to: layers, activations or losses. */
function row(name: string): string {
  if (name.includes('Loss')) return 'N4';
  return /LU|Sigmoid|Tanh|tanh|sigmoid|swish|Mish|Soft|shrink|Threshold/.test(name) ? 'N3' : 'N2';
}

function flat(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (result instanceof nn.PackedSequence) return [result.data];
  return Array.isArray(result) ? (result as unknown[]).flatMap(flat) : [];
}
/** PyTorch divides by a six of float32 in these. */
const coarse = /Hardsigmoid|Hardswish/;
function expectNear(actual: readonly number[], wanted: readonly number[], what: string, bound = 1e-9): void {
  expect(actual.length, what).toBe(wanted.length);
  const off = wanted.findIndex((v, i) => !(Math.abs(v - actual[i]!) <= bound * Math.max(1, Math.abs(v))));
  expect(off < 0 ? '' : `${what}, element ${off}: ${actual[off]} instead of ${wanted[off]}`).toBe('');
}
const numbers = (t: Tensor): number[] => t.detach().to('float64').toArray() as number[];

test('N2 every layer of the file is tried', () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(cases).sort());
});

test.each(Object.entries(cases).map(([name, c]) => [`${row(name)} ${name}`, name, c] as const))('%s', (_, name, c) => {
  const bound = coarse.test(name) ? 1e-7 : 1e-9;
  const [module, call] = layers[name]!();
  expect(module.toString()).toBe(c.repr);
  module.to('float64').train(c.train);
  noGrad(() => {
    module.parameters().forEach((p, k) => p.copy_(fill(p.shape, (i) => 0.4 * Math.sin(0.7 * i + k + 1))));
  });
  const inputs = c.inputs.map((given, j) =>
    'ints' in given
      ? tensor(given.ints, { dtype: 'int64' })
      : fill(given.floats, (i) => 1.5 * Math.cos(0.3 * i + j)).requiresGrad_(),
  );
  const results = flat(call ? call(...(inputs as Inputs)) : module.forward(...inputs));
  expect(results.map((y) => y.shape)).toEqual(c.results.map((y) => y.shape));
  results.forEach((y, i) => expectNear(numbers(y), c.results[i]!.values, `result ${i}`, bound));
  const parts = results
    .filter((y) => y.requiresGrad)
    .map((y) =>
      y
        .reshape(-1)
        .mul(fill([y.numel()], (i) => (((7 * i + 3) % 11) - 5) / 5))
        .sum(),
    );
  if (parts.length > 0) parts.reduce((a, b) => a.add(b)).backward();
  const gradient = (t: Tensor): number[] => (t.grad ? numbers(t.grad) : Array<number>(t.numel()).fill(0));
  inputs
    .filter((x) => x.isFloatingPoint())
    .forEach((x, i) => expectNear(gradient(x), c.inputGrads[i]!, `gradient of input ${i}`, bound));
  expect(module.namedParameters().map(([n]) => n)).toEqual(Object.keys(c.grads));
  for (const [n, p] of module.namedParameters()) expectNear(gradient(p), c.grads[n]!, `gradient of ${n}`);
  expect(module.namedBuffers().map(([n]) => n)).toEqual(Object.keys(c.buffers));
  for (const [n, b] of module.namedBuffers()) expectNear(numbers(b), c.buffers[n]!, n);
});
