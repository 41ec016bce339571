// PCA and t-SNE: against what they are defined by, and on points whose groups are known.
import { describe, expect, it } from 'vitest';
import { tensor } from '../tensor/creation.ts';
import { randomFor } from '../vision/random.ts';
import { pca, tsne } from '../data/index.ts';
import { jointProbabilities, toPerplexity } from './affinities.ts';
import { layoutGradient } from './tsne.ts';

const normals = (count: number, seed: number) => {
  const random = randomFor(seed);
  return Float64Array.from({ length: count }, () => random.normal());
};
/** Points around `groups` centres of 10 dimensions, far from each other. */
const clusters = (each: number, groups: number) => {
  const centers = normals(groups * 10, 5).map((v) => 8 * v);
  const noise = normals(each * groups * 10, 6);
  return noise.map((v, i) => v + centers[(Math.floor(i / 10) % groups) * 10 + (i % 10)]!);
};
/** The share of points whose nearest neighbour in the plane is of their own group. */
const pure = (flat: ArrayLike<number>, groups: number) => {
  const count = flat.length / 2;
  let right = 0;
  for (let i = 0; i < count; i++) {
    let [best, at] = [Infinity, -1];
    for (let j = 0; j < count; j++) {
      const square = (flat[2 * i]! - flat[2 * j]!) ** 2 + (flat[2 * i + 1]! - flat[2 * j + 1]!) ** 2;
      if (j !== i && square < best) [best, at] = [square, j];
    }
    if (at % groups === i % groups) right++;
  }
  return right / count;
};

describe('D5 PCA', () => {
  it('D5 finds directions, variances and the mean', () => {
    // A long and a short axis, turned by 30 degrees.
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const [a, b] = [normals(2000, 1), normals(2000, 2)];
    const x = tensor(Array.from(a, (v, i) => [3 * c * v - s * b[i]! + 7, 3 * s * v + c * b[i]! - 2]));
    const found = pca(x);
    const direction = found.components.toArray() as number[];
    expect(direction[0]).toBeCloseTo(c, 1);
    expect(direction[1]).toBeCloseTo(s, 1);
    expect(found.points.std(0).square().sub(found.variances).abs().max().item()).toBeLessThan(1e-3);
    expect(found.points.mean(0).abs().max().item()).toBeLessThan(1e-5);
    const back = found.points.mm(found.components).add(found.mean);
    expect(back.sub(x).abs().max().item()).toBeLessThan(1e-4);
    expect(() => pca(x, { components: 3 })).toThrow(/from 1 to the 2 dimensions, got 3/);
  });
});

describe('D5 t-SNE', () => {
  it('D5 affinities have the perplexity, are symmetric and sum to 1', () => {
    const row = Float64Array.from({ length: 50 }, (_, i) => (i * i) / 10);
    toPerplexity(row, 12);
    const entropy = row.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
    expect(Math.exp(entropy)).toBeCloseTo(12, 4);
    const { starts, columns, values } = jointProbabilities(normals(60 * 4, 3), 60, 5, 15);
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const at = new Map<string, number>();
    for (let i = 0; i < 60; i++)
      for (let k = starts[i]!; k < starts[i + 1]!; k++) at.set(`${i} ${columns[k]}`, values[k]!);
    for (const [pair, p] of at) expect(at.get(pair.split(' ').reverse().join(' '))).toBeCloseTo(p, 15);
  });

  it('D5 the gradient is that of the divergence, and the tree comes near to it', () => {
    const p = jointProbabilities(normals(40 * 5, 8), 40, 5, 39);
    const y = normals(80, 9);
    const gradient = new Float64Array(80);
    layoutGradient(y, p, 0, 1, gradient, false);
    const scratch = new Float64Array(80);
    for (let k = 0; k < 80; k += 7) {
      const around = [1e-5, -1e-5].map((step) => {
        const moved = y.slice();
        moved[k]! += step;
        return layoutGradient(moved, p, 0, 1, scratch, true);
      });
      expect((around[0]! - around[1]!) / 2e-5).toBeCloseTo(gradient[k]!, 6);
    }
    layoutGradient(y, p, 1e-9, 1, scratch, false);
    scratch.forEach((v, k) => expect(v).toBeCloseTo(gradient[k]!, 12));
    layoutGradient(y, p, 0.5, 1, scratch, false);
    const size = Math.hypot(...gradient);
    expect(Math.hypot(...gradient.map((v, k) => v - scratch[k]!)) / size).toBeLessThan(0.05);
  });

  it('D5 equal points and all points in one place are laid out without NaN', () => {
    const same = tensor(Array.from({ length: 40 }, (_, i) => [i % 4, i % 2, 0]));
    for (const theta of [0, 0.5]) {
      for (const x of [same, same.mul(0)]) {
        const { points } = tsne(x, { perplexity: 5, iterations: 60, theta, init: 'random' });
        expect(points.isfinite().all().item()).toBe(true);
      }
    }
  });

  it.each([0, 0.5])('D5 groups stay groups, the same for the same seed (theta %f)', (theta) => {
    const x = tensor(clusters(60, 6)).reshape(360, 10).float();
    const options = { perplexity: 15, iterations: 400, theta };
    const first = tsne(x, options);
    expect(first.points.shape).toEqual([360, 2]);
    const flat = first.points.toArray() as number[];
    expect(pure(flat, 6)).toBe(1);
    expect(first.divergence).toBeLessThan(0.6);
    expect(tsne(x, options).points.toArray()).toEqual(flat);
    const random = tsne(x, { ...options, init: 'random', seed: 1 });
    expect(random.points.toArray()).not.toEqual(flat);
    expect(pure(random.points.toArray() as number[], 6)).toBeGreaterThan(0.97);
  });

  it.each([1, 2])('D5 neighbours are found in %d principal dimensions', (pcaDimensions) => {
    // Groups along one line of ten dimensions: one component tells them apart.
    const noise = normals(90 * 10, 2);
    const x = tensor([...noise.map((v, i) => v / 20 + 9 * (Math.floor(i / 10) % 3))])
      .reshape(90, 10)
      .float();
    const { points } = tsne(x, { perplexity: 8, iterations: 250, pcaDimensions });
    expect(points.shape).toEqual([90, 2]);
    expect(pure(points.toArray() as number[], 3)).toBeGreaterThan(0.95);
  });

  it('D5 refuses what cannot be laid out', () => {
    const x = tensor(normals(60, 1)).reshape(20, 3).float();
    expect(() => tsne(x)).toThrow(/perplexity must be more than 1 and less than a third of the 20 points, got 30/);
    expect(() => tsne(x.at(':', 0), { perplexity: 3 })).toThrow(/needs points \[points, dimensions\], got \[20\]/);
    expect(() => tsne(x.mul(NaN), { perplexity: 3 })).toThrow(/values that are no numbers/);
    for (const pcaDimensions of [0, 1.5, NaN])
      expect(() => tsne(x, { perplexity: 3, pcaDimensions })).toThrow(/pcaDimensions must be a whole number from 1/);
    let steps = 0;
    tsne(x, { perplexity: 3, iterations: 100, onProgress: (step) => (steps = step) });
    expect(steps).toBe(100);
  });
});
