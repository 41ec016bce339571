// How fast a run goes and how long it will take, from its progress seen some times a second.
import type { RunProgress } from '../../shared/contract/runs.ts';

export interface ProgressFigures {
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  samples: number;
}

/** Seconds over which the speed is averaged. */
const windowSeconds = 10;

export class Pace {
  private seen: { at: number; samples: number; done: number }[] = [];

  /** `activeSeconds`: on a clock that stands still during pauses. */
  add(p: ProgressFigures, activeSeconds: number): RunProgress {
    const done = p.epochs > 0 ? (p.epoch + (p.steps > 0 ? Math.min(1, p.step / p.steps) : 0)) / p.epochs : 0;
    const last = this.seen.at(-1);
    if (!last || p.samples !== last.samples || done !== last.done) {
      this.seen.push({ at: activeSeconds, samples: p.samples, done });
    }
    while (this.seen.length > 2 && this.seen[0]!.at < activeSeconds - windowSeconds) this.seen.shift();
    const first = this.seen[0]!;
    const seconds = activeSeconds - first.at;
    const samplesPerSecond = seconds > 0 ? Math.max(0, p.samples - first.samples) / seconds : 0;
    const progressed = done - first.done;
    const secondsLeft = done >= 1 ? 0 : seconds > 0 && progressed > 0 ? ((1 - done) * seconds) / progressed : null;
    const { epoch, epochs, step, steps } = p;
    return { epoch, epochs, step, steps, samplesPerSecond, secondsLeft };
  }
}
