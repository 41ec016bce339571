// A decoding thread: takes images of the work that it is sent, decodes a few at a time, and answers through its port.
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { FileError } from '../../io/file-error.ts';
import type { DecodedImage } from './colour.ts';
import type { DecodeOptions } from './decode-options.ts';
import { decodeImage } from './decode.ts';
import { imageHeader } from './header.ts';
import { readSource } from './read-source.ts';
import type { DecodeAnswer, DecoderData, DecodeWork } from './work.ts';

const { port, answers, large } = workerData as DecoderData;
/** While one image is in a thread of libvips, the next is read and the one before is answered. */
const lanes = 2;
/** Larger images are decoded one at a time by all threads together: memory is bounded by one of the largest, not by many. */
const largePixels = 16_000_000;
// Images are spread over the threads; to spread one image as well would only cost.
sharp.concurrency(1);

port.on('message', (work: DecodeWork) => void Promise.all(Array.from({ length: lanes }, () => lane(work))));

async function lane(work: DecodeWork): Promise<void> {
  const { id, sources, options, next } = work;
  for (let index: number; (index = Atomics.add(next, 0, 1)) < sources.length;) {
    const source = sources[index]!;
    try {
      const image = await decodeInTurn(readSource(source), source.name, options);
      answer({ id, index, image });
    } catch (error) {
      answer({ id, index, fault: faultOf(error, source.name) });
    }
  }
}

async function decodeInTurn(bytes: Uint8Array, file: string, options: DecodeOptions): Promise<DecodedImage> {
  const { width, height } = imageHeader(bytes, file);
  if (width * height <= largePixels) return decodeImage(bytes, file, options);
  while (Atomics.compareExchange(large, 0, 0, 1) !== 0) await pause(2);
  try {
    return await decodeImage(bytes, file, options);
  } finally {
    Atomics.store(large, 0, 0);
  }
}

/** Pixels change hands instead of being copied. */
function answer(message: DecodeAnswer): void {
  const pixels = message.image?.pixels;
  port.postMessage(message, pixels ? [pixels.buffer as ArrayBuffer] : []);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
}

function faultOf(error: unknown, file: string): NonNullable<DecodeAnswer['fault']> {
  if (!(error instanceof FileError)) {
    return { code: 'bad-image', file, problem: error instanceof Error ? error.message : String(error) };
  }
  const { code, byte, problem, hint } = error;
  return { code, file, problem, ...(byte === undefined ? {} : { byte }), ...(hint === undefined ? {} : { hint }) };
}
