// PNG headers: IHDR, and the chunks before the picture that tell of transparency and orientation.
import { ImageBytes } from '../fault.ts';
import type { ImageHeader } from '../header.ts';
import { exifOrientation } from './tiff.ts';

/** Samples a pixel and permitted bits, by colour type. */
const kinds: Record<number, { channels: number; bits: readonly number[] }> = {
  0: { channels: 1, bits: [1, 2, 4, 8, 16] },
  2: { channels: 3, bits: [8, 16] },
  3: { channels: 3, bits: [1, 2, 4, 8] },
  4: { channels: 2, bits: [8, 16] },
  6: { channels: 4, bits: [8, 16] },
};
const mostPixelsAside = 0x7fffffff;

/** Orientation is looked for before the picture, where decoders look too. */
export function pngHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the PNG header');
  if (data.tag(12) !== 'IHDR') throw data.fault('the PNG does not begin with its header (IHDR)', 12);
  const [width, height, bits, colour] = [data.u32(16), data.u32(20), data.u8(24), data.u8(25)];
  const kind = kinds[colour];
  if (!kind?.bits.includes(bits)) {
    throw data.fault(`the PNG header is damaged: there is no colour type ${colour} with ${bits} bits`, 24);
  }
  if (width === 0 || height === 0 || width > mostPixelsAside || height > mostPixelsAside)
    throw data.fault(`the PNG says it is ${width} x ${height} pixels`, 16);
  let orientation = 1;
  let { channels } = kind;
  for (let at = 33; ;) {
    const length = data.u32(at);
    const type = data.tag(at + 4);
    if (type === 'IDAT' || type === 'IEND') break;
    if (type === 'eXIf') orientation = exifOrientation(data.part(at + 8, length));
    if (type === 'tRNS') channels++;
    at += 12 + length;
  }
  return { format: 'png', width, height, channels, bits, orientation };
}
