// Bytes at positions: of a file that is read part by part, however large it is, or of an array in memory.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileSystemError } from '../file-error.ts';

export interface ByteSource {
  readonly length: number;
  /** The bytes from `from` up to `to`, fewer where the file ends before. */
  slice(from: number, to: number): Uint8Array;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, slice: (from, to) => bytes.subarray(from, Math.max(from, to)) };
}

/** Opens a file for as long as `use` runs. Throws a FileError when it cannot be opened or read. */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const attempt = <R>(action: () => R): R => {
    try {
      return action();
    } catch (error) {
      throw fileSystemError(path, error, 'read the archive');
    }
  };
  const file = attempt(() => openSync(path, 'r'));
  try {
    const length = attempt(() => fstatSync(file).size);
    const slice = (from: number, to: number) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(to, length) - from));
      let filled = 0;
      for (let read = 1; filled < bytes.length && read > 0; filled += read)
        read = attempt(() => readSync(file, bytes, filled, bytes.length - filled, from + filled));
      return bytes.subarray(0, filled);
    };
    return use({ length, slice });
  } finally {
    closeSync(file);
  }
}
