// Thumbnails kept on disk in the user's cache: one small file for each picture, named by its path, time and size, so that a
// changed file has another name. Bounded: the longest unused go first.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ThumbnailKey {
  path: string;
  modifiedAt: number;
  bytes: number;
  size: number;
}

/** Writes between looks at the whole. */
const writesBetweenLooks = 2000;
const keptAfterLook = 0.8;

export class ThumbnailStore {
  private readonly folder: string;
  private readonly mostBytes: number;
  private writes = 0;
  private looking: Promise<void> | null = null;
  private serial = 0;

  constructor(folder: string, mostBytes = 512 * 1024 * 1024) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  /** The kept file's bytes, or null. */
  async get(key: ThumbnailKey): Promise<Uint8Array | null> {
    const file = this.fileOf(key);
    try {
      const bytes = await readFile(file);
      const now = new Date();
      void utimes(file, now, now).catch(() => {});
      return bytes;
    } catch {
      return null;
    }
  }

  /** A cache that cannot be written costs time, no more. */
  async put(key: ThumbnailKey, bytes: Uint8Array): Promise<void> {
    const file = this.fileOf(key);
    const part = `${file}.${process.pid}-${this.serial++}.part`;
    try {
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(part, bytes);
      await rename(part, file);
    } catch {
      await rm(part, { force: true }).catch(() => {});
      return;
    }
    if (++this.writes % writesBetweenLooks === 1) this.looking ??= this.bound().finally(() => (this.looking = null));
  }

  /** Removes the longest unused files until the rest fits well. */
  async bound(): Promise<void> {
    const files: { path: string; bytes: number; usedAt: number }[] = [];
    for (const shelf of await readdir(this.folder).catch(() => [])) {
      for (const name of await readdir(join(this.folder, shelf)).catch(() => [])) {
        const path = join(this.folder, shelf, name);
        const info = await stat(path).catch(() => null);
        if (info) files.push({ path, bytes: info.size, usedAt: info.mtimeMs });
      }
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.mostBytes) return;
    files.sort((a, b) => a.usedAt - b.usedAt);
    for (const { path, bytes } of files) {
      if (total <= this.mostBytes * keptAfterLook) return;
      await rm(path, { force: true }).catch(() => {});
      total -= bytes;
    }
  }

  private fileOf({ path, modifiedAt, bytes, size }: ThumbnailKey): string {
    const name = createHash('sha1').update(`${path}\0${modifiedAt}\0${bytes}\0${size}`).digest('hex');
    return join(this.folder, name.slice(0, 2), `${name.slice(2)}.webp`);
  }
}
