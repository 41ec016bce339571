// Runs as the window sees them: all on disk, the living ones besides with what their trainers say. Starting main again
// finds the trainers that went on without it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord, RunSummary } from '../../../shared/contract/runs.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import type { TrainerJob } from '../../../shared/contract/trainer.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { Shell } from '../../shells/shell.ts';
import type { ProjectsService } from '../projects/service.ts';
import { ConsoleFile } from './console-file.ts';
import { markEnded } from './end.ts';
import { ForeignRuns } from './foreign-runs.ts';
import { LiveRun, trainerAlive, type LiveRunListener } from './live-run.ts';
import { listCheckpoints, readPredictions, readSource, readWindows } from './run-files.ts';
import { changeRecord, isFinal, moveToTrash, readRecord, runFolder, runIds, takeFromTrash } from './run-record.ts';
import { RunSeries } from './run-series.ts';
import { launchTrainer, prepareRun, socketOf, type RunRequest } from './start.ts';
import { listenForTrainer } from './trainer-link.ts';

export interface RunsOptions {
  shell: Shell;
  projects: ProjectsService;
  emit: Emit;
  /** Another program than the built trainer, for tests. */
  trainerProgram?: string;
  /** Milliseconds between Stop and the end by force. */
  grace?: number;
}

const keptSeries = 64;
/** A run without a process id is given this long to get one. */
const startingMs = 30_000;

export class RunsService {
  readonly api: StudioApi['runs'];
  private readonly options: RunsOptions;
  /** By folder. */
  private readonly live = new Map<string, LiveRun>();
  private readonly attaching = new Map<string, Promise<void>>();
  private readonly series = new Map<string, RunSeries>();
  private readonly consoles = new Map<string, ConsoleFile>();
  private readonly foreign = new ForeignRuns((project, folder) => this.lookAtForeign(project, folder));
  private letSleep: (() => void) | null = null;
  private closed = false;

  constructor(options: RunsOptions) {
    this.options = options;
    const { projects } = options;
    const folderOf = (asked: { project: string; run: string }) => runFolder(projects.require(asked.project), asked.run);
    this.api = {
      list: async ({ project }) => this.list(projects.require(project)),
      start: async (request) => this.start(request),
      pause: async (asked) => this.command(folderOf(asked), asked.run, (live) => live.pause()),
      resume: async (asked) => this.command(folderOf(asked), asked.run, (live) => live.resume()),
      stop: async (asked) => this.command(folderOf(asked), asked.run, (live) => (live.stop(), true)),
      series: async (request) => {
        const folder = folderOf(request);
        return this.seriesOf(folder).cut(request, readRecord(folder).startedAt);
      },
      console: async ({ from, limit, ...asked }) => this.consoleOf(folderOf(asked)).read(from, limit),
      predictions: async (asked) => readPredictions(folderOf(asked)),
      windows: async (asked) => readWindows(folderOf(asked)),
      source: async (asked) => readSource(folderOf(asked)),
      rename: async ({ name, ...asked }) => this.edit(folderOf(asked), asked, (record) => (record.name = name)),
      note: async ({ note, ...asked }) => this.edit(folderOf(asked), asked, (record) => (record.note = note)),
      remove: async (asked) => this.remove(folderOf(asked), asked),
      restore: async ({ project, run }) => {
        const folder = takeFromTrash(projects.require(project), run);
        this.changed(project, run, this.summary(project, folder));
      },
    };
  }

  /** Finds the trainers that live on from before, in every project that was opened. */
  async attachAll(): Promise<void> {
    for (const project of this.options.projects.known()) await this.list(project);
  }

  /** Lets go of all runs; they go on by themselves. */
  close(): void {
    this.closed = true;
    this.foreign.close();
    for (const live of this.live.values()) live.release();
    this.live.clear();
    this.keepAwake();
  }

  private async list(project: string): Promise<RunSummary[]> {
    const folders = runIds(project).map((id) => runFolder(project, id));
    await Promise.all(folders.map((folder) => this.lookAfter(project, folder)));
    return folders.filter((folder) => existsSync(folder)).map((folder) => this.summary(project, folder));
  }

  private async start(request: RunRequest & { project: string }): Promise<RunSummary> {
    const { projects, shell } = this.options;
    const project = projects.require(request.project);
    if (!projects.isTrusted(project)) {
      throw new StudioError(
        'untrusted',
        'Running a project runs its code on this machine. Say first that you trust it.',
      );
    }
    const { job } = prepareRun({ ...request, project }, shell.appPaths.home);
    const live = this.makeLive(project, job.folder);
    try {
      await this.listen(live, job);
      live.useProcess(launchTrainer(shell, job, this.launchOptions()));
    } catch (error) {
      this.live.delete(job.folder);
      live.release();
      markEnded(job.folder, { end: { code: null, signal: null, error: (error as Error).message } });
      this.keepAwake();
      throw error;
    }
    this.keepAwake();
    return this.summary(project, job.folder);
  }

  private launchOptions() {
    const { trainerProgram } = this.options;
    return trainerProgram ? { program: trainerProgram } : {};
  }

  private makeLive(project: string, folder: string): LiveRun {
    const run = folder.split(/[\\/]/).at(-1)!;
    const { emit } = this.options;
    const changed = () => {
      this.changed(project, run, this.summary(project, folder));
      this.keepAwake();
    };
    const listener: LiveRunListener = {
      changed,
      logged: (tags, lastStep) => emit('runs.didLog', { project, run, tags, lastStep }),
      printed: (lines) => emit('runs.didPrint', { project, run, lines }),
      predicted: () => emit('runs.didPredict', { project, run }),
      drew: (window) => emit('runs.didDraw', { project, run, window }),
      ended: () => {
        this.live.delete(folder);
        changed();
      },
    };
    const series = this.seriesOf(folder);
    const live = new LiveRun({ folder, series, listener, grace: this.options.grace ?? 3000 });
    this.live.set(folder, live);
    return live;
  }

