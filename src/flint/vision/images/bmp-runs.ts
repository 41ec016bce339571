// Run-length coded bitmaps (BI_RLE8, BI_RLE4): pairs of count and value, with escapes for literal pixels and jumps.
import type { ImageBytes } from './fault.ts';

const Escape = { endOfLine: 0, endOfBitmap: 1, jump: 2 } as const;

/** Palette indices in the order of the file's rows. Pixels that the code leaves out are index 0. */
export function unpackRuns(data: ImageBytes, from: number, width: number, height: number, bits: 4 | 8): Uint8Array {
  const out = new Uint8Array(width * height);
  const wanted = `a part of the ${width} x ${height} pixels`;
  let [x, y] = [0, 0];
  const put = (index: number) => {
    if (x < width) out[y * width + x] = index;
    x++;
  };
  const done = () => y >= height || (y === height - 1 && x >= width);
  for (let at = from; !done();) {
    data.need(at, 2, wanted);
    const count = data.bytes[at]!;
    const value = data.bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === Escape.endOfLine) {
      [x, y] = [0, y + 1];
    } else if (value === Escape.endOfBitmap) {
      break;
    } else if (value === Escape.jump) {
      data.need(at, 2, wanted);
      x += data.bytes[at]!;
      y += data.bytes[at + 1]!;
      at += 2;
    } else {
      const bytes = bits === 8 ? value : (value + 1) >> 1;
      const pixels = data.part(at, bytes, wanted);
      for (let i = 0; i < value; i++) {
        const byte = pixels[bits === 8 ? i : i >> 1]!;
        put(bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
      }
      at += bytes + (bytes & 1);
    }
  }
  return out;
}
