// What was dropped on the window: where the shell knows paths, a path; else the files with their paths within the folder.
import type { Bridge } from '../../../../shared/rpc/bridge.ts';

export interface DroppedFile {
  /** Within what was dropped, with forward slashes. */
  path: string;
  file: File;
}
export type Dropped = { path: string } | { name: string; files: DroppedFile[] };

const hidden = (name: string) => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini';

/** null where there is no file in it: empty folders, hidden files. Call within the event: what it holds is gone afterwards. */
export async function takeDropped(transfer: DataTransfer): Promise<Dropped | null> {
  const bridge = (window as { flintBridge?: Bridge }).flintBridge;
  const [first] = transfer.files;
  const path = bridge && first ? bridge.pathOf(first) : '';
  if (path) return { path };
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const entries = taken.map(({ entry }) => entry).filter((entry) => entry !== null);
  // Without an entry (some programs drop only their bytes) a file is what there is.
  const files = taken.flatMap(({ entry, file }): DroppedFile[] => (entry || !file ? [] : [{ path: file.name, file }]));
  for (const entry of entries) await gather(entry, '', files);
  if (files.length === 0) return null;
  // One folder: its own name, and paths from within it.
  const [only] = entries;
  if (entries.length === 1 && only!.isDirectory) {
    const prefix = `${only!.name}/`;
    return { name: only!.name, files: files.map(({ path: p, file }) => ({ path: p.slice(prefix.length), file })) };
  }
  return { name: files[0]!.file.name, files };
}

async function gather(entry: FileSystemEntry, prefix: string, files: DroppedFile[]): Promise<void> {
  if (hidden(entry.name)) return;
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    files.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives at most a hundred at a time, and nothing at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const inner of some) await gather(inner, `${path}/`, files);
  }
}
