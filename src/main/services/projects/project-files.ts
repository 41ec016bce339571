// The files of a project as the editor sees them: listed, read, written whole, renamed, removed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';
import type { FileEntry } from '../../../shared/contract/projects.ts';
import { StudioError } from '../../../shared/errors.ts';
import { pathInside, realProject } from './project-paths.ts';

const mostFiles = 2000;
const largestText = 8 * 1024 * 1024;

/** Neither shown nor watched. */
export function isHidden(name: string, top: boolean): boolean {
  return name.startsWith('.') || name === 'node_modules' || (top && name === 'runs') || name.endsWith('.tmp');
}

/** Folders before what is in them, each folder by name; at most 2,000. Links are left out. */
export function listFiles(project: string): FileEntry[] {
  const top = realProject(project);
  const found: FileEntry[] = [];
  const walk = (folder: string, prefix: string) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (found.length >= mostFiles || isHidden(entry.name, prefix === '')) continue;
      const path = prefix + entry.name;
      if (entry.isDirectory()) {
        found.push({ path, kind: 'folder', bytes: 0 });
        walk(join(folder, entry.name), `${path}/`);
      } else if (entry.isFile()) {
        found.push({ path, kind: 'file', bytes: statSync(join(folder, entry.name)).size });
      }
    }
  };
  walk(top, '');
  return found;
}

export function readText(project: string, path: string): { text: string; modifiedAt: number } {
  const file = existing(project, path);
  const info = statSync(file);
  if (!info.isFile()) throw new StudioError('not-a-file', `${path} is a folder.`);
  if (info.size > largestText) throw new StudioError('too-large', `${path} is too large to edit (8 MB is the most).`);
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 8192).includes(0)) throw new StudioError('not-text', `${path} is not a text file.`);
  return { text: bytes.toString('utf8'), modifiedAt: info.mtimeMs };
}

/** `ifModifiedAt`: refused with "changed-on-disk" when the file's time is another, or the file is gone. */
export function writeText(project: string, path: string, text: string, ifModifiedAt?: number): { modifiedAt: number } {
  const file = pathInside(project, path);
  const now = existsSync(file) ? statSync(file) : null;
  if (now?.isDirectory()) throw new StudioError('not-a-file', `${path} is a folder.`);
  if (ifModifiedAt !== undefined && now?.mtimeMs !== ifModifiedAt) {
    const what = now ? 'was changed by another program' : 'was removed';
    throw new StudioError('changed-on-disk', `${path} ${what} since it was opened. Load it again, or save it anyway.`, {
      modifiedAt: now?.mtimeMs ?? null,
    });
  }
  writeFileAtomic(file, Buffer.from(text));
  return { modifiedAt: statSync(file).mtimeMs };
}

export function renamePath(project: string, path: string, to: string): void {
  const from = existing(project, path);
  const target = pathInside(project, to);
  if (existsSync(target)) throw new StudioError('exists', `${to} is there already. Choose another name.`);
  if (path === 'flint.json')
    throw new StudioError('needed', 'flint.json makes the folder a project and keeps its name.');
  mkdirSync(dirname(target), { recursive: true });
  renameSync(from, target);
}

export function removePath(project: string, path: string): void {
  const file = existing(project, path);
  if (path === 'flint.json') throw new StudioError('needed', 'flint.json makes the folder a project and cannot go.');
  rmSync(file, { recursive: true });
}

function existing(project: string, path: string): string {
  const file = pathInside(project, path);
  if (!existsSync(file)) throw new StudioError('not-found', `${path} is not in the project.`);
  return file;
}
