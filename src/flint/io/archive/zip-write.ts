// Writing zip archives: files stored or deflated, their contents at aligned places where a reader wants to map them.
import { crc32, deflateRawSync } from 'node:zlib';
import { FileError } from '../file-error.ts';

/** A file to be put into an archive. */
export interface ZipContent {
  name: string;
  bytes: Uint8Array;
}
/** How an archive is written. */
export interface ZipOptions {
  /** Whether files are deflated; stored as they are otherwise. */
  deflate?: boolean;
  /** Stored contents begin at a multiple of it; 1 when left out. */
  align?: number;
}

const limit = 0xffffffff;
/** The extra field's own header: a number that readers skip, and its length. */
const extraHeader = 4;

/** The parts of a zip archive, to be written one after another. Throws beyond 4 GiB, which the format's plain form ends at. */
export function zipParts(files: readonly ZipContent[], options: ZipOptions = {}, archive = 'zip'): Uint8Array[] {
  const { deflate = false, align = 1 } = options;
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const put = (list: Uint8Array[], bytes: Uint8Array): void => void list.push(bytes);
  for (const { name, bytes } of files) {
    const content = deflate ? deflateRawSync(bytes) : bytes;
    const label = new TextEncoder().encode(name);
    const sum = crc32(bytes);
    const start = at;
    if (start + content.length > limit) {
      throw new FileError('too-large', {
        file: archive,
        problem: 'the archive would be larger than 4 GiB',
        hint: 'Save as safetensors, or in several files.',
      });
    }
    const bare = start + 30 + label.length;
    const padding = align > 1 && bare % align ? extraHeader + ((align - ((bare + extraHeader) % align)) % align) : 0;
    const common = (view: DataView, from: number): void => {
      view.setUint16(from, 20, true); // version needed
      view.setUint16(from + 2, 0x0800, true); // names are UTF-8
      view.setUint16(from + 4, deflate ? 8 : 0, true);
      view.setUint32(from + 6, 0x00210000, true); // midnight of 1 January 1980: archives of one content are equal
      view.setUint32(from + 10, sum, true);
      view.setUint32(from + 14, content.length, true);
      view.setUint32(from + 18, bytes.length, true);
      view.setUint16(from + 22, label.length, true);
    };
    const local = new DataView(new ArrayBuffer(30 + label.length + padding));
    local.setUint32(0, 0x04034b50, true);
    common(local, 4);
    local.setUint16(28, padding, true);
    new Uint8Array(local.buffer).set(label, 30);
    if (padding > 0) {
      local.setUint16(30 + label.length, 0x4246, true);
      local.setUint16(32 + label.length, padding - extraHeader, true);
    }
    put(parts, new Uint8Array(local.buffer));
    put(parts, content);
    at += local.byteLength + content.length;
    const entry = new DataView(new ArrayBuffer(46 + label.length));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(4, 20, true);
    common(entry, 6);
    entry.setUint32(42, start, true);
    new Uint8Array(entry.buffer).set(label, 46);
    put(directory, new Uint8Array(entry.buffer));
  }
  const size = directory.reduce((n, part) => n + part.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return [...parts, ...directory, new Uint8Array(end.buffer)];
}
