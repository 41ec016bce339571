// How near points are to each other, as t-SNE sees it: probabilities with the same perplexity around every point.

/** A sparse symmetric matrix: row i has the entries `columns[k]`, `values[k]` for k in starts[i] .. starts[i + 1]. */
export interface SparseRows {
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

/**
 * The joint probabilities p_ij of points (`x`: `count` times `dimensions` numbers), over the `neighbors` nearest of each:
 * p_j|i falls with the squared distance as a Gaussian whose width gives the perplexity; p_ij = (p_j|i + p_i|j) / 2n. They sum to 1.
 * van der Maaten and Hinton 2008 (all neighbours), van der Maaten 2014 (3 times the perplexity of them).
 */
export function jointProbabilities(x: Float64Array, count: number, perplexity: number, neighbors: number): SparseRows {
  const dimensions = x.length / count;
  const near = new Int32Array(count * neighbors);
  const weights = new Float64Array(count * neighbors);
  const distances = new Float64Array(count);
  const heap = new Int32Array(neighbors);
  for (let i = 0; i < count; i++) {
    squaredDistances(x, dimensions, i, distances);
    distances[i] = Infinity;
    nearest(distances, heap);
    near.set(heap, i * neighbors);
    const row = weights.subarray(i * neighbors, (i + 1) * neighbors);
    for (let k = 0; k < neighbors; k++) row[k] = distances[heap[k]!]!;
    toPerplexity(row, perplexity);
  }
  return symmetric(near, weights, count, neighbors);
}

function squaredDistances(x: Float64Array, dimensions: number, i: number, into: Float64Array): void {
  const from = i * dimensions;
  for (let j = 0, at = 0; j < into.length; j++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++, at++) {
      const difference = x[from + d]! - x[at]!;
      sum += difference * difference;
    }
    into[j] = sum;
  }
}

/** Fills `heap` with the places of the smallest values; of equal ones the first. */
function nearest(values: Float64Array, heap: Int32Array): void {
  const size = heap.length;
  const above = (a: number, b: number) => values[a]! > values[b]! || (values[a] === values[b] && a > b);
  const sink = (start: number): void => {
    for (let at = start; ;) {
      let child = 2 * at + 1;
      if (child >= size) return;
      if (child + 1 < size && above(heap[child + 1]!, heap[child]!)) child++;
      if (!above(heap[child]!, heap[at]!)) return;
      [heap[at], heap[child]] = [heap[child]!, heap[at]!];
      at = child;
    }
  };
  for (let k = 0; k < size; k++) heap[k] = k;
  for (let k = (size >> 1) - 1; k >= 0; k--) sink(k);
  for (let j = size; j < values.length; j++) {
    if (!above(heap[0]!, j)) continue;
    heap[0] = j;
    sink(0);
  }
}

/** Squared distances to probabilities exp(-beta d) / sum with the given perplexity: beta is found by halving. */
export function toPerplexity(row: Float64Array, perplexity: number): void {
  const least = row.reduce((a, b) => Math.min(a, b), Infinity);
  const shifted = row.map((d) => d - least);
  const goal = Math.log(perplexity);
  let [beta, low, high] = [1, 0, Infinity];
  for (let step = 0; step < 200; step++) {
    let [sum, weighted] = [0, 0];
    for (let k = 0; k < row.length; k++) {
      const p = Math.exp(-beta * shifted[k]!);
      row[k] = p;
      sum += p;
      weighted += p * shifted[k]!;
    }
    const difference = Math.log(sum) + (beta * weighted) / sum - goal;
    for (let k = 0; k < row.length; k++) row[k]! /= sum;
    if (Math.abs(difference) < 1e-7) return;
    if (difference > 0) {
      low = beta;
      beta = high === Infinity ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = (beta + low) / 2;
    }
  }
}

/** (P + Pᵀ) / 2n of the rows of neighbours. */
function symmetric(near: Int32Array, weights: Float64Array, count: number, neighbors: number): SparseRows {
  const rows: Map<number, number>[] = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < count; i++) {
    for (let k = i * neighbors; k < (i + 1) * neighbors; k++) {
      const [j, half] = [near[k]!, weights[k]! / (2 * count)];
      rows[i]!.set(j, (rows[i]!.get(j) ?? 0) + half);
      rows[j]!.set(i, (rows[j]!.get(i) ?? 0) + half);
    }
  }
  const starts = new Int32Array(count + 1);
  rows.forEach((row, i) => (starts[i + 1] = starts[i]! + row.size));
  const columns = new Int32Array(starts[count]!);
  const values = new Float64Array(starts[count]!);
  rows.forEach((row, i) => {
    let at = starts[i]!;
    for (const [j, p] of row) {
      columns[at] = j;
      values[at++] = p;
    }
  });
  return { starts, columns, values };
}
