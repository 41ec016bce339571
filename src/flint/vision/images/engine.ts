// Images that the engine decodes itself, in its own threads: JPEG files on disk, in archives that do not compress them, and
// in memory. Everything that it does not take is left to sharp and its threads, and so is saying what is wrong.
import { native, type NativePlaces } from '../../native.ts';
import type { DecodedImage } from './colour.ts';
import { usualMostPixels, type DecodeOptions } from './decode-options.ts';
import type { ImageSource } from './work.ts';

/** Whether the engine is worth asking; it looks at the bytes itself. */
export function mayBeJpeg(source: ImageSource): boolean {
  if (!native.decodesJpeg()) return false;
  if ('bytes' in source) return source.bytes[0] === 0xff && source.bytes[1] === 0xd8;
  return !source.deflated && /\.(jpe?g|jfif?|jpe)$/i.test(source.name);
}

/** Sources as the engine takes them. Those that it need not look at become places that it leaves alone. */
export function nativePlaces(sources: readonly ImageSource[]): NativePlaces {
  const bytes = sources.flatMap((source) =>
    'bytes' in source && mayBeJpeg(source) ? [native.fromBytes(source.bytes, [source.bytes.length], 'uint8')] : [],
  );
  const places = sources.map((source) => {
    if (!mayBeJpeg(source)) return { path: source.name, from: 0, length: 0 };
    if ('bytes' in source) return { path: '', from: 0, length: -1 };
    return { path: source.path, from: source.from ?? 0, length: source.from === undefined ? -1 : (source.length ?? 0) };
  });
  return [places.map(({ path }) => path), places.map(({ from }) => from), places.map(({ length }) => length), bytes];
}

/** How the engine decodes: grey or not, and the most pixels. */
export function nativeDecoding({ mode, mostPixels }: DecodeOptions): [grey: boolean, mostPixels: number] {
  return [mode === 'grey', Math.floor(mostPixels ?? usualMostPixels)];
}

/** Begins to decode, by `threads` threads; the function it gives back waits. null for what the engine does not take. */
export function beginInEngine(
  sources: readonly ImageSource[],
  options: DecodeOptions,
  threads: number,
): () => (DecodedImage | null)[] {
  const files = native.beginFiles(...nativePlaces(sources), ...nativeDecoding(options), threads);
  const channels = options.mode === 'grey' ? 1 : 3;
  return () =>
    native.takeFiles(files).map((found) => {
      if (!found) return null;
      const [height, width, pixels] = found;
      return { width, height, channels, pixels: new Uint8Array(pixels) };
    });
}
