// Schedules that rise and fall: one cycle, cycles, restarts; and schedules after one another.
import { fail } from '../errors.ts';
import { AbsoluteSchedule, type LRScheduler, type SchedulerState } from './lr-scheduler.ts';
import type { Optimizer } from './optimizer.ts';

/** What {@link OneCycleLR} may be told. */
export interface OneCycleOptions {
  /** All steps; or `epochs` and `stepsPerEpoch`. */
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** The share of steps in which the rate rises; 0.3 when left out. */
  pctStart?: number;
  annealStrategy?: 'cos' | 'linear';
  /** The first rate is `maxLr / divFactor` (25). */
  divFactor?: number;
  /** The last rate is the first divided by this (1e4). */
  finalDivFactor?: number;
  threePhase?: boolean;
  /** Whether momentum falls while the rate rises, and the reverse; true when left out. */
  cycleMomentum?: boolean;
  baseMomentum?: number;
  maxMomentum?: number;
}
interface Phase {
  end: number;
  rates: readonly [start: number, end: number];
  momenta: readonly [start: number, end: number];
}

/** What an optimizer's groups may have that cycles with the rate. */
interface Momentum {
  momentum?: number;
  betas?: readonly [number, number];
}
function setMomentum(group: Momentum, value: number): void {
  if (group.betas) group.betas = [value, group.betas[1]];
  else group.momentum = value;
}

/** From a low rate up to `maxLr`, then far down, in one cycle (Smith and Topin, 2017). Call `step()` after every batch. */
export class OneCycleLR extends AbsoluteSchedule {
  readonly totalSteps: number;
  private readonly phases: readonly Phase[];
  private readonly anneal: (start: number, end: number, share: number) => number;
  private readonly cycleMomentum: boolean;

  constructor(optimizer: Optimizer, maxLr: number, options: OneCycleOptions) {
    super(optimizer);
    const { pctStart = 0.3, annealStrategy = 'cos', divFactor = 25, finalDivFactor = 1e4 } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, threePhase = false } = options;
    this.totalSteps = options.totalSteps ?? (options.epochs ?? 0) * (options.stepsPerEpoch ?? 0);
    if (!(Number.isInteger(this.totalSteps) && this.totalSteps > 0)) {
      fail('OneCycleLR', `pass totalSteps, or epochs and stepsPerEpoch, of at least 1; got ${this.totalSteps}`);
    }
    if (pctStart < 0 || pctStart > 1) fail('OneCycleLR', `pctStart must be in [0, 1], got ${pctStart}`);
    this.anneal =
      annealStrategy === 'linear'
        ? (start, end, share) => start + (end - start) * share
        : (start, end, share) => end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
    const initial = maxLr / divFactor;
    const last = initial / finalDivFactor;
    const top = pctStart * this.totalSteps - 1;
    const down: Phase = { end: this.totalSteps - 1, rates: [maxLr, last], momenta: [baseMomentum, maxMomentum] };
    this.phases = [
      { end: top, rates: [initial, maxLr], momenta: [maxMomentum, baseMomentum] },
      ...(threePhase
        ? [
            { end: 2 * pctStart * this.totalSteps - 2, rates: [maxLr, initial], momenta: [baseMomentum, maxMomentum] },
            { end: this.totalSteps - 1, rates: [initial, last], momenta: [maxMomentum, maxMomentum] },
          ]
        : [down]),
    ] as Phase[];
    this.cycleMomentum = cycleMomentum;
    this.setRates();
  }
  protected rate(_base: number, step: number): number {
    return this.value(step, 'rates');
  }
  private value(step: number, which: 'rates' | 'momenta'): number {
    if (step >= this.totalSteps) {
      fail(
        'OneCycleLR',
        `step() was called ${step} times, the cycle has ${this.totalSteps} steps; give it as many as there are batches`,
      );
    }
    const index = Math.max(
      0,
      this.phases.findIndex((p, i) => step <= p.end || i === this.phases.length - 1),
    );
    const phase = this.phases[index]!;
    const begin = index === 0 ? 0 : this.phases[index - 1]!.end;
    return this.anneal(phase[which][0], phase[which][1], (step - begin) / (phase.end - begin));
  }
  protected override setRates(): void {
    super.setRates();
    if (!this.cycleMomentum) return;
    for (const group of this.optimizer.paramGroups)
      setMomentum(group as Momentum, this.value(this.lastEpoch, 'momenta'));
  }
}

