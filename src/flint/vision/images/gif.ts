// The first picture of a GIF. Transparent pixels keep the colour that the palette has for them, as in Pillow's
// convert('RGB'); the decoder at hand (nsgif) makes them black.
import { rgbFromPalette, type DecodedImage } from './colour.ts';
import { ImageBytes } from './fault.ts';
import type { ImageHeader } from './header.ts';

interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  palette: Uint8Array | null;
  /** Index of the colour that stands for nothing, or null. */
  transparent: number | null;
  /** Where the coded indices begin. */
  from: number;
}

/** Everything up to the first frame's coded indices. */
function firstFrame(data: ImageBytes): Frame {
  const packed = data.u8(10);
  let at = 13;
  let palette: Uint8Array | null = null;
  if (packed & 0x80) {
    const size = 3 << ((packed & 7) + 1);
    palette = data.part(at, size, 'a part of the palette');
    at += size;
  }
  let transparent: number | null = null;
  for (;;) {
    const kind = data.u8(at++);
    if (kind === 0x2c) break;
    if (kind !== 0x21) {
      throw data.fault(
        kind === 0x3b ? 'the GIF ends without a picture' : `expected a picture, found block ${kind}`,
        at - 1,
      );
    }
    if (data.u8(at) === 0xf9 && data.u8(at + 1) === 4) transparent = data.u8(at + 2) & 1 ? data.u8(at + 5) : null;
    at++;
    for (let size = data.u8(at++); size !== 0; size = data.u8(at++)) at += size;
  }
  const [left, top, width, height] = [0, 2, 4, 6].map((offset) => data.u16(at + offset, true)) as [number, number, number, number]; // prettier-ignore
  const flags = data.u8(at + 8);
  at += 9;
  if (flags & 0x80) {
    const size = 3 << ((flags & 7) + 1);
    palette = data.part(at, size, 'a part of the palette');
    at += size;
  }
  return { left, top, width, height, interlaced: (flags & 0x40) !== 0, palette, transparent, from: at };
}

/** The canvas's size; a first frame that reaches beyond it makes it larger. */
export function gifHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the GIF header');
  const [width, height] = [data.u16(6, true), data.u16(8, true)];
  const frame = firstFrame(data);
  const size = { width: Math.max(width, frame.left + frame.width), height: Math.max(height, frame.top + frame.height) };
  if (!frame.width || !frame.height) throw data.fault(`the GIF's picture is ${frame.width} x ${frame.height} pixels`);
  return { format: 'gif', ...size, channels: 3, bits: 8, orientation: 1 };
}

export function decodeGif(bytes: Uint8Array, file: string): DecodedImage {
  const data = new ImageBytes(bytes, file, 'the GIF');
  const { width, height } = gifHeader(bytes, file);
  const frame = firstFrame(data);
  const indices = unpackLzw(data, frame.from, frame.width * frame.height);
  const canvas = new Uint8Array(width * height).fill(frame.transparent ?? 0);
  const rows = rowOrder(frame.height, frame.interlaced);
  rows.forEach((y, i) => {
    const row = indices.subarray(i * frame.width, (i + 1) * frame.width);
    canvas.set(row, (frame.top + y) * width + frame.left);
  });
  if (!frame.palette) return { width, height, channels: 1, pixels: canvas };
  return { width, height, channels: 3, pixels: rgbFromPalette(canvas, frame.palette) };
}

/** Interlaced pictures come as every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
function rowOrder(height: number, interlaced: boolean): number[] {
  const rows: number[] = [];
  for (const [start, step] of interlaced
    ? ([
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ] as const)
    : ([[0, 1]] as const))
    // prettier-ignore
    for (let y = start; y < height; y += step) rows.push(y);
  return rows;
}

/** The sub-blocks from `at` on joined, up to the empty one that ends them or to the end of the file. */
function codedBytes(data: ImageBytes, at: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let size: number; at < data.length && (size = data.bytes[at]!) !== 0; at += 1 + size)
    parts.push(data.bytes.subarray(at + 1, at + 1 + size));
  return Buffer.concat(parts);
}

/** GIF's variant of LZW: codes of growing length, least bit first, at most 12 bits. */
function unpackLzw(data: ImageBytes, at: number, count: number): Uint8Array {
  const smallest = data.u8(at);
  if (smallest < 1 || smallest > 11) throw data.fault(`the GIF's codes cannot begin with ${smallest} bits`, at);
  const clear = 1 << smallest;
  const prefix = new Uint16Array(4096);
  const suffix = new Uint8Array(4096);
  const stack = new Uint8Array(4097);
  const out = new Uint8Array(count);
  let [next, width, previous, first, filled] = [clear + 2, smallest + 1, -1, 0, 0];
  let [bits, held] = [0, 0];
  for (const byte of codedBytes(data, at + 1)) {
    bits |= byte << held;
    held += 8;
    while (held >= width) {
      const code = bits & ((1 << width) - 1);
      bits >>>= width;
      held -= width;
      if (code === clear) {
        [next, width, previous] = [clear + 2, smallest + 1, -1];
        continue;
      }
      if (code === clear + 1) return whole(data, out, filled);
      if (code > next || (code === next && previous < 0) || (previous < 0 && code > clear))
        throw data.fault(`the GIF's picture is damaged: code ${code} where at most ${next} is known`);
      let depth = 0;
      let walk = code;
      if (code === next) {
        stack[depth++] = first;
        walk = previous;
      }
      for (; walk >= clear; walk = prefix[walk]!) stack[depth++] = suffix[walk]!;
      first = walk;
      stack[depth++] = first;
      while (depth > 0 && filled < count) out[filled++] = stack[--depth]!;
      if (filled === count) return out;
      if (previous >= 0 && next < 4096) {
        prefix[next] = previous;
        suffix[next] = first;
        next++;
        if (next === 1 << width && width < 12) width++;
      }
      previous = code;
    }
  }
  return whole(data, out, filled);
}

function whole(data: ImageBytes, pixels: Uint8Array, filled: number): Uint8Array {
  if (filled === pixels.length) return pixels;
  throw data.fault(`the GIF's picture ends after ${filled} of ${pixels.length} pixels`);
}
