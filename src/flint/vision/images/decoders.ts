// Decoding many images while a synchronous caller waits, or meanwhile does something else: scripts are one synchronous loop,
// sharp works asynchronously. Threads that live as long as the process decode; the caller sleeps on a shared number and
// takes their answers out of their ports, for which no event loop has to turn.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { exposedCollector, type Collect } from '../../garbage.ts';
import type { buildSync } from 'esbuild';
import { FileError } from '../../io/file-error.ts';
import { packageRoot } from '../../package-root.ts';
import type { DecodedImage } from './colour.ts';
import type { DecodeOptions } from './decode-options.ts';
import { beginInEngine, mayBeJpeg } from './engine.ts';
import { imageFault } from './fault.ts';
import type { DecodeAnswer, DecoderData, DecodeWork, ImageSource } from './work.ts';

export type { ImageSource } from './work.ts';

/** Images that are being decoded. */
export interface PendingImages {
  /** Waits for the rest; an image or what is wrong with it, in the order of the sources. */
  take(): (DecodedImage | FileError)[];
}

/** Works that were begun and not taken; the oldest is dropped beyond it, and done anew should it be taken after all. */
const mostPending = 16;
/** Without any answer for so long, the threads are taken for dead. */
const patienceMs = 120_000;

interface Pending {
  work: DecodeWork;
  results: (DecodedImage | FileError | undefined)[];
  left: number;
}

interface Pool {
  threads: { worker: Worker; port: MessagePort }[];
  answers: Int32Array;
  /** By id, oldest first. */
  pending: Map<number, Pending>;
  nextId: number;
}
let pool: Pool | null = null;

/**
 * Starts decoding in the background, on all cores; sources may differ in size and format. JPEG files are decoded by the
 * engine where it can, all else by sharp, with the same pixels.
 */
export function beginDecoding(sources: readonly ImageSource[], options: DecodeOptions = {}): PendingImages {
  const places = sources.map((_, i) => i);
  const own = places.filter((i) => mayBeJpeg(sources[i]!));
  if (own.length === 0) return beginInThreads(sources, options);
  const others = places.filter((i) => !mayBeJpeg(sources[i]!));
  const pick = (chosen: readonly number[]) => chosen.map((i) => sources[i]!);
  const finish = beginInEngine(pick(own), options, availableParallelism());
  const pending = beginInThreads(pick(others), options);
  let results: (DecodedImage | FileError)[] | null = null;
  const take = (): (DecodedImage | FileError)[] => {
    const all = new Array<DecodedImage | FileError>(sources.length);
    const left: number[] = [];
    finish().forEach((image, k) => {
      if (image) all[own[k]!] = image;
      else left.push(own[k]!);
    });
    const more = beginInThreads(pick(left), options);
    pending.take().forEach((image, k) => (all[others[k]!] = image));
    more.take().forEach((image, k) => (all[left[k]!] = image));
    return all;
  };
  return { take: () => (results ??= take()) };
}

/** {@link beginDecoding} by sharp alone. */
export function beginInThreads(sources: readonly ImageSource[], options: DecodeOptions = {}): PendingImages {
  if (sources.length === 0) return { take: () => [] };
  let begun = begin(sources, options);
  return {
    take: () => {
      if (begun.left > 0 && !pool?.pending.has(begun.work.id)) begun = begin(sources, options);
      wait(begun);
      return begun.results as (DecodedImage | FileError)[];
    },
  };
}

/** Decodes all sources and waits for them: an image or the error of each, in order. Everything is held in memory at once. */
export function decodeNow(sources: readonly ImageSource[], options: DecodeOptions = {}): (DecodedImage | FileError)[] {
  return beginDecoding(sources, options).take();
}

/** Ends the decoding threads; the next call starts new ones. For programs that count what they leave behind. */
export async function stopDecoders(): Promise<void> {
  const threads = pool?.threads ?? [];
  pool = null;
  await Promise.all(threads.map(({ worker }) => worker.terminate()));
}

