// One run whose trainer lives: what it says is kept and passed on at a rate that a window can follow, what the person
// asks is passed to it, and its end, however it comes, is written down.
import { readFileSync } from 'node:fs';
import type { ConsoleLine, RunProblem, RunProgress, RunStatus } from '../../../shared/contract/runs.ts';
import { epochTag, type FromTrainer, type TagPoints } from '../../../shared/contract/trainer.ts';
import { isAlive } from '../../shells/processes.ts';
import type { ProcessEnd, StartedProcess } from '../../shells/shell.ts';
import { markEnded } from './end.ts';
import { isFinal, readRecord } from './run-record.ts';
import type { RunSeries } from './run-series.ts';
import { throttle } from './throttle.ts';
import type { TrainerLink } from './trainer-link.ts';

export interface LiveRunListener {
  changed(): void;
  logged(tags: string[], lastStep: number): void;
  printed(lines: ConsoleLine[]): void;
  predicted(): void;
  drew(window: string): void;
  /** The process is gone and run.json says how it ended. */
  ended(): void;
}
export interface LiveRunOptions {
  folder: string;
  series: RunSeries;
  listener: LiveRunListener;
  /** Milliseconds that a script has to end after Stop. */
  grace: number;
  /** Between notes of one kind. */
  interval?: number;
}

const pollMs = 1000;

export class LiveRun {
  progress: RunProgress | null = null;
  status: RunStatus;
  activeSeconds: number;
  problem: RunProblem | undefined;
  /** Resolves when the process is gone and run.json says how it ended. */
  readonly gone: Promise<void>;
  private tellGone: () => void = () => {};
  private readonly options: LiveRunOptions;
  private link: TrainerLink | null = null;
  private pid: number | null = null;
  private graceTimer: NodeJS.Timeout | null = null;
  private pollTimer: NodeJS.Timeout | null = null;
  private forced = false;
  private over = false;
  private readonly newTags = new Set<string>();
  private newLines: ConsoleLine[] = [];
  private readonly tellChanged;
  private readonly tellLogged;
  private readonly tellPrinted;

  constructor(options: LiveRunOptions) {
    this.options = options;
    this.gone = new Promise((resolve) => (this.tellGone = resolve));
    const record = readRecord(options.folder);
    this.status = record.status;
    this.activeSeconds = record.activeSeconds;
    const { listener, interval = 100, series } = options;
    this.tellChanged = throttle(interval, () => listener.changed());
    this.tellLogged = throttle(interval, () => {
      listener.logged([...this.newTags], series.lastStep());
      this.newTags.clear();
    });
    this.tellPrinted = throttle(interval, () => {
      listener.printed(this.newLines);
      this.newLines = [];
    });
  }

  useLink(link: TrainerLink): void {
    this.link = link;
  }

  /** A process of our own, whose end is told. */
  useProcess(started: StartedProcess): void {
    this.pid = started.pid;
    started.onExit((end) => this.finish(end));
  }

  /** A process that another studio started: it is looked after each second. */
  usePid(pid: number): void {
    this.pid = pid;
    this.pollTimer = setInterval(() => {
      if (!trainerAlive(pid, this.options.folder)) this.finish();
    }, pollMs);
    this.pollTimer.unref();
  }

  receive(message: FromTrainer): void {
    switch (message.type) {
      case 'hello':
        this.pid = message.pid;
        this.options.series.readAgain();
        return this.tellChanged();
      case 'status':
        return this.setStatus(message.status, message.activeSeconds, message.problem);
      case 'scalars':
        return this.append(message.points);
      case 'progress': {
        const { type: _, activeSeconds, ...progress } = message;
        this.progress = progress;
        this.activeSeconds = activeSeconds;
        return this.tellChanged();
      }
      case 'console':
        message.lines.forEach((line, i) => this.newLines.push({ index: message.from + i, ...line }));
        return this.tellPrinted();
      case 'predictions':
        return this.options.listener.predicted();
      case 'window':
        return this.options.listener.drew(message.name);
      case 'warning':
      case 'checkpoint':
        return this.tellChanged();
    }
  }

  pause(): boolean {
    return this.link?.send({ type: 'pause' }) ?? false;
  }
  resume(): boolean {
    return this.link?.send({ type: 'resume' }) ?? false;
  }
  /** Asks; ends the process by force when the grace period passes. */
  stop(): void {
    this.link?.send({ type: 'stop' });
    this.graceTimer ??= setTimeout(() => this.kill(), this.options.grace);
  }

  /** Lets go of the run without ending it: the studio closes, the trainer goes on. */
  release(): void {
    this.over = true;
    this.clearTimers();
    this.link?.close();
  }

  lastValues(): Record<string, number> {
    return this.options.series.lastValues();
  }

  private setStatus(status: RunStatus, activeSeconds: number, problem: RunProblem | undefined): void {
    const same = status === this.status && problem === undefined;
    this.status = status;
    this.activeSeconds = activeSeconds;
    this.problem = problem ?? this.problem;
    if (isFinal(status) && this.graceTimer) {
      // It heard: give it as long again to write what is left and go.
      clearTimeout(this.graceTimer);
      this.graceTimer = setTimeout(() => this.kill(), Math.max(10_000, this.options.grace));
    }
    this.tellChanged();
    if (!same) this.tellChanged.flush();
  }

  private append(points: readonly TagPoints[]): void {
    for (const some of points) {
      this.options.series.append(some);
      if (some.tag !== epochTag) this.newTags.add(some.tag);
    }
    this.tellLogged();
    this.tellChanged();
  }

  private kill(): void {
    if (this.over || this.pid === null || this.pid <= 0) return;
    this.forced = true;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }

  private finish(end?: ProcessEnd): void {
    if (this.over) return;
    this.over = true;
    this.tellPrinted.flush();
    this.tellLogged.flush();
    this.clearTimers();
    this.link?.close();
    const record = markEnded(this.options.folder, { forced: this.forced, ...(end && { end }) });
    this.status = record.status;
    this.problem = record.problem;
    // From now on the files alone speak.
    this.options.series.readAgain();
    this.options.listener.ended();
    this.tellGone();
  }

  private clearTimers(): void {
    if (this.graceTimer) clearTimeout(this.graceTimer);
    if (this.pollTimer) clearInterval(this.pollTimer);
    for (const tell of [this.tellPrinted, this.tellLogged, this.tellChanged]) tell.cancel();
  }
}

/** Whether the process is the trainer of this run: ids are used again, so its command line is looked at where it can be. */
export function trainerAlive(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    // A process that ended but was not yet waited for has an empty one.
    return commandLine.includes(folder);
  } catch {
    return process.platform !== 'linux';
  }
}
