// flint run: begins a run as the studio does, with the terminal as its window.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ProjectFile } from '../../shared/contract/projects.ts';
import type { RunRecord } from '../../shared/contract/runs.ts';
import type { FromTrainer } from '../../shared/contract/trainer.ts';
import { userPaths } from '../../main/shells/app-paths.ts';
import { startNodeProcess } from '../../main/shells/processes.ts';
import { markEnded } from '../../main/services/runs/end.ts';
import { launchTrainer, prepareRun, type RunRequest } from '../../main/services/runs/start.ts';
import { listenForTrainer } from '../../main/services/runs/trainer-link.ts';
import { parseSettings, UsageError, wholeNumber, type Options, type Values } from '../arguments.ts';
import { duration, ProgressBar } from '../progress-bar.ts';

export const runOptions: Options = {
  set: { type: 'string', multiple: true },
  device: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  continue: { type: 'string' },
};
export const runHelp = `flint run <project|script> [options]

Runs a project (a folder with flint.json) or a single script.

  --set key=value    a setting that the script reads with config(); may be repeated
  --device <name>    what to compute on: cpu (flint devices lists them)
  --seed <number>    start of all randomness; the same seed repeats a run (default 0)
  --continue <run>   go on from the last checkpoint of a run of this project
  --json             print one JSON object as the last line: status, run, metrics, problem, warnings, seconds,
                     epochSeconds

Ctrl+C stops the run and keeps everything; a second Ctrl+C ends it at once.
Exit code: 0 finished, 1 failed or crashed, 130 stopped.`;

/** Milliseconds that a script has to end after Ctrl+C before its process is ended by force; FLINT_STOP_GRACE overrides. */
const graceMs = () => Number(process.env.FLINT_STOP_GRACE) || 2000;

export async function runCommand(values: Values, words: string[]): Promise<number> {
  const [target, ...more] = words;
  if (!target) throw new UsageError('flint run needs a project folder or a script, for example: flint run my-project');
  if (more.length > 0) throw new UsageError(`flint run takes one project or script; "${more[0]}" is one too many.`);
  const request = { ...requestFor(target), ...optionsOf(values) };
  const { record, job } = prepareRun(request, userPaths().home);
  const session = new RunSession(values.json === true);
  const link = await listenForTrainer(job.socket, (message) => session.receive(message));
  const child = launchTrainer({ startProcess: (r) => startNodeProcess(r) }, job, { cwd: process.cwd() });
  if (!session.json) session.say(`${record.name}  ${job.folder}`);
  session.onStop = (force) => {
    if (force) child.kill('SIGKILL');
    else link?.send({ type: 'stop' });
  };
  const end = await new Promise<Parameters<typeof markEnded>[1]['end']>((done) => child.onExit(done));
  link?.close();
  const final = markEnded(job.folder, { forced: session.forced, ...(end && { end }) });
  session.close();
  report(final, job.folder, session);
  return final.status === 'finished' ? 0 : final.status === 'stopped' ? 130 : 1;
}

/** A folder is a project; a file is a script in its project, or one that stands alone. */
export function requestFor(target: string): Pick<RunRequest, 'project' | 'entry' | 'file'> {
  const path = resolve(target);
  if (!existsSync(path)) throw new UsageError(`${target} is not there. Give a project folder or a script.`);
  if (statSync(path).isDirectory()) {
    if (existsSync(join(path, 'flint.json'))) return { project: path };
    if (!existsSync(join(path, 'train.ts'))) {
      throw new UsageError(`${target} is no project: it has neither flint.json nor train.ts.`);
    }
    return { project: path, file: ProjectFile.parse({ name: basename(realpathSync(path)) }) };
  }
  const project = dirname(path);
  const entry = basename(path);
  if (existsSync(join(project, 'flint.json'))) return { project, entry };
  return { project, file: ProjectFile.parse({ name: basename(entry, extname(entry)), entry }) };
}

function optionsOf(values: Values): Omit<RunRequest, 'project'> {
  const device = (values.device as string | undefined) ?? 'cpu';
  if (device !== 'cpu')
    throw new UsageError(`There is no device "${device}" here. "flint devices" lists what there is.`);
  return {
    settings: parseSettings((values.set as string[] | undefined) ?? []),
    device,
    ...(values.seed !== undefined && { seed: wholeNumber('seed', values.seed as string, 0, Number.MAX_SAFE_INTEGER) }),
    ...(values.continue !== undefined && { continueFrom: basename(values.continue as string) }),
  };
}

/** What the terminal shows of a run, and what Ctrl+C does. */
class RunSession {
  readonly json: boolean;
  forced = false;
  onStop: (force: boolean) => void = () => {};
  private readonly bar = new ProgressBar(process.stderr);
  private loss: number | undefined;
  private graceTimer: NodeJS.Timeout | undefined;
  private readonly interrupt = () => this.stop();
  private asked = false;

  constructor(json: boolean) {
    this.json = json;
    process.on('SIGINT', this.interrupt);
    process.on('SIGTERM', this.interrupt);
  }

  receive(message: FromTrainer): void {
    if (message.type === 'console') {
      for (const { stream, text } of message.lines)
        this.bar.print(stream === 'out' ? process.stdout : process.stderr, text);
    } else if (message.type === 'scalars') {
      const losses = message.points.find((p) => /(^|\/)loss$/.test(p.tag) && !p.tag.startsWith('test/'));
      if (losses) this.loss = losses.values.at(-1);
    } else if (message.type === 'progress' && (!this.json || process.stderr.isTTY)) {
      this.bar.update(message, this.loss);
    }
  }
  say(text: string): void {
    this.bar.print(process.stderr, text);
  }
  close(): void {
    clearTimeout(this.graceTimer);
    process.off('SIGINT', this.interrupt);
    process.off('SIGTERM', this.interrupt);
    this.bar.clear();
  }

  private stop(): void {
    if (this.asked) return this.force();
    this.asked = true;
    this.say('Stopping; press Ctrl+C again to end it at once.');
    this.onStop(false);
    this.graceTimer = setTimeout(() => {
      this.say('The script does not enter the library; its process is ended.');
      this.force();
    }, graceMs());
  }
  private force(): void {
    this.forced = true;
    this.onStop(true);
  }
}

function report(record: RunRecord, folder: string, session: RunSession): void {
  const { status, metrics, problem, warnings, epochSeconds = [] } = record;
  const seconds = record.activeSeconds;
  const where = problem?.file ? `${problem.file}:${problem.line}:${problem.column}: ` : '';
  if (problem) session.say(`flint: ${where}${problem.message}`);
  if (session.json) {
    const result = { status, run: folder, metrics, ...(problem && { problem }), warnings, seconds, epochSeconds };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const values = Object.entries(metrics).map(
    ([tag, value]) => `${tag} ${value === null ? 'NaN' : Number(value.toPrecision(5))}`,
  );
  session.say([`${status} after ${duration(seconds)}`, ...values].join('  '));
}

/** The folder of a run: the path itself, or an id in a project's runs/. */
export function findRun(target: string): string {
  for (const folder of [resolve(target), resolve('runs', target)]) {
    if (existsSync(join(folder, 'run.json'))) return realpathSync(folder);
  }
  throw new UsageError(
    `${target} is no run: it has no run.json. Give a run's folder, for example my-project/runs/<run>.`,
  );
}