function begin(sources: readonly ImageSource[], options: DecodeOptions): Pending {
  pool ??= startPool();
  collect(pool);
  const work: DecodeWork = { id: pool.nextId++, sources: sources.map(shared), options, next: sharedNumber() };
  const pending: Pending = { work, results: new Array<undefined>(sources.length), left: sources.length };
  pool.pending.set(work.id, pending);
  for (const [id, old] of pool.pending) {
    if (pool.pending.size <= mostPending) break;
    Atomics.store(old.work.next, 0, old.work.sources.length);
    pool.pending.delete(id);
  }
  for (const { port } of pool.threads.slice(0, sources.length)) port.postMessage(work);
  return pending;
}

/** Bytes are put where all threads see them, instead of being copied for each. */
function shared(source: ImageSource): ImageSource {
  if (!('bytes' in source) || source.bytes.buffer instanceof SharedArrayBuffer) return source;
  const bytes = new Uint8Array(new SharedArrayBuffer(source.bytes.length));
  bytes.set(source.bytes);
  return { name: source.name, bytes };
}

function wait(pending: Pending): void {
  while (pending.left > 0) {
    const seen = Atomics.load(pool!.answers, 0);
    collect(pool!);
    if (pending.left === 0) return;
    if (Atomics.wait(pool!.answers, 0, seen, patienceMs) === 'timed-out') giveUp(pending);
  }
}

/** Takes all answers that have arrived. */
function collect({ threads, pending }: Pool): void {
  let bytes = 0;
  for (const { port } of threads) {
    for (let got; (got = receiveMessageOnPort(port) as { message: DecodeAnswer } | undefined);) {
      const { id, index, image, fault } = got.message;
      bytes += image?.pixels.length ?? 0;
      const owner = pending.get(id);
      if (!owner || owner.results[index] !== undefined) continue;
      owner.results[index] = image ?? new FileError(fault!.code, fault!);
      if (--owner.left === 0) pending.delete(id);
    }
  }
  freeDropped(bytes);
}

const slackBytes = 64 * 2 ** 20;
let collectGarbage: Collect | null = null;
let arrived = 0;
let kept = 0;

/** Frees the pixels that the caller has dropped: the runtime does not count what other threads hand over, and would not. */
function freeDropped(bytes: number): void {
  arrived += bytes;
  if (arrived < slackBytes) return;
  arrived = 0;
  collectGarbage ??= exposedCollector();
  collectGarbage({ type: 'minor' });
  if (process.memoryUsage().arrayBuffers < 2 * kept + 4 * slackBytes) return;
  collectGarbage({ type: 'major' });
  kept = process.memoryUsage().arrayBuffers;
}

/** What has no answer becomes an error, and the threads are replaced at the next call. */
function giveUp(pending: Pending): void {
  const { results, work } = pending;
  for (let i = 0; i < results.length; i++)
    results[i] ??= imageFault(work.sources[i]!.name, `it was not decoded within ${patienceMs / 1000} seconds`);
  pending.left = 0;
  void stopDecoders();
}

const sharedNumber = () => new Int32Array(new SharedArrayBuffer(4));

function startPool(): Pool {
  const [answers, large] = [sharedNumber(), sharedNumber()];
  const program = workerProgram();
  const threads = Array.from({ length: availableParallelism() }, () => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(program.code ?? program.path, {
      eval: program.code !== null,
      workerData: { port: port2, answers, large } satisfies DecoderData,
      transferList: [port2],
      execArgv: [],
    });
    // Neither keeps a process alive that has come to its end.
    worker.unref();
    port1.unref();
    return { worker, port: port1 };
  });
  return { threads, answers, pending: new Map(), nextId: 0 };
}

/** The threads' program: built beside the other programs, or, when the library runs from its sources, bundled here. */
function workerProgram(): { path: string; code: string | null } {
  const built = join(packageRoot(), 'out/node/image-decoder.js');
  if (!import.meta.url.endsWith('.ts')) {
    if (!existsSync(built))
      throw new Error(`Flint's image decoder is not built: there is no ${built}. Run npm start once.`);
    return { path: built, code: null };
  }
  const load = createRequire(import.meta.url);
  const bundler = load('esbuild') as { buildSync: typeof buildSync };
  const sharp = load.resolve('sharp');
  const bundle = bundler.buildSync({
    entryPoints: [join(packageRoot(), 'src/flint/vision/images/worker.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    alias: { sharp },
    external: [sharp],
  });
  return { path: built, code: bundle.outputFiles[0]!.text };
}
