// Zip archives of the large form, as they come with more than 65,535 files or 4 GiB, and those that are not read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withFile } from './source.ts';
import { listZip, readZip, zipContent } from './zip.ts';
import { zipParts } from './zip-write.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-zip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const content = Buffer.from('some bytes');

/** A plain archive of one file, its directory entry and end record rewritten to the 64-bit form. */
function largeForm(): Buffer {
  const [local, bytes, entry] = zipParts([{ name: 'a.txt', bytes: content }]).map((part) => Buffer.from(part));
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  [content.length, content.length, 0].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
  [20, 24, 42].forEach((at) => entry!.writeUInt32LE(0xffffffff, at));
  entry!.writeUInt16LE(extra.length, 30);
  const from = local!.length + bytes!.length;
  const size = entry!.length + extra.length;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  [44, 1, 1, size, from].forEach((value, i) => end64.writeBigUInt64LE(BigInt(value), [4, 24, 32, 40, 48][i]));
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(from + size), 8);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([local!, bytes!, entry!, extra, end64, locator, end]);
}

describe('zip archives', () => {
  it('D2 the large form is read, in memory and from a file', () => {
    const archive = largeForm();
    const [entry] = readZip(archive);
    expect([entry!.name, entry!.size, Buffer.from(entry!.read()).toString()]).toEqual(['a.txt', 10, 'some bytes']);
    const path = join(folder, 'large.zip');
    writeFileSync(path, archive);
    withFile(path, (source) => {
      const [place] = listZip(source, path);
      const from = zipContent(source, place!, path);
      expect(Buffer.from(source.slice(from, from + 10)).toString()).toBe('some bytes');
    });
    archive.writeBigUInt64LE(5n, archive.length - 34);
    expect(() => readZip(archive, 'f')).toThrow('f, byte 5: the directory of the large zip archive is broken');
  });

  it('D2 encrypted files and unknown packings are refused by name', () => {
    const archive = Buffer.concat(zipParts([{ name: 'a.txt', bytes: content }]));
    const entry = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive.writeUInt16LE(1, entry + 8);
    expect(() => readZip(archive, 'f')).toThrow('f, byte 0: "a.txt" is encrypted. Unpack it first.');
    archive.writeUInt16LE(0, entry + 8);
    archive.writeUInt16LE(12, entry + 10);
    expect(() => readZip(archive, 'f')).toThrow('"a.txt" is packed with method 12. Unpack it first.');
  });
});
