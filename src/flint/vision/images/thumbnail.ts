// Small pictures for galleries: decoded no larger than needed.
import sharp from 'sharp';
import type { DecodeOptions } from './decode-options.ts';
import { checkedHeader, decodeHere, decodeImage, openWithSharp, sharpFault } from './decode.ts';
import type { DecodedImage } from './colour.ts';

export interface Thumbnail {
  width: number;
  height: number;
  /** RGBA, row by row. */
  pixels: Uint8Array;
}

/**
 * The image of a file, upright, made to fit into `size` x `size` pixels (never enlarged, at least one pixel each way).
 * Alpha is kept. Throws as {@link decodeImage} does.
 */
export async function thumbnail(
  bytes: Uint8Array,
  file: string,
  size: number,
  options: Pick<DecodeOptions, 'mostPixels'> = {},
): Promise<Thumbnail> {
  const header = checkedHeader(bytes, file, options);
  // Inks and 16 bits take the way of training, so that a gallery shows the colours that a model gets.
  const exact = header.channels === 4 && (header.format === 'jpeg' || header.format === 'tiff');
  const whole = decodeHere(bytes, file, header) ?? (exact || header.bits > 8 ? await decodeImage(bytes, file, options) : null); // prettier-ignore
  try {
    const image = whole ? fromPixels(whole) : openWithSharp(bytes, header);
    const { data, info } = await image
      .resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toUint8Array();
    return { width: info.width, height: info.height, pixels: data };
  } catch (error) {
    throw sharpFault(file, error);
  }
}

const fromPixels = ({ width, height, channels, pixels }: DecodedImage) =>
  sharp(pixels, { raw: { width, height, channels } });
