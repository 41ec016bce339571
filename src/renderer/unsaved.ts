// Text that is not saved yet, by project and file. It outlives the editor, the room, and a reload: the browser's storage
// keeps a copy until it is saved or given up. Saving is here too, so that Run saves from whichever room it is pressed in.
import { api } from './studio.ts';
import { useWindow, windowState } from './store.ts';

export interface Kept {
  text: string;
  /** When the file on disk was last seen, as main gives it. */
  modifiedAt: number;
}
type Buffers = Record<string, Kept>;

const key = (project: string) => `flint.unsaved:${project}`;
const buffers = new Map<string, Buffers>();

/** The unsaved text of a project: path -> text. */
export function keptBuffers(project: string): Readonly<Buffers> {
  let kept = buffers.get(project);
  if (!kept) {
    try {
      kept = JSON.parse(localStorage.getItem(key(project)) ?? '{}') as Buffers;
    } catch {
      kept = {};
    }
    buffers.set(project, kept);
  }
  return kept;
}

/** Keeps a file's unsaved text; null when it has none any more. */
export function keepBuffer(project: string, path: string, kept: Kept | null): void {
  const all = { ...keptBuffers(project) };
  if (kept) all[path] = kept;
  else if (path in all) delete all[path];
  else return;
  buffers.set(project, all);
  if (windowState().project?.path === project) useWindow.setState({ unsaved: unsavedPaths(project) });
  try {
    if (Object.keys(all).length > 0) localStorage.setItem(key(project), JSON.stringify(all));
    else localStorage.removeItem(key(project));
  } catch {
    // A full storage must not keep anybody from typing; the text is still in the window.
  }
}

export const unsavedPaths = (project: string): ReadonlySet<string> => new Set(Object.keys(keptBuffers(project)));

export interface SaveEnd {
  project: string;
  path: string;
  /** What is on disk now; null when main refused to write. */
  saved: Kept | null;
}
const saveListeners = new Set<(end: SaveEnd) => void>();
export function onSave(listener: (end: SaveEnd) => void): () => void {
  saveListeners.add(listener);
  return () => void saveListeners.delete(listener);
}

/** Writes a file. Refused with "changed-on-disk" when it changed since `modifiedAt`, unless that is left out. */
export async function saveText(project: string, path: string, text: string, modifiedAt?: number): Promise<void> {
  const tell = (saved: Kept | null) => {
    for (const listener of [...saveListeners]) listener({ project, path, saved });
  };
  const known = modifiedAt === undefined ? {} : { ifModifiedAt: modifiedAt };
  const written = await api.projects.write({ project, path, text, ...known }).catch((error: unknown) => {
    tell(null);
    throw error;
  });
  const now = keptBuffers(project)[path];
  keepBuffer(project, path, now && now.text !== text ? { ...now, modifiedAt: written.modifiedAt } : null);
  tell({ text, modifiedAt: written.modifiedAt });
}

/** Saves all of a project; throws at the first file that cannot be saved, with its text still kept. */
export async function saveAll(project: string): Promise<void> {
  for (const [path, { text, modifiedAt }] of Object.entries(keptBuffers(project))) {
    await saveText(project, path, text, modifiedAt);
  }
}
