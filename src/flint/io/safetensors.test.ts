// The safetensors format on bytes: what Python wrote, our own round trip, and every way a file can be wrong.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from './atomic-write.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const entry = (shape: number[], fill = 1): SafetensorsEntry => ({
  dtype: 'U8',
  shape,
  bytes: new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(fill),
});
/** A file with this header and so many bytes of tensors. */
function made(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('safetensors', () => {
  it('N9 reads what Python wrote', () => {
    const { tensors, metadata } = decodeSafetensors(fixture('python.safetensors'));
    const expected = JSON.parse(fixture('python.safetensors.json').toString()) as Record<string, [number[], number[]]>;
    expect(metadata).toEqual({ epoch: '3', note: 'höhe' });
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape }] of tensors) expect(shape).toEqual(expected[name]![0]);
    const weight = tensors.get('weight')!;
    expect([...new Float32Array(weight.bytes.slice().buffer)]).toEqual(expected.weight![1]);
    const labels = tensors.get('labels')!;
    expect([...new BigInt64Array(labels.bytes.slice().buffer)].map(Number)).toEqual(expected.labels![1]);
  });

  it('N9 comes back as it was written', () => {
    const tensors = new Map([
      ['b', entry([2, 3], 7)],
      ['a', entry([], 9)],
      ['empty', entry([0, 4])],
    ]);
    const bytes = Buffer.concat(encodeSafetensors(tensors, { note: 'x' }));
    const back = decodeSafetensors(bytes);
    expect(back.metadata).toEqual({ note: 'x' });
    for (const [name, { shape, bytes: data }] of tensors) {
      expect(back.tensors.get(name)!.shape).toEqual(shape);
      expect([...back.tensors.get(name)!.bytes]).toEqual([...data]);
    }
    expect(() => encodeSafetensors(new Map([['a', { ...entry([2]), shape: [3] }]]))).toThrow(/needs 3 bytes, got 2/);
  });

  const one = { dtype: 'U8', shape: [4], data_offsets: [0, 4] };
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /f, byte 0: a safetensors file starts with an 8-byte length, found 0/],
    [
      'a PNG',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]),
      /f, byte 0: this is not a safetensors file/,
    ],
    ['another small file', made('[1]', 0), /f, byte 8: this is not a safetensors file/],
    ['a cut header', made({ a: one }, 4).subarray(0, 30), /f, byte 30: the header is 53 bytes long, found 22/],
    ['cut data', made({ a: one }, 3), /the header describes 4 bytes of tensors, found 3\. The file may have been cut/],
    ['bytes after the end', made({ a: one }, 5), /1 bytes follow the last tensor/],
    ['broken JSON', made('{"a": ', 0), /no valid JSON/],
    ['an overlap', made({ a: one, b: { ...one, data_offsets: [2, 6] } }, 6), /"b" overlaps the one before it by 2/],
    ['a hole', made({ a: one, b: { ...one, data_offsets: [6, 10] } }, 10), /a hole of 2 bytes before tensor "b"/],
    ['an unknown type', made({ a: { ...one, dtype: 'F5' } }, 4), /tensor "a" has dtype "F5"; known are F64/],
    ['a wrong length', made({ a: { ...one, shape: [5] } }, 4), /has 4 bytes, but U8 of shape \[5\] takes 5/],
    ['a negative shape', made({ a: { ...one, shape: [-4] } }, 4), /has shape \[-4\]/],
    ['backward offsets', made({ a: { ...one, data_offsets: [4, 0] } }, 4), /has -4 bytes/],
    ['metadata of numbers', made({ __metadata__: { a: 1 } }, 0), /__metadata__ must map names to strings/],
    ['no description', made({ a: 5 }, 0), /tensor "a" has no description/],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'f')).toThrow(message);
  });
});

describe('atomic write', () => {
  it('keeps the old file when the disk is full, and leaves nothing behind', () => {
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, 'old');
    const full = {
      ...fs,
      writeSync: (file: number, bytes: Uint8Array, offset: number) => {
        writeSync(file, bytes, offset, 1);
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      },
    };
    expect(() => writeFileAtomic(path, new Uint8Array(10), full)).toThrow(
      /model\.safetensors: cannot write the file: the disk is full/,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
    writeFileAtomic(path, [new TextEncoder().encode('ne'), new TextEncoder().encode('w')]);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
  it('says so when the folder cannot be made', () => {
    writeFileSync(join(folder, 'plain'), '');
    expect(() => writeFileAtomic(join(folder, 'plain', 'x'), new Uint8Array(1))).toThrow(/cannot write the file/);
  });
});
