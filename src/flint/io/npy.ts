// NumPy's files: one array in .npy, several by name in .npz. The format is NumPy enhancement proposal 1, versions 1 to 3.
import { tensorFromBytes, tensorToBytes } from '../tensor/bytes.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readZip } from './archive/zip.ts';
import { zipParts } from './archive/zip-write.ts';
import { writeFileAtomic } from './atomic-write.ts';
import { FileError } from './file-error.ts';
import { readWhole } from './read-whole.ts';
import type { NamedTensors } from './tensors.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy's kinds and sizes of ours, and of those that a wider type of ours holds. */
const own: Readonly<Record<string, DType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  b1: 'bool',
};
interface Wider {
  dtype: DType;
  array: Int32ArrayConstructor | BigInt64ArrayConstructor;
  read: (view: DataView, at: number) => number | bigint;
  size: number;
}
const wider: Readonly<Record<string, Wider>> = {
  i1: { dtype: 'int32', array: Int32Array, read: (v, at) => v.getInt8(at), size: 1 },
  i2: { dtype: 'int32', array: Int32Array, read: (v, at) => v.getInt16(at, true), size: 2 },
  u2: { dtype: 'int32', array: Int32Array, read: (v, at) => v.getUint16(at, true), size: 2 },
  u4: { dtype: 'int64', array: BigInt64Array, read: (v, at) => BigInt(v.getUint32(at, true)), size: 4 },
  u8: { dtype: 'int64', array: BigInt64Array, read: (v, at) => v.getBigUint64(at, true), size: 8 },
};

/** What the first bytes of a .npy file say. */
export interface NpyHeader {
  descr: string;
  fortran: boolean;
  shape: number[];
  /** Where the values begin. */
  start: number;
}

function fault(file: string, byte: number, problem: string, hint?: string): FileError {
  return new FileError('bad-npy', { file, byte, problem, ...(hint === undefined ? {} : { hint }) });
}

/** The header in the bytes of a .npy file, or in as many of its first bytes as it takes. */
export function npyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 10 || !magic.every((b, i) => bytes[i] === b)) {
    throw fault(file, 0, 'it does not begin as a .npy file does', 'Write it with numpy.save.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw fault(file, 6, `version ${version} of the format is not known`);
  const from = version === 1 ? 10 : 12;
  const start = from + (version === 1 ? view.getUint16(8, true) : bytes.length >= 12 ? view.getUint32(8, true) : 0);
  if (start > bytes.length)
    throw fault(file, bytes.length, 'the file ends inside its header', 'It may have been cut off.');
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(from, start));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) {
    throw fault(
      file,
      from,
      "the header lacks 'descr', 'fortran_order' or 'shape' in a form that is known",
      'Arrays of records and of Python objects are not read; save plain numbers.',
    );
  }
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  return { descr, fortran: fortran === 'True', shape: sizes, start };
}

/** The bytes of every element reversed. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size) for (let k = 0; k < size; k++) out[i + k] = bytes[i + size - 1 - k]!;
  return out;
}

/** The tensor in the bytes of a .npy file; `file` names them in errors. */
export function decodeNpy(bytes: Uint8Array, file = 'array.npy'): Tensor {
  return decodeNpyValues(npyHeader(bytes, file), bytes, file);
}

/** Bytes of one value of a dtype of NumPy. Throws for those that are not read. */
export function npyItemBytes({ descr, start }: NpyHeader, file: string): number {
  return kindOf(descr, start, file).size;
}

function kindOf(descr: string, start: number, file: string) {
  const [, order, kind] = /^([<>|=]?)(\w\d+)$/.exec(descr) ?? [];
  const dtype = own[kind ?? ''];
  const other = wider[kind ?? ''];
  if (dtype === undefined && other === undefined) {
    throw fault(
      file,
      start,
      `arrays of dtype "${descr}" are not read`,
      'Convert it in NumPy, for example with .astype("float32").',
    );
  }
  return { order, dtype, other, size: other?.size ?? Number(kind!.slice(1)) };
}

