// Every point of one tag of one run, in the order it was logged, and its cuts by step, epoch or time.
import { cutTrace, type Cut, type CutOptions, type Trace } from './series-cut.ts';
import { GrowingArray } from './growing-array.ts';
import { SmoothTrace } from './series-smooth.ts';

export type Axis = 'step' | 'epoch' | 'time';

export interface Point {
  step: number;
  /** NaN when not known. */
  epoch: number;
  /** Seconds since 1970. */
  wallTime: number;
  value: number;
}

/** Smoothings kept at once: the one in use and the one a slider just left. */
const keptSmoothings = 2;

export class TagSeries {
  private readonly steps = new GrowingArray();
  private readonly epochs = new GrowingArray();
  private readonly times = new GrowingArray();
  private readonly values = new GrowingArray();
  private readonly rising: Record<Axis, boolean> = { step: true, epoch: true, time: true };
  private smoothings: SmoothTrace[] = [];

  get length(): number {
    return this.values.length;
  }
  get lastStep(): number {
    return this.steps.last;
  }
  get lastValue(): number {
    return this.values.last;
  }

  push(point: Point): void {
    if (point.step < this.steps.last) this.rising.step = false;
    if (!(point.epoch >= this.epochs.last) && this.length > 0) this.rising.epoch = false;
    if (Number.isNaN(point.epoch)) this.rising.epoch = false;
    if (point.wallTime < this.times.last) this.rising.time = false;
    this.steps.push(point.step);
    this.epochs.push(point.epoch);
    this.times.push(point.wallTime);
    this.values.push(point.value);
  }

  /** `start`: the second that is 0 on the time axis. `epochOf` gives the epoch of points that do not know theirs. */
  cut(axis: Axis, smoothing: number, options: CutOptions, start: number, epochOf?: (step: number) => number): Cut {
    const values = this.values.view();
    const smooth = smoothing > 0 ? this.smoothing(smoothing).extend(values) : new Float64Array(0);
    if (axis === 'time') {
      const shifted = { ...options, from: shift(options.from, start), to: shift(options.to, start) };
      const cut = cutTrace(this.trace('time', this.times.view(), values, smooth), shifted);
      return { ...cut, x: cut.x.map((x) => x - start), broken: cut.broken.map((x) => x - start) };
    }
    if (axis === 'epoch') return cutTrace(this.byEpoch(values, smooth, epochOf), options);
    return cutTrace(this.trace('step', this.steps.view(), values, smooth), options);
  }

  private smoothing(weight: number): SmoothTrace {
    const known = this.smoothings.find((s) => s.weight === weight) ?? new SmoothTrace(weight);
    this.smoothings = [known, ...this.smoothings.filter((s) => s !== known)].slice(0, keptSmoothings);
    return known;
  }

  private trace(axis: Axis, x: Float64Array, y: Float64Array, smooth: Float64Array): Trace {
    return this.rising[axis] ? { x, y, smooth } : sorted(x, y, smooth);
  }

  private byEpoch(values: Float64Array, smooth: Float64Array, epochOf?: (step: number) => number): Trace {
    if (this.rising.epoch) return { x: this.epochs.view(), y: values, smooth };
    const steps = this.steps.view();
    const x = this.epochs.view().map((epoch, i) => (Number.isNaN(epoch) && epochOf ? epochOf(steps[i]!) : epoch));
    return sorted(x, values, smooth);
  }
}

const shift = (limit: number | undefined, by: number) => (limit === undefined ? undefined : limit + by);

/** In rising order of x, equal ones as they were logged; points without x are left out. */
function sorted(x: Float64Array, y: Float64Array, smooth: Float64Array): Trace {
  const order = Array.from(x.keys()).filter((i) => !Number.isNaN(x[i]!));
  order.sort((a, b) => x[a]! - x[b]! || a - b);
  const take = (from: Float64Array) => Float64Array.from(order, (i) => from[i]!);
  return { x: take(x), y: take(y), smooth: smooth.length ? take(smooth) : smooth };
}
