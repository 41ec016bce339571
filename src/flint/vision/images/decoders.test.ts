// The decoding threads: many images of different sizes while the caller waits, errors one by one, work begun and dropped.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FileError } from '../../io/file-error.ts';
import type { DecodedImage } from './colour.ts';
import { decodeImage } from './decode.ts';
import { beginDecoding, decodeNow, stopDecoders, type ImageSource } from './decoders.ts';
import made from './testdata/made.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'flint-decoders-'));
afterAll(async () => {
  await stopDecoders();
  rmSync(folder, { recursive: true, force: true });
});
const files = Object.entries(made).map(([name, { file }]) => ({
  name,
  bytes: new Uint8Array(Buffer.from(file, 'base64')),
}));

/** A colour of its own for every image, so that none can be taken for another. */
const pgm = (i: number, size = 8): Uint8Array =>
  Buffer.concat([Buffer.from(`P5 ${size} ${i + 1} 255\n`), Buffer.alloc(size * (i + 1), i % 256)]);

describe('decodeNow', () => {
  it('D2 gives what decodeImage gives, in order, RGB and grey', async () => {
    for (const mode of ['rgb', 'grey'] as const) {
      const images = decodeNow(files, { mode });
      for (const [i, { name, bytes }] of files.entries()) {
        expect(images[i], name).toEqual(await decodeImage(bytes, name, { mode }));
      }
    }
  });

  it('D2 reads files, and parts of files, deflated or not', () => {
    const path = join(folder, 'parts');
    const [first, second] = [pgm(3), pgm(5)];
    const packed = deflateRawSync(second);
    writeFileSync(path, Buffer.concat([Buffer.alloc(7), first, packed]));
    writeFileSync(join(folder, 'whole.pgm'), first);
    const from = 7 + first.length;
    const deflated = { path, from, length: packed.length, deflated: true, size: second.length };
    const sources: ImageSource[] = [
      { name: 'whole', path: join(folder, 'whole.pgm') },
      { name: 'part', path, from: 7, length: first.length },
      { name: 'deflated', ...deflated },
      { name: 'says less than it is', ...deflated, size: second.length - 1 },
      { name: 'beyond', path, from: 20, length: 1000 },
      { name: 'missing', path: join(folder, 'nothing.pgm') },
    ];
    const results = decodeNow(sources);
    expect(results.slice(0, 3).map((image) => (image as DecodedImage).height)).toEqual([4, 4, 6]);
    expect(results.slice(3).map((error) => (error as FileError).message)).toEqual([
      'says less than it is: its compressed bytes in the archive are damaged. Replace or remove this image.',
      expect.stringMatching(/^beyond: expected 1000 bytes in the archive, found \d+\. Replace/),
      'missing: cannot read the image: there is no such file or folder. Check the path.',
    ]);
  });

  it('D2 errors come one by one, as what they are', () => {
    const bad = { name: 'a/b.jpg', bytes: new Uint8Array([1, 2, 3]) };
    const [image, error] = decodeNow([files[0]!, bad]);
    expect((image as DecodedImage).width).toBe(11);
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({
      code: 'bad-image',
      file: 'a/b.jpg',
      byte: 0,
      hint: expect.stringMatching(/^Remove it/),
    });
    expect((error as FileError).message).toMatch(/^a\/b\.jpg, byte 0: this is no JPEG/);
    expect(decodeNow([])).toEqual([]);
  });
});

describe('beginDecoding', () => {
  const batch = (from: number) =>
    Array.from({ length: 4 }, (_, k) => ({ name: String(from + k), bytes: pgm(from + k) }));
  const seen = (results: (DecodedImage | FileError)[]) => results.map((image) => (image as DecodedImage).height - 1);

  it('D2 several may be under way, and be taken in any order, also after the oldest were dropped', () => {
    const begun = Array.from({ length: 40 }, (_, i) => beginDecoding(batch(i)));
    for (const i of [39, 0, 20, 5, 38]) expect(seen(begun[i]!.take())).toEqual([i, i + 1, i + 2, i + 3]);
    expect(seen(begun[0]!.take())).toEqual([0, 1, 2, 3]);
  });

  it('D2 work is done anew when the threads were ended meanwhile', async () => {
    const begun = beginDecoding(batch(7));
    await stopDecoders();
    expect(seen(begun.take())).toEqual([7, 8, 9, 10]);
  });

  it('D2 large images wait for each other, small ones do not', () => {
    const sources = [5000, 3, 5000, 4, 5000].map((size, i) => ({ name: String(i), bytes: pgm(size - 1, size) }));
    const images = decodeNow(sources, { mode: 'grey' }) as DecodedImage[];
    expect(images.map(({ pixels }) => pixels.length)).toEqual([25e6, 9, 25e6, 16, 25e6]);
  });

  it('D2 what is decoded and dropped in a synchronous loop is freed', () => {
    const large = Array.from({ length: 8 }, (_, i) => ({ name: String(i), bytes: pgm(1023, 2048) }));
    decodeNow(large);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let i = 0; i < 40; i++) {
      decodeNow(large);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // 40 x 8 images of 6 MB are 2 GB.
    expect(most).toBeLessThan(800e6);
  });
});
