// The folders of one user: FLINT_HOME, FLINT_DATA and FLINT_PROJECTS override the usual places.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AppPaths } from './shell.ts';

export function userPaths(env: NodeJS.ProcessEnv = process.env): AppPaths {
  const home = resolve(env.FLINT_HOME || join(homedir(), '.flint'));
  return {
    home,
    data: join(home, 'data'),
    projects: resolve(env.FLINT_PROJECTS || join(homedir(), 'Flint')),
  };
}
