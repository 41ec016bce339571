// Files from the window into the user's data folder: a browser knows no paths, so bytes come in chunks. They gather beside
// their place and take it when all are there; what a studio that ended left behind goes when the next one starts.
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSystemError } from '../../../flint/io/file-error.ts';
import { StudioError } from '../../../shared/errors.ts';

interface Upload {
  /** Where files gather. */
  part: string;
  name: string;
  files: { path: string; bytes: number }[];
  received: number[];
  /** The file that is being written. */
  current: { file: number; handle: FileHandle } | null;
  /** Chunks are written one after another. */
  queue: Promise<void>;
}

export class Uploads {
  /** Resolves when what others left behind is gone. */
  readonly swept: Promise<void>;
  private readonly folder: string;
  private readonly all = new Map<string, Upload>();

  constructor(folder: string) {
    this.folder = folder;
    this.swept = sweep(folder);
  }

  begin(name: string, announced: { path: string; bytes: number }[]): string {
    for (const { path } of announced) checkPath(path);
    const files = apart(announced);
    const id = randomUUID();
    const part = join(this.folder, `${partPrefix}${process.pid}-${id}`);
    mkdirSync(part, { recursive: true });
    const received = files.map(() => 0);
    this.all.set(id, { part, name: safeName(name), files, received, current: null, queue: Promise.resolve() });
    return id;
  }

  async chunk(id: string, file: number, bytes: Uint8Array, last: boolean): Promise<void> {
    const upload = this.require(id);
    const turn = upload.queue.then(() => write(upload, file, bytes, last));
    upload.queue = turn.catch(() => {});
    await turn;
  }

  /** The path of the folder, or of the file when there was one without a folder. */
  async finish(id: string): Promise<string> {
    const upload = this.require(id);
    await upload.queue;
    const short = upload.files.findIndex(({ bytes }, i) => bytes !== upload.received[i]);
    if (short >= 0) {
      const { path, bytes } = upload.files[short]!;
      throw new StudioError(
        'incomplete',
        `${path} has ${bytes} bytes, but ${upload.received[short]} arrived. Drop it again.`,
      );
    }
    for (const { path, bytes } of upload.files) if (bytes === 0) touch(join(upload.part, path));
    const [only] = upload.files;
    const single = upload.files.length === 1 && !only!.path.includes('/');
    const target = single
      ? place(this.folder, only!.path, (path) => putFile(join(upload.part, only!.path), path))
      : place(this.folder, upload.name, (path) => renameSync(upload.part, path));
    this.all.delete(id);
    if (single) rmSync(upload.part, { recursive: true, force: true });
    return target;
  }

  async cancel(id: string): Promise<void> {
    const upload = this.all.get(id);
    if (!upload) return;
    this.all.delete(id);
    await upload.queue;
    await upload.current?.handle.close().catch(() => {});
    rmSync(upload.part, { recursive: true, force: true });
  }

  close(): void {
    for (const id of [...this.all.keys()]) void this.cancel(id);
  }

  private require(id: string): Upload {
    const upload = this.all.get(id);
    if (!upload) throw new StudioError('no-upload', 'This upload is not under way any more. Drop the files again.');
    return upload;
  }
}

async function write(upload: Upload, file: number, bytes: Uint8Array, last: boolean): Promise<void> {
  const described = upload.files[file];
  if (!described) throw new StudioError('bad-params', `The upload has no file number ${file}.`);
  const path = join(upload.part, described.path);
  try {
    if (upload.current?.file !== file) {
      await upload.current?.handle.close();
      mkdirSync(dirname(path), { recursive: true });
      upload.current = { file, handle: await open(path, 'a') };
    }
    await upload.current.handle.write(bytes);
    upload.received[file]! += bytes.length;
    if (upload.received[file]! > described.bytes) {
      throw new StudioError('bad-params', `${described.path} has more bytes than were announced. Drop it again.`);
    }
    if (last) {
      await upload.current.handle.close();
      upload.current = null;
    }
  } catch (error) {
    throw error instanceof StudioError ? error : fileSystemError(path, error, 'keep the file');
  }
}

/** Stays inside: no absolute path, no step up, nothing hidden. */
function checkPath(path: string): void {
  const parts = path.split('/');
  const bad = parts.some((part) => part === '' || part.startsWith('.') || part.includes('\\') || part.includes('\0'));
  if (!bad) return;
  throw new StudioError('bad-params', `"${path}" cannot be the path of an uploaded file.`);
}

const safeName = (name: string) => name.replace(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^\.+/, '') || 'data';

/** `name`, or with a number before its endings. */
function numbered(name: string, n: number): string {
  const from = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', from + 1);
  const end = dot < 0 ? name.length : dot;
  return n === 1 ? name : `${name.slice(0, end)}-${n}${name.slice(end)}`;
}

/** Files of the same path get numbers, also where only the case differs and the disk may not tell it. */
function apart(files: readonly { path: string; bytes: number }[]): { path: string; bytes: number }[] {
  const told = (path: string) => (process.platform === 'linux' ? path : path.normalize().toLowerCase());
  const announced = new Set(files.map(({ path }) => told(path)));
  const taken = new Set<string>();
  return files.map(({ path, bytes }) => {
    let name = path;
    for (let n = 2; taken.has(told(name)) || (name !== path && announced.has(told(name))); n++)
      name = numbered(path, n);
    taken.add(told(name));
    return { path: name, bytes };
  });
}

/** Puts something under the first name that is free; what is there already stays, also when it comes at this moment. */
function place(folder: string, name: string, put: (path: string) => void): string {
  for (let n = 1; ; n++) {
    const path = join(folder, numbered(name, n));
    if (existsSync(path)) continue;
    try {
      put(path);
      return path;
    } catch (error) {
      if (!existsSync(path)) throw fileSystemError(path, error, 'keep the upload');
    }
  }
}

function putFile(from: string, to: string): void {
  // To rename replaces what is there: the name is taken first, which fails when it is in use.
  closeSync(openSync(to, 'wx'));
  renameSync(from, to);
}

/** An empty file that came without a chunk. */
function touch(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a'));
}

const partPrefix = '.upload-';

/** Removes the parts of uploads whose studio is gone. */
async function sweep(folder: string): Promise<void> {
  // Listed at once: what begins from now on is none of them.
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((each) => each.startsWith(partPrefix))) {
    const pid = Number(/^\d+(?=-)/.exec(name.slice(partPrefix.length))?.[0]);
    if (pid !== process.pid && isRunning(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
