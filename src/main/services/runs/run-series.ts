// All traces of one run: filled by the trainer's messages while it runs, and by its event files otherwise. The files are
// the truth; a message is only quicker than they are.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EventFileReader, isEventFile } from '../../../flint/io/events/reader.ts';
import type { Series } from '../../../shared/contract/runs.ts';
import { epochTag, type TagPoints } from '../../../shared/contract/trainer.ts';
import { lowerBound } from './series-cut.ts';
import { TagSeries, type Axis, type Point } from './tag-series.ts';

export interface SeriesRequest {
  run: string;
  tag: string;
  x: Axis;
  from?: number | undefined;
  to?: number | undefined;
  columns: number;
  smoothing: number;
}

export class RunSeries {
  private readonly folder: string;
  private readonly byTag = new Map<string, TagSeries>();
  private readers = new Map<string, EventFileReader>();
  private firstTime = Infinity;

  constructor(folder: string) {
    this.folder = folder;
  }

  get tags(): string[] {
    return [...this.byTag.keys()].filter((tag) => tag !== epochTag).sort();
  }

  /** Points from a message. Those that the files gave already are passed over. */
  append({ tag, from, steps, epochs, times, values }: TagPoints): void {
    const known = this.byTag.get(tag)?.length ?? 0;
    for (let i = Math.max(0, known - from); i < values.length; i++) {
      this.push(tag, { step: steps[i]!, epoch: epochs[i] ?? NaN, wallTime: times[i]!, value: values[i]! });
    }
  }

  /** Takes in what the event files have that was not read yet. */
  readFiles(): void {
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder).filter(isEventFile).sort()) {
      const reader = this.readers.get(name) ?? new EventFileReader(join(this.folder, name));
      this.readers.set(name, reader);
      const onScalar = (tag: string, step: number, wallTime: number, value: number) =>
        this.push(tag, { step, epoch: NaN, wallTime, value });
      const { restarted } = reader.read({ onScalar });
      if (restarted) return this.readAgain();
    }
  }

  /** Forgets everything and reads the files from their start. */
  readAgain(): void {
    this.byTag.clear();
    this.readers = new Map();
    this.firstTime = Infinity;
    this.readFiles();
  }

  lastValues(): Record<string, number> {
    return Object.fromEntries(this.tags.map((tag) => [tag, this.byTag.get(tag)!.lastValue]));
  }

  lastStep(): number {
    return Math.max(0, ...[...this.byTag.values()].map((series) => series.lastStep));
  }

  /** `startedAt`: milliseconds; the time axis counts seconds from there, or from the first point when it is unknown. */
  cut(request: SeriesRequest, startedAt: number | undefined): Series {
    const series = this.byTag.get(request.tag) ?? new TagSeries();
    const start = startedAt === undefined ? this.firstTime : Math.min(startedAt / 1000, this.firstTime);
    const { x, smoothing, run, tag } = request;
    return { run, tag, ...series.cut(x, smoothing, request, start, this.epochOf()), total: series.length };
  }

  private push(tag: string, point: Point): void {
    let series = this.byTag.get(tag);
    if (!series) this.byTag.set(tag, (series = new TagSeries()));
    series.push(point);
    if (point.wallTime < this.firstTime) this.firstTime = point.wallTime;
  }

  /** Between two logged epochs the steps are spread evenly; beyond the last the epoch stays. */
  private epochOf(): ((step: number) => number) | undefined {
    const epochs = this.byTag.get(epochTag);
    if (!epochs) return undefined;
    const { x, last } = epochs.cut('step', 0, { columns: Number.MAX_SAFE_INTEGER }, 0);
    return (step) => {
      const after = lowerBound(x, step);
      if (after >= x.length) return last[x.length - 1] ?? NaN;
      if (after === 0 || x[after] === step) return last[after]!;
      const part = (step - x[after - 1]!) / (x[after]! - x[after - 1]!);
      return last[after - 1]! + part * (last[after]! - last[after - 1]!);
    };
  }
}
