// The safetensors format on bytes: an 8-byte length, a JSON header, then the tensors' bytes without gaps or overlaps.
// Knows no engine: save.ts turns these arrays into tensors.
import { FileError } from './file-error.ts';

/** Bytes of one element of each type that the format names. */
export const safetensorsTypes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type SafetensorsType = keyof typeof safetensorsTypes;

export interface SafetensorsEntry {
  dtype: SafetensorsType;
  shape: readonly number[];
  /** Row-major, little-endian. When read: a view of the file's bytes. */
  bytes: Uint8Array;
}
export interface SafetensorsFile {
  tensors: Map<string, SafetensorsEntry>;
  metadata: Record<string, string>;
}

/** A header larger than this is no header: the reference implementation refuses it too. */
const maxHeaderBytes = 100_000_000;
const hintWhole = 'The file may have been cut off while it was copied or downloaded; get it again.';

/** The parts of a safetensors file, ready to be written one after another. Tensors keep their order by size, then name. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  metadata: Record<string, string> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const parts: Uint8Array[] = [];
  let offset = 0;
  const wide = (entry: SafetensorsEntry) => safetensorsTypes[entry.dtype];
  const ordered = [...tensors].sort(([a, x], [b, y]) => wide(y) - wide(x) || (a < b ? -1 : a > b ? 1 : 0));
  for (const [name, entry] of ordered) {
    const expected = numel(entry.shape) * wide(entry);
    if (name === '__metadata__') throw new TypeError('[save] "__metadata__" cannot be the name of a tensor.');
    if (entry.bytes.length !== expected) {
      throw new RangeError(
        `[save] tensor "${name}" of shape [${entry.shape.join(', ')}] needs ${expected} bytes, got ${entry.bytes.length}.`,
      );
    }
    header[name] = {
      dtype: entry.dtype,
      shape: [...entry.shape],
      data_offsets: [offset, offset + expected],
    };
    offset += expected;
    parts.push(entry.bytes);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  return [head, ...parts];
}

/**
 * Checks and splits a safetensors file; the entries are views of `source`. Refuses with a FileError (file, byte, what is
 * wrong) whatever is not exactly a safetensors file: cut off, overlapping tensors, holes, unknown types, wrong lengths.
 */
export function decodeSafetensors(source: Uint8Array, file = 'safetensors'): SafetensorsFile {
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.length); // a Buffer's slice() would not copy
  const { header, dataStart } = readHeader(bytes, file);
  const dataLength = bytes.length - dataStart;
  const metadata: Record<string, string> = {};
  const found: { name: string; dtype: SafetensorsType; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') Object.assign(metadata, checkMetadata(value, file));
    else found.push({ name, ...checkEntry(name, value, file) });
  }
  found.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of found) {
    if (begin < at)
      throw fault(file, dataStart + begin, `tensor "${name}" overlaps the one before it by ${at - begin} bytes`);
    if (begin > at) throw fault(file, dataStart + at, `there is a hole of ${begin - at} bytes before tensor "${name}"`);
    at = end;
  }
  if (at > dataLength) {
    throw fault(file, bytes.length, `the header describes ${at} bytes of tensors, found ${dataLength}`, hintWhole);
  }
  if (at < dataLength) {
    throw fault(file, dataStart + at, `${dataLength - at} bytes follow the last tensor that the header describes`);
  }
  const entries = found.map(({ name, dtype, shape, begin, end }): [string, SafetensorsEntry] => [
    name,
    { dtype, shape, bytes: bytes.subarray(dataStart + begin, dataStart + end) },
  ]);
  return { tensors: new Map(entries), metadata };
}

function readHeader(bytes: Uint8Array, file: string): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) {
    throw fault(
      file,
      bytes.length,
      `a safetensors file starts with an 8-byte length, found ${bytes.length} bytes`,
      hintWhole,
    );
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > maxHeaderBytes || bytes[8] !== 0x7b) {
    const start = [...bytes.subarray(0, 9)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
    const byte = length > maxHeaderBytes ? 0 : 8;
    throw fault(
      file,
      byte,
      `this is not a safetensors file (it starts with ${start})`,
      'Choose a file ending in .safetensors.',
    );
  }
  if (8 + length > bytes.length) {
    throw fault(file, bytes.length, `the header is ${length} bytes long, found ${bytes.length - 8}`, hintWhole);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    throw fault(file, 8, `the header is no valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isRecord(header)) throw fault(file, 8, 'the header is no JSON object');
  return { header, dataStart: 8 + length };
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((v) => typeof v !== 'string')) {
    throw fault(file, 8, '__metadata__ must map names to strings');
  }
  return value as Record<string, string>;
}

function checkEntry(name: string, value: unknown, file: string) {
  const wrong = (what: string) => fault(file, 8, `the header's entry of tensor "${name}" has ${what}`);
  const natural = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!isRecord(value)) throw wrong('no description');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(safetensorsTypes, dtype)) {
    throw wrong(`dtype ${JSON.stringify(dtype)}; known are ${Object.keys(safetensorsTypes).join(', ')}`);
  }
  if (!Array.isArray(shape) || !shape.every(natural)) throw wrong(`shape ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(natural)) {
    throw wrong(`data_offsets ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const type = dtype as SafetensorsType;
  const expected = numel(shape) * safetensorsTypes[type];
  if (end - begin !== expected) {
    throw wrong(`${end - begin} bytes, but ${type} of shape [${shape.join(', ')}] takes ${expected}`);
  }
  return { dtype: type, shape: shape as number[], begin, end };
}

function fault(file: string, byte: number, problem: string, hint?: string): FileError {
  return new FileError('bad-safetensors', { file, byte, problem, ...(hint ? { hint } : {}) });
}
const numel = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
