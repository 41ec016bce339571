// Where data are looked for, and where decoded copies are kept.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { currentSink } from '../studio/sink.ts';
import { syntheticRoot } from './image-set.ts';

/** A relative root is looked for from the working directory, then from the project of the run. */
export function resolveRoot(root: string): string {
  if (root === syntheticRoot || isAbsolute(root)) return root;
  const here = resolve(root);
  const { runFolder } = currentSink();
  if (existsSync(here) || runFolder === null) return here;
  const inProject = resolve(dirname(dirname(runFolder)), root);
  return existsSync(inProject) ? inProject : here;
}

/** The user's folder for what can be made again: FLINT_CACHE, or the system's usual place. */
export function cacheFolder(): string {
  const { FLINT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (FLINT_CACHE) return resolve(FLINT_CACHE);
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'flint', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'flint');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'flint');
}

/** For errors: what is at a path instead of what was expected. */
export function listing(path: string): string {
  if (!existsSync(path)) return 'no such folder';
  if (!statSync(path).isDirectory()) return 'a file';
  const names = readdirSync(path).sort();
  if (names.length === 0) return 'an empty folder';
  return names.slice(0, 6).join(', ') + (names.length > 6 ? ` and ${names.length - 6} more` : '');
}
