// The IDX format of MNIST: a magic number, big-endian sizes, bytes.
import { readMaybeGzipped } from '../io/archive/gzip.ts';
import { FileError } from '../io/file-error.ts';

export interface IdxArray {
  shape: number[];
  bytes: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or not. `what` names one item ("images") in errors. Throws a FileError with
 * file and byte for a foreign magic number, a wrong number of dimensions, or a file that is too short or too long.
 */
export function readIdx(path: string, dimensions: number, what: string): IdxArray {
  return parseIdx(readMaybeGzipped(path), path, dimensions, what);
}

export function parseIdx(bytes: Uint8Array, file: string, dimensions: number, what: string): IdxArray {
  const fault = (byte: number, problem: string, hint: string) =>
    new FileError('bad-idx', { file, byte, problem, hint });
  const whole = 'Download the file again, or choose another folder.';
  const headBytes = 4 + 4 * dimensions;
  if (bytes.length < headBytes) {
    throw fault(bytes.length, `expected an IDX header of ${headBytes} bytes, found ${bytes.length}`, whole);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = view.getUint32(0);
  const expected = 0x800 + dimensions;
  if (magic !== expected) {
    const other = magic >>> 8 === 8 ? `; this one holds an array of ${magic & 255} dimensions` : '';
    throw fault(
      0,
      `expected the magic number ${expected} of IDX ${what}, found ${magic}${other}`,
      magic === 0x801 || magic === 0x803
        ? 'Are the image and label files swapped?'
        : 'Choose the folder with the IDX files.',
    );
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const needed = headBytes + shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== needed) {
    const counted = `${shape[0]} ${what}${dimensions > 1 ? ` of ${shape.slice(1).join(' x ')}` : ''}`;
    const how = bytes.length < needed ? 'the file is cut off' : 'the file is too long';
    throw fault(
      Math.min(bytes.length, needed),
      `${how}: expected ${needed} bytes for ${counted}, found ${bytes.length}`,
      whole,
    );
  }
  return { shape, bytes: bytes.subarray(headBytes) };
}
