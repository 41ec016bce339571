// A whole file as bytes, its problems said in words.
import { readFileSync } from 'node:fs';
import { fileSystemError } from './file-error.ts';

/** The bytes of the file `path`. Throws a FileError when it cannot be read. */
export function readWhole(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileSystemError(path, error, 'read it');
  }
}
