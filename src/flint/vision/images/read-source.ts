// The bytes of an image, from wherever it lies.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { fileSystemError } from '../../io/file-error.ts';
import { imageFault } from './fault.ts';
import type { ImageSource } from './work.ts';

/** Reads a source whole. Throws a FileError named after it when it cannot be read. */
export function readSource(source: ImageSource): Uint8Array {
  if ('bytes' in source) return source.bytes;
  const { name, path, from, length = 0, deflated, size = 0 } = source;
  let bytes: Uint8Array;
  try {
    bytes = from === undefined ? readFileSync(path) : readPart(path, from, length);
  } catch (error) {
    throw fileSystemError(name, error, 'read the image');
  }
  if (bytes.length < length) throw imageFault(name, `expected ${length} bytes in the archive, found ${bytes.length}`);
  if (!deflated) return bytes;
  try {
    // An entry that unpacks to more than it says is a trap or damaged.
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw imageFault(name, 'its compressed bytes in the archive are damaged', { cause: error });
  }
}

function readPart(path: string, from: number, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    for (let read = 1; filled < length && read > 0; filled += read)
      read = readSync(file, bytes, filled, length - filled, from + filled);
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}
