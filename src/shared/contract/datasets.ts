// Data sets of a project, read in the workbench process: counts, thumbnails and raw samples. Pixels cross as bytes.
import { z } from 'zod';
import { event, method } from './method.ts';

export const DatasetKind = z.enum(['mnist', 'cifar10', 'digits', 'none']);
export type DatasetKind = z.infer<typeof DatasetKind>;

export interface DatasetInfo {
  /** The key in flint.json: "mnist". */
  id: string;
  kind: DatasetKind;
  /** Folder it is read from, or "synthetic" for the built-in generator, or "" when none is chosen yet. */
  source: string;
  splits: string[];
  state: 'ready' | 'missing' | 'broken' | 'downloading';
  /** What is wrong and what to do, when not ready. */
  problem?: string;
}
export interface DatasetSummary {
  count: number;
  /** [channels, height, width]. */
  shape: [number, number, number];
  classes: string[];
  countsPerClass: number[];
}
export interface Sample {
  index: number;
  /** [channels, height, width]; bytes are uint8 in that order. */
  shape: [number, number, number];
  pixels: Uint8Array;
  label: number;
  className: string;
}
export interface DownloadProgress {
  project: string;
  dataset: string;
  receivedBytes: number;
  totalBytes: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  problem?: string;
}

const inDataset = z.object({ project: z.string(), dataset: z.string() });
const inSplit = inDataset.extend({ split: z.string() });

export const datasets = {
  list: method(z.object({ project: z.string() })).returns<DatasetInfo[]>(),
  summary: method(inSplit).returns<DatasetSummary>(),
  /** One byte a sample: its class. */
  labels: method(inSplit).returns<Uint8Array>(),
  /** `indices.length` images of height x width x 4 (RGBA) one after another, ready for a canvas. */
  thumbnails: method(inSplit.extend({ indices: z.array(z.number().int().nonnegative()).max(4096) })).returns<{
    width: number;
    height: number;
    pixels: Uint8Array;
  }>(),
  sample: method(inSplit.extend({ index: z.number().int().nonnegative() })).returns<Sample>(),
  /** A folder on the machine that runs the studio, or "synthetic". Checked before it is written to flint.json. */
  setSource: method(inDataset.extend({ source: z.string() })).returns<DatasetInfo>(),
  /** Fetches with checksum and resume into the user's data folder, then sets the source. Progress comes as events. */
  download: method(inDataset).returns<void>(),
  cancelDownload: method(inDataset).returns<void>(),
};
export const datasetEvents = {
  didDownload: event<DownloadProgress>(),
  didChange: event<{ project: string; dataset: string }>(),
};