  private async listen(live: LiveRun, { socket }: Pick<TrainerJob, 'socket'>): Promise<boolean> {
    const link = await listenForTrainer(socket, (message) => live.receive(message));
    if (link) live.useLink(link);
    return link !== null;
  }

  /** A run that says it lives: its trainer is attached, or its end written down. */
  private lookAfter(project: string, folder: string): Promise<void> {
    if (this.closed || this.live.has(folder) || this.foreign.has(folder)) return Promise.resolve();
    const record = readRecord(folder);
    if (isFinal(record.status)) return Promise.resolve();
    if (record.pid === undefined && Date.now() - record.createdAt < startingMs) return Promise.resolve();
    if (record.pid === undefined || !trainerAlive(record.pid, folder)) {
      markEnded(folder, {});
      return Promise.resolve();
    }
    const under = this.attaching.get(folder);
    if (under) return under;
    const attach = this.attach(project, folder, record.pid).finally(() => this.attaching.delete(folder));
    this.attaching.set(folder, attach);
    return attach;
  }

  /** A run that another studio or `flint run` listens to stays theirs; here it is read from its files. */
  private async attach(project: string, folder: string, pid: number): Promise<void> {
    const live = this.makeLive(project, folder);
    const ours = await this.listen(live, { socket: socketOf(folder, this.options.shell.appPaths.home) });
    if (ours && !this.closed) live.usePid(pid);
    else {
      live.release();
      this.live.delete(folder);
      if (!this.closed) this.foreign.watch(project, folder);
    }
    this.keepAwake();
  }

  /** Passes on what the files of another studio's run say by now; false when it ended. */
  private lookAtForeign(project: string, folder: string): boolean {
    if (!existsSync(folder)) return false;
    const before = readRecord(folder);
    if (!isFinal(before.status) && !(before.pid && trainerAlive(before.pid, folder))) markEnded(folder, {});
    const run = before.id;
    const series = this.seriesOf(folder);
    const lastStep = series.lastStep();
    this.options.emit('runs.didLog', { project, run, tags: series.tags, lastStep });
    this.changed(project, run, this.summary(project, folder));
    return !isFinal(readRecord(folder).status);
  }

  private command(folder: string, run: string, act: (live: LiveRun) => boolean): void {
    const live = this.live.get(folder);
    if (!live) {
      const { status } = readRecord(folder);
      const why = isFinal(status) ? `is ${status}` : 'belongs to another studio or to "flint run"';
      throw new StudioError('not-running', `The run ${run} ${why}, so it cannot be told to do this.`, { status });
    }
    if (!act(live)) {
      throw new StudioError('not-connected', 'The trainer is not listening yet. Try again in a moment.');
    }
  }

  private edit(folder: string, asked: { project: string; run: string }, change: (record: RunRecord) => void): void {
    changeRecord(folder, change);
    this.changed(asked.project, asked.run, this.summary(asked.project, folder));
  }

  private async remove(folder: string, { project, run }: { project: string; run: string }): Promise<void> {
    const live = this.live.get(folder);
    if (live && !isFinal(live.status)) throw new StudioError('running', 'The run is still running. Stop it first.');
    await live?.gone;
    moveToTrash(project, run);
    this.series.delete(folder);
    this.consoles.delete(folder);
    this.changed(project, run, null);
  }

  private summary(project: string, folder: string): RunSummary {
    const record = readRecord(folder);
    const live = this.live.get(folder);
    const known = this.series.get(folder);
    const summary: RunSummary = {
      ...record,
      project,
      folder,
      progress: live?.progress ?? null,
      tags: known?.tags.length ? known.tags : Object.keys(record.metrics).sort(),
      checkpoints: listCheckpoints(folder),
    };
    if (!live) return summary;
    const { status, activeSeconds, problem } = live;
    const metrics = { ...record.metrics, ...live.lastValues() };
    return { ...summary, status, activeSeconds, metrics, ...(problem && { problem }) };
  }

  /** Of a run that is not live here, with all that its files have by now. */
  private seriesOf(folder: string): RunSeries {
    const known = this.series.get(folder) ?? new RunSeries(folder);
    this.series.delete(folder);
    this.series.set(folder, known);
    if (!this.live.has(folder)) known.readFiles();
    for (const old of this.series.keys()) {
      if (this.series.size <= keptSeries) break;
      if (!this.live.has(old) && old !== folder) this.series.delete(old);
    }
    return known;
  }

  private consoleOf(folder: string): ConsoleFile {
    const known = this.consoles.get(folder) ?? new ConsoleFile(join(folder, 'console.jsonl'));
    this.consoles.set(folder, known);
    return known;
  }

  private changed(project: string, run: string, summary: RunSummary | null): void {
    this.options.emit('runs.didChange', { project, run, summary });
  }

  private keepAwake(): void {
    const active = [...this.live.values()].some((live) => live.status === 'starting' || live.status === 'running');
    if (active && !this.letSleep) this.letSleep = this.options.shell.keepAwake?.('A run is active') ?? null;
    if (!active && this.letSleep) {
      this.letSleep();
      this.letSleep = null;
    }
  }
}
