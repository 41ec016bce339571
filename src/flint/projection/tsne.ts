// t-SNE: points of many dimensions laid out in the plane so that neighbours stay neighbours. van der Maaten and Hinton 2008;
// with many points the repulsion is summed over a quadtree (Barnes-Hut, van der Maaten 2014).
import { noGrad } from '../autograd.ts';
import { fail } from '../errors.ts';
import { poll } from '../studio/sink.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';
import { jointProbabilities, type SparseRows } from './affinities.ts';
import { pca } from './pca.ts';
import { Quadtree } from './quadtree.ts';

/** What {@link tsne} may be told. */
export interface TsneOptions {
  /** About how many neighbours a point has; 30 when left out, less than a third of the points. */
  perplexity?: number;
  /** Steps of the descent; 1000 when left out. */
  iterations?: number;
  /** The size of a step; points / 48, at least 50, when left out (Belkina and others 2019). */
  learningRate?: number;
  /** What attraction is multiplied by in the first quarter of the steps, at most 250 of them; 12 when left out. */
  earlyExaggeration?: number;
  /** Where points start: along the first two principal components (the default), or at random. */
  init?: 'pca' | 'random';
  seed?: number;
  /** How coarse the sum over far points may be: 0 sums over all, exactly. 0.5 when left out for more than 1000 points, else 0. */
  theta?: number;
  /** Points of more dimensions are brought to so many by {@link pca} first; 50 when left out. */
  pcaDimensions?: number;
  /** Called after every 50 steps with the number of steps done and the divergence. */
  onProgress?: (step: number, divergence: number) => void;
}
/** Where t-SNE puts the points. */
export interface TsneResult {
  /** float32 `[points, 2]`, in the order of the input. */
  points: Tensor;
  /** The Kullback-Leibler divergence of the layout from the points' affinities: the smaller, the truer. */
  divergence: number;
}

/**
 * Lays points `[points, dimensions]` out in the plane. The same input, options and seed give the same layout. Time grows with
 * the square of the points for the search of neighbours, and with n·log n for each step above 1000 points.
 *
 * ```ts
 * const { points } = tsne(vectors.table(words), { perplexity: 20 });
 * viz.scatter('words', points, { labels: words });
 * ```
 */
export function tsne(x: Tensor, options: TsneOptions = {}): TsneResult {
  const { perplexity = 30, iterations = 1000, init = 'pca', seed = 0 } = options;
  if (x.dim() !== 2) fail('tsne', `it needs points [points, dimensions], got [${x.shape.join(', ')}]`);
  const count = x.shape[0]!;
  if (!(perplexity > 1) || 3 * perplexity >= count) {
    fail('tsne', `the perplexity must be more than 1 and less than a third of the ${count} points, got ${perplexity}`);
  }
  const most = options.pcaDimensions ?? 50;
  if (!Number.isInteger(most) || most < 1) fail('tsne', `pcaDimensions must be a whole number from 1, got ${most}`);
  if (!Number.isInteger(iterations) || iterations < 1)
    fail('tsne', `iterations must be a whole number from 1, got ${iterations}`);
  const theta = options.theta ?? (count > 1000 ? 0.5 : 0);
  const { values, start } = prepared(x, most, init, seed);
  const neighbors = theta === 0 ? count - 1 : Math.min(count - 1, Math.floor(3 * perplexity));
  const affinities = jointProbabilities(values, count, perplexity, neighbors);
  const divergence = descend(start, affinities, { ...options, iterations, theta });
  return { points: tensorFromBytes(Float32Array.from(start), [count, 2], 'float32'), divergence };
}

/** The points with fewer dimensions, and where they start: with a deviation of 1e-4, too near to each other to be in each other's way. */
function prepared(
  x: Tensor,
  most: number,
  init: 'pca' | 'random',
  seed: number,
): { values: Float64Array; start: Float64Array } {
  return noGrad(() => {
    const [count, dimensions] = x.shape as [number, number];
    const flat = Float64Array.from(x.detach().double().toArray() as number[]);
    if (flat.some((v) => !Number.isFinite(v))) fail('tsne', 'the points have values that are no numbers');
    const reduced = dimensions > most ? pca(x, { components: most }).points : null;
    const values = reduced ? Float64Array.from(reduced.toArray() as number[]) : flat;
    if (init === 'random' || dimensions < 2) {
      const random = randomFor(seed, count);
      return { values, start: Float64Array.from({ length: 2 * count }, () => 1e-4 * random.normal()) };
    }
    // One dimension is enough to find neighbours by, but the layout starts in two.
    const first = (reduced && most > 1 ? reduced : pca(x).points).at(':', '0:2').contiguous();
    const deviation = Number(first.at(':', 0).std().item()) || 1;
    return { values, start: Float64Array.from(first.toArray() as number[], (v) => (1e-4 * v) / deviation) };
  });
}

