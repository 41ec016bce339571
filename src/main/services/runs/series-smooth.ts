// Smoothing of a trace: the exponential average that starts unbiased, over every point, kept as the trace grows.
import { GrowingArray } from './growing-array.ts';

/**
 * After n finite values v: s = weight * s + (1 - weight) * v; shown is s / (1 - weight^n). NaN and infinite values are
 * passed over; they show the value before them (NaN before the first).
 */
export class SmoothTrace {
  readonly weight: number;
  private readonly smooth = new GrowingArray();
  private sum = 0;
  private decay = 1;
  private shown = NaN;

  constructor(weight: number) {
    this.weight = weight;
  }
  /** The smoothed values beside `values`, of which only the new ones are worked through. */
  extend(values: Float64Array): Float64Array {
    const { weight } = this;
    for (let i = this.smooth.length; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isFinite(value)) {
        this.sum = weight * this.sum + (1 - weight) * value;
        this.decay *= weight;
        this.shown = this.sum / (1 - this.decay);
      }
      this.smooth.push(this.shown);
    }
    return this.smooth.view();
  }
}
