// Learning-rate schedules. Each computes the rate of an epoch from the initial one in closed form, so that loading a state or
// jumping to an epoch gives the same sequence as counting there. Where something else has changed the rate, another schedule
// of the same optimizer or the program, a step changes it in proportion, as in PyTorch.
import { fail } from '../errors.ts';
import { outsideOfCompile } from '../graph/recorder.ts';
import type { Optimizer } from './optimizer.ts';

/** What a schedule needs to continue. */
export interface SchedulerState {
  lastEpoch: number;
  baseLrs: number[];
}

/** The base of schedules that depend on the epoch alone. Make it after the optimizer; call `step()` once an epoch. */
export abstract class LRScheduler {
  readonly optimizer: Optimizer;
  /** The number of `step()` calls so far. */
  lastEpoch = 0;
  /** The initial rates of the groups. */
  baseLrs: number[];

  constructor(optimizer: Optimizer) {
    this.optimizer = optimizer;
    // The first schedule of an optimizer notes the rates it was made with: one that follows must not begin with those.
    this.baseLrs = optimizer.paramGroups.map((g: { lr: number; initialLr?: number }) => (g.initialLr ??= g.lr));
  }
  /** What the initial rate is multiplied by, or replaced with, at `epoch`. */
  protected abstract rate(base: number, epoch: number): number;

  /** The rate that the schedule falls to, which proportions are counted from. */
  protected floor(): number {
    return 0;
  }

  protected setRates(): void {
    this.optimizer.paramGroups.forEach((g, i) => (g.lr = this.rate(this.baseLrs[i]!, this.lastEpoch)));
  }
  /** Sets the rates of the epoch that has just begun. */
  protected follow(): void {
    this.optimizer.paramGroups.forEach((g, i) => {
      const base = this.baseLrs[i]!;
      const before = this.lastEpoch === 0 ? base : this.rate(base, this.lastEpoch - 1);
      const now = this.rate(base, this.lastEpoch);
      const floor = this.floor();
      g.lr = g.lr === before || before === floor ? now : floor + ((g.lr - floor) * (now - floor)) / (before - floor);
    });
  }
  /** Goes to the next epoch and sets the groups' rates. */
  step(): void {
    outsideOfCompile('a scheduler steps');
    this.lastEpoch++;
    this.follow();
  }
  /** The groups' rates now. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((g) => g.lr);
  }
  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, baseLrs: [...this.baseLrs] };
  }
  loadStateDict(state: SchedulerState): void {
    if (state.baseLrs.length !== this.baseLrs.length) {
      fail(
        'loadStateDict',
        `the schedule was saved for ${state.baseLrs.length} groups, the optimizer has ${this.baseLrs.length}`,
      );
    }
    this.lastEpoch = state.lastEpoch;
    this.baseLrs = [...state.baseLrs];
    this.setRates();
  }
}

/** The base of schedules that set the rate whatever it was. */
export abstract class AbsoluteSchedule extends LRScheduler {
  protected override follow(): void {
    this.setRates();
  }
}

/** Multiplies the rate by `gamma` (0.1) every `stepSize` epochs. */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;
  constructor(optimizer: Optimizer, stepSize: number, gamma = 0.1) {
    super(optimizer);
    if (!Number.isInteger(stepSize) || stepSize < 1)
      fail('StepLR', `stepSize must be an integer of at least 1, got ${stepSize}`);
    this.stepSize = stepSize;
    this.gamma = gamma;
  }
  protected rate(base: number, epoch: number): number {
    return base * this.gamma ** Math.floor(epoch / this.stepSize);
  }
}

/** Multiplies the rate by `gamma` (0.1) at each of the epochs `milestones`. */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;
  constructor(optimizer: Optimizer, milestones: readonly number[], gamma = 0.1) {
    super(optimizer);
    this.milestones = milestones;
    this.gamma = gamma;
  }
  protected rate(base: number, epoch: number): number {
    return base * this.gamma ** this.milestones.filter((m) => m <= epoch).length;
  }
}

/** Multiplies the rate by `gamma` every epoch. */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;
  constructor(optimizer: Optimizer, gamma: number) {
    super(optimizer);
    this.gamma = gamma;
  }
  protected rate(base: number, epoch: number): number {
    return base * this.gamma ** epoch;
  }
}

/** Follows half a cosine from the initial rate to `etaMin` (0) in `tMax` epochs. */
export class CosineAnnealingLR extends LRScheduler {
  readonly tMax: number;
  readonly etaMin: number;
  constructor(optimizer: Optimizer, tMax: number, options: { etaMin?: number } = {}) {
    super(optimizer);
    if (!(tMax > 0)) fail('CosineAnnealingLR', `tMax must be above 0, got ${tMax}`);
    this.tMax = tMax;
    this.etaMin = options.etaMin ?? 0;
  }
  protected rate(base: number, epoch: number): number {
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * epoch) / this.tMax))) / 2;
  }
  protected override floor(): number {
    return this.etaMin;
  }
}

