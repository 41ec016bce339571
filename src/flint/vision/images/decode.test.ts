// Pixels beside Pillow's: the awkward files and photographs where they are (FLINT_DATA), small files made of many kinds here;
// and what is said of files that cannot be decoded.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../io/file-error.ts';
import type { ColourMode, DecodedImage } from './colour.ts';
import { decodeImage } from './decode.ts';
import { imageHeader, readImageHeader } from './header.ts';
import { thumbnail } from './thumbnail.ts';
import made from './testdata/made.json' with { type: 'json' };
import pillow from './testdata/pillow.json' with { type: 'json' };

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const awkward = join(data, 'awkward-images');
const onFiles = (path: string) =>
  existsSync(path)
    ? it
    : (((name: string) => it.skip(`${name} (skipped: no ${path})`, () => {})) as unknown as typeof it);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** The largest difference, and the part of values that differ by more than 1. */
function compare(found: Uint8Array, expected: Uint8Array): { most: number; beyond: number } {
  expect(found.length).toBe(expected.length);
  let [most, beyond] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    most = Math.max(most, difference);
    if (difference > 1) beyond++;
  }
  return { most, beyond: beyond / found.length };
}

/** Pixels at the positions of make.py. */
function sampled({ width, height, channels, pixels }: DecodedImage): Uint8Array {
  const out = new Uint8Array(400 * channels);
  for (let k = 0; k < 400; k++) {
    const at = ((k * 2654435761 + 12345) % (width * height)) * channels;
    out.set(pixels.subarray(at, at + channels), k * channels);
  }
  return out;
}
function means({ channels, pixels }: DecodedImage): number[] {
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < pixels.length; i++) sums[i % channels]! += pixels[i]!;
  return sums.map((sum) => (sum * channels) / pixels.length);
}

/** Chroma of every second pixel only, which two decoders fill in differently; luma is the same. */
const halvedChroma = 'pillow_avif_hopper.avif';
const modes: ColourMode[] = ['rgb', 'grey'];

for (const [folder, files] of Object.entries(pillow)) {
  describe(`D2 ${folder} as in Pillow`, () => {
    for (const [name, expected] of Object.entries(files)) {
      const path = join(data, folder, name);
      onFiles(path)(`D2 ${name}`, async () => {
        const bytes = readFileSync(path);
        const header = imageHeader(bytes, name);
        expect([header.width, header.height]).toEqual([expected.width, expected.height]);
        expect(readImageHeader(path)).toEqual(header);
        for (const mode of modes) {
          const image = await decodeImage(bytes, name, { mode });
          expect([image.width, image.height, image.channels]).toEqual([
            expected.width,
            expected.height,
            mode === 'rgb' ? 3 : 1,
          ]);
          const { most, beyond } = compare(sampled(image), bytesOf(expected[mode]));
          const mean = mode === 'rgb' ? expected.mean.slice(0, 3) : expected.mean.slice(3);
          if (name === halvedChroma) {
            expect(beyond).toBeLessThan(mode === 'rgb' ? 0.25 : 0.01);
            means(image).forEach((value, c) => expect(Math.abs(value - mean[c]!)).toBeLessThan(0.2));
          } else {
            expect(most).toBeLessThanOrEqual(1);
            means(image).forEach((value, c) => expect(Math.abs(value - mean[c]!)).toBeLessThan(0.05));
          }
        }
      });
    }
  });
}

describe('D2 kinds of files as in Pillow', () => {
  for (const [name, expected] of Object.entries(made)) {
    it(`D2 ${name}`, async () => {
      const bytes = bytesOf(expected.file);
      const header = imageHeader(bytes, name);
      expect([header.width, header.height]).toEqual([expected.width, expected.height]);
      for (const mode of modes) {
        const image = await decodeImage(bytes, name, { mode });
        expect([image.width, image.height]).toEqual([expected.width, expected.height]);
        expect(compare(image.pixels, bytesOf(expected[mode])).most).toBeLessThanOrEqual(1);
      }
    });
  }

  it('D2 a header is found in the beginning of a file', () => {
    for (const [name, { file, width, height }] of Object.entries(made)) {
      // TIFF keeps its directory, WebP its EXIF behind the picture.
      if (/\.tif$|turned.*webp$/.test(name)) continue;
      const bytes = bytesOf(file);
      const header = imageHeader(bytes.subarray(0, bytes.length - 8), name);
      expect([header.width, header.height]).toEqual([width, height]);
    }
  });
});

