// Zip archives through their central directory: stored and deflated files, also of the large form (zip64), no encryption.
import { inflateRawSync } from 'node:zlib';
import { FileError } from '../file-error.ts';
import { memorySource, type ByteSource } from './source.ts';

/** A file in an archive. */
export interface ZipPlace {
  name: string;
  size: number;
  /** Bytes that it takes in the archive. */
  packed: number;
  deflated: boolean;
  /** Where its local header begins, which its bytes follow. */
  header: number;
}
export interface ZipEntry extends ZipPlace {
  /** The file's bytes: a view of the archive when stored, inflated anew at each call otherwise. */
  read(): Uint8Array;
}

const Signature = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, entry: 0x02014b50 } as const;
/** The end record with the longest comment, and the locator before it. */
const longestTail = 22 + 65_535 + 20;
const none32 = 0xffffffff;

function zipFault(file: string, byte: number, problem: string, hint?: string): FileError {
  return new FileError('bad-zip', {
    file,
    byte,
    problem,
    hint: hint ?? 'It may have been cut off while it was copied; get it again.',
  });
}
/** A name for a message: damaged archives have names of any length. */
const short = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name);
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The files of a zip archive, in its own order. Throws a FileError when it is cut off or no zip. */
export function readZip(bytes: Uint8Array, file = 'zip'): ZipEntry[] {
  const source = memorySource(bytes);
  return listZip(source, file).map((place) => ({
    ...place,
    read: () => {
      const start = zipContent(source, place, file);
      const content = bytes.subarray(start, start + place.packed);
      if (!place.deflated) return content;
      try {
        // More than it says it has is a trap or damaged.
        return inflateRawSync(content, { maxOutputLength: Math.max(1, place.size) });
      } catch (error) {
        throw new FileError('bad-zip', {
          file,
          byte: start,
          problem: `"${short(place.name)}" cannot be inflated`,
          cause: error,
        });
      }
    },
  }));
}

/** Where the files of a zip archive lie: reads only its directory. */
export function listZip(source: ByteSource, file = 'zip'): ZipPlace[] {
  const { count, from, to } = directoryOf(source, file);
  const directory = source.slice(from, to);
  const view = viewOf(directory);
  const places: ZipPlace[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const broken = () => zipFault(file, from + at, `entry ${i} of the directory is broken`);
    if (at + 46 > directory.length || view.getUint32(at, true) !== Signature.entry) throw broken();
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > directory.length) throw broken();
    const name = new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameLength));
    const [size, packed, header] = sizes(view, at, at + 46 + nameLength, extraLength);
    at = next;
    if (name.endsWith('/')) continue;
    if (flags & 1) throw zipFault(file, header, `"${short(name)}" is encrypted`, 'Unpack it first.');
    if (method !== 0 && method !== 8)
      throw zipFault(file, header, `"${short(name)}" is packed with method ${method}`, 'Unpack it first.');
    places.push({ name, size, packed, deflated: method === 8, header });
  }
  return places;
}

/** Size, packed size and place of an entry; the large form keeps what does not fit into 32 bits in an extra field. */
function sizes(view: DataView, at: number, extra: number, extraLength: number): [number, number, number] {
  const found = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  for (let field = extra; field + 4 <= extra + extraLength;) {
    const [id, length] = [view.getUint16(field, true), view.getUint16(field + 2, true)];
    if (id === 1) {
      let value = field + 4;
      const end = Math.min(value + length, extra + extraLength);
      for (let i = 0; i < 3; i++) {
        if (found[i] !== none32 || value + 8 > end) continue;
        found[i] = Number(view.getBigUint64(value, true));
        value += 8;
      }
    }
    field += 4 + length;
  }
  return found as [number, number, number];
}

/** Where the directory lies, from the record at the archive's end. */
function directoryOf(source: ByteSource, file: string): { count: number; from: number; to: number } {
  const start = Math.max(0, source.length - longestTail);
  const tail = source.slice(start, source.length);
  const view = viewOf(tail);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== Signature.end) end--;
  if (end < 0) throw zipFault(file, source.length, 'a zip archive ends with a directory, but there is none');
  const plain = { count: view.getUint16(end + 10, true), from: view.getUint32(end + 16, true), to: start + end };
  if (end < 20 || view.getUint32(end - 20, true) !== Signature.locator64) return plain;
  const place = Number(view.getBigUint64(end - 12, true));
  const large = viewOf(source.slice(place, place + 56));
  if (large.byteLength < 56 || large.getUint32(0, true) !== Signature.end64)
    throw zipFault(file, place, 'the directory of the large zip archive is broken');
  return { count: Number(large.getBigUint64(32, true)), from: Number(large.getBigUint64(48, true)), to: place };
}

/** Where the bytes of an entry begin. Throws when they lie beyond the archive's end. */
export function zipContent(source: ByteSource, { name, header, packed }: ZipPlace, file: string): number {
  const local = viewOf(source.slice(header, header + 30));
  const start = local.byteLength < 30 ? Infinity : header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packed > source.length)
    throw zipFault(file, header, `"${short(name)}" lies beyond the end of the archive`);
  return start;
}
