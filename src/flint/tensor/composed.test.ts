// Functions that are composed of the engine's operations, beside PyTorch's values and gradients (testdata/functions.py).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as F from '../nn/functional.ts';
import * as flint from './combining.ts';
import { eye, manualSeed, ones, tensor } from './creation.ts';
import { stack } from './joining.ts';
import * as linalg from './linalg.ts';
import type { Tensor } from './tensor.ts';

interface Case {
  shape: number[];
  dtype: string;
  values: (number | string)[];
  grad: (number | string)[] | null;
}
const cases = JSON.parse(readFileSync(new URL('testdata/functions.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;
const double = (values: readonly number[]): Tensor => tensor(values as number[], { dtype: 'float64' });
const fill = (f: (i: number) => number, ...shape: number[]): Tensor =>
  double(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i))).reshape(shape);
const int = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int64' });

const y = fill((i) => Math.cos(1.3 * i), 3, 4);
const v = fill((i) => Math.sin(0.7 * i), 4);
const u = fill((i) => Math.cos(0.4 * i), 3);
const idx = int([2, 0]);
const holes = double([1, NaN, 2, NaN, 0.5, -1]).reshape(2, 3);
const three = fill((i) => Math.cos(0.9 * i), 3, 3);
const modes = double([1, 2, 2, 1, 3, 0, 0, 0]).reshape(2, 4);
const firm = (x: Tensor): Tensor => x.at(':', ':3').add(eye(3).mul(2));

const functions: Record<string, (x: Tensor) => Tensor> = {
  sinc: (x) => x.sinc(),
  logit: (x) => x.square().mul(0.9).add(0.05).logit(),
  'logit eps': (x) => x.logit(0.1),
  xlogy: (x) => y.xlogy(x.square().add(0.1)),
  logaddexp2: (x) => x.logaddexp2(y),
  heaviside: (x) => x.heaviside(y),
  copysign: (x) => x.copysign(y),
  signbit: (x) => x.signbit(),
  fmax: (x) => x.fmax(y),
  fmin: (x) => x.fmin(y),
  deg2rad: (x) => x.deg2rad(),
  rad2deg: (x) => x.rad2deg(),
  floatPower: (x) => x.square().add(0.1).floatPower(1.5),
  clampMin: (x) => x.clampMin(0.2),
  clampMax: (x) => x.clampMax(0.2),
  nansum: () => holes.nansum(1),
  nanmean: () => holes.nanmean(),
  countNonzero: (x) => x.countNonzero(1),
  stdMean: (x) => stack(x.stdMean(1)),
  varMean: (x) => stack(x.varMean(0, { correction: 0 })),
  dist: (x) => x.dist(y, 3),
  quantile: (x) => x.quantile(0.37),
  'quantile dim': (x) => x.quantile(double([0, 0.5, 1]), 1),
  'quantile lower': (x) => x.quantile(0.37, 0, { interpolation: 'lower' }),
  'quantile nearest': (x) => x.quantile(0.37, 0, { keepdim: true, interpolation: 'nearest' }),
  'quantile midpoint': (x) => x.quantile(0.37, 0, { interpolation: 'midpoint' }),
  nanquantile: () => holes.nanquantile(0.3),
  mode: () => modes.mode().values,
  'mode places': () => modes.mode().indices,
  histc: (x) => x.histc(5),
  'histc range': (x) => x.histc(4, -0.5, 0.5),
  diff: (x) => x.diff(2, 1),
  cov: (x) => x.cov(),
  corrcoef: (x) => x.corrcoef(),
  trapezoid: (x) => x.trapezoid({ dx: 0.5 }),
  'trapezoid x': (x) => x.trapezoid({ x: v.cumsum(0) }),
  logcumsumexp: (x) => x.logcumsumexp(1),
  indexAdd: (x) => x.indexAdd(1, idx, y.at(':', ':2'), { alpha: 2 }),
  indexCopy: (x) => x.indexCopy(1, idx, y.at(':', ':2')),
  indexFill: (x) => x.indexFill(0, idx, 7),
  take: (x) =>
    x.take(
      int([
        [0, 5],
        [11, 2],
      ]),
    ),
  takeAlongDim: (x) => x.takeAlongDim(int([[1, 0]]), 1),
  maskedScatter: (x) => x.maskedScatter(y.gt(0.3), v.repeat(3)),
  isin: () =>
    int([
      [1, 2],
      [3, 4],
    ]).isin(int([4, 1])),
  bucketize: (x) => x.bucketize(double([-0.5, 0, 0.5])),
  rot90: (x) => x.rot90(1),
  'rot90 3': (x) => x.rot90(3, [1, 0]),
  fliplr: (x) => x.fliplr(),
  flipud: (x) => x.flipud(),
  diagEmbed: (x) => x.diagEmbed(),
  diagflat: (x) => x.at(0).diagflat(1),
  tensorSplit: (x) => x.tensorSplit(3, 1)[0]!,
  hsplit: (x) => x.hsplit([1, 3])[1]!,
  inner: (x) => x.inner(v),
  'inner 2': (x) => x.inner(y),
  mv: (x) => x.mv(v),
  addmm: (x) => three.addmm(x, y.t(), { beta: 0.5, alpha: 2 }),
  addmv: (x) => u.addmv(x, v, { beta: 0.5, alpha: 2 }),
  addr: (x) => x.addr(u, v, { beta: 0.5, alpha: 2 }),
  baddbmm: (x) => three.unsqueeze(0).baddbmm(x.unsqueeze(0), y.t().unsqueeze(0), { beta: 0.5, alpha: 2 }),
  kron: (x) => x.kron(u),
  cross: (x) => x.at(':', ':3').cross(y.at(':', ':3')),
  hstack: (x) => flint.hstack([x, y]),
  vstack: (x) => flint.vstack([x, v]),
  dstack: (x) => flint.dstack([x, y]),
  columnStack: (x) => flint.columnStack([u, x]),
  blockDiag: (x) => flint.blockDiag(x, u, three),
  cartesianProd: (x) => flint.cartesianProd(x.at(0), u),
  combinations: (x) => flint.combinations(x.at(0), 2),
  'combinations repeated': (x) => flint.combinations(x.at(0), 2, { withReplacement: true }),
  trilIndices: () => flint.trilIndices(3, 4, 1),
  triuIndices: () => flint.triuIndices(3, 3, 1),
  vander: (x) => flint.vander(x.at(0), 3),
  'vander increasing': (x) => flint.vander(x.at(0), undefined, { increasing: true }),
  tensordot: (x) => flint.tensordot(x, y, 2),
  'tensordot lists': (x) => flint.tensordot(x, y, [[0], [0]]),
  cdist: (x) => flint.cdist(x, y.at(':2'), 1.5),
  pdist: (x) => flint.pdist(x, 3),
  broadcastTensors: (x) => flint.broadcastTensors(x, u.unsqueeze(1))[1]!,
  channelShuffle: (x) => F.channelShuffle(x.reshape(1, 6, 2, 1), 3),
  bilinear: (x) =>
    F.bilinear(
      x.at(':', ':2'),
      y.at(':', ':3'),
      fill((i) => Math.sin(i), 2, 2, 3),
    ),
  rmsNorm: (x) => F.rmsNorm(x, [4]),
  multiDot: (x) => linalg.multiDot([x, y.t(), x]),
  matrixPower: (x) => linalg.matrixPower(firm(x), 3),
  'matrixPower -2': (x) => linalg.matrixPower(firm(x), -2),
  pinv: (x) => linalg.pinv(x.add(y.square())),
  lstsq: (x) => linalg.lstsq(x.add(y.square()).t(), y.t()),
  'matrixNorm nuc': (x) => linalg.matrixNorm(x.add(y.square()), 'nuc'),
  'matrixNorm 2': (x) => linalg.matrixNorm(x, 2),
  'matrixNorm 1': (x) => linalg.matrixNorm(x, 1),
  'matrixNorm inf': (x) => linalg.matrixNorm(x, Infinity),
  cond: (x) => linalg.cond(x.add(y.square())),
  matrixRank: () => linalg.matrixRank(u.outer(v)),
  sin_: (x) => x.clone().sin_(),
  exp_: (x) => x.clone().exp_(),
  square_: (x) => x.clone().square_(),
  cumsum_: (x) => x.clone().cumsum_(1),
  lerp_: (x) => x.clone().lerp_(y, 0.3),
  addcmul_: (x) => x.clone().addcmul_(y, y, { value: 0.5 }),
  lt_: (x) => x.clone().lt_(0.2),
  remainder_: (x) => x.clone().remainder_(0.3),
};

function near(actual: readonly number[], wanted: readonly (number | string)[], what: string): void {
  const off = wanted.map(Number).findIndex((w, i) => {
    const a = actual[i]!;
    return Number.isFinite(w)
      ? !(Math.abs(w - a) <= 1e-8 * Math.max(1, Math.abs(w)))
      : String(w).toLowerCase() !== String(a).toLowerCase();
  });
  expect(off < 0 ? '' : `${what}, element ${off}: ${actual[off]} instead of ${wanted[off]}`).toBe('');
}

test('A10 every function of the file is tried', () => {
  expect(Object.keys(functions).sort()).toEqual(Object.keys(cases).sort());
});
/** The rows of the seed programs that the functions belong to. */
function row(name: string): string {
  if (/_$/.test(name)) return 'T8';
  if (/norm|quantile|mode|hist|nan|std|var|cov|corr|diff$|count|trapez|dist/i.test(name)) return 'T10';
  return /rot|flip|diag|split|stack|Split/.test(name) ? 'T7' : 'T9';
}
test.each(Object.keys(cases).map((name) => [`${row(name)} ${name}`, name]))('%s', (_, name) => {
  const wanted = cases[name!]!;
  const x = fill((i) => Math.sin(i), 3, 4).requiresGrad_();
  const r = functions[name!]!(x);
  expect(r.shape).toEqual(wanted.shape);
  expect(r.dtype).toBe(wanted.dtype);
  near(r.detach().to('float64').toArray(), wanted.values, 'value');
  if (wanted.grad === null) return;
  const weights = fill((i) => (((7 * i + 3) % 11) - 5) / 5, r.numel());
  r.reshape(-1).mul(weights).sum().backward();
  near(x.grad?.toArray() ?? Array<number>(x.numel()).fill(0), wanted.grad, 'gradient');
});

test('T1 multinomial draws by the weights, with and without replacement', () => {
  manualSeed(3);
  const weights = tensor([0, 1, 3, 0]);
  const often = weights.multinomial(4000, { replacement: true }).bincount(4).tolist() as number[];
  expect([often[0], often[3]]).toEqual([0, 0]);
  expect(often[2]! / 4000).toBeCloseTo(0.75, 1);
  for (let i = 0; i < 20; i++) expect((weights.multinomial(2).tolist() as number[]).sort()).toEqual([1, 2]);
  expect(ones(5, 3).multinomial(2).shape).toEqual([5, 2]);
  expect(() => weights.multinomial(3)).toThrow(/3 different indices cannot be drawn from 2/);
  expect(() => tensor([-1, 2]).multinomial(1)).toThrow(/not negative/);
});
