// The one way from the bytes of an image file to pixels. Equal to Pillow 12.3's `exif_transpose(open(f)).convert('RGB')` and
// `.convert('L')`, but for what the doc comment of decodeImage names.
import sharp, { type Sharp } from 'sharp';
import { decodeBmp } from './bmp.ts';
import { asMode, rgbFromCmyk, type DecodedImage } from './colour.ts';
import { imageFault } from './fault.ts';
import { usualMostPixels, type DecodeOptions } from './decode-options.ts';
import { decodeGif } from './gif.ts';
import { imageHeader, type ImageHeader } from './header.ts';
import { decodePnm } from './pnm.ts';

// Files are read once: what libvips would keep of them is only in the way.
sharp.cache(false);

/**
 * Decodes a JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PPM file into RGB or grey bytes, upright (EXIF orientation applied).
 * Of animations and of files with several pages the first picture is taken.
 *
 * As in Pillow, alpha is dropped without compositing, ICC profiles are left aside, CMYK becomes RGB without a profile,
 * 16 bits in colour keep their upper eight, and grey is ITU-R 601 luma. Different from Pillow:
 * - 16-bit grey keeps its upper eight bits too (Pillow's convert('L') clips at 255, which leaves white paper);
 * - TIFFs of 32-bit or floating-point samples are refused, since nothing says which value is white;
 * - AVIF with halved chroma: Pillow's decoder smooths the chroma between its samples, this one repeats them; luma is equal.
 *
 * Throws a FileError ('bad-image') for everything that cannot be decoded to the last row: a cut or damaged file, another
 * format, too many pixels.
 */
export async function decodeImage(bytes: Uint8Array, file: string, options: DecodeOptions = {}): Promise<DecodedImage> {
  const header = checkedHeader(bytes, file, options);
  const mode = options.mode ?? 'rgb';
  return asMode(decodeHere(bytes, file, header) ?? (await decodeWithSharp(bytes, file, header)), mode);
}

/** Scans of a progressive JPEG; programs write about ten. Each is a walk over the whole picture, however short it is. */
const mostScans = 500;
const scanMarker = Buffer.from([0xff, 0xda]);

/** Refuses files that are made to take hours. */
function checkScans(bytes: Uint8Array, file: string): void {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  for (let at = data.indexOf(scanMarker); at >= 0; at = data.indexOf(scanMarker, at + 2))
    if (++count > mostScans)
      throw imageFault(file, `the JPEG has more than ${mostScans} scans, which no program writes`);
}

/** The header of an image that is not too large to be decoded. */
export function checkedHeader(bytes: Uint8Array, file: string, options: DecodeOptions): ImageHeader {
  const header = imageHeader(bytes, file);
  if (header.format === 'jpeg') checkScans(bytes, file);
  const most = options.mostPixels ?? usualMostPixels;
  if (header.width * header.height <= most) return header;
  throw imageFault(
    file,
    `the image says it is ${header.width} x ${header.height} pixels; at most ${most.toLocaleString('en-US')} are decoded`,
    { hint: 'Make it smaller, remove it, or raise the limit.' },
  );
}

/** The formats that sharp has no decoder for, and GIF, which it decodes otherwise. */
export function decodeHere(bytes: Uint8Array, file: string, { format }: ImageHeader): DecodedImage | null {
  if (format === 'bmp') return decodeBmp(bytes, file);
  if (format === 'gif') return decodeGif(bytes, file);
  return format === 'pnm' ? decodePnm(bytes, file) : null;
}

async function decodeWithSharp(bytes: Uint8Array, file: string, header: ImageHeader): Promise<DecodedImage> {
  const { width, height } = header;
  const inks = header.channels === 4 && (header.format === 'jpeg' || header.format === 'tiff');
  try {
    let image = openWithSharp(bytes, header);
    if (inks && (await image.metadata()).space === 'cmyk') {
      image = image.pipelineColourspace('cmyk').toColourspace('cmyk');
    } else if (header.channels !== 1 && header.channels !== 3) {
      image = image.removeAlpha();
    }
    const { data: buffer, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const data = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    if (info.width !== width || info.height !== height)
      throw new Error(`its header says ${width} x ${height} pixels, decoded are ${info.width} x ${info.height}`);
    if (info.channels === 3 || info.channels === 1) return { width, height, channels: info.channels, pixels: data };
    if (info.channels !== 4) throw new Error(`it has ${info.channels} channels`);
    // Pillow takes all JPEG ink as inverted, the decoder only that with Adobe's mark.
    if (header.format === 'jpeg' && !header.inverted) for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
    return { width, height, channels: 3, pixels: rgbFromCmyk(data) };
  } catch (error) {
    throw sharpFault(file, error);
  }
}

/** The file as sharp's input: strict, upright, without colour management. */
export function openWithSharp(bytes: Uint8Array, { width, height, orientation }: ImageHeader): Sharp {
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: width * height });
  return upright(image, orientation);
}

/** Turned as the header says, not as libvips reads it out of EXIF: of damaged EXIF they might think differently. */
function upright(image: Sharp, orientation: number): Sharp {
  if ([2, 5, 7].includes(orientation)) image.flop(); // before it is turned
  if (orientation === 4) image.flip();
  const degrees = [0, 0, 0, 180, 0, 270, 90, 90, 270][orientation]!;
  return degrees ? image.rotate(degrees) : image;
}

/** What libvips says, as a sentence about the file. */
export function sharpFault(file: string, error: unknown) {
  const said = error instanceof Error ? error.message : String(error);
  const lines = said.split('\n').map((line) => line.replace(/^(Input buffer has corrupt header: |Vips\w+: |vips\w+: )+/, '').trim()); // prettier-ignore
  const reason = lines.filter((line) => line !== '' && !/^Input buffer has corrupt header:?$/.test(line))[0] ?? said;
  const cut = /premature end|truncated|read error|unexpected end|not enough/i.test(said);
  const damage = cut ? 'the picture is damaged or cut off' : 'the picture is damaged';
  // libvips keeps its words in one place for all threads, where another one may just have taken them.
  if (/^unknown error/i.test(reason)) return imageFault(file, 'the picture is damaged or cut off', { cause: error });
  return imageFault(file, `${damage} (${reason.replace(/\.$/, '')})`, { cause: error });
}
