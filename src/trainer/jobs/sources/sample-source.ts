// What the Data room's jobs know of a data set of images, wherever its samples lie: in memory, in files, in an archive.
import type { ImportReport, Sample } from '../../../shared/contract/datasets.ts';
import { StudioError } from '../../../shared/errors.ts';

export type Labels = Uint8Array | Uint16Array | Int32Array;

/** Bytes of one decoded image, one plane a channel. */
export interface Planes {
  width: number;
  height: number;
  channels: number;
  /** channels x height x width. */
  data: Uint8Array;
}
export interface Thumbnails {
  width: number;
  height: number;
  /** RGBA, one picture after another. */
  pixels: Uint8Array;
  /** Places in the list asked for whose image could not be read. */
  broken: number[];
}
/** A decoded image, what of it is the same for an exact copy, and its file's words where it has one. */
export interface Looked {
  planes: Planes;
  /** Equal for exact copies. */
  fingerprint: string;
}

export interface SampleSplit {
  readonly name: string;
  readonly count: number;
  readonly classes: readonly string[];
  /** [channels, height, width] when every sample has it; null when sizes differ or are not known. */
  readonly shape: [number, number, number] | null;
  readonly labels: Labels;
  /** Width and height of each sample one after the other, 0 while not known; null when `shape` says it. */
  readonly sizes: Uint32Array | null;
  /** Of each sample's own file; null where samples have none. */
  readonly fileBytes: Float64Array | null;
  nameOf(index: number): string;
  thumbnails(indices: readonly number[], size: number): Thumbnails | Promise<Thumbnails>;
  sample(index: number): Sample | Promise<Sample>;
  /** Throws the reader's error for a sample that cannot be read. */
  look(index: number): Looked | Promise<Looked>;
}

export interface WorkContext {
  /** `total` 0: not known yet. */
  progress(done: number, total: number): void;
  readonly signal: AbortSignal;
}

export interface SampleSource {
  readonly splitNames: readonly string[];
  split(name: string): SampleSplit;
  report(): ImportReport;
  /** Changes when the data do. */
  readonly stamp: string;
  /** Reads what the first view does without; absent where there is nothing more. */
  index?(context: WorkContext): Promise<void>;
  readonly indexed: boolean;
  /** Bytes kept in memory. */
  readonly memory: number;
}

export function checkInside(count: number, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new StudioError('out-of-range', `There is no image ${index}: the split has ${count}, counted from 0.`);
}

export function unknownSplit(name: string, names: readonly string[]): StudioError {
  return new StudioError('unknown-split', `There is no split "${name}". There are: ${names.join(', ')}.`);
}

export function countPerClass(labels: ArrayLike<number>, classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts;
}

/** Labels in the smallest type that holds them. */
export function packLabels(labels: ArrayLike<number>, classes: number): Labels {
  if (classes <= 256) return Uint8Array.from(labels);
  return classes <= 65_536 ? Uint16Array.from(labels) : Int32Array.from(labels);
}
