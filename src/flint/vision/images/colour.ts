// From the colours of files to RGB or grey, with Pillow's arithmetic, so that pixels are the same to the last bit.

/** An image in memory. */
export interface DecodedImage {
  width: number;
  height: number;
  /** 1: grey, 3: red, green, blue. */
  channels: 1 | 3;
  /** height x width x channels, interleaved, 0..255. */
  pixels: Uint8Array;
}
export type ColourMode = 'rgb' | 'grey';

/** The image as RGB or grey: grey is ITU-R 601 luma, (19595 R + 38470 G + 7471 B + 2^15) >> 16, as Pillow's convert('L'). */
export function asMode(image: DecodedImage, mode: ColourMode): DecodedImage {
  const channels = mode === 'grey' ? 1 : 3;
  if (image.channels === channels) return image;
  const { width, height, pixels } = image;
  const area = width * height;
  const out = new Uint8Array(area * channels);
  if (mode === 'grey') {
    for (let i = 0, p = 0; i < area; i++, p += 3)
      out[i] = (pixels[p]! * 19595 + pixels[p + 1]! * 38470 + pixels[p + 2]! * 7471 + 32768) >> 16;
  } else {
    for (let i = 0, p = 0; i < area; i++) {
      const grey = pixels[i]!;
      out[p++] = grey;
      out[p++] = grey;
      out[p++] = grey;
    }
  }
  return { width, height, channels, pixels: out };
}

/**
 * RGB from interleaved CMYK (0 = no ink): colour = (255 - ink) x (255 - black) / 255, rounded. Printers' profiles are left
 * aside, as Pillow leaves them.
 */
export function rgbFromCmyk(cmyk: Uint8Array): Uint8Array {
  const area = cmyk.length / 4;
  const out = new Uint8Array(area * 3);
  for (let i = 0, from = 0, to = 0; i < area; i++, from += 4) {
    const light = 255 - cmyk[from + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = cmyk[from + c]! * light + 128;
      const ink = ((product >> 8) + product) >> 8;
      out[to++] = Math.max(0, light - ink);
    }
  }
  return out;
}

/** RGB from palette indices. `palette`: red, green, blue of each entry; an index beyond it is a grey of its own number. */
export function rgbFromPalette(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const out = new Uint8Array(indices.length * 3);
  const full = new Uint8Array(768);
  for (let i = 0; i < 768; i++) full[i] = i < palette.length ? palette[i]! : Math.floor(i / 3);
  for (let i = 0, to = 0; i < indices.length; i++) {
    const at = indices[i]! * 3;
    out[to++] = full[at]!;
    out[to++] = full[at + 1]!;
    out[to++] = full[at + 2]!;
  }
  return out;
}
