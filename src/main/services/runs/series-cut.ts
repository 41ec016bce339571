// Cutting a trace to the columns of a plot: per column the smallest, the largest and the last value, so that no spike is
// lost however many points there are. Pure: the same trace and range give the same cut.

export interface Trace {
  /** Rising or level. */
  x: Float64Array;
  y: Float64Array;
  /** Beside y, or empty. */
  smooth: Float64Array;
}
export interface CutOptions {
  from?: number | undefined;
  to?: number | undefined;
  columns: number;
}
export interface Cut {
  x: Float64Array;
  min: Float64Array;
  max: Float64Array;
  last: Float64Array;
  smooth: Float64Array;
  broken: Float64Array;
}

/** First index with x[index] >= limit. */
export function lowerBound(x: Float64Array, limit: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index with x[index] > limit. */
export function upperBound(x: Float64Array, limit: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The points with from <= x <= to (both ends belong to it), in `columns` columns of equal width between `from` and `to`
 * (or the trace's own ends). A column without finite values is left out; the x of a column is that of its last finite
 * point. NaN and infinite values are in no column: the x of the first in each is in `broken`. With no more points than
 * columns every point is its own column.
 */
export function cutTrace(trace: Trace, options: CutOptions): Cut {
  const { x } = trace;
  const begin = options.from === undefined ? 0 : lowerBound(x, options.from);
  const end = options.to === undefined ? x.length : upperBound(x, options.to);
  if (end <= begin) return emptyCut();
  const low = options.from ?? x[begin]!;
  const high = options.to ?? x[end - 1]!;
  const columns = end - begin <= options.columns ? 0 : options.columns;
  const scale = high > low ? columns / (high - low) : 0;
  return fill(trace, begin, end, low, scale, columns);
}

function fill(trace: Trace, begin: number, end: number, low: number, scale: number, columns: number): Cut {
  const { x, y, smooth } = trace;
  const most = columns === 0 ? end - begin : columns;
  const smoothed = smooth.length > 0;
  const cut = { ...emptyCut(), x: new Float64Array(most), min: new Float64Array(most), max: new Float64Array(most) };
  cut.last = new Float64Array(most);
  cut.smooth = new Float64Array(smoothed ? most : 0);
  const broken: number[] = [];
  let filled = 0;
  let column = -1;
  let brokenColumn = -1;
  for (let i = begin; i < end; i++) {
    const value = y[i]!;
    const own = columns === 0 ? i - begin : Math.min(columns - 1, Math.floor((x[i]! - low) * scale));
    if (value - value !== 0) {
      if (own !== brokenColumn) broken.push(x[i]!);
      brokenColumn = own;
      continue;
    }
    if (own !== column) {
      column = own;
      cut.min[filled] = value;
      cut.max[filled] = value;
      filled++;
    } else if (value < cut.min[filled - 1]!) cut.min[filled - 1] = value;
    else if (value > cut.max[filled - 1]!) cut.max[filled - 1] = value;
    cut.x[filled - 1] = x[i]!;
    cut.last[filled - 1] = value;
    if (smoothed) cut.smooth[filled - 1] = smooth[i]!;
  }
  return {
    x: cut.x.slice(0, filled),
    min: cut.min.slice(0, filled),
    max: cut.max.slice(0, filled),
    last: cut.last.slice(0, filled),
    smooth: cut.smooth.slice(0, filled),
    broken: Float64Array.from(broken),
  };
}

export function emptyCut(): Cut {
  const none = () => new Float64Array(0);
  return { x: none(), min: none(), max: none(), last: none(), smooth: none(), broken: none() };
}
