// What the decoding threads and their caller say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { FileProblem } from '../../io/file-error.ts';
import type { DecodedImage } from './colour.ts';
import type { DecodeOptions } from './decode-options.ts';

/** An image file to be decoded: its bytes, a file, or a part of a file (an archive's entry, perhaps deflated). */
export type ImageSource =
  | { name: string; bytes: Uint8Array }
  | { name: string; path: string; from?: number; length?: number; deflated?: boolean; size?: number };

/** One call's images, sent to every thread: each takes the next one until none is left. */
export interface DecodeWork {
  id: number;
  sources: readonly ImageSource[];
  options: DecodeOptions;
  /** One number: the index of the next source that nobody has taken. */
  next: Int32Array;
}

export interface DecodeAnswer {
  id: number;
  index: number;
  /** The image, or what is wrong with its file. */
  image?: DecodedImage;
  fault?: FileProblem & { code: string };
}

export interface DecoderData {
  port: MessagePort;
  /** One number that grows with every answer: what the caller sleeps on. */
  answers: Int32Array;
  /** One number: 1 while a thread decodes a large image. */
  large: Int32Array;
}
