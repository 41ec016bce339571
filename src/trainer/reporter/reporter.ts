// The reporter: all input and output of a run. It takes what the script reports, keeps the run's files no more than a
// fraction of a second behind, tells whoever watches, and passes on pause, resume and stop.
import { join } from 'node:path';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { RunStatus } from '../../shared/contract/runs.ts';
import type { ToTrainer } from '../../shared/contract/trainer.ts';
import type { OutputStream, Report, ReporterData, ReporterWord } from '../reports.ts';
import { memoryFigures, memoryState } from '../memory-guard.ts';
import { Control, drainValues, Figure, openSharedState, Slot, State, type SharedState } from '../shared-state.ts';
import { batchesFile } from '../../flint/studio/batches.ts';
import { AppendFile } from './append-file.ts';
import { Disk } from './disk.ts';
import { checkpointStep, readHistory, EventLog } from './event-log.ts';
import { Link } from './link.ts';
import { LivePictures } from './live-pictures.ts';
import { Pace } from './pace.ts';
import { RunFile } from './run-file.ts';
import { Values } from './values.ts';

/** Between two looks at what the script did. Files and messages follow each. */
const tickMs = 50;
/** Between two writes of run.json without news of its status. */
const recordEveryMs = 1000;
/** After Stop, a script that waits for something (and so never enters the library) is ended after this. */
const asyncStopMs = 500;
const mostEarlyLines = 10_000;

type Line = { at: number; stream: OutputStream; text: string };

export class Reporter {
  private readonly data: ReporterData;
  private readonly state: SharedState;
  private readonly disk: Disk;
  private readonly run: RunFile;
  private readonly events: EventLog;
  private readonly values: Values;
  private readonly console: AppendFile;
  /** Which batches the steps saw: one line an epoch of a loader. */
  private readonly batches: AppendFile;
  private readonly pictures: LivePictures;
  private readonly link: Link;
  private readonly pace = new Pace();
  private readonly startedAt = Date.now();
  private newLines: Line[] = [];
  private lineCount = 0;
  private recordWrittenAt = 0;
  private status: RunStatus = 'running';
  private lastProgress = '';
  private ending = false;
  private readonly timer: NodeJS.Timeout;