/** Goes from `startFactor` (1/3) to `endFactor` (1) of the rate in `totalIters` (5) epochs: a warm-up. */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;
  constructor(optimizer: Optimizer, options: { startFactor?: number; endFactor?: number; totalIters?: number } = {}) {
    super(optimizer);
    this.startFactor = options.startFactor ?? 1 / 3;
    this.endFactor = options.endFactor ?? 1;
    this.totalIters = options.totalIters ?? 5;
    this.follow();
  }
  protected rate(base: number, epoch: number): number {
    const share = Math.min(epoch, this.totalIters) / this.totalIters;
    return base * (this.startFactor + (this.endFactor - this.startFactor) * share);
  }
}

/** The rate times what a function gives for the epoch. */
export class LambdaLR extends AbsoluteSchedule {
  readonly factor: (epoch: number) => number;
  constructor(optimizer: Optimizer, factor: (epoch: number) => number) {
    super(optimizer);
    this.factor = factor;
    this.setRates();
  }
  protected rate(base: number, epoch: number): number {
    return base * this.factor(epoch);
  }
}
/** Multiplies the rate each epoch by what a function gives for it, from epoch 1 on. */
export class MultiplicativeLR extends LRScheduler {
  readonly factor: (epoch: number) => number;
  constructor(optimizer: Optimizer, factor: (epoch: number) => number) {
    super(optimizer);
    this.factor = factor;
  }
  protected rate(base: number, epoch: number): number {
    let rate = base;
    for (let e = 1; e <= epoch; e++) rate *= this.factor(e);
    return rate;
  }
}

/** The rate times `factor` (1/3) for the first `totalIters` (5) epochs. */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;
  constructor(optimizer: Optimizer, options: { factor?: number; totalIters?: number } = {}) {
    super(optimizer);
    this.factor = options.factor ?? 1 / 3;
    this.totalIters = options.totalIters ?? 5;
    this.follow();
  }
  protected rate(base: number, epoch: number): number {
    return epoch < this.totalIters ? base * this.factor : base;
  }
}
/** Falls to 0 in `totalIters` (5) epochs, as the given power of what is left. */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;
  constructor(optimizer: Optimizer, options: { totalIters?: number; power?: number } = {}) {
    super(optimizer);
    this.totalIters = options.totalIters ?? 5;
    this.power = options.power ?? 1;
  }
  protected rate(base: number, epoch: number): number {
    return base * (1 - Math.min(epoch, this.totalIters) / this.totalIters) ** this.power;
  }
}

/** What {@link ReduceLROnPlateau} may be told. */
export interface PlateauOptions {
  mode?: 'min' | 'max';
  factor?: number;
  /** How many epochs without improvement are borne. */
  patience?: number;
  threshold?: number;
  thresholdMode?: 'rel' | 'abs';
  cooldown?: number;
  minLr?: number;
  eps?: number;
}
/** Multiplies the rate by `factor` (0.1) when the value given to `step(value)` has not improved for `patience` (10) epochs. */
export class ReduceLROnPlateau {
  readonly optimizer: Optimizer;
  readonly options: Required<PlateauOptions>;
  best: number;
  private bad = 0;
  private cooling = 0;

  constructor(optimizer: Optimizer, options: PlateauOptions = {}) {
    this.optimizer = optimizer;
    this.options = {
      mode: 'min',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel',
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
      ...options,
    };
    if (this.options.factor >= 1) fail('ReduceLROnPlateau', `factor must be below 1, got ${this.options.factor}`);
    this.best = this.options.mode === 'min' ? Infinity : -Infinity;
  }
  /** Tells the value that should improve. */
  step(metric: number): void {
    const { patience, cooldown, factor, minLr, eps } = this.options;
    if (this.isBetter(metric)) {
      this.best = metric;
      this.bad = 0;
    } else this.bad++;
    if (this.cooling > 0) {
      this.cooling--;
      this.bad = 0;
    }
    if (this.bad <= patience) return;
    for (const group of this.optimizer.paramGroups) {
      const lr = Math.max(group.lr * factor, minLr);
      if (group.lr - lr > eps) group.lr = lr;
    }
    this.cooling = cooldown;
    this.bad = 0;
  }
  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const sign = mode === 'min' ? -1 : 1;
    if (!Number.isFinite(this.best)) return mode === 'min' ? value < this.best : value > this.best;
    const bound = thresholdMode === 'rel' ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === 'min' ? value < bound : value > bound;
  }
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((g) => g.lr);
  }
  stateDict(): { best: number; bad: number; cooling: number } {
    return { best: this.best, bad: this.bad, cooling: this.cooling };
  }
  loadStateDict(state: { best: number; bad: number; cooling: number }): void {
    Object.assign(this, state);
  }
}
