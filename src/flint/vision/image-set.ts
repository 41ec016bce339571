// Labelled images of one size, in memory as bytes: what every reader and generator of this folder gives.
export interface ImageSet {
  count: number;
  channels: number;
  height: number;
  width: number;
  /** count x channels x height x width, row-major, 0..255. */
  pixels: Uint8Array;
  /** One byte an image: its class. */
  labels: Uint8Array;
  classes: readonly string[];
  /** What a person should know about the files: "data_batch_1.bin holds 4000 records instead of 10000". */
  notes: readonly string[];
}

/** Which part of a data set. */
export type Split = 'train' | 'test';

/** The root that stands for the built-in generator instead of files. */
export const syntheticRoot = 'synthetic';
