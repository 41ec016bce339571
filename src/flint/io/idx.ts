// The IDX format in full: two zero bytes, a type, a number of dimensions, big-endian sizes, big-endian values.
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readMaybeGzipped } from './archive/gzip.ts';
import { FileError } from './file-error.ts';

interface IdxType {
  name: string;
  size: number;
  dtype: DType;
}
/** The types by their byte in the header; what Flint has no type for is held by a wider one. */
const types: Readonly<Record<number, IdxType>> = {
  0x08: { name: 'unsigned bytes', size: 1, dtype: 'uint8' },
  0x09: { name: 'signed bytes', size: 1, dtype: 'int32' },
  0x0b: { name: 'integers of 16 bits', size: 2, dtype: 'int32' },
  0x0c: { name: 'integers of 32 bits', size: 4, dtype: 'int32' },
  0x0d: { name: 'floats of 32 bits', size: 4, dtype: 'float32' },
  0x0e: { name: 'floats of 64 bits', size: 8, dtype: 'float64' },
};

/** What the first bytes of an IDX file say. */
export interface IdxHeader {
  shape: number[];
  type: IdxType;
  /** Where the values begin. */
  start: number;
  /** Bytes that header and values take. */
  total: number;
}

/** As many bytes as the longest header that is read takes. */
export const longestIdxHeader = 4 + 4 * 32;

/** The header in the first bytes of a file. Throws a FileError when there is none. */
export function idxHeader(bytes: Uint8Array, file: string): IdxHeader {
  const fault = (byte: number, problem: string) =>
    new FileError('bad-idx', { file, byte, problem, hint: 'Choose an IDX file, as MNIST comes in.' });
  if (bytes.length < 4) throw fault(bytes.length, `an IDX file begins with 4 bytes, found ${bytes.length}`);
  const [zero, alsoZero, code, dimensions] = bytes as unknown as [number, number, number, number];
  const type = types[code];
  if (zero !== 0 || alsoZero !== 0 || !type) {
    const start = [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
    throw fault(0, `this is not an IDX file (it starts with ${start})`);
  }
  const start = 4 + 4 * dimensions;
  if (start > longestIdxHeader) throw fault(3, `arrays of ${dimensions} dimensions are not read`);
  if (bytes.length < start) throw fault(bytes.length, `the header is ${start} bytes long, found ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  return { shape, type, start, total: start + type.size * shape.reduce((a, b) => a * b, 1) };
}

/** The array in the bytes of an IDX file; `file` names them in errors. */
export function decodeIdx(bytes: Uint8Array, file = 'array.idx'): Tensor {
  const { shape, type, start, total } = idxHeader(bytes, file);
  if (bytes.length !== total) {
    const how = bytes.length < total ? 'the file is cut off' : 'the file is too long';
    throw new FileError('bad-idx', {
      file,
      byte: Math.min(bytes.length, total),
      problem: `${how}: expected ${total} bytes for [${shape.join(', ')}] ${type.name}, found ${bytes.length}`,
      hint: 'It may have been cut off while it was copied or downloaded; get it again.',
    });
  }
  return tensorFromBytes(values(bytes.subarray(start), type), shape, type.dtype);
}

function values(bytes: Uint8Array, { size, dtype }: IdxType): ArrayBufferView {
  if (dtype === 'uint8') return bytes;
  if (size === 1) return Int32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  // The values are big-endian; a copy is turned round.
  const turned = Buffer.from(bytes);
  if (size === 2) {
    turned.swap16();
    return Int32Array.from(new Int16Array(turned.buffer.slice(turned.byteOffset, turned.byteOffset + turned.length)));
  }
  return size === 4 ? turned.swap32() : turned.swap64();
}

/**
 * Reads the array of an IDX file of any type and number of dimensions, gzipped or not: bytes as uint8, integers as int32, floats
 * as float32 or float64. Throws an error that names file and byte when it is broken.
 */
export function loadIdx(path: string): Tensor {
  return decodeIdx(readMaybeGzipped(path), path);
}
