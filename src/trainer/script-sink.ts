// The sink of a script in the trainer: hands everything to the reporter without waiting for any file or socket, and
// is where a paused script sleeps and a stopped one is interrupted.
import type { MessagePort } from 'node:worker_threads';
import {
  StopSignal,
  type LoadingReport,
  type PredictionsReport,
  type ProgressReport,
  type SettingValue,
  type Sink,
  type StudioWindow,
} from '../flint/studio/sink.ts';
import type { TrainerJob } from '../shared/contract/trainer.ts';
import type { Report } from './reports.ts';
import { Control, Figure, pushValue, Slot, State, type SharedState } from './shared-state.ts';

/** Reports that may wait for the reporter before the script waits for it. */
const mostWaiting = 4096;
/** Pictures and windows are passed on at most this often each; the newest wins. */
const pictureEveryMs = 100;

export class ScriptSink implements Sink {
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly seed: number;
  readonly device: string;
  readonly runFolder: string;
  readonly continueFrom: string | null;
  private readonly state: SharedState;
  private readonly port: MessagePort;
  private readonly tags = new Map<string, number>();
  private readonly pictures = new Map<string, { report: Report | null; postedAt: number }>();
  private picturesWait = false;
  private epoch = -1;
  private epochStartedAt = NaN;
  private epochTagged = { epoch: NaN, step: NaN };

  constructor(job: TrainerJob, state: SharedState, port: MessagePort) {
    this.settings = job.settings;
    this.seed = job.seed;
    this.device = job.device;
    this.runFolder = job.folder;
    this.continueFrom = job.continueFrom;
    this.state = state;
    this.port = port;
  }

  configured(settings: Readonly<Record<string, SettingValue>>): void {
    this.post({ type: 'settings', settings: { ...settings } });
  }

  scalars(values: Record<string, number>, step: number, epoch: number): void {
    const time = Date.now() / 1000;
    const { floats } = this.state;
    const steps = floats[Figure.steps]!;
    const within = steps > 0 && floats[Figure.epoch] === epoch ? Math.min(1, floats[Figure.step]! / steps) : 0;
    const exact = epoch + within;
    const known = this.epochTagged;
    if (epoch !== known.epoch || (within === 1 && step !== known.step)) {
      this.epochTagged = { epoch, step };
      this.push('epoch', step, exact, time, exact);
    }
    for (const tag in values) this.push(tag, step, exact, time, values[tag]!);
    this.poll();
  }

  progress({ epoch, epochs, step, steps, samples }: ProgressReport): void {
    if (epoch !== this.epoch) this.beginEpoch(epoch);
    const { floats } = this.state;
    floats[Figure.epoch] = epoch;
    floats[Figure.epochs] = epochs;
    floats[Figure.steps] = steps;
    floats[Figure.step] = step;
    floats[Figure.samples] = samples;
    this.poll();
  }

  loading(loading: LoadingReport): void {
    this.post({ type: 'loading', loading });
  }
  predictions(predictions: PredictionsReport): void {
    this.picture('predictions', { type: 'predictions', predictions });
  }
  window(window: StudioWindow): void {
    this.picture(`window ${window.name}`, { type: 'window', window });
  }
  text(tag: string, text: string, step: number): void {
    this.post({ type: 'text', tag, text, step, at: Date.now() });
  }
  checkpointed(info: { file: string; step: number; epoch: number }): void {
    this.post({ type: 'checkpoint', ...info });
  }

  poll(): void {
    const { ints } = this.state;
    if (this.picturesWait) this.postPictures(false);
    if (Atomics.load(ints, Slot.control) !== Control.run) this.obey();
  }

  /** Posts a report; waits only when the reporter is thousands of reports behind. */
  post(report: Report): void {
    const { ints } = this.state;
    for (
      let waiting = Atomics.add(ints, Slot.queue, 1);
      waiting > mostWaiting;
      waiting = Atomics.load(ints, Slot.queue)
    ) {
      Atomics.wait(ints, Slot.queue, waiting, 100);
    }
    this.port.postMessage(report);
  }

  /** Hands over what still waits; the script has ended. */
  finish(): void {
    this.postPictures(true);
    if (!Number.isNaN(this.epochStartedAt))
      this.post({ type: 'epoch', seconds: this.activeSeconds() - this.epochStartedAt });
    this.epochStartedAt = NaN;
  }

  private obey(): void {
    const { ints, floats } = this.state;
    const control = Atomics.load(ints, Slot.control);
    if (control === Control.stop) throw new StopSignal();
    if (control === Control.outOfMemory) throw new RangeError(outOfMemoryMessage);
    if (control !== Control.pause) return;
    this.postPictures(true);
    floats[Figure.pausedSince] = Date.now();
    Atomics.store(ints, Slot.state, State.paused);
    while (Atomics.load(ints, Slot.control) === Control.pause) Atomics.wait(ints, Slot.control, Control.pause);
    floats[Figure.pausedMs]! += Date.now() - floats[Figure.pausedSince]!;
    Atomics.store(ints, Slot.state, State.running);
    this.obey();
  }

  private push(tag: string, step: number, epoch: number, time: number, value: number): void {
    let id = this.tags.get(tag);
    if (id === undefined) {
      id = this.tags.size;
      this.tags.set(tag, id);
      this.post({ type: 'tag', id, tag });
    }
    pushValue(this.state, { tag: id, step, epoch, time, value });
  }

  private beginEpoch(epoch: number): void {
    const now = this.activeSeconds();
    if (!Number.isNaN(this.epochStartedAt)) this.post({ type: 'epoch', seconds: now - this.epochStartedAt });
    this.epoch = epoch;
    this.epochStartedAt = now;
  }

  /** Seconds on a clock that stands still while the run is paused. */
  private activeSeconds(): number {
    return (performance.now() - this.state.floats[Figure.pausedMs]!) / 1000;
  }

  private picture(key: string, report: Report): void {
    const known = this.pictures.get(key);
    this.pictures.set(key, { report, postedAt: known?.postedAt ?? -Infinity });
    this.picturesWait = true;
    this.poll();
  }

  private postPictures(all: boolean): void {
    const now = performance.now();
    this.picturesWait = false;
    for (const picture of this.pictures.values()) {
      if (!picture.report) continue;
      if (!all && now - picture.postedAt < pictureEveryMs) {
        this.picturesWait = true;
        continue;
      }
      this.post(picture.report);
      picture.report = null;
      picture.postedAt = now;
    }
  }
}

export const outOfMemoryMessage =
  'The script has filled nearly all memory of this machine and was stopped before the machine would suffer. ' +
  'Keep fewer tensors at once (arrays that grow each step, graphs kept by sums of losses: use .item()), or a smaller batch.';
