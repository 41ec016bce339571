// Image files one by one for the screen and for inspection: pixels as planes, thumbnails in squares, what a header says.
import sharp from 'sharp';
import { decodeImage } from '../../../flint/vision/images/decode.ts';
import { imageHeader } from '../../../flint/vision/images/header.ts';
import { thumbnail, type Thumbnail } from '../../../flint/vision/images/thumbnail.ts';
import type { Planes } from './sample-source.ts';

// Many small files at once gain more than many threads on one.
sharp.concurrency(1);

/** All pixels as a script gets them: RGB, upright. Throws a FileError. */
export async function decodePlanes(bytes: Uint8Array, file: string): Promise<Planes> {
  const { width, height, pixels } = await decodeImage(bytes, file);
  return { width, height, channels: 3, data: toPlanes(pixels, width * height, 3) };
}

/** At most `side` wide and high, for the screen. */
export async function decodeReduced(bytes: Uint8Array, file: string, side: number): Promise<Planes> {
  const { width, height, pixels } = await thumbnail(bytes, file, side);
  return { width, height, channels: 3, data: toPlanes(pixels, width * height, 4) };
}

function toPlanes(data: Uint8Array, area: number, step: number): Uint8Array {
  const planes = new Uint8Array(area * 3);
  for (let c = 0; c < 3; c++) for (let i = 0; i < area; i++) planes[c * area + i] = data[i * step + c]!;
  return planes;
}

/** As a small file for the cache. */
export async function packThumbnail({ width, height, pixels }: Thumbnail): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .webp({ quality: 82, effort: 0 })
    .toBuffer();
}

export async function unpackThumbnail(file: Uint8Array): Promise<Thumbnail> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** In the middle of a square of `size`: a small one as many whole times larger as fit, so that its pixels stay square. */
export function placeInSquare({ width, height, pixels }: Thumbnail, size: number, out: Uint8Array): void {
  const times = Math.max(1, Math.floor(size / Math.max(width, height)));
  const [left, top] = [(size - width * times) >> 1, (size - height * times) >> 1];
  const from = new Uint32Array(pixels.slice().buffer, 0, width * height);
  const to = new Uint32Array(out.buffer, out.byteOffset, size * size);
  for (let y = 0; y < height * times; y++) {
    const row = Math.floor(y / times) * width;
    const start = (top + y) * size + left;
    if (times === 1) to.set(from.subarray(row, row + width), start);
    else for (let x = 0; x < width * times; x++) to[start + x] = from[row + Math.floor(x / times)]!;
  }
}

/** What the file says of itself, for a person. */
export function metadataOf(bytes: Uint8Array, file: string): Record<string, string | number> {
  const { format, channels, bits, orientation } = imageHeader(bytes, file);
  return { format: format.toUpperCase(), channels, bits, ...(orientation !== 1 ? { orientation } : {}) };
}
