// Portable pixmaps (P1..P6): bits, greys and colours as text or bytes, with any largest value up to 65535.
import type { DecodedImage } from './colour.ts';
import { ImageBytes } from './fault.ts';
import type { ImageHeader } from './header.ts';

const isSpace = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);
const isDigit = (byte: number) => byte >= 48 && byte <= 57;

/** Whole numbers of a text with comments. `at` moves on; `digits`: how many a number has, where they are not parted. */
class Tokens {
  at = 2;
  private readonly data: ImageBytes;
  constructor(data: ImageBytes) {
    this.data = data;
  }
  next(wanted: string, digits = 9): number {
    const { data } = this;
    for (; ; this.at++) {
      data.need(this.at, 1, wanted);
      const byte = data.bytes[this.at]!;
      if (byte === 35) while (data.u8(this.at) !== 10) this.at++;
      else if (!isSpace(byte)) break;
    }
    let value = 0;
    let count = 0;
    for (; count < digits && this.at < data.length && isDigit(data.bytes[this.at]!); count++, this.at++)
      value = value * 10 + (data.bytes[this.at]! - 48);
    if (count === 0) throw data.fault(`expected ${wanted} as a number, found byte ${data.bytes[this.at]}`, this.at);
    return value;
  }
}

interface Layout {
  kind: number;
  width: number;
  height: number;
  largest: number;
  tokens: Tokens;
}

function layout(data: ImageBytes): Layout {
  const kind = data.u8(1) - 48;
  const tokens = new Tokens(data);
  const width = tokens.next('the width');
  const height = tokens.next('the height');
  const largest = kind === 1 || kind === 4 ? 1 : tokens.next('the largest value');
  if (width === 0 || height === 0) throw data.fault(`the image says it is ${width} x ${height} pixels`, 2);
  if (largest === 0 || largest > 65535)
    throw data.fault(`expected a largest value from 1 to 65535, found ${largest}`, tokens.at);
  return { kind, width, height, largest, tokens };
}

export function pnmHeader(bytes: Uint8Array, file: string): ImageHeader {
  const { kind, width, height, largest } = layout(new ImageBytes(bytes, file, 'the PNM header'));
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  return { format: 'pnm', width, height, channels, bits: Math.ceil(Math.log2(largest + 1)), orientation: 1 };
}

/** Values are brought from 0..largest to 0..255 and rounded, as Pillow does. */
export function decodePnm(bytes: Uint8Array, file: string): DecodedImage {
  const data = new ImageBytes(bytes, file, 'the PNM header');
  const { kind, width, height, largest, tokens } = layout(data);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const pixels = kind === 4 ? unpackBits(data, tokens.at + 1, width, height) : null;
  if (pixels) return { width, height, channels: 1, pixels };
  const count = width * height * channels;
  const bytesEach = kind <= 3 ? 2 : largest > 255 ? 2 : 1;
  // A text needs two bytes a value (a digit and what parts it), but the last and those of a P1 need one.
  const least = kind === 1 ? count : kind <= 3 ? bytesEach * count - 1 : bytesEach * count;
  data.need(tokens.at + 1, least, `a part of the ${width} x ${height} pixels`);
  const out = new Uint8Array(count);
  const scaled = (value: number) => Math.min(255, Math.round((value / largest) * 255));
  if (kind <= 3) {
    for (let i = 0; i < count; i++) {
      const value = tokens.next('a pixel', kind === 1 ? 1 : 9);
      if (value > largest) throw data.fault(`a value of ${value} is above the largest, ${largest}`, tokens.at);
      out[i] = kind === 1 ? 255 * (1 - value) : scaled(value);
    }
  } else {
    const from = tokens.at + 1;
    if (largest === 255) out.set(bytes.subarray(from, from + count));
    else if (bytesEach === 1) for (let i = 0; i < count; i++) out[i] = scaled(bytes[from + i]!);
    else for (let i = 0; i < count; i++) out[i] = scaled((bytes[from + 2 * i]! << 8) | bytes[from + 2 * i + 1]!);
  }
  return { width, height, channels, pixels: out };
}

/** Rows of bits, 1 = black, each row in whole bytes. */
function unpackBits(data: ImageBytes, from: number, width: number, height: number): Uint8Array {
  const stride = (width + 7) >> 3;
  const rows = data.part(from, stride * height, `a part of the ${width} x ${height} pixels`);
  const out = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[to++] = (rows[y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 0 : 255;
  }
  return out;
}