  constructor(data: ReporterData) {
    this.data = data;
    const { folder } = data.job;
    this.state = openSharedState(data.shared);
    this.disk = new Disk(folder, (text) => this.warn(text));
    this.run = new RunFile(data.job);
    this.events = new EventLog(folder);
    this.values = new Values(this.events, (tag, step, value) => this.warnBroken(tag, step, value));
    this.console = new AppendFile(join(folder, 'console.jsonl'));
    this.batches = new AppendFile(join(folder, batchesFile));
    this.pictures = new LivePictures(folder);
    this.begin();
    this.link = new Link(data.job.socket, {
      connecting: () => this.catchUp(),
      connected: () => this.greet(),
      told: (message) => this.obey(message),
    });
    data.port.on('message', (report: Report) => this.receive(report));
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  private begin(): void {
    const { continueFrom } = this.data.job;
    this.run.change((record) => {
      record.status = 'running';
      record.startedAt = this.startedAt;
      record.pid = process.pid;
    });
    if (continueFrom) {
      const step = checkpointStep(continueFrom) ?? Infinity;
      this.disk.attempt('history', () => this.values.begin(readHistory(continueFrom, step)));
    }
    this.writeFiles(true);
  }

  private receive(report: Report): void {
    Atomics.sub(this.state.ints, Slot.queue, 1);
    Atomics.notify(this.state.ints, Slot.queue);
    switch (report.type) {
      case 'tag':
        return this.values.name(report.id, report.tag);
      case 'console':
        return this.print(report.stream, report.text, report.at);
      case 'settings':
        this.run.change((record) => Object.assign(record.settings, report.settings));
        return this.writeRecord();
      case 'predictions':
        return this.pictures.predictions(report.predictions);
      case 'window':
        return this.pictures.window(report.window);
      case 'text':
        this.print('studio', `${report.tag}: ${report.text}`, report.at);
        return this.events.text(report.tag, report.text, report.step, report.at / 1000);
      case 'checkpoint': {
        const { file, step, epoch } = report;
        return this.link.send({ type: 'checkpoint', file, step, epoch });
      }
      case 'loading':
        return this.batches.add(JSON.stringify(report.loading));
      case 'epoch':
        return this.run.change((record) => (record.epochSeconds ??= []).push(report.seconds));
      case 'warning':
        return this.warn(report.text);
      case 'end':
        void this.end(report);
    }
  }

  private tick(): void {
    if (this.ending) return;
    this.drain();
    const paused = Atomics.load(this.state.ints, Slot.state) === State.paused;
    if (paused !== (this.status === 'paused')) this.setStatus(paused ? 'paused' : 'running');
    this.guardMemory();
    this.writeFiles(Date.now() - this.recordWrittenAt >= recordEveryMs);
    this.sendProgress();
  }

  /** Reports first: they name the tags of the values. */
  private drain(): void {
    for (let next = receiveMessageOnPort(this.data.port); next; next = receiveMessageOnPort(this.data.port)) {
      this.receive(next.message as Report);
    }
    drainValues(this.state, (value) => this.values.take(value));
    this.values.closeEvent();
  }

  private print(stream: OutputStream, text: string, at = Date.now()): void {
    const line = { at, stream, text };
    this.console.add(JSON.stringify(line));
    this.newLines.push(line);
  }

  private warn(text: string): void {
    this.print('studio', text);
    this.run.warn(text);
    this.link?.send({ type: 'warning', text });
  }

  private warnBroken(tag: string, step: number, value: number): void {
    const what = Number.isNaN(value) ? 'NaN (not a number)' : value > 0 ? 'infinite' : 'minus infinite';
    this.warn(
      `${tag} became ${what} at step ${step}. Training from here on teaches nothing: try a smaller learning rate, ` +
        'look for log(0) or a division by 0, or clip the gradients.',
    );
  }

  /** Files first, then the messages that speak of them. */
  private writeFiles(record: boolean): void {
    if (this.events.waits) this.disk.attempt('events', () => this.events.flush());
    const points = this.values.takePoints();
    if (points.length > 0) this.link.send({ type: 'scalars', points });
    if (this.console.waits) this.disk.attempt('console', () => this.console.flush());
    if (this.batches.waits) this.disk.attempt('batches', () => this.batches.flush());
    this.sendLines();
    if (this.pictures.waits) {
      this.disk.attempt('pictures', () => this.pictures.write((message) => this.link.send(message)));
    }
    if (record) this.writeRecord();
  }

  private writeRecord(): void {
    this.recordWrittenAt = Date.now();
    this.run.change((record) => {
      record.activeSeconds = this.activeSeconds();
      record.metrics = { ...this.values.metrics };
    });
    this.disk.attempt('run.json', () => this.run.write());
  }

  private sendLines(): void {
    if (this.newLines.length === 0) return;
    // Until somebody first listens, lines are kept for them: a terminal reads no files.
    if (this.data.job.socket && !this.link?.wasUp && this.newLines.length < mostEarlyLines) return;
    this.link?.send({ type: 'console', from: this.lineCount, lines: this.newLines });
    this.lineCount += this.newLines.length;
    this.newLines = [];
  }

  private sendProgress(): void {
    const { floats } = this.state;
    const figures = {
      epoch: floats[Figure.epoch]!,
      epochs: floats[Figure.epochs]!,
      step: floats[Figure.step]!,
      steps: floats[Figure.steps]!,
      samples: floats[Figure.samples]!,
    };
    const now = JSON.stringify(figures);
    if (figures.epochs === 0 && figures.samples === 0) return;
    if (now === this.lastProgress) return;
    this.lastProgress = now;
    const activeSeconds = this.activeSeconds();
    this.link.send({ type: 'progress', ...this.pace.add(figures, activeSeconds), activeSeconds });
  }

  private setStatus(status: RunStatus): void {
    this.status = status;
    this.run.change((record) => (record.status = status));
    this.writeFiles(true);
    this.sendStatus();
  }

  private sendStatus(): void {
    const { problem } = this.run.record;
    this.link.send({
      type: 'status',
      status: this.status,
      activeSeconds: this.activeSeconds(),
      ...(problem && { problem }),
    });
  }

  private catchUp(): void {
    this.drain();
    this.writeFiles(true);
  }

  private greet(): void {
    this.link.send({ type: 'hello', run: this.data.job.run, pid: process.pid });
    this.sendStatus();
    this.sendLines();
    this.lastProgress = '';
    this.sendProgress();
  }

  private obey({ type }: ToTrainer): void {
    const { ints } = this.state;
    if (Atomics.load(ints, Slot.control) === Control.stop) return;
    Atomics.store(ints, Slot.control, Control[type === 'resume' ? 'run' : type]);
    Atomics.notify(ints, Slot.control);
    if (type === 'stop')
      setTimeout(() => this.data.port.postMessage({ type: 'stop' } satisfies ReporterWord), asyncStopMs);
  }

  private guardMemory(): void {
    const state = memoryState(memoryFigures());
    if (state === 'fine') return;
    const { ints } = this.state;
    if (state === 'soft') {
      Atomics.compareExchange(ints, Slot.control, Control.run, Control.outOfMemory);
      return;
    }
    const message =
      'The script filled nearly all memory of this machine, and its process was ended before the machine would suffer. ' +
      'Everything logged is on disk. Keep fewer tensors or arrays at once, or use a smaller batch.';
    this.run.change((record) => {
      record.problem = { message };
      record.endedAt = Date.now();
    });
    this.setStatus('failed');
    process.kill(process.pid, 'SIGKILL');
  }

  private activeSeconds(): number {
    const { floats, ints } = this.state;
    const paused = Atomics.load(ints, Slot.state) === State.paused ? Date.now() - floats[Figure.pausedSince]! : 0;
    return Math.max(0, Date.now() - this.startedAt - floats[Figure.pausedMs]! - paused) / 1000;
  }

  private async end({ status, problem }: Extract<Report, { type: 'end' }>): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    clearInterval(this.timer);
    await this.link.settled(1000);
    this.drain();
    if (problem) this.print('error', problem.stack ?? problem.message);
    this.run.change((record) => {
      if (problem) record.problem = problem;
      record.endedAt = Date.now();
      delete record.pid;
    });
    this.sendProgress();
    this.setStatus(status);
    this.finishFiles();
    await this.link.close(2000);
    Atomics.store(this.state.ints, Slot.ended, 1);
    Atomics.notify(this.state.ints, Slot.ended);
  }

  private finishFiles(): void {
    this.disk.attempt('events', () => this.events.close());
    if (this.console.waits) this.disk.attempt('console', () => this.console.flush());
    this.console.close();
    if (this.batches.waits) this.disk.attempt('batches', () => this.batches.flush());
    this.batches.close();
  }
}
