// Paths inside a project stay inside it: no "..", no absolute path, and no symbolic link that leads out.
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { StudioError } from '../../../shared/errors.ts';

const outside = (path: string) =>
  new StudioError('outside-project', `"${path}" is not a path inside the project. Use a relative path without "..".`);

/**
 * The absolute path of `path` (forward slashes) in `project`, whether it exists or not. Throws "outside-project" when it
 * is absolute, climbs, or passes through a link that leaves the project; "no-folder" when the project is gone.
 */
export function pathInside(project: string, path: string): string {
  const parts = path.split('/');
  const odd = (part: string) => part === '' || part === '.' || part === '..' || /[\\\0:]/.test(part);
  if (path.length > 1000 || parts.some(odd)) throw outside(path);
  const top = realProject(project);
  const full = join(top, ...parts);
  const real = realOfExisting(full);
  if (real !== top && !real.startsWith(top + sep)) throw outside(path);
  return full;
}

/** The project's folder without links. */
export function realProject(project: string): string {
  try {
    return realpathSync(project);
  } catch {
    throw new StudioError(
      'no-folder',
      `The project folder ${project} is not there any more. Put it back, or open the project where it is now.`,
    );
  }
}

/** The real place of the deepest part of the path that exists; a link that leads nowhere counts as outside. */
function realOfExisting(path: string): string {
  for (let part = path; ; part = dirname(part)) {
    try {
      lstatSync(part);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      throw error;
    }
    try {
      return realpathSync(part);
    } catch {
      throw outside(path);
    }
  }
}
