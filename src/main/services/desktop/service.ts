// Preferences, folders to choose from, and what the shell around the studio can do.
import { readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Preferences } from '../../../shared/contract/desktop.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { Shell } from '../../shells/shell.ts';
import type { AppState } from './app-state.ts';
import { listDevices } from './devices.ts';

export function desktopService(shell: Shell, state: AppState, emit: Emit): StudioApi['desktop'] {
  return {
    capabilities: async () => shell.capabilities,
    async pickFolder({ title, file }) {
      if (!shell.dialogs) throw absent('choose a folder');
      return shell.dialogs.pickFolder(title, file);
    },
    async revealPath({ path }) {
      if (!shell.revealPath) throw absent('show a file in the file manager');
      await shell.revealPath(resolve(path));
    },
    listFolder: ({ path }) => listFolder(path ?? homedir()),
    preferences: async () => state.read().preferences,
    async setPreferences({ theme, locale }) {
      const { preferences } = state.change((s) => {
        s.preferences = { theme: theme ?? s.preferences.theme, locale: locale ?? s.preferences.locale };
      });
      emit('desktop.didChangePreferences', preferences satisfies Preferences);
      return preferences;
    },
    devices: async () => listDevices(),
  };
}

const absent = (act: string) =>
  new StudioError('not-available', `This shell cannot ${act}; "capabilities" says so beforehand.`);

/** Visible folders and files, by name. */
async function listFolder(path: string) {
  try {
    const folder = await realpath(path);
    const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of entries) {
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))));
      (isFolder ? folders : files).push(entry.name);
    }
    const parent = dirname(folder);
    return { path: folder, parent: parent === folder ? null : parent, folders: folders.sort(), files: files.sort() };
  } catch (error) {
    throw new StudioError('not-found', `The folder ${path} cannot be read: ${(error as Error).message}`);
  }
}

const leadsToFolder = (path: string) =>
  readdir(path).then(
    () => true,
    () => false,
  );
