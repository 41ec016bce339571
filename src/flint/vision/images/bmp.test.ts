// Bitmaps of every kind, written here byte by byte from one picture.
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode.ts';

const [width, height] = [5, 3];
/** Four colours, whose parts survive 5 and 6 bits. */
const colours: [number, number, number][] = [[0, 0, 0], [255, 0, 0], [0, 255, 255], [255, 255, 255]]; // prettier-ignore
const picture = [0, 1, 2, 3, 1, 1, 1, 1, 0, 2, 3, 2, 1, 0, 3];
const expected = picture.flatMap((index) => [...colours[index]!]);
const rows = [2, 1, 0].map((y) => picture.slice(y * width, (y + 1) * width));

interface Kind {
  bits: number;
  compression?: number;
  headerSize?: number;
  masks?: number[];
  topDown?: boolean;
}

/** A file of `pixels` below the header that `kind` asks for. */
function bitmap(
  { bits, compression = 0, headerSize = 40, masks = [], topDown = false }: Kind,
  pixels: number[],
): Buffer {
  const old = headerSize === 12;
  const palette = bits > 8 ? [] : colours.flatMap(([r, g, b]) => (old ? [b, g, r] : [b, g, r, 0]));
  while (old && bits <= 8 && palette.length < 3 << bits) palette.push(0);
  const behind = headerSize === 40 ? masks.length * 4 : 0;
  const head = Buffer.alloc(14 + headerSize + behind);
  head.write('BM');
  head.writeUInt32LE(head.length + palette.length, 10);
  head.writeUInt32LE(headerSize, 14);
  if (old) [width, height, 1, bits].forEach((value, i) => head.writeUInt16LE(value, 18 + 2 * i));
  else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(topDown ? -height : height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
    if (bits <= 8) head.writeUInt32LE(colours.length, 46);
    masks.forEach((mask, i) => head.writeUInt32LE(mask >>> 0, 54 + 4 * i));
  }
  return Buffer.concat([head, Buffer.from(palette), Buffer.from(pixels)]);
}
const padded = (bytes: number[]) => [...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
const byRow = (row: (indices: number[]) => number[], order = rows) => order.flatMap((indices) => padded(row(indices)));
const word = (bytes: number) => (value: number) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
const packed = (bits: number) => (indices: number[]) => {
  const out = new Array<number>(Math.ceil((indices.length * bits) / 8)).fill(0);
  indices.forEach((index, x) => (out[(x * bits) >> 3]! |= index << (8 - bits - ((x * bits) & 7))));
  return out;
};
const fields = (bytes: number, shifts: number[], sizes: number[]) => (indices: number[]) =>
  indices.flatMap((index) =>
    word(bytes)(shifts.reduce((value, shift, c) => value | ((colours[index]![c]! >> (8 - sizes[c]!)) << shift), 0)),
  );

const kinds: Record<string, Buffer> = {
  '24 bits': bitmap({ bits: 24 }, byRow(fields(3, [16, 8, 0], [8, 8, 8]))),
  '24 bits from the top': bitmap(
    { bits: 24, topDown: true },
    byRow(fields(3, [16, 8, 0], [8, 8, 8]), [...rows].reverse()),
  ),
  '24 bits, OS/2': bitmap({ bits: 24, headerSize: 12 }, byRow(fields(3, [16, 8, 0], [8, 8, 8]))),
  '32 bits': bitmap({ bits: 32 }, byRow(fields(4, [16, 8, 0], [8, 8, 8]))),
  '32 bits, fields': bitmap(
    { bits: 32, compression: 3, masks: [0xff000000, 0xff0000, 0xff00] },
    byRow(fields(4, [24, 16, 8], [8, 8, 8])),
  ),
  '32 bits, fields of ten': bitmap(
    { bits: 32, compression: 3, headerSize: 108, masks: [0x3ff00000, 0xffc00, 0x3ff, 0] },
    byRow((row) =>
      row.flatMap((i) => word(4)(colours[i]!.reduce((v, c, k) => v | (c ? 0x3ff << (20 - 10 * k) : 0), 0))),
    ),
  ),
  '16 bits (5, 5, 5)': bitmap({ bits: 16 }, byRow(fields(2, [10, 5, 0], [5, 5, 5]))),
  '16 bits (5, 6, 5)': bitmap(
    { bits: 16, compression: 3, headerSize: 56, masks: [0xf800, 0x7e0, 0x1f, 0] },
    byRow(fields(2, [11, 5, 0], [5, 6, 5])),
  ),
  '8 bits': bitmap({ bits: 8 }, byRow(packed(8))),
  '8 bits, version 5': bitmap({ bits: 8, headerSize: 124 }, byRow(packed(8))),
  '4 bits': bitmap({ bits: 4 }, byRow(packed(4))),
  '4 bits, OS/2': bitmap({ bits: 4, headerSize: 12 }, byRow(packed(4))),
  '2 bits': bitmap({ bits: 2 }, byRow(packed(2))),
  'runs of 8 bits': bitmap(
    { bits: 8, compression: 1 },
    [
      [0, 5, 3, 2, 1, 0, 3, 0, 0, 0], // five as they are, padded; end of line
      [3, 1, 0, 2, 1, 0, 1, 2, 0, 0], // three alike, a jump over index 0, one; end of line
      [0, 2, 1, 0, 0, 4, 1, 2, 3, 1, 0, 1], // a jump, four as they are; end of the bitmap
    ].flat(),
  ),
  'runs of 4 bits': bitmap(
    { bits: 4, compression: 2 },
    [
      [0, 5, 0x32, 0x10, 0x30, 0, 0, 0],
      [3, 0x11, 1, 0x00, 1, 0x20, 0, 0],
      [2, 0x01, 0, 3, 0x23, 0x10], // ends with the last pixel, without a mark
    ].flat(),
  ),
};

describe('D2 BMP', () => {
  for (const [name, bytes] of Object.entries(kinds)) {
    it(`D2 ${name}`, async () => {
      const image = await decodeImage(bytes, name);
      expect([image.width, image.height]).toEqual([width, height]);
      expect([...image.pixels]).toEqual(expected);
    });
  }

  it('D2 says what is missing or not read', async () => {
    const cut = kinds['24 bits']!.subarray(0, -8);
    await expect(decodeImage(cut, 'a.bmp')).rejects.toThrow(
      /^a\.bmp, byte 94: the file ends too early: a part of the 5 x 3 pixels is missing/,
    );
    const runs = kinds['runs of 8 bits']!;
    await expect(decodeImage(runs.subarray(0, -8), 'a.bmp')).rejects.toThrow(/a part of the 5 x 3 pixels is missing/);
    await expect(decodeImage(bitmap({ bits: 24, compression: 4 }, []), 'a.bmp')).rejects.toThrow(
      /with 24 bits a pixel and compression 4 is not read\. Save it as PNG/,
    );
    await expect(decodeImage(bitmap({ bits: 32, compression: 3, masks: [255, 0, 255] }, []), 'a.bmp')).rejects.toThrow(
      /empty mask/,
    );
  });
});
