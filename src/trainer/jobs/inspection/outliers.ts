// Which samples stand out by size or brightness: far from the middle, measured in robust deviations.
import { problemBits } from './findings.ts';

/** Deviations from the median beyond which a value stands out; a normal distribution has 1 in 16,000 there. */
const far = 4;
/** Median absolute deviation to standard deviation, for a normal distribution. */
const toDeviation = 1.4826;
const fewest = 20;

interface Measured {
  widths: Uint32Array;
  heights: Uint32Array;
  brightness: Float32Array;
}

/** Sizes are compared by area and by proportion, both as logarithms, since twice as large is as far as half as large. */
export function markOutliers(problems: Uint8Array, { widths, heights, brightness }: Measured): void {
  const readable = (i: number) => widths[i]! > 0;
  const area = Float64Array.from(widths, (w, i) => (readable(i) ? Math.log(w * heights[i]!) : NaN));
  const proportion = Float64Array.from(widths, (w, i) => (readable(i) ? Math.log(w / heights[i]!) : NaN));
  mark(problems, area, problemBits.size, Math.log(1.5));
  mark(problems, proportion, problemBits.size, Math.log(1.5));
  mark(problems, brightness, problemBits.brightness, 8);
}

/** `least`: what is nearer to the median never stands out, however much alike the others are. */
function mark(problems: Uint8Array, values: ArrayLike<number>, bit: number, least: number): void {
  const known = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  if (known.length < fewest) return;
  const middle = medianOf(known);
  const deviation = toDeviation * medianOf(known.map((v) => Math.abs(v - middle)));
  const limit = Math.max(least, far * deviation);
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]! - middle) > limit) problems[i]! |= bit;
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
