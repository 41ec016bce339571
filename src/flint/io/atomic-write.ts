// Files that are either the old one or the whole new one: written under a temporary name, synced, then renamed.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileSystemError } from './file-error.ts';

/** The calls of the file system that writing needs; tests give one whose disk is full. */
export interface WriteCalls {
  openSync: typeof openSync;
  writeSync: (file: number, bytes: Uint8Array, offset: number, length: number) => number;
  fsyncSync: typeof fsyncSync;
  renameSync: typeof renameSync;
}
const realCalls: WriteCalls = { openSync, writeSync, fsyncSync, renameSync };
let serial = 0;

/**
 * Writes `parts` one after another as the file `path`; folders are made. On any failure (a full disk, no permission)
 * the temporary file is removed, a file that was at `path` stays as it was, and a FileError says what to do.
 */
export function writeFileAtomic(path: string, parts: Uint8Array | readonly Uint8Array[], calls = realCalls): void {
  const temporary = `${path}.${process.pid}-${serial++}.tmp`;
  let handle = -1;
  let opened = false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    handle = calls.openSync(temporary, 'wx');
    opened = true;
    for (const part of parts instanceof Uint8Array ? [parts] : parts) writeWhole(handle, part, calls);
    calls.fsyncSync(handle);
    closeSync(handle);
    handle = -1;
    calls.renameSync(temporary, path);
  } catch (error) {
    if (handle !== -1) closeSync(handle);
    if (opened) rmSync(temporary, { force: true });
    throw fileSystemError(path, error, 'write the file');
  }
  syncFolder(dirname(path));
}

function writeWhole(handle: number, part: Uint8Array, calls: WriteCalls): void {
  const most = 1 << 28;
  for (let at = 0; at < part.length;) at += calls.writeSync(handle, part, at, Math.min(most, part.length - at));
}

/** So that the rename itself survives a loss of power; not every system allows it. */
function syncFolder(folder: string): void {
  let handle = -1;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // Windows and some network file systems cannot sync a folder; the rename is still whole.
  } finally {
    if (handle !== -1) closeSync(handle);
  }
}