/** Up and down between two rates, over and over (Smith, 2015). Call `step()` after every batch. */
export class CyclicLR extends AbsoluteSchedule {
  readonly baseLr: number;
  readonly maxLr: number;
  readonly stepSizeUp: number;
  readonly stepSizeDown: number;
  readonly mode: 'triangular' | 'triangular2' | 'expRange';
  readonly gamma: number;
  constructor(
    optimizer: Optimizer,
    baseLr: number,
    maxLr: number,
    options: {
      stepSizeUp?: number;
      stepSizeDown?: number;
      mode?: 'triangular' | 'triangular2' | 'expRange';
      gamma?: number;
    } = {},
  ) {
    super(optimizer);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1 } = options;
    [this.baseLr, this.maxLr, this.stepSizeUp, this.stepSizeDown] = [baseLr, maxLr, stepSizeUp, stepSizeDown];
    [this.mode, this.gamma] = [mode, gamma];
    this.setRates();
  }
  protected rate(_base: number, step: number): number {
    const length = this.stepSizeUp + this.stepSizeDown;
    const cycle = Math.floor(1 + step / length);
    const x = 1 + step / length - cycle;
    const ratio = this.stepSizeUp / length;
    const height = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    const scale = { triangular: 1, triangular2: 1 / 2 ** (cycle - 1), expRange: this.gamma ** step }[this.mode];
    return this.baseLr + (this.maxLr - this.baseLr) * height * scale;
  }
}

/** Cosine annealing that begins anew after `t0` epochs, each time `tMult` as long (Loshchilov and Hutter, 2016). */
export class CosineAnnealingWarmRestarts extends AbsoluteSchedule {
  readonly t0: number;
  readonly tMult: number;
  readonly etaMin: number;
  constructor(optimizer: Optimizer, t0: number, options: { tMult?: number; etaMin?: number } = {}) {
    super(optimizer);
    if (!(Number.isInteger(t0) && t0 > 0))
      fail('CosineAnnealingWarmRestarts', `t0 must be an integer above 0, got ${t0}`);
    this.t0 = t0;
    this.tMult = options.tMult ?? 1;
    this.etaMin = options.etaMin ?? 0;
  }
  protected rate(base: number, epoch: number): number {
    let [length, at] = [this.t0, epoch];
    while (at >= length) [at, length] = [at - length, length * this.tMult];
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * at) / length))) / 2;
  }
}

/** Schedules one after another: the second begins at the first milestone, and so on. */
export class SequentialLR {
  readonly optimizer: Optimizer;
  readonly schedulers: readonly LRScheduler[];
  readonly milestones: readonly number[];
  lastEpoch = 0;
  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[]) {
    if (milestones.length !== schedulers.length - 1) {
      fail(
        'SequentialLR',
        `${schedulers.length} schedules need ${schedulers.length - 1} milestones, got ${milestones.length}`,
      );
    }
    this.optimizer = optimizer;
    this.schedulers = schedulers;
    this.milestones = milestones;
    this.enter(0, 0);
  }
  /** Brings schedule `index` to its own epoch. */
  private enter(index: number, epoch: number): void {
    const scheduler = this.schedulers[index]!;
    scheduler.loadStateDict({ ...scheduler.stateDict(), lastEpoch: epoch });
  }
  /** Goes to the next epoch and sets the groups' rates. */
  step(): void {
    this.lastEpoch++;
    const index = this.milestones.filter((m) => m <= this.lastEpoch).length;
    this.enter(index, this.lastEpoch - (index === 0 ? 0 : this.milestones[index - 1]!));
  }
  /** The groups' rates now. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((g) => g.lr);
  }
  stateDict(): { lastEpoch: number } {
    return { lastEpoch: this.lastEpoch };
  }
  loadStateDict(state: { lastEpoch: number }): void {
    this.lastEpoch = state.lastEpoch - 1;
    this.step();
  }
}

/** Schedules that act together: each step is a step of all of them, and their factors multiply. */
export class ChainedScheduler {
  readonly optimizer: Optimizer;
  readonly schedulers: readonly LRScheduler[];
  constructor(schedulers: readonly LRScheduler[]) {
    const first = schedulers[0] ?? fail('ChainedScheduler', 'needs at least one schedule, got none');
    if (schedulers.some((s) => s.optimizer !== first.optimizer))
      fail('ChainedScheduler', 'the schedules must be of one optimizer');
    this.optimizer = first.optimizer;
    this.schedulers = schedulers;
  }
  /** Goes to the next epoch of all schedules. */
  step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
  }
  /** The groups' rates now. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((g) => g.lr);
  }
  stateDict(): { schedulers: SchedulerState[] } {
    return { schedulers: this.schedulers.map((s) => s.stateDict()) };
  }
  /** Continues from a state that {@link stateDict} gave; the rates stay those of the optimizer's own state. */
  loadStateDict(state: { schedulers: SchedulerState[] }): void {
    if (state.schedulers.length !== this.schedulers.length)
      fail('loadStateDict', `${state.schedulers.length} schedules were saved, there are ${this.schedulers.length}`);
    const rates = this.getLastLr();
    this.schedulers.forEach((s, i) => s.loadStateDict(state.schedulers[i]!));
    this.optimizer.paramGroups.forEach((g, i) => (g.lr = rates[i]!));
  }
}
