// Tar archives in memory: the files in it as views, nothing is unpacked to disk.
import { FileError } from '../file-error.ts';

/** The regular files of a tar archive by their path. Throws a FileError for a cut or foreign file. */
export function readTar(bytes: Uint8Array, file = 'tar'): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let longName: string | null = null;
  for (let at = 0; at + 512 <= bytes.length;) {
    const head = bytes.subarray(at, at + 512);
    if (head.every((byte) => byte === 0)) return files;
    if (checksum(head) !== octal(head, 148, 8)) {
      throw new FileError('bad-tar', {
        file,
        byte: at,
        problem: 'this is no header of a tar archive (wrong checksum)',
      });
    }
    const size = octal(head, 124, 12);
    const end = at + 512 + size;
    const name = longName ?? [text(head, 345, 155), text(head, 0, 100)].filter(Boolean).join('/');
    if (end > bytes.length) {
      throw new FileError('bad-tar', {
        file,
        byte: bytes.length,
        problem: `the archive ends too early: "${name}" has ${size} bytes, found ${bytes.length - at - 512}`,
        hint: 'It may have been cut off while it was copied or downloaded; get it again.',
      });
    }
    const type = String.fromCharCode(head[156]!);
    const content = bytes.subarray(at + 512, end);
    longName = type === 'L' ? text(content, 0, size) : null;
    if (type === '0' || type === '\0') files.set(name, content);
    at = at + 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}
const octal = (bytes: Uint8Array, from: number, length: number) => parseInt(text(bytes, from, length).trim() || '0', 8);
const checksum = (head: Uint8Array) => head.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
