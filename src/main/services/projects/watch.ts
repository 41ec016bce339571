// Watching a project's folders: one note when it has been quiet for a moment, and one when the folder vanishes or comes
// back. Runs are not watched: they report themselves.
import { existsSync, readdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { isHidden } from './project-files.ts';

const quietMs = 150;
const vanishCheckMs = 1000;
const mostFolders = 500;

export interface WatchListener {
  filesChanged(): void;
  existenceChanged(exists: boolean): void;
}

/** Watches until the returned function is called. */
export function watchProject(project: string, listener: WatchListener): () => void {
  const watchers = new Map<string, FSWatcher>();
  let quiet: NodeJS.Timeout | null = null;
  let there = true;

  const drop = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const changed = (name: string | null, top: boolean) => {
    if (name !== null && isHidden(name, top)) return;
    if (quiet) clearTimeout(quiet);
    quiet = setTimeout(() => {
      refresh();
      if (there) listener.filesChanged();
    }, quietMs);
  };
  const add = (folder: string) => {
    if (watchers.has(folder) || watchers.size >= mostFolders) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, name) => changed(name, folder === project));
      watcher.on('error', () => drop(folder));
      watchers.set(folder, watcher);
    } catch {
      // It went in between, or the system watches no more: the window's own reload still works.
    }
  };
  const refresh = () => {
    const folders = new Set(foldersOf(project));
    for (const folder of [...watchers.keys()]) if (!folders.has(folder)) drop(folder);
    for (const folder of folders) add(folder);
  };
  refresh();
  const vanish = setInterval(() => {
    const now = existsSync(join(project, 'flint.json'));
    if (now === there) return;
    there = now;
    for (const folder of [...watchers.keys()]) drop(folder);
    if (now) refresh();
    listener.existenceChanged(now);
  }, vanishCheckMs);
  vanish.unref();
  return () => {
    clearInterval(vanish);
    if (quiet) clearTimeout(quiet);
    for (const folder of [...watchers.keys()]) drop(folder);
  };
}

function foldersOf(project: string): string[] {
  const found = existsSync(project) ? [project] : [];
  for (let i = 0; i < found.length && found.length < mostFolders; i++) {
    try {
      for (const entry of readdirSync(found[i]!, { withFileTypes: true })) {
        if (entry.isDirectory() && !isHidden(entry.name, i === 0)) found.push(join(found[i]!, entry.name));
      }
    } catch {
      // Gone since it was listed.
    }
  }
  return found;
}
