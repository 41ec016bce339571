// Tar archives: where their files lie; nothing is unpacked to disk.
import { FileError } from '../file-error.ts';
import { memorySource, type ByteSource } from './source.ts';

/** A regular file in an archive. */
export interface TarPlace {
  name: string;
  from: number;
  size: number;
}

/** The regular files of a tar archive by their path. Throws a FileError for a cut or foreign file. */
export function readTar(bytes: Uint8Array, file = 'tar'): Map<string, Uint8Array> {
  const places = listTar(memorySource(bytes), file);
  return new Map(places.map(({ name, from, size }) => [name, bytes.subarray(from, from + size)]));
}

/** Where the regular files of a tar archive lie: reads only its headers. */
export function listTar(source: ByteSource, file = 'tar'): TarPlace[] {
  const places: TarPlace[] = [];
  let told: { name?: string; size?: number } = {};
  for (let at = 0; at + 512 <= source.length;) {
    const head = source.slice(at, at + 512);
    if (head.every((byte) => byte === 0)) return places;
    if (checksum(head) !== octal(head, 148, 8)) {
      throw new FileError('bad-tar', {
        file,
        byte: at,
        problem: 'this is no header of a tar archive (wrong checksum)',
      });
    }
    const type = String.fromCharCode(head[156]!);
    const describes = type === 'L' || type === 'x' || type === 'g';
    const size = (describes ? undefined : told.size) ?? octal(head, 124, 12);
    const from = at + 512;
    const end = from + size;
    const name = told.name ?? [text(head, 345, 155), text(head, 0, 100)].filter(Boolean).join('/');
    if (!(end <= source.length)) {
      throw new FileError('bad-tar', {
        file,
        byte: source.length,
        problem: `the archive ends too early: "${name.slice(0, 100)}" has ${size} bytes, found ${source.length - from}`,
        hint: 'It may have been cut off while it was copied or downloaded; get it again.',
      });
    }
    if (type === 'L') told = { ...told, name: text(source.slice(from, end), 0, size) };
    else if (type === 'x') told = { ...told, ...paxRecords(source.slice(from, end)) };
    else if (!describes) told = {};
    if (type === '0' || type === '\0') places.push({ name, from, size });
    at = from + Math.ceil(size / 512) * 512;
  }
  return places;
}

/** Name and size out of the records of a pax header, each "length key=value\n". */
function paxRecords(bytes: Uint8Array): { name?: string; size?: number } {
  const told: { name?: string; size?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const length = parseInt(text(bytes, at, 20), 10);
    if (!(length > 0)) return told;
    const [, key, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(text(bytes, at, length)) ?? [];
    if (key === 'path') told.name = value!;
    if (key === 'size') told.size = Number(value);
    at += length;
  }
  return told;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}
/** Digits, or, for what they cannot hold, a big-endian number behind a set upper bit. */
function octal(bytes: Uint8Array, from: number, length: number): number {
  if (bytes[from]! & 0x80) {
    return bytes.subarray(from + 1, from + length).reduce((value, byte) => value * 256 + byte, bytes[from]! & 0x7f);
  }
  return parseInt(text(bytes, from, length).trim() || '0', 8);
}
const checksum = (head: Uint8Array) => head.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