/** Moves `y` down the gradient, with momentum and a gain for each coordinate; gives the last divergence. */
function descend(
  y: Float64Array,
  affinities: SparseRows,
  options: TsneOptions & { iterations: number; theta: number },
): number {
  const { iterations, theta, earlyExaggeration = 12, onProgress } = options;
  const count = y.length / 2;
  const rate = options.learningRate ?? Math.max(count / 48, 50);
  const early = Math.min(250, Math.floor(iterations / 4));
  const gradient = new Float64Array(y.length);
  const velocity = new Float64Array(y.length);
  const gains = new Float64Array(y.length).fill(1);
  let divergence = NaN;
  for (let step = 1; step <= iterations; step++) {
    if (step % 10 === 0) poll();
    const report = step === iterations || (onProgress !== undefined && step % 50 === 0);
    divergence = layoutGradient(y, affinities, theta, step <= early ? earlyExaggeration : 1, gradient, report);
    const momentum = step <= early ? 0.5 : 0.8;
    for (let k = 0; k < y.length; k++) {
      gains[k] = Math.max(0.01, gradient[k]! * velocity[k]! < 0 ? gains[k]! + 0.2 : gains[k]! * 0.8);
      velocity[k] = momentum * velocity[k]! - rate * gains[k]! * gradient[k]!;
      y[k]! += velocity[k]!;
    }
    center(y);
    if (report && onProgress) onProgress(step, divergence);
  }
  return layoutGradient(y, affinities, theta, 1, gradient, true);
}

/**
 * The gradient of the divergence at the layout `y`, and, where asked for, the divergence itself (NaN otherwise). `exaggeration`
 * multiplies the affinities.
 */
export function layoutGradient(
  y: Float64Array,
  { starts, columns, values }: SparseRows,
  theta: number,
  exaggeration: number,
  gradient: Float64Array,
  wantsDivergence: boolean,
): number {
  const count = y.length / 2;
  const repulsion = new Float64Array(y.length);
  const total = theta === 0 ? repelAll(y, repulsion) : repelByTree(y, theta, repulsion);
  let divergence = 0;
  for (let i = 0; i < count; i++) {
    let [fx, fy] = [0, 0];
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const j = columns[k]!;
      const dx = y[2 * i]! - y[2 * j]!;
      const dy = y[2 * i + 1]! - y[2 * j + 1]!;
      const q = 1 / (1 + dx * dx + dy * dy);
      const p = exaggeration * values[k]!;
      fx += p * q * dx;
      fy += p * q * dy;
      if (wantsDivergence && p > 0) divergence += p * Math.log((p * total) / q);
    }
    gradient[2 * i] = 4 * (fx - repulsion[2 * i]! / total);
    gradient[2 * i + 1] = 4 * (fy - repulsion[2 * i + 1]! / total);
  }
  return wantsDivergence ? divergence : NaN;
}

/** Every pair once; gives the sum of q over all ordered pairs. */
function repelAll(y: Float64Array, force: Float64Array): number {
  let total = 0;
  for (let i = 0; i < y.length; i += 2) {
    const [x0, y0] = [y[i]!, y[i + 1]!];
    let [fx, fy] = [0, 0];
    for (let j = i + 2; j < y.length; j += 2) {
      const dx = x0 - y[j]!;
      const dy = y0 - y[j + 1]!;
      const q = 1 / (1 + dx * dx + dy * dy);
      total += q;
      const square = q * q;
      fx += square * dx;
      fy += square * dy;
      force[j]! -= square * dx;
      force[j + 1]! -= square * dy;
    }
    force[i]! += fx;
    force[i + 1]! += fy;
  }
  return 2 * total;
}

function repelByTree(y: Float64Array, theta: number, force: Float64Array): number {
  const tree = new Quadtree(y);
  let total = 0;
  for (let i = 0; i < y.length / 2; i++) total += tree.repel(i, theta, force);
  return total;
}

function center(y: Float64Array): void {
  let [x0, y0] = [0, 0];
  for (let i = 0; i < y.length; i += 2) {
    x0 += y[i]!;
    y0 += y[i + 1]!;
  }
  for (let i = 0; i < y.length; i += 2) {
    y[i]! -= (2 * x0) / y.length;
    y[i + 1]! -= (2 * y0) / y.length;
  }
}
