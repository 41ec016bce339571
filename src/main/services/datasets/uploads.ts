// Files from the window into the user's data folder: a browser knows no paths, so bytes come in chunks. They gather beside
// their place and take it when all are there.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
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
  private readonly folder: string;
  private readonly all = new Map<string, Upload>();

  constructor(folder: string) {
    this.folder = folder;
  }

  begin(name: string, files: { path: string; bytes: number }[]): string {
    for (const { path } of files) checkPath(path);
    const id = randomUUID();
    const part = join(this.folder, `.upload-${id}`);
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
    this.all.delete(id);
    const single = upload.files.length === 1 && !upload.files[0]!.path.includes('/');
    const target = freeName(this.folder, single ? upload.files[0]!.path : upload.name);
    if (single) {
      renameSync(join(upload.part, upload.files[0]!.path), target);
      rmSync(upload.part, { recursive: true, force: true });
    } else renameSync(upload.part, target);
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

function freeName(folder: string, name: string): string {
  for (let n = 1; ; n++) {
    const dot = name.includes('.') ? name.indexOf('.', 1) : name.length;
    const path = join(folder, n === 1 ? name : `${name.slice(0, dot)}-${n}${name.slice(dot)}`);
    if (!existsSync(path)) return path;
  }
}
