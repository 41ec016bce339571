// Reads a file that may be gzipped, with errors that say where it ends.
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FileError, fileSystemError } from '../file-error.ts';

/** Of unpacked bytes that one array can hold. */
const mostOfAll = 4 * 2 ** 30;

/**
 * The bytes of a file, unpacked when they start with gzip's magic number. Throws an error where they would be more than
 * `most` (4 GiB when left out).
 */
export function readMaybeGzipped(path: string, options: { most?: number } = {}): Uint8Array {
  const most = Math.floor(Math.min(options.most ?? mostOfAll, mostOfAll));
  let bytes: Uint8Array;
  try {
    if (options.most !== undefined && statSync(path).size > most) throw tooLarge(path, most);
    bytes = readFileSync(path);
  } catch (error) {
    throw error instanceof FileError ? error : fileSystemError(path, error, 'read the file');
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most), chunkSize: pieceFor(bytes) });
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    throw fault.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(path, most, fault) : gzipFault(path, fault);
  }
}

/**
 * How much to unpack at once: all of it, since thousands of small pieces that are joined at the end take three times as
 * long. The last bytes say how much that is (RFC 1952), and one byte of gzip makes at most 1032.
 */
function pieceFor(bytes: Uint8Array): number {
  const least = 1 << 14;
  if (bytes.length < 4) return least;
  const said = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  return Math.max(least, Math.min(said + 1, bytes.length * 1032, 1 << 28));
}

function tooLarge(file: string, most: number, cause?: unknown): FileError {
  const size =
    most >= 2 ** 30 ? `${(most / 2 ** 30).toFixed(1)} GiB` : `${Math.max(1, Math.floor(most / 2 ** 20))} MiB`;
  const bound = most < mostOfAll ? `${size}, half of the memory that is free` : size;
  return new FileError('too-large', {
    file,
    problem: `unpacked it would be larger than ${bound}`,
    hint: 'Unpack it first, and choose what comes out of it.',
    cause,
  });
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
