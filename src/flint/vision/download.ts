// Fetching data files: progress, checksums, and resuming where an interrupted transfer ended. A file appears under its
// name only when it is whole and right; until then it is NAME.part.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, fileSystemError } from '../io/file-error.ts';

export interface RemoteFile {
  name: string;
  bytes: number;
  md5: string;
}
export interface RemoteSet {
  /** Tried in this order, each with a slash at its end. */
  mirrors: readonly string[];
  files: readonly RemoteFile[];
}

/** The original files; sizes and checksums as published with them. */
export const remoteMnist: RemoteSet = {
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  files: [
    { name: 'train-images-idx3-ubyte.gz', bytes: 9_912_422, md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873' },
    { name: 'train-labels-idx1-ubyte.gz', bytes: 28_881, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
    { name: 't10k-images-idx3-ubyte.gz', bytes: 1_648_877, md5: '9fb629c4189551a2d022fa330f9573f3' },
    { name: 't10k-labels-idx1-ubyte.gz', bytes: 4_542, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
  ],
};

export interface DownloadOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { receivedBytes: number; totalBytes: number }) => void;
}

const md5Of = (path: string): string => createHash('md5').update(readFileSync(path)).digest('hex');
const isWhole = (path: string, file: RemoteFile): boolean =>
  existsSync(path) && statSync(path).size === file.bytes && md5Of(path) === file.md5;

/** Fetches the rest of one file from one mirror into `part`. */
async function fetchRest(
  url: string,
  part: string,
  file: RemoteFile,
  options: DownloadOptions,
  received: (bytes: number) => void,
): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0;
  if (have === file.bytes) return;
  const headers: Record<string, string> = have > 0 ? { Range: `bytes=${have}-` } : {};
  const response = await fetch(url, { headers, ...(options.signal ? { signal: options.signal } : {}) });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  // A server that knows no ranges sends the whole file again.
  const resumed = response.status === 206;
  const target = await open(part, resumed ? 'a' : 'w');
  let at = resumed ? have : 0;
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      await target.write(chunk);
      at += chunk.length;
      received(at);
    }
    await target.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw fileSystemError(part, error, 'writing');
    throw error;
  } finally {
    await target.close();
  }
}

async function fetchFile(
  set: RemoteSet,
  file: RemoteFile,
  folder: string,
  options: DownloadOptions,
  received: (bytes: number) => void,
): Promise<void> {
  const path = join(folder, file.name);
  const part = `${path}.part`;
  const failures: string[] = [];
  for (const mirror of set.mirrors) {
    try {
      await fetchRest(mirror + file.name, part, file, options, received);
      if (isWhole(part, file)) return renameSync(part, path);
      const size = statSync(part).size;
      // Too short may go on later; the right length with the wrong content never will.
      if (size >= file.bytes) rmSync(part);
      failures.push(
        `${mirror}${file.name}: ${size < file.bytes ? `ended after ${size} of ${file.bytes} bytes` : 'the checksum is wrong'}`,
      );
    } catch (error) {
      if (options.signal?.aborted || error instanceof FileError) throw error;
      const cause = (error as { cause?: { message?: string } }).cause?.message;
      failures.push(`${mirror}: ${cause ?? (error as Error).message}`);
    }
  }
  throw new FileError('download', {
    file: path,
    problem: `could not be fetched (${failures.join('; ')})`,
    hint: 'Check the network and press Download again: it goes on where it ended. Or choose a folder that has the files, or use the built-in digits.',
  });
}

/** Fetches every file of a set that is not in `folder` yet. Throws a FileError that says what failed and how to go on. */
export async function download(set: RemoteSet, folder: string, options: DownloadOptions = {}): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const totalBytes = set.files.reduce((sum, f) => sum + f.bytes, 0);
  let before = 0;
  for (const file of set.files) {
    const tell = (bytes: number) => options.onProgress?.({ receivedBytes: before + bytes, totalBytes });
    if (!isWhole(join(folder, file.name), file)) await fetchFile(set, file, folder, options, tell);
    tell(file.bytes);
    before += file.bytes;
  }
}
