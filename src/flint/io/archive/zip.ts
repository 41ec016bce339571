// Zip archives in memory, through their central directory: stored and deflated files, no encryption, no zip64.
import { inflateRawSync } from 'node:zlib';
import { FileError } from '../file-error.ts';

export interface ZipEntry {
  name: string;
  size: number;
  /** The file's bytes: a view of the archive when stored, inflated anew at each call otherwise. */
  read(): Uint8Array;
}

/** The files of a zip archive, in its own order. Throws a FileError when it is cut off or no zip. */
export function readZip(bytes: Uint8Array, file = 'zip'): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fault = (byte: number, problem: string, hint = 'It may have been cut off while it was copied; get it again.') =>
    new FileError('bad-zip', { file, byte, problem, hint });
  let tail = bytes.length - 22;
  while (tail >= 0 && tail >= bytes.length - 66_000 && view.getUint32(tail, true) !== 0x06054b50) tail--;
  if (tail < 0 || view.getUint32(tail, true) !== 0x06054b50) {
    throw fault(bytes.length, 'a zip archive ends with a directory, but there is none');
  }
  const count = view.getUint16(tail + 10, true);
  let at = view.getUint32(tail + 16, true);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > tail || view.getUint32(at, true) !== 0x02014b50)
      throw fault(at, `entry ${i} of the directory is broken`);
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (local === 0xffffffff || size === 0xffffffff) throw fault(at, 'zip64 archives are not read', 'Unpack it first.');
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (name.endsWith('/')) continue;
    if (method !== 0 && method !== 8)
      throw fault(local, `"${name}" is packed with method ${method}`, 'Unpack it first.');
    const read = () => {
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      if (start + packed > bytes.length) throw fault(local, `"${name}" lies beyond the end of the archive`);
      const content = bytes.subarray(start, start + packed);
      try {
        return method === 0 ? content : inflateRawSync(content);
      } catch (error) {
        throw new FileError('bad-zip', { file, byte: start, problem: `"${name}" cannot be inflated`, cause: error });
      }
    };
    entries.push({ name, size, read });
  }
  return entries;
}
