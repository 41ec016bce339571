// Reads a file that may be gzipped, with errors that say where it ends.
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FileError, fileSystemError } from '../file-error.ts';

/** The bytes of a file, unpacked when they start with gzip's magic number. */
export function readMaybeGzipped(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileSystemError(path, error, 'read the file');
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new FileError('too-large', {
        file: path,
        problem: 'unpacked it would be larger than 4 GiB',
        hint: 'Unpack it first.',
        cause: error,
      });
    }
    throw gzipFault(path, error as Error);
  }
}

/** What keeps a gzipped file from being unpacked. */
export function gzipFault(path: string, error: NodeJS.ErrnoException): FileError {
  const early = error.code === 'Z_BUF_ERROR';
  return new FileError('bad-gzip', {
    file: path,
    byte: statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    problem: early ? 'the compressed file ends too early' : `the compressed data are damaged (${error.message})`,
    hint: 'It may have been cut off while it was copied or downloaded; get it again.',
    cause: error,
  });
}
