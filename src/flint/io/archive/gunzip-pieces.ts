// A gzipped file unpacked piece by piece while a synchronous caller waits: Node unpacks streams asynchronously alone. A thread
// does it and hands over one piece at a time through shared memory, so that what the file unpacks to never lies in memory whole.
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { fileSystemError } from '../file-error.ts';
import { gzipFault, readMaybeGzipped } from './gzip.ts';

const pieceBytes = 1 << 20;
/** Smaller files are unpacked at once, which needs no thread: gzip makes at most 1032 bytes of one. */
const smallBytes = 1 << 18;
/** Without a piece for so long, the thread is taken for dead. */
const patienceMs = 120_000;

/** Places in the shared numbers: whether a piece lies there, how long it is, and what it is. */
const Place = { full: 0, length: 1, kind: 2 } as const;
const Kind = { piece: 0, end: 1, fault: 2 } as const;

/** The thread's program. Its source is text, for it runs from wherever the library does. */
const program = `
const { createReadStream } = require('node:fs');
const { pipeline } = require('node:stream/promises');
const { workerData } = require('node:worker_threads');
const { createGunzip } = require('node:zlib');
const { path, numbers, bytes } = workerData;
const give = (piece, kind) => {
  Atomics.wait(numbers, ${Place.full}, 1);
  bytes.set(piece);
  numbers[${Place.length}] = piece.length;
  numbers[${Place.kind}] = kind;
  Atomics.store(numbers, ${Place.full}, 1);
  Atomics.notify(numbers, ${Place.full});
};
const all = async (pieces) => {
  for await (const piece of pieces) give(piece, ${Kind.piece});
};
pipeline(createReadStream(path), createGunzip({ chunkSize: bytes.length }), all).then(
  () => give(new Uint8Array(), ${Kind.end}),
  ({ code, message }) => give(Buffer.from(JSON.stringify({ code, message })), ${Kind.fault}),
);
`;

/** What a gzipped file unpacks to, in pieces of at most a MiB. Throws a FileError where it is cut off or damaged. */
export function* gunzipPieces(path: string): Generator<Uint8Array> {
  if (sizeOf(path) <= smallBytes) {
    const whole = readMaybeGzipped(path);
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
    return;
  }
  const numbers = new Int32Array(new SharedArrayBuffer(12));
  const bytes = new Uint8Array(new SharedArrayBuffer(pieceBytes));
  const worker = new Worker(program, { eval: true, execArgv: [], workerData: { path, numbers, bytes } });
  worker.unref();
  try {
    for (;;) {
      if (Atomics.wait(numbers, Place.full, 0, patienceMs) === 'timed-out') {
        throw gzipFault(path, new Error(`nothing was unpacked within ${patienceMs / 1000} seconds`));
      }
      const piece = Buffer.from(bytes.subarray(0, numbers[Place.length]));
      const kind = numbers[Place.kind];
      Atomics.store(numbers, Place.full, 0);
      Atomics.notify(numbers, Place.full);
      if (kind === Kind.end) return;
      if (kind === Kind.fault) throw gzipFault(path, errorOf(piece));
      yield piece;
    }
  } finally {
    void worker.terminate();
  }
}

function errorOf(piece: Buffer): Error {
  const { code, message } = JSON.parse(piece.toString()) as { code?: string; message: string };
  return Object.assign(new Error(message), { code });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw fileSystemError(path, error, 'read the file');
  }
}

/** Whether these bytes begin as those of a gzipped file. */
export const isGzipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
