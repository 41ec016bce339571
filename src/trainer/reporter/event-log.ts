// The event file of a run. A continued run begins with the points of the one before it, up to its checkpoint's step.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EventFileReader, isEventFile } from '../../flint/io/events/reader.ts';
import { EventFileWriter } from '../../flint/io/events/writer.ts';

export interface LoggedScalar {
  tag: string;
  step: number;
  /** Seconds since 1970. */
  time: number;
  value: number;
}

export class EventLog {
  private readonly folder: string;
  private writer: EventFileWriter | null = null;
  /** What was logged before the file could be made. */
  private early: ((writer: EventFileWriter) => void)[] = [];
  private dirty = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  scalars(values: Record<string, number>, step: number, time: number): void {
    this.use((writer) => writer.scalars(values, step, time));
  }
  text(tag: string, text: string, step: number, time: number): void {
    this.use((writer) => writer.text(tag, text, step, time));
  }
  get waits(): boolean {
    return this.dirty;
  }

  /** Throws when the disk refuses; everything is kept for the next call. */
  flush(): void {
    if (!this.writer) {
      this.writer = new EventFileWriter(this.folder, { onError: () => {} });
      for (const entry of this.early) entry(this.writer);
      this.early = [];
    }
    this.writer.flush();
    this.dirty = false;
  }
  close(): void {
    this.writer?.close();
    this.writer = null;
  }

  private use(write: (writer: EventFileWriter) => void): void {
    this.dirty = true;
    if (this.writer) write(this.writer);
    else this.early.push(write);
  }
}

/** The step in a checkpoint's name: step-00000123.safetensors. */
export function checkpointStep(file: string): number | null {
  const step = /step-(\d+)\.safetensors$/.exec(file)?.[1];
  return step === undefined ? null : Number(step);
}

/** The values up to `step` of the run that `checkpoint` belongs to; what came after it will be logged anew. */
export function readHistory(checkpoint: string, step: number): LoggedScalar[] {
  const folder = dirname(dirname(checkpoint));
  const history: LoggedScalar[] = [];
  for (const name of readdirSync(folder).filter(isEventFile).sort()) {
    new EventFileReader(join(folder, name)).read({
      onScalar(tag, at, time, value) {
        if (at <= step) history.push({ tag, step: at, time, value });
      },
    });
  }
  return history;
}
