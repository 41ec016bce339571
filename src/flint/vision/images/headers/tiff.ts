// TIFF directories: sizes of a TIFF's first page, and the orientation in anyone's EXIF, which is a small TIFF.
import { ImageBytes } from '../fault.ts';
import type { ImageHeader } from '../header.ts';

const Tag = {
  width: 256,
  height: 257,
  bits: 258,
  samples: 277,
  orientation: 274,
  sampleFormat: 339,
} as const;
/** Types whose values are whole numbers, with their bytes. */
const integers: Record<number, number> = { 1: 1, 3: 2, 4: 4, 16: 8 };
/** More entries than any camera writes. */
const mostEntries = 4096;

const wanted = new Set<number>(Object.values(Tag));

type Directory = Map<number, number>;

/** The first values of the entries of interest in the first directory. */
function firstDirectory(data: ImageBytes, start = 0): Directory {
  const order = data.u16(start);
  if (order !== 0x4949 && order !== 0x4d4d) throw data.fault('it does not begin with II or MM as a TIFF does', start);
  const little = order === 0x4949;
  const version = data.u16(start + 2, little);
  if (version !== 42 && version !== 43)
    throw data.fault(`expected the TIFF version 42 or 43, found ${version}`, start + 2);
  const big = version === 43;
  const at = start + (big ? data.u64(start + 8, little) : data.u32(start + 4, little));
  const count = big ? data.u64(at, little) : data.u16(at, little);
  if (count === 0 || count > mostEntries) throw data.fault(`a directory of ${count} entries is none`, at);
  const [first, size, place] = big ? [at + 8, 20, 12] : [at + 2, 12, 8];
  const values: Directory = new Map();
  for (let i = 0; i < count; i++) {
    const entry = first + i * size;
    const tag = data.u16(entry, little);
    if (!wanted.has(tag)) continue;
    const bytes = integers[data.u16(entry + 2, little)];
    const length = big ? data.u64(entry + 4, little) : data.u32(entry + 4, little);
    if (!bytes || length === 0) continue;
    const inside = bytes * length <= (big ? 8 : 4);
    const value = inside
      ? entry + place
      : start + (big ? data.u64(entry + place, little) : data.u32(entry + place, little));
    values.set(tag, readInteger(data, value, bytes, little));
  }
  return values;
}

function readInteger(data: ImageBytes, at: number, bytes: number, little: boolean): number {
  if (bytes === 1) return data.u8(at);
  if (bytes === 2) return data.u16(at, little);
  return bytes === 4 ? data.u32(at, little) : data.u64(at, little);
}

export function tiffHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the TIFF directory');
  const directory = firstDirectory(data);
  const width = directory.get(Tag.width);
  const height = directory.get(Tag.height);
  if (!width || !height) throw data.fault('the TIFF directory says no width and height');
  const bits = directory.get(Tag.bits) ?? 1;
  if (directory.get(Tag.sampleFormat) === 3 || bits > 16) {
    throw data.fault(
      `its samples are ${directory.get(Tag.sampleFormat) === 3 ? 'floating-point numbers' : `numbers of ${bits} bits`}, of which nobody knows what is white`,
      undefined,
      'Save it with 8 or 16 bits a sample.',
    );
  }
  const orientation = validOrientation(directory.get(Tag.orientation));
  return { format: 'tiff', width, height, channels: directory.get(Tag.samples) ?? 1, bits, orientation };
}

/** The orientation (1..8) in EXIF data, which starts at its byte order; 1 when there is none or it is broken. */
export function exifOrientation(exif: Uint8Array): number {
  try {
    return validOrientation(firstDirectory(new ImageBytes(exif, '', 'EXIF')).get(Tag.orientation));
  } catch {
    return 1; // a picture is none the worse for broken notes about it
  }
}

const validOrientation = (value = 1): number => (value >= 1 && value <= 8 ? value : 1);
