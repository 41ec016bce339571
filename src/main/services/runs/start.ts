// Beginning a run: its folder, its sources, its job; then the trainer's process. Knows nothing of windows or RPC, so that
// `flint run` begins runs in the same way.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectFile, Settings } from '../../../shared/contract/projects.ts';
import type { RunRecord } from '../../../shared/contract/runs.ts';
import type { TrainerJob } from '../../../shared/contract/trainer.ts';
import { StudioError } from '../../../shared/errors.ts';
import { ownVersion, packageRoot } from '../../../flint/package-root.ts';
import type { Shell, StartedProcess } from '../../shells/shell.ts';
import { hostInfo } from '../desktop/devices.ts';
import { readProjectFile } from '../projects/project-file.ts';
import { listFiles } from '../projects/project-files.ts';
import { listCheckpoints } from './run-files.ts';
import { runFolder, runIds, runsFolder, writeRecord } from './run-record.ts';

export interface RunRequest {
  project: string;
  /** Over those of flint.json. */
  settings?: Settings;
  device?: string;
  /** Default 0: a run repeats the one before unless it is given another. */
  seed?: number | undefined;
  /** Id of a run of this project whose last checkpoint to load. */
  continueFrom?: string | undefined;
  /** A script instead of flint.json's entry, relative to the project. */
  entry?: string;
  /** For a folder without flint.json (a lone script). */
  file?: ProjectFile;
}
export interface PreparedRun {
  record: RunRecord;
  job: TrainerJob;
}

/** Makes the run's folder with run.json ("starting") and source/. `home`: the studio's folder, for the socket. */
export function prepareRun(request: RunRequest, home: string, now = new Date()): PreparedRun {
  const project = realpathSync(request.project);
  const file = request.file ?? readProjectFile(project);
  const entry = request.entry ?? file.entry;
  if (!existsSync(join(project, entry))) {
    throw new StudioError('no-entry', `The script ${entry} is not in ${project}. Set "entry" in flint.json.`);
  }
  const continueFrom = request.continueFrom ? lastCheckpoint(project, request.continueFrom) : null;
  const count = runIds(project).length;
  const { id, folder } = makeFolder(project, file.name, now);
  const record: RunRecord = {
    id,
    name: `${file.name} ${count + 1}`,
    note: '',
    status: 'starting',
    entry,
    settings: mergeSettings(file, request.settings ?? {}),
    seed: request.seed ?? 0,
    device: request.device ?? 'cpu',
    createdAt: now.getTime(),
    activeSeconds: 0,
    versions: { flint: ownVersion(), node: process.versions.node },
    host: hostInfo(hostname()),
    metrics: {},
    warnings: [],
    ...(request.continueFrom && { continuedFrom: request.continueFrom }),
  };
  copySources(project, join(folder, 'source'), entry);
  writeRecord(folder, record);
  const { settings, seed, device } = record;
  const socket = socketOf(folder, home);
  return { record, job: { run: id, project, folder, entry, settings, seed, device, continueFrom, socket } };
}

/** flint.json's settings, with `data` = where its first data set is, below what was asked for. */
export function mergeSettings(file: ProjectFile, asked: Settings): Settings {
  const source = Object.values(file.datasets)[0]?.source;
  return { ...(source ? { data: source } : {}), ...file.settings, ...asked };
}

export interface LaunchOptions {
  cwd?: string;
  detached?: boolean;
  /** Another program that speaks the trainer's protocol. */
  program?: string;
}

/** Starts the trainer's process for a prepared run; what it prints past its reporter goes to process.log. */
export function launchTrainer(
  shell: Pick<Shell, 'startProcess'>,
  job: TrainerJob,
  options: LaunchOptions = {},
): StartedProcess {
  const program = options.program ?? join(packageRoot(), 'out/node/trainer.js');
  if (!existsSync(program)) {
    throw new StudioError('not-built', `The trainer is not built: ${program} is missing. Run "npm start".`);
  }
  return shell.startProcess({
    program,
    args: [JSON.stringify(job)],
    cwd: options.cwd ?? job.project,
    detached: options.detached ?? true,
    output: join(job.folder, 'process.log'),
  });
}

/** The same for a run whoever asks, so that a studio started later finds a trainer that is waiting for it. */
export function socketOf(folder: string, home: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 20);
  if (process.platform === 'win32') return `\\\\.\\pipe\\flint-${name}`;
  const inHome = join(home, 'sockets', `${name}.sock`);
  // The system's limit for a socket's path is about 104 bytes.
  const path = Buffer.byteLength(inHome) < 100 ? inHome : join(tmpdir(), `flint-${userInfo().uid}`, `${name}.sock`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return path;
}

function lastCheckpoint(project: string, id: string): string {
  const last = listCheckpoints(runFolder(project, id)).at(-1);
  if (last) return last.file;
  throw new StudioError(
    'no-checkpoint',
    `The run "${id}" has no checkpoint to go on from. Call checkpoint() in the script.`,
  );
}

/** `2026-11-20-1952-mnist-mlp`; a second one in the same minute ends in -2. */
function makeFolder(project: string, name: string, now: Date): { id: string; folder: string } {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const words =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'run';
  const base = `${day}-${two(now.getHours())}${two(now.getMinutes())}-${words}`;
  mkdirSync(runsFolder(project), { recursive: true });
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    const folder = join(runsFolder(project), id);
    // A run in the trash keeps its name, so that it can come back.
    if (existsSync(join(project, '.trash', 'runs', id))) continue;
    try {
      mkdirSync(folder);
      return { id, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StudioError('cannot-create', `The run's folder ${folder} cannot be made: ${(error as Error).message}`);
    }
  }
}

const sourceFile = /\.(ts|tsx|mts|cts|js|mjs|cjs|json|md|txt)$/;
const largestSource = 1024 * 1024;

function copySources(project: string, to: string, entry: string): void {
  for (const { path, kind, bytes } of listFiles(project)) {
    const wanted = path === entry || (sourceFile.test(path) && bytes <= largestSource);
    if (kind !== 'file' || !wanted) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(project, path), join(to, path));
  }
}
