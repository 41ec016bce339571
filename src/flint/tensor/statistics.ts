// Statistics beyond sums and extremes: quantiles, modes, histograms, differences, covariance.
import { fail } from '../errors.ts';
import { call, callTensor } from './dispatch.ts';
import { TensorReductions, type DimArgument, type ReduceOptions, type ValuesAndIndices } from './reductions.ts';
import type { Tensor } from './tensor.ts';

/** How a quantile between two values is found. */
export type QuantileInterpolation = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';

/** The part of class Tensor that describes distributions. */
export abstract class TensorStatistics extends TensorReductions {
  /** The sum of all but NaN. */
  nansum(dim?: DimArgument, options: ReduceOptions = {}): Tensor {
    return this.maskedFill(this.isnan(), 0).sum(dim ?? null, options);
  }
  /** The mean of all but NaN. */
  nanmean(dim?: DimArgument, options: ReduceOptions = {}): Tensor {
    const count = this.isnan()
      .logicalNot()
      .to(this.dtype)
      .sum(dim ?? null, options);
    return this.nansum(dim, options).div(count);
  }
  /** How many elements are not 0; int64. */
  countNonzero(dim?: DimArgument): Tensor {
    return callTensor('neScalar', this, 0).sum(dim ?? null);
  }
  /** The smallest and the largest elements. */
  aminmax(dim?: number, options: ReduceOptions = {}): { min: Tensor; max: Tensor } {
    return { min: this.amin(dim ?? null, options), max: this.amax(dim ?? null, options) };
  }
  /** The standard deviation and the mean. */
  stdMean(dim?: DimArgument, options: ReduceOptions & { correction?: number } = {}): [std: Tensor, mean: Tensor] {
    const { correction = 1, ...keep } = options;
    return [this.std(dim ?? null, { correction, ...keep }), this.mean(dim ?? null, keep)];
  }
  /** The variance and the mean. */
  varMean(dim?: DimArgument, options: ReduceOptions & { correction?: number } = {}): [variance: Tensor, mean: Tensor] {
    const { correction = 1, ...keep } = options;
    return [this.var(dim ?? null, { correction, ...keep }), this.mean(dim ?? null, keep)];
  }
  /** The p-norm of the difference of all elements. */
  dist(other: Tensor, p = 2): Tensor {
    return callTensor('sub', this, other, 1).norm(p);
  }
  /** The value below which the share `q` (0..1, or several) lies: of all elements, or along `dim`. */
  quantile(
    q: number | Tensor,
    dim?: number,
    options: ReduceOptions & { interpolation?: QuantileInterpolation } = {},
  ): Tensor {
    const shares = typeof q === 'number' ? [q] : (q.reshape(-1).tolist() as number[]);
    const wrong = shares.find((s) => !(s >= 0 && s <= 1));
    if (wrong !== undefined) fail('quantile', `shares must be in [0, 1], got ${wrong}`);
    const flat: Tensor = dim === undefined ? callTensor('reshape', this, [-1]) : (this as unknown as Tensor);
    const at = dim === undefined ? 0 : dim < 0 ? dim + this.dim() : dim;
    const { values } = flat.sort(at);
    const last = flat.shape[at]! - 1;
    const nan = flat.isnan().any(at);
    const results = shares.map((share) => {
      const place = share * last;
      const [low, high] = [Math.floor(place), Math.ceil(place)];
      const kind = options.interpolation ?? 'linear';
      const rounded = Math.abs(place - low - 0.5) < 1e-12 ? low + (low % 2) : Math.round(place);
      const one = { lower: low, higher: high, nearest: rounded }[kind as string];
      const pick = (i: number): Tensor => callTensor('select', values, at, i);
      const part = kind === 'midpoint' ? (low === high ? 0 : 0.5) : place - low;
      const value = one === undefined ? pick(low).lerp(pick(high), part) : pick(one);
      return value.maskedFill(nan, NaN);
    });
    const shaped = options.keepdim
      ? results.map((r) => (dim === undefined ? r.reshape(this.shape.map(() => 1)) : r.unsqueeze(at)))
      : results;
    return typeof q === 'number' || q.dim() === 0 ? shaped[0]! : callTensor('stack', shaped, 0);
  }
  /** `quantile` of all but NaN, of all elements. */
  nanquantile(q: number | Tensor): Tensor {
    return callTensor('maskedSelect', this, this.isnan().logicalNot()).quantile(q);
  }
  /** The most frequent value along `dim` (of equal ones the smallest), and the last place where it is. */
  mode(dim = -1, options: ReduceOptions = {}): ValuesAndIndices {
    const at = dim < 0 ? dim + this.dim() : dim;
    const rows = this.detach().movedim(at, -1);
    const equal = rows.unsqueeze(-1).eq(rows.unsqueeze(-2)).sum(-1);
    const most = equal.eq(equal.amax(-1, { keepdim: true }));
    const smallest = rows.where(most, Infinity).amin(-1, { keepdim: true });
    const length = rows.size(-1);
    const places = callTensor('arange', 0, length, 1, 'int64');
    const here = rows.eq(smallest).to('int64');
    const index = places.mul(here).amax(-1, { keepdim: true }).movedim(-1, at);
    const values = callTensor('gather', this, at, index);
    const done = (t: Tensor): Tensor => (options.keepdim ? t : t.squeeze(at));
    const pair = { values: done(values), indices: done(index) };
    return { ...pair, [Symbol.iterator]: () => [pair.values, pair.indices][Symbol.iterator]() };
  }
  /** How many elements fall into each of `bins` equal intervals from `min` to `max` (their own when both are 0). */
  histc(bins = 100, min = 0, max = 0): Tensor {
    const flat = callTensor('reshape', this.detach(), [-1]);
    let [low, high] = [min, max];
    if (low === high && flat.numel() > 0) [low, high] = [flat.min().item(), flat.max().item()];
    if (low === high) [low, high] = [low - 1, high + 1];
    if (!(low < high)) fail('histc', `max must be above min, got ${min} and ${max}`);
    const within = callTensor('maskedSelect', flat, callTensor('logicalAnd', flat.ge(low), flat.le(high)));
    const bin = within
      .sub(low)
      .mul(bins / (high - low))
      .floor()
      .clamp(0, bins - 1)
      .to('int64');
    return bin.bincount(bins).to(this.dtype);
  }
  /** Differences of neighbours along `dim`, `n` times over. */
  diff(n = 1, dim = -1): Tensor {
    let x = this as unknown as Tensor;
    for (let i = 0; i < n; i++) x = x.narrow(dim, 1, x.size(dim) - 1).sub(x.narrow(dim, 0, x.size(dim) - 1));
    return x;
  }
  /** The covariance of variables in rows and samples in columns: `[variables, variables]`. */
  cov(options: { correction?: number } = {}): Tensor {
    const rows: Tensor = this.dim() < 2 ? callTensor('reshape', this, [1, -1]) : (this as unknown as Tensor);
    const centred = rows.sub(rows.mean(1, { keepdim: true }));
    const sums = centred.matmul(centred.t()).div(rows.size(1) - (options.correction ?? 1));
    return this.dim() < 2 ? sums.reshape([]) : sums;
  }
  /** The correlation of variables in rows: their covariance divided by both deviations, within -1..1. */
  corrcoef(): Tensor {
    const c = this.cov();
    if (c.dim() === 0) return c.div(c);
    const scale = c.diagonal().sqrt();
    return c.div(scale.unsqueeze(1)).div(scale.unsqueeze(0)).clamp(-1, 1);
  }
  /** The area under values along `dim` by trapezoids, `dx` apart or at the places `x`. */
  trapezoid(options: { x?: Tensor; dx?: number; dim?: number } = {}): Tensor {
    const dim = options.dim ?? -1;
    const y = this as unknown as Tensor;
    const n = y.size(dim);
    const pairs = y.narrow(dim, 1, n - 1).add(y.narrow(dim, 0, n - 1));
    if (!options.x) return pairs.sum(dim).mul((options.dx ?? 1) / 2);
    return pairs
      .mul(options.x.diff(1, options.x.dim() === 1 ? -1 : dim))
      .sum(dim)
      .div(2);
  }
  /** The logarithm of running sums of `exp(x)` along `dim`, without overflow of the sums. */
  logcumsumexp(dim: number): Tensor {
    const top = callTensor('amax', this.detach(), [dim], true);
    return callTensor('sub', this, top, 1).exp().cumsum(dim).log().add(top);
  }
  /**
   * `numSamples` indices drawn by the weights in the last dimension `[…, classes]`: without replacement unless told
   * otherwise; int64.
   */
  multinomial(numSamples: number, options: { replacement?: boolean } = {}): Tensor {
    const weights = this.detach();
    if (weights.dim() < 1 || weights.dim() > 2)
      fail('multinomial', `wants [classes] or [n, classes], got [${this.shape.join(', ')}]`);
    const bad = callTensor('logicalOr', weights.lt(0), weights.isfinite().logicalNot()).any().item();
    const few = callTensor('gtScalar', weights, 0).sum(-1).amin().item();
    if (bad || few < 1) fail('multinomial', 'weights must be finite, not negative, and not all 0');
    if (options.replacement) {
      const sums = weights.to('float64').cumsum(-1);
      const total = sums.narrow(-1, sums.size(-1) - 1, 1);
      const drawn = callTensor('rand', [...this.shape.slice(0, -1), numSamples], 'float64').mul(total);
      return callTensor('searchsorted', sums, drawn, true).clamp(0, weights.size(-1) - 1);
    }
    if (few < numSamples)
      fail('multinomial', `${numSamples} different indices cannot be drawn from ${few} positive weights`);
    // The order of weight / exponential noise is that of draws one after another (Efraimidis and Spirakis, 2006).
    const noise = call('uniform_', callTensor('empty', this.shape, 'float64'), 0, 1) as Tensor;
    return weights.to('float64').div(noise.rsub(1).log().neg()).topk(numSamples).indices;
  }
  /** 1 with the probability that each element states, else 0. */
  bernoulli(): Tensor {
    return callTensor('bernoulli', this);
  }
}
