// run.json and the folders around it: found, read, written whole. The files are the truth.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';
import { RunRecord, type RunStatus } from '../../../shared/contract/runs.ts';
import { StudioError } from '../../../shared/errors.ts';

const finalStatuses: readonly RunStatus[] = ['finished', 'stopped', 'failed', 'crashed'];
export const isFinal = (status: RunStatus) => finalStatuses.includes(status);

export const runsFolder = (project: string) => join(project, 'runs');
const trashFolder = (project: string) => join(project, '.trash', 'runs');

/** The folder of a run; refuses ids that are no folder name, and runs that are not there. */
export function runFolder(project: string, id: string): string {
  const folder = join(runsFolder(project), plainId(id));
  if (!existsSync(folder)) throw new StudioError('not-found', `The project has no run "${id}".`);
  return folder;
}

function plainId(id: string): string {
  if (!/^[\w][\w.-]*$/.test(id)) throw new StudioError('not-found', `"${id}" is not the name of a run.`);
  return id;
}

/** Ids of a project's runs, newest first. */
export function runIds(project: string): string[] {
  const folder = runsFolder(project);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'run.json')))
    .map((entry) => entry.name)
    .sort()
    .reverse();
}

/** A run.json that cannot be understood gives a crashed run that says so, rather than none. */
export function readRecord(folder: string): RunRecord {
  const file = join(folder, 'run.json');
  try {
    return RunRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const id = basename(folder);
    const createdAt = existsSync(file) ? statSync(file).mtimeMs : 0;
    const host = { name: '', cpu: '', cores: 0, memoryBytes: 0 };
    const message = `${file} is not understood: ${(error as Error).message}`;
    return RunRecord.parse({
      ...{ id, name: id, status: 'crashed', entry: '', seed: 0, device: 'cpu', createdAt, host },
      problem: { message },
    });
  }
}

export function writeRecord(folder: string, record: RunRecord): void {
  writeFileAtomic(join(folder, 'run.json'), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}

/** Reads, edits, writes in one go, so that what the trainer wrote meanwhile is kept. */
export function changeRecord(folder: string, edit: (record: RunRecord) => void): RunRecord {
  const record = readRecord(folder);
  edit(record);
  writeRecord(folder, record);
  return record;
}

export function moveToTrash(project: string, id: string): void {
  const from = runFolder(project, id);
  mkdirSync(trashFolder(project), { recursive: true });
  const to = join(trashFolder(project), id);
  if (existsSync(to)) throw new StudioError('exists', `A run "${id}" is in the trash already.`);
  renameSync(from, to);
}

export function takeFromTrash(project: string, id: string): string {
  const from = join(trashFolder(project), plainId(id));
  if (!existsSync(from)) throw new StudioError('not-found', `The trash has no run "${id}".`);
  const to = join(runsFolder(project), id);
  if (existsSync(to)) throw new StudioError('exists', `A run "${id}" is there already.`);
  mkdirSync(runsFolder(project), { recursive: true });
  renameSync(from, to);
  return to;
}
