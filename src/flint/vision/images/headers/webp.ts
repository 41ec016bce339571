// WebP headers: the three kinds of picture chunk, and the EXIF chunk, which comes after the picture.
import { ImageBytes } from '../fault.ts';
import type { ImageHeader } from '../header.ts';
import { exifOrientation } from './tiff.ts';

const Flag = { exif: 0x08, alpha: 0x10 } as const;

export function webpHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the WebP header');
  const base = { format: 'webp', bits: 8, orientation: 1 } as const;
  const kind = data.tag(12);
  if (kind === 'VP8X') {
    const flags = data.u8(20);
    const [width, height] = [1 + u24(data, 24), 1 + u24(data, 27)];
    const orientation = flags & Flag.exif ? findExif(data) : 1;
    return { ...base, width, height, channels: flags & Flag.alpha ? 4 : 3, orientation };
  }
  if (kind === 'VP8L') {
    if (data.u8(20) !== 0x2f) throw data.fault('the lossless WebP data do not begin with their mark', 20);
    const word = data.u32(21, true);
    const alpha = (word >>> 28) & 1;
    return { ...base, width: 1 + (word & 0x3fff), height: 1 + ((word >>> 14) & 0x3fff), channels: alpha ? 4 : 3 };
  }
  if (kind !== 'VP8 ') throw data.fault(`the WebP begins with a chunk "${printable(kind)}" that is no picture`, 12);
  if (u24(data, 23) !== 0x2a019d) throw data.fault('the WebP picture does not begin with its start code', 23);
  const [width, height] = [data.u16(26, true) & 0x3fff, data.u16(28, true) & 0x3fff];
  if (width === 0 || height === 0) throw data.fault(`the WebP says it is ${width} x ${height} pixels`, 26);
  return { ...base, width, height, channels: 3 };
}

const u24 = (data: ImageBytes, at: number) => data.u16(at, true) | (data.u8(at + 2) << 16);
const printable = (text: string) => text.replace(/[^ -~]/g, '?');

function findExif(data: ImageBytes): number {
  const end = Math.min(8 + data.u32(4, true), 2 ** 32);
  for (let at = 12; at + 8 <= end;) {
    const length = data.u32(at + 4, true);
    if (data.tag(at) === 'EXIF') {
      const exif = data.part(at + 8, length);
      // Some writers put JPEG's own mark in front.
      const marked = exif[0] === 0x45 && exif[1] === 0x78;
      return exifOrientation(marked ? exif.subarray(6) : exif);
    }
    at += 8 + length + (length & 1);
  }
  return 1;
}
