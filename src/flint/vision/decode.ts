// Decodes many small image files at once while the caller waits: sharp works asynchronously, data sets are made in a
// constructor. So a worker thread decodes into shared memory, several images at a time, and the caller sleeps until it is done.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { FileError } from '../io/file-error.ts';

export interface DecodeJob {
  images: readonly Uint8Array[];
  /** For errors, one for each image. */
  names: readonly string[];
  width: number;
  height: number;
}

/**
 * The worker's program as text: it must run from any bundle, with sharp found from here. `state`: images done; 1 when all
 * are done, 2 when one failed; its number; its length of message. `words`: that message.
 */
const program = `
const { workerData } = require('node:worker_threads');
const { files, offsets, pixels, state, words, width, height, sharpPath } = workerData;
const sharp = require(sharpPath);
sharp.concurrency(1);
let next = 0;
const size = width * height * 3;
async function lane() {
  while (next < offsets.length - 1 && Atomics.load(state, 1) === 0) {
    const i = next++;
    try {
      const image = sharp(Buffer.from(files.buffer, offsets[i], offsets[i + 1] - offsets[i]), { failOn: 'error' });
      const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
      if (info.width !== width || info.height !== height || info.channels !== 3)
        throw new Error('expected ' + width + ' x ' + height + ' pixels in colour, found ' + info.width + ' x ' + info.height);
      pixels.set(data, i * size);
      Atomics.add(state, 0, 1);
    } catch (error) {
      const text = new TextEncoder().encode(error.message).subarray(0, words.length);
      words.set(text);
      state[2] = i; state[3] = text.length;
      Atomics.store(state, 1, 2);
    }
  }
}
Promise.all(Array.from({ length: 8 }, lane)).then(() => {
  Atomics.compareExchange(state, 1, 0, 1);
  Atomics.notify(state, 1);
});
`;

/** RGB bytes of all images, one after another. Throws a FileError naming the first image that cannot be decoded. */
export function decodeImagesNow({ images, names, width, height }: DecodeJob): Uint8Array {
  const offsets = [0];
  for (const image of images) offsets.push(offsets.at(-1)! + image.length);
  const files = new Uint8Array(new SharedArrayBuffer(Math.max(1, offsets.at(-1)!)));
  images.forEach((image, i) => files.set(image, offsets[i]));
  const pixels = new Uint8Array(new SharedArrayBuffer(images.length * width * height * 3));
  const state = new Int32Array(new SharedArrayBuffer(16));
  const words = new Uint8Array(new SharedArrayBuffer(400));
  const sharpPath = createRequire(import.meta.url).resolve('sharp');
  const workerData = { files, offsets, pixels, state, words, width, height, sharpPath };
  const worker = new Worker(program, { eval: true, workerData, execArgv: [] });
  worker.unref();
  waitFor(state);
  void worker.terminate();
  if (state[1] === 2) {
    const message = new TextDecoder().decode(words.slice(0, state[3]));
    throw new FileError('bad-image', {
      file: names[state[2]!]!,
      problem: message,
      hint: 'Replace or remove this image.',
    });
  }
  return pixels.slice();
}

/** Sleeps until the worker says it is done; a worker that makes no progress for a minute has died. */
function waitFor(state: Int32Array): void {
  for (let before = -1; Atomics.load(state, 1) === 0;) {
    if (Atomics.wait(state, 1, 0, 60_000) !== 'timed-out') continue;
    if (state[0] === before) throw new Error('Decoding images made no progress for a minute; try again.');
    before = state[0]!;
  }
}
