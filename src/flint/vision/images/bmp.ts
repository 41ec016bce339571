// Windows and OS/2 bitmaps: 1 to 32 bits, palettes, run lengths, bit fields, headers of every version, rows either way up.
import { rgbFromPalette, type DecodedImage } from './colour.ts';
import { unpackRuns } from './bmp-runs.ts';
import { ImageBytes } from './fault.ts';
import type { ImageHeader } from './header.ts';

const Compression = { none: 0, rle8: 1, rle4: 2, fields: 3, alphaFields: 6 } as const;
const wholeHeader = 40;

interface Layout {
  width: number;
  height: number;
  /** Rows come from the top down. */
  topDown: boolean;
  bits: number;
  compression: number;
  /** Of the pixels in the file. */
  offset: number;
  palette: Uint8Array | null;
  /** Red, green, blue (and alpha, where there is one). */
  masks: number[];
}

function layout(data: ImageBytes): Layout {
  const headerSize = data.u32(14, true);
  if (headerSize !== 12 && (headerSize < wholeHeader || headerSize > 256))
    throw data.fault(`there is no BMP header of ${headerSize} bytes`, 14);
  const old = headerSize === 12;
  const width = old ? data.u16(18, true) : data.i32(18, true);
  const signedHeight = old ? data.u16(20, true) : data.i32(22, true);
  const bits = data.u16(old ? 24 : 28, true);
  const compression = old ? Compression.none : data.u32(30, true);
  if (width <= 0 || signedHeight === 0) throw data.fault(`the BMP says it is ${width} x ${signedHeight} pixels`, 18);
  if (!fits(bits, compression)) {
    throw data.fault(
      `a BMP with ${bits} bits a pixel and compression ${compression} is not read`,
      28,
      'Save it as PNG or as a BMP of 24 bits.',
    );
  }
  const colours = bits > 8 ? 0 : countColours(data, old, bits);
  const entry = old ? 3 : 4;
  const behind = !old && headerSize === wholeHeader && compression >= Compression.fields;
  const paletteAt = 14 + headerSize + (behind ? (compression === Compression.alphaFields ? 16 : 12) : 0);
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bits,
    compression,
    offset: data.u32(10, true),
    palette: colours > 0 ? readPalette(data, paletteAt, colours, entry) : null,
    masks: bits > 8 ? readMasks(data, bits, compression) : [],
  };
}

function fits(bits: number, compression: number): boolean {
  if (compression === Compression.none) return [1, 2, 4, 8, 16, 24, 32].includes(bits);
  if (compression === Compression.rle8) return bits === 8;
  if (compression === Compression.rle4) return bits === 4;
  return (
    (compression === Compression.fields || compression === Compression.alphaFields) && (bits === 16 || bits === 32)
  );
}

function countColours(data: ImageBytes, old: boolean, bits: number): number {
  const said = old ? 0 : data.u32(46, true);
  return said > 0 && said <= 1 << bits ? said : 1 << bits;
}

/** Colours are stored blue first. */
function readPalette(data: ImageBytes, at: number, colours: number, entry: number): Uint8Array {
  const stored = data.part(at, colours * entry, 'a part of the palette');
  const palette = new Uint8Array(colours * 3);
  for (let i = 0; i < colours; i++) {
    for (let c = 0; c < 3; c++) palette[i * 3 + c] = stored[i * entry + 2 - c]!;
  }
  return palette;
}

/** They lie behind the first 40 bytes of the header, whether as a part of it or not. */
function readMasks(data: ImageBytes, bits: number, compression: number): number[] {
  if (compression === Compression.none) return bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const masks = [54, 58, 62].map((at) => data.u32(at, true));
  if (masks.some((mask) => mask === 0)) throw data.fault('the BMP has an empty mask for a colour', 54);
  return masks;
}

export function bmpHeader(bytes: Uint8Array, file: string): ImageHeader {
  const { width, height, bits } = layout(new ImageBytes(bytes, file, 'the BMP header'));
  return { format: 'bmp', width, height, channels: 3, bits, orientation: 1 };
}

export function decodeBmp(bytes: Uint8Array, file: string): DecodedImage {
  const data = new ImageBytes(bytes, file, 'the BMP header');
  const image = layout(data);
  const { width, height } = image;
  if (!image.palette) return { width, height, channels: 3, pixels: directColours(data, image) };
  const runs = image.compression === Compression.rle8 || image.compression === Compression.rle4;
  const indices = runs
    ? flipped(unpackRuns(data, image.offset, width, height, image.bits as 4 | 8), width, height, image.topDown)
    : unpackIndices(data, image);
  return { width, height, channels: 3, pixels: rgbFromPalette(indices, image.palette) };
}

/** Bytes of a row, which ends at a multiple of four. */
const strideOf = ({ width, bits }: Layout) => Math.ceil((width * bits) / 32) * 4;

/** The stored rows; the last may lack its padding. */
function storedRows(
  data: ImageBytes,
  image: Layout,
): { rows: Uint8Array; stride: number; rowAt: (y: number) => number } {
  const stride = strideOf(image);
  const { width, height, bits, offset, topDown } = image;
  const needed = stride * (height - 1) + Math.ceil((width * bits) / 8);
  const rows = data.part(offset, needed, `a part of the ${width} x ${height} pixels`);
  return { rows, stride, rowAt: (y) => (topDown ? y : height - 1 - y) * stride };
}

function unpackIndices(data: ImageBytes, image: Layout): Uint8Array {
  const { width, height, bits } = image;
  const { rows, rowAt } = storedRows(data, image);
  const out = new Uint8Array(width * height);
  const perByte = 8 / bits;
  for (let y = 0, to = 0; y < height; y++) {
    const from = rowAt(y);
    for (let x = 0; x < width; x++) {
      const byte = rows[from + Math.floor(x / perByte)]!;
      out[to++] = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
    }
  }
  return out;
}

function directColours(data: ImageBytes, image: Layout): Uint8Array {
  const { width, height, bits, masks } = image;
  const { rows, rowAt } = storedRows(data, image);
  const out = new Uint8Array(width * height * 3);
  const step = bits / 8;
  const plain = bits === 24 || (bits === 32 && masks[0] === 0xff0000 && masks[1] === 0xff00 && masks[2] === 0xff);
  const [red, green, blue] = masks.map(fieldReader);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = rowAt(y); x < width; x++, at += step) {
      if (plain) {
        out[to++] = rows[at + 2]!;
        out[to++] = rows[at + 1]!;
        out[to++] = rows[at]!;
        continue;
      }
      const low = rows[at]! | (rows[at + 1]! << 8);
      const word = bits === 16 ? low : (low | (rows[at + 2]! << 16) | (rows[at + 3]! << 24)) >>> 0;
      out[to++] = red!(word);
      out[to++] = green!(word);
      out[to++] = blue!(word);
    }
  }
  return out;
}

/** A field of bits as 0..255. */
function fieldReader(mask: number): (word: number) => number {
  const shift = 31 - Math.clz32(mask & -mask);
  const largest = mask >>> shift;
  return (word) => Math.floor((((word & mask) >>> shift) * 255) / largest);
}

function flipped(rows: Uint8Array, width: number, height: number, topDown: boolean): Uint8Array {
  if (topDown) return rows;
  const out = new Uint8Array(rows.length);
  for (let y = 0; y < height; y++) out.set(rows.subarray(y * width, (y + 1) * width), (height - 1 - y) * width);
  return out;
}
