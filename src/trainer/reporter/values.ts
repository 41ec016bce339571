// Logged values on their way: gathered by tag for the window, by step for the event file, the last of each for run.json;
// a value that is no number is noticed once for each tag.
import { epochTag, type TagPoints } from '../../shared/contract/trainer.ts';
import type { LoggedValue } from '../shared-state.ts';
import type { EventLog, LoggedScalar } from './event-log.ts';

interface Columns {
  steps: number[];
  epochs: number[];
  times: number[];
  values: number[];
}

export class Values {
  /** Last value of each tag. */
  readonly metrics: Record<string, number> = {};
  /** Points of each tag that were handed to the event file. */
  private readonly counts = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly columns = new Map<string, Columns>();
  private readonly broken = new Set<string>();
  private readonly log: EventLog;
  private readonly onBroken: (tag: string, step: number, value: number) => void;
  private open: { values: Record<string, number>; step: number; time: number } | null = null;

  constructor(log: EventLog, onBroken: (tag: string, step: number, value: number) => void) {
    this.log = log;
    this.onBroken = onBroken;
  }

  name(id: number, tag: string): void {
    this.names[id] = tag;
  }

  /** Takes in what an earlier run logged, which goes to the file alone. */
  begin(history: Iterable<LoggedScalar>): void {
    for (const { tag, step, time, value } of history) {
      this.toFile(tag, step, time, value);
      this.counts.set(tag, (this.counts.get(tag) ?? 0) + 1);
      if (tag !== epochTag) this.metrics[tag] = value;
    }
    this.closeEvent();
  }

  /** False when the tag's name is not known yet. */
  take({ tag: id, step, epoch, time, value }: LoggedValue): boolean {
    const tag = this.names[id];
    if (tag === undefined) return false;
    this.toFile(tag, step, time, value);
    let columns = this.columns.get(tag);
    if (!columns) this.columns.set(tag, (columns = { steps: [], epochs: [], times: [], values: [] }));
    columns.steps.push(step);
    columns.epochs.push(epoch);
    columns.times.push(time);
    columns.values.push(value);
    if (tag !== epochTag) this.metrics[tag] = value;
    if (!Number.isFinite(value) && !this.broken.has(tag)) {
      this.broken.add(tag);
      this.onBroken(tag, step, value);
    }
    return true;
  }

  /** Hands what is still open to the event file; call before flushing it. */
  closeEvent(): void {
    if (this.open) this.log.scalars(this.open.values, this.open.step, this.open.time);
    this.open = null;
  }

  /** What came since the last call, for the window. */
  takePoints(): TagPoints[] {
    const points = [...this.columns].map(([tag, c]) => {
      const from = this.counts.get(tag) ?? 0;
      this.counts.set(tag, from + c.values.length);
      return {
        tag,
        from,
        steps: Float64Array.from(c.steps),
        epochs: Float64Array.from(c.epochs),
        times: Float64Array.from(c.times),
        values: Float64Array.from(c.values),
      };
    });
    this.columns.clear();
    return points;
  }

  /** Values of one log call share an event. */
  private toFile(tag: string, step: number, time: number, value: number): void {
    if (this.open && (this.open.step !== step || this.open.time !== time || tag in this.open.values)) this.closeEvent();
    this.open ??= { values: {}, step, time };
    this.open.values[tag] = value;
  }
}
