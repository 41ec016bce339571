// Appends to a TensorBoard event file. What is logged is on disk after at most a second; a full disk loses nothing that
// was written, and what is still waiting is written when there is room again.
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileSystemError } from '../file-error.ts';
import {
  encodeHistogram,
  encodeImage,
  encodeScalars,
  encodeText,
  encodeVersion,
  type HistogramValue,
  type ImageValue,
} from './event.ts';
import { frameRecord } from './records.ts';

export interface EventWriterOptions {
  /** Milliseconds after which waiting records are written by themselves; default 1000. */
  flushEvery?: number;
  /** Called when such a write by itself fails; without it the error is kept and thrown by the next call. */
  onError?: (error: Error) => void;
}

const maxWaitingBytes = 1 << 18;
let serial = 0;

export class EventFileWriter {
  /** The file's path: events.out.tfevents.<seconds>.<host>.<process>.<number>. */
  readonly path: string;
  private readonly handle: number;
  private readonly timer: NodeJS.Timeout;
  private readonly onError: ((error: Error) => void) | undefined;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private written = 0;
  private failure: Error | null = null;

  /** Makes a new event file in `folder` (which is made too). */
  constructor(folder: string, options: EventWriterOptions = {}) {
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    this.path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${serial++}`);
    this.onError = options.onError;
    try {
      mkdirSync(folder, { recursive: true });
      this.handle = openSync(this.path, 'wx');
    } catch (error) {
      throw fileSystemError(this.path, error, 'make the event file');
    }
    this.timer = setInterval(() => this.flushByItself(), options.flushEvery ?? 1000);
    this.timer.unref();
    this.append(encodeVersion(Date.now() / 1000));
    this.flush();
  }

  /** One event with a value for each tag. Wall time in seconds, now by default. */
  scalars(values: Readonly<Record<string, number>>, step: number, wallTime = Date.now() / 1000): void {
    this.append(encodeScalars(values, step, wallTime));
  }
  text(tag: string, text: string, step: number, wallTime = Date.now() / 1000): void {
    this.append(encodeText(tag, text, step, wallTime));
  }
  /** `image.encoded` is a PNG file. */
  image(tag: string, image: ImageValue, step: number, wallTime = Date.now() / 1000): void {
    this.append(encodeImage(tag, image, step, wallTime));
  }
  histogram(tag: string, histogram: HistogramValue, step: number, wallTime = Date.now() / 1000): void {
    this.append(encodeHistogram(tag, histogram, step, wallTime));
  }

  /** Writes everything that waits. Throws a FileError when the disk refuses; it can be called again. */
  flush(): void {
    if (this.waiting.length === 0) return;
    const block = this.waiting.length === 1 ? this.waiting[0]! : Buffer.concat(this.waiting);
    try {
      for (let at = 0; at < block.length;)
        at += writeSync(this.handle, block, at, block.length - at, this.written + at);
    } catch (error) {
      this.waiting = [block];
      this.cutHalfRecord();
      throw fileSystemError(this.path, error, 'append to the event file');
    }
    this.written += block.length;
    this.waiting = [];
    this.waitingBytes = 0;
  }

  /** Writes what waits, to the disk itself, and lets go of the file. */
  close(): void {
    clearInterval(this.timer);
    try {
      this.flush();
      fsyncSync(this.handle);
    } finally {
      closeSync(this.handle);
    }
  }

  private append(event: Uint8Array): void {
    if (this.failure) {
      const failure = this.failure;
      this.failure = null;
      throw failure;
    }
    const record = frameRecord(event);
    this.waiting.push(record);
    this.waitingBytes += record.length;
    if (this.waitingBytes >= maxWaitingBytes) this.flushByItself();
  }

  private flushByItself(): void {
    try {
      this.flush();
    } catch (error) {
      if (this.onError) this.onError(error as Error);
      else this.failure = error as Error;
    }
  }

  private cutHalfRecord(): void {
    try {
      ftruncateSync(this.handle, this.written);
    } catch {
      // The next flush writes over the same place.
    }
  }
}

/** The buckets TensorBoard uses: limits grow by 10 % from 1e-12 on, mirrored, so that any scale is resolved. */
const bucketLimits = makeLimits();
function makeLimits(): Float64Array {
  const positive: number[] = [];
  for (let v = 1e-12; v < 1e20; v *= 1.1) positive.push(v);
  return Float64Array.from([...positive.map((v) => -v).reverse(), 0, ...positive, Number.MAX_VALUE]);
}

/** The histogram of values; NaN and infinities are left out. */
export function histogramOf(values: ArrayLike<number>): HistogramValue {
  const counts = new Float64Array(bucketLimits.length);
  const result = { min: Infinity, max: -Infinity, count: 0, sum: 0, sumOfSquares: 0 };
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v)) continue;
    result.min = Math.min(result.min, v);
    result.max = Math.max(result.max, v);
    result.count++;
    result.sum += v;
    result.sumOfSquares += v * v;
    counts[bucketOf(v)]!++;
  }
  if (result.count === 0) return { min: 0, max: 0, count: 0, sum: 0, sumOfSquares: 0, limits: [0], counts: [0] };
  const first = Math.max(0, counts.findIndex((c) => c > 0) - 1);
  const last = counts.findLastIndex((c) => c > 0);
  return {
    ...result,
    limits: [...bucketLimits.subarray(first, last + 1)],
    counts: [...counts.subarray(first, last + 1)],
  };
}

/** The first bucket whose limit is above v. */
function bucketOf(v: number): number {
  let low = 0;
  let high = bucketLimits.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bucketLimits[middle]! > v) high = middle;
    else low = middle + 1;
  }
  return low;
}