/** The tensor whose values follow the header in `bytes`. */
function decodeNpyValues({ descr, fortran, shape, start }: NpyHeader, bytes: Uint8Array, file: string): Tensor {
  const { order, dtype, other, size } = kindOf(descr, start, file);
  const count = shape.reduce((a, b) => a * b, 1);
  const content = bytes.subarray(start, start + count * size);
  if (content.length < count * size) {
    const missing = count * size - content.length;
    throw fault(
      file,
      bytes.length,
      `${missing} bytes of the values are missing`,
      'The file may have been cut off; get it again.',
    );
  }
  const little = order === '>' ? swapped(content, size) : content;
  const stored = fortran ? [...shape].reverse() : shape;
  const made = dtype
    ? tensorFromBytes(new Uint8Array(little), stored, dtype)
    : widened(little, stored, other!, file, start);
  return fortran && shape.length > 1 ? made.permute([...shape.keys()].reverse()).contiguous() : made;
}

/** Rows of an array whose values lie one after another in `bytes`, which has no header. */
export function decodeNpyRows(header: NpyHeader, rows: number, bytes: Uint8Array, file: string): Tensor {
  return decodeNpyValues({ ...header, shape: [rows, ...header.shape.slice(1)], start: 0 }, bytes, file);
}

function widened(bytes: Uint8Array, shape: readonly number[], to: Wider, file: string, start: number): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new to.array(bytes.length / to.size);
  for (let i = 0; i < values.length; i++) {
    const value = to.read(view, i * to.size);
    if (typeof value === 'bigint' && value > 0x7fffffffffffffffn) {
      throw fault(file, start + i * to.size, `${value} does not fit int64`, 'Convert the array in NumPy first.');
    }
    values[i] = value;
  }
  return tensorFromBytes(values, shape, to.dtype);
}

/** The bytes of a .npy file with the values of `tensor`, little endian, as NumPy writes it. */
export function encodeNpy(tensor: Tensor, options: { fortranOrder?: boolean } = {}): Uint8Array[] {
  const dtype = String(tensor.dtype);
  const kind = Object.keys(own).find((k) => own[k] === dtype);
  if (kind === undefined) {
    throw new FileError('no-dtype', {
      file: 'array.npy',
      problem: `NumPy has no ${dtype}`,
      hint: "Convert the tensor with .to('float32') first.",
    });
  }
  const shape = tensor.shape;
  const fortran = (options.fortranOrder ?? false) && shape.length > 1;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const order = kind === 'u1' || kind === 'b1' ? '|' : '<';
  const text = `{'descr': '${order}${kind}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  // The values begin at a multiple of 64; a newline ends the header.
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = new Uint8Array([
    ...magic,
    1,
    0,
    header.length & 0xff,
    header.length >> 8,
    ...new TextEncoder().encode(header),
  ]);
  return [head, tensorToBytes(fortran ? tensor.permute([...shape.keys()].reverse()) : tensor)];
}

/** Reads the array of a .npy file. Throws an error that names file and byte when it is broken. */
export function loadNpy(path: string): Tensor {
  return decodeNpy(readWhole(path), path);
}
/** Writes a tensor as a .npy file, which appears whole or not at all. */
export function saveNpy(tensor: Tensor, path: string, options: { fortranOrder?: boolean } = {}): void {
  writeFileAtomic(path, encodeNpy(tensor, options));
}
/** Reads the arrays of a .npz file by name. */
export function loadNpz(path: string): Map<string, Tensor> {
  const arrays = readZip(readWhole(path), path).filter((entry) => entry.name.endsWith('.npy'));
  return new Map(arrays.map((entry) => [entry.name.slice(0, -4), decodeNpy(entry.read(), `${path}, ${entry.name}`)]));
}
/** Writes named tensors as a .npz file; deflated with `compressed`, as NumPy's savez_compressed does. */
export function saveNpz(tensors: NamedTensors, path: string, options: { compressed?: boolean } = {}): void {
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors as Record<string, Tensor>);
  const files = entries.map(([name, t]) => ({ name: `${name}.npy`, bytes: Buffer.concat(encodeNpy(t)) }));
  writeFileAtomic(path, zipParts(files, { deflate: options.compressed ?? false }, path));
}