describe('D2 damaged files', () => {
  const said: Record<string, RegExp> = {
    'pillow_broken.png': /byte 12: the PNG does not begin with its header/,
    'pillow_decompression_bomb.gif':
      /says it is 65535 x 66601 pixels; at most 100,000,000 are decoded\. Make it smaller/,
    'pillow_truncated_jpeg.jpg': /cut off \(premature end of JPEG image\)\. Replace or remove/,
    'sharp_corrupt-header.jpg': /byte 1024: the file ends too early: the JPEG header is missing\. It may have been cut/,
    'sharp_truncated.png': /cut off \(libpng read error\)\. Replace or remove/,
  };
  for (const [name, message] of Object.entries(said)) {
    onFiles(join(awkward, name))(`D2 ${name} is refused with a sentence`, async () => {
      const bytes = readFileSync(join(awkward, name));
      // One after the other: libvips keeps what it says in one place for all.
      for (const attempt of [() => decodeImage(bytes, name), () => thumbnail(bytes, name, 64)]) {
        const error = await attempt().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(FileError);
        expect((error as FileError).message).toMatch(message);
        expect([(error as FileError).code, (error as FileError).file]).toEqual(['bad-image', name]);
      }
    });
  }

  it('D2 what is no image says so, and what could be done', async () => {
    const refused = (bytes: Uint8Array | string, message: RegExp) =>
      expect(decodeImage(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, 'f')).rejects.toThrow(
        message,
      );
    await refused('', /^f: the file is empty/);
    await refused(
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      /^f, byte 0: this is no JPEG, PNG, .*begins with 3c 73 76 67/,
    );
    await refused(
      '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
      /files of the kind "heic" are not read.*Save it as PNG or JPEG/,
    );
    await refused('P6 3 2 0 ', /byte 8: expected a largest value from 1 to 65535, found 0/);
    await refused('P6 2 2 255 abc', /byte 14: the file ends too early: a part of the 2 x 2 pixels is missing/);
    await refused('P2 2 1 9 3 10 ', /a value of 10 is above the largest, 9/);
    const { file } = made['palette.gif'];
    await refused(bytesOf(file).subarray(0, -12), /the GIF's picture ends after \d+ of 77 pixels/);
    await refused(bytesOf(made['turned1.jpg'].file).subarray(0, -30), /premature end/);
  });

  it('D2 a JPEG of endless scans is refused before it is decoded', async () => {
    const jpeg = bytesOf(made['turned1.jpg'].file);
    const scans = Buffer.alloc(1002, Buffer.from([0xff, 0xda]));
    const endless = Buffer.concat([jpeg.subarray(0, -2), scans, jpeg.subarray(-2)]);
    await expect(decodeImage(endless, 'f')).rejects.toThrow(/^f: the JPEG has more than 500 scans, which no program/);
    await expect(thumbnail(endless, 'f', 8)).rejects.toThrow(/more than 500 scans/);
  });

  it('D2 a bomb costs nothing: it is refused by its header', async () => {
    const png = bytesOf(made['bits.png'].file);
    new DataView(png.buffer).setUint32(16, 60_000);
    new DataView(png.buffer).setUint32(20, 60_000);
    const before = process.memoryUsage().rss;
    await expect(decodeImage(png, 'f')).rejects.toThrow(/60000 x 60000 pixels; at most 100,000,000/);
    expect(process.memoryUsage().rss - before).toBeLessThan(20e6);
    await expect(decodeImage(bytesOf(made['bits.bmp'].file), 'f', { mostPixels: 76 })).rejects.toThrow(/at most 76/);
  });
});

describe('thumbnails', () => {
  it('fit, stay upright, keep alpha and are never enlarged', async () => {
    const turned = await thumbnail(bytesOf(made['turned6.jpg'].file), 'f', 4);
    expect([turned.width, turned.height, turned.pixels.length]).toEqual([3, 4, 48]);
    const whole = await thumbnail(bytesOf(made['palette.bmp'].file), 'f', 100);
    expect([whole.width, whole.height]).toEqual([11, 7]);
    const rgb = bytesOf(made['palette.bmp'].rgb);
    expect([...whole.pixels].filter((_, i) => i % 4 < 3)).toEqual([...rgb]);
    for (const [name, { file }] of Object.entries(made)) {
      const { width, height, pixels } = await thumbnail(bytesOf(file), name, 5);
      expect([name, Math.max(width, height), pixels.length]).toEqual([name, 5, width * height * 4]);
    }
  });
});
