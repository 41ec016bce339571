// What an image file says about itself, read without decoding it: the kind, the size as it is shown, channels and bits.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { FileError, fileSystemError } from '../../io/file-error.ts';
import { bmpHeader } from './bmp.ts';
import { CutOff, imageFault } from './fault.ts';
import { gifHeader } from './gif.ts';
import { avifHeader } from './headers/avif.ts';
import { jpegHeader } from './headers/jpeg.ts';
import { pngHeader } from './headers/png.ts';
import { tiffHeader } from './headers/tiff.ts';
import { webpHeader } from './headers/webp.ts';
import { pnmHeader } from './pnm.ts';

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp' | 'pnm';

export interface ImageHeader {
  format: ImageFormat;
  /** As shown, after {@link orientation}. */
  width: number;
  height: number;
  /** Stored samples a pixel with alpha; a palette counts as the colours it stands for. */
  channels: number;
  /** Of a stored sample (of an index, with a palette). */
  bits: number;
  /** EXIF's: 1 upright, 2 mirrored, 3 upside down, 6 to be turned clockwise, 8 counter-clockwise, 4, 5, 7 also mirrored. */
  orientation: number;
  /** For JPEG: whether Adobe's mark says that CMYK is stored inverted. */
  inverted?: boolean;
}

const hasText = (bytes: Uint8Array, at: number, text: string) =>
  text.length + at <= bytes.length && [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

/** The kind by the first bytes, whatever the file is called; null for anything else. */
export function imageFormat(bytes: Uint8Array): ImageFormat | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (hasText(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')) return 'gif';
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => hasText(bytes, 0, mark))) return 'tiff';
  if (hasText(bytes, 4, 'ftyp')) return isAvif(bytes) ? 'avif' : null;
  if (hasText(bytes, 0, 'BM')) return 'bmp';
  if (
    bytes[0] === 0x50 &&
    bytes[1]! >= 0x31 &&
    bytes[1]! <= 0x36 &&
    ' \t\r\n#'.includes(String.fromCharCode(bytes[2]!))
  )
    return 'pnm';
  return null;
}

/** Whether the brands of an ISO media file name AV1 images. */
function isAvif(bytes: Uint8Array): boolean {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(size, bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += 4) {
    if (at !== 12 && (hasText(bytes, at, 'avif') || hasText(bytes, at, 'avis'))) return true;
  }
  return false;
}

const readers: Record<ImageFormat, (bytes: Uint8Array, file: string) => ImageHeader> = {
  jpeg: jpegHeader,
  png: pngHeader,
  webp: webpHeader,
  gif: gifHeader,
  tiff: tiffHeader,
  avif: avifHeader,
  bmp: bmpHeader,
  pnm: pnmHeader,
};

/**
 * Reads the header of an image file. `bytes`: the whole file, or as much of its beginning as holds the header.
 * Throws a FileError ('bad-image') that says what is wrong; nothing is decoded, and nothing of the picture's size allocated.
 */
export function imageHeader(bytes: Uint8Array, file: string): ImageHeader {
  const format = imageFormat(bytes);
  if (format === null) throw unknownFormat(bytes, file);
  const header = readers[format](bytes, file);
  const turned = header.orientation >= 5;
  return turned ? { ...header, width: header.height, height: header.width } : header;
}

function unknownFormat(bytes: Uint8Array, file: string): FileError {
  if (bytes.length === 0) return imageFault(file, 'the file is empty');
  const convert = { hint: 'Save it as PNG or JPEG.' };
  if (hasText(bytes, 4, 'ftyp')) {
    const brand = String.fromCharCode(...bytes.subarray(8, 12)).replace(/[^ -~]/g, '?');
    return imageFault(file, `files of the kind "${brand}" are not read (of this family only AVIF is)`, convert);
  }
  const beginning = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return imageFault(
    file,
    `this is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PPM image (it begins with ${beginning})`,
    { byte: 0, hint: 'Remove it from the images, or save it as PNG or JPEG.' },
  );
}

/** Where the headers of nearly all files end. */
const usualBytes = 1 << 16;

/** {@link imageHeader} of a file on disk, of which mostly only the beginning is read. */
export function readImageHeader(path: string): ImageHeader {
  let start: Uint8Array;
  let size: number;
  try {
    const file = openSync(path, 'r');
    try {
      size = fstatSync(file).size;
      const buffer = new Uint8Array(Math.min(size, usualBytes));
      start = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileSystemError(path, error, 'read the image');
  }
  try {
    return imageHeader(start, path);
  } catch (error) {
    if (!(error instanceof CutOff) || size <= start.length) throw error;
  }
  try {
    return imageHeader(readFileSync(path), path);
  } catch (error) {
    throw error instanceof FileError ? error : fileSystemError(path, error, 'read the image');
  }
}
