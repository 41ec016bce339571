// Image files one by one, decoded by sharp on its own threads: upright, eight bits, RGB or grey as the file is.
import sharp from 'sharp';
import type { Planes } from './sample-source.ts';

/** More than any camera's picture: a header that claims more is damaged or hostile. */
const mostPixels = 268_402_689;
// Many small files at once gain more than many threads on one.
sharp.concurrency(1);
sharp.cache(false);

const open = (bytes: Uint8Array) => sharp(bytes, { failOn: 'error', limitInputPixels: mostPixels }).rotate();

/** All pixels. Throws what the decoder says. */
export async function decodePlanes(bytes: Uint8Array): Promise<Planes> {
  const { data, info } = await open(bytes)
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const channels = info.channels >= 3 ? 3 : 1;
  return { width, height, channels, data: toPlanes(data, width * height, info.channels, channels) };
}

/** At most `side` wide and high, for the screen. */
export async function decodeReduced(bytes: Uint8Array, side: number): Promise<Planes> {
  const { data, info } = await open(bytes)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const channels = info.channels >= 3 ? 3 : 1;
  return {
    width: info.width,
    height: info.height,
    channels,
    data: toPlanes(data, info.width * info.height, info.channels, channels),
  };
}

/** RGBA of `size` x `size`, the picture in the middle of a clear ground. */
export async function thumbnailRgba(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  return open(bytes)
    .resize(size, size, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** The same as a small file for the cache. */
export async function thumbnailFile(rgba: Uint8Array, size: number): Promise<Uint8Array> {
  return sharp(rgba, { raw: { width: size, height: size, channels: 4 } })
    .webp({ quality: 82, effort: 0 })
    .toBuffer();
}

/** Width and height as shown: turned as the file says. From the header alone. */
export async function headerOf(file: string): Promise<{ width: number; height: number }> {
  const { width, height, orientation } = await sharp(file, { limitInputPixels: false }).metadata();
  return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
}

/** What the file says of itself, in words and numbers for a person. */
export async function metadataOf(bytes: Uint8Array): Promise<Record<string, string | number>> {
  const { format, space, channels, depth, orientation, density, pages, hasAlpha, isProgressive } =
    await sharp(bytes).metadata();
  const known: Record<string, string | number | undefined> = {
    format,
    space,
    channels,
    depth,
    orientation,
    density,
    pages,
    ...(hasAlpha ? { alpha: 'yes' } : {}),
    ...(isProgressive ? { progressive: 'yes' } : {}),
  };
  return Object.fromEntries(Object.entries(known).filter((e): e is [string, string | number] => e[1] !== undefined));
}

function toPlanes(data: Uint8Array, area: number, from: number, channels: number): Uint8Array {
  if (channels === 1 && from === 1) return data;
  const planes = new Uint8Array(area * channels);
  for (let c = 0; c < channels; c++) for (let i = 0; i < area; i++) planes[c * area + i] = data[i * from + c]!;
  return planes;
}
