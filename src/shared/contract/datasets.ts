// Data sets of a project, read in the workbench process: what is in them, thumbnails, raw samples, rows and words. Pixels
// cross as bytes.
import { z } from 'zod';
import { event, method } from './method.ts';
import type { Inspection, Twin } from './dataset-inspection.ts';
import type { DatasetSplitting, SavedSplit } from './dataset-splits.ts';
import { Splitting } from './dataset-splits.ts';
import type { SequencePreview, TableRows, TableSummary, TextSummary, VectorSummary } from './dataset-views.ts';

export const DatasetKind = z.enum([
  'mnist',
  'cifar10',
  'cifar100',
  'image-folder',
  'numpy',
  'table',
  'text',
  'word-vectors',
  'digits',
  'none',
]);
export type DatasetKind = z.infer<typeof DatasetKind>;

/** How the Data room shows a kind. */
export type DatasetView = 'images' | 'table' | 'text' | 'vectors';
export const viewOf = (kind: DatasetKind): DatasetView =>
  kind === 'table' ? 'table' : kind === 'text' ? 'text' : kind === 'word-vectors' ? 'vectors' : 'images';

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
  /** The column of a table that is to be predicted. */
  target?: string;
}
export interface DatasetSummary {
  count: number;
  /** [channels, height, width] when every sample has it; null when sizes differ. */
  shape: [number, number, number] | null;
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
  /** What it is called: its file in the data set's folder, or its number. */
  name: string;
  /** The file it is read from, when it has one of its own. */
  path?: string;
  fileBytes?: number;
  /** Width and height of the file; `shape` is smaller when the image was reduced to cross the wire. */
  original?: [width: number, height: number];
  /** What the file says of itself: format, colour space, orientation. */
  metadata?: Record<string, string | number>;
}
/** Why a file is no part of a data set, as a word that the window has a sentence for. */
export type SkipReason =
  | 'hidden'
  | 'system'
  | 'not-image'
  | 'extension'
  | 'stray'
  | 'not-a-split'
  | 'link-loop'
  | 'broken-link'
  | 'special'
  | 'unreadable';
/** A file, or a row of a table, that was left out. */
export interface Skipped {
  /** The file; "" for a row. */
  path: string;
  /** Of a table, counted from 1. */
  row?: number;
  reason?: SkipReason;
  /** In English, for what no word is known of. */
  why: string;
}
/** Why a path was not recognised: the details of the error "not-recognised". */
export interface NotRecognised {
  /** It is of no known form, or holds images but no folders of classes. */
  reason: 'unknown' | 'classless';
  path: string;
}
/** What was taken from a source, and what was not. */
export interface ImportReport {
  splits: {
    name: string;
    count: number;
    /** Of a file with several arrays: those that belong to the split, samples first. */
    arrays?: string[];
    /** How many are known that cannot be read, after a look at their headers or at all of them; they are counted in. */
    unreadable?: number;
  }[];
  classes: string[];
  /** What is no part of it; the first ones of `skippedCount`. */
  skipped: Skipped[];
  skippedCount: number;
  /** Class folders without an image. */
  emptyClasses: string[];
  /** Classes that a split lacks. */
  missingClasses: { split: string; classes: string[] }[];
  /** What else a person should know. */
  notes: string[];
}
/** What a path turned out to be. */
export interface Recognised {
  kind: DatasetKind;
  /** What can be written into flint.json as the source. */
  source: string;
  /** A name for it that the project has not used yet. */
  id: string;
  report: ImportReport;
  /** For tables: columns, for texts: characters, for vectors: numbers a word. */
  extent?: number;
  /** Import and constructor for the script. */
  code: string;
}
export interface DownloadProgress {
  project: string;
  dataset: string;
  receivedBytes: number;
  totalBytes: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  problem?: string;
}
/** Of work behind the views: finding files, reading their headers, looking at every pixel. */
export interface WorkProgress {
  project: string;
  dataset: string;
  work: 'index' | 'inspect';
  done: number;
  /** 0 while it is not known. */
  total: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  problem?: string;
}

export const sampleSorts = ['index', 'class', 'size', 'brightness', 'name', 'bytes'] as const;
export const sampleProblems = ['duplicate', 'near', 'leak', 'unreadable', 'size', 'brightness'] as const;
export type SampleProblem = (typeof sampleProblems)[number];
/** Which samples, in which order. */
export const SampleQuery = z.object({
  sort: z.enum(sampleSorts).default('index'),
  descending: z.boolean().default(false),
  /** Only this class. */
  label: z.number().int().nonnegative().optional(),
  /** Only what the inspection found; grouped by what belongs together. */
  problem: z.enum(sampleProblems).optional(),
  /** Only images of these sides, in pixels. */
  size: z
    .object({
      width: z.tuple([z.number(), z.number()]),
      height: z.tuple([z.number(), z.number()]),
    })
    .optional(),
  /** Only of this mean brightness, 0 to 255. */
  brightness: z.tuple([z.number(), z.number()]).optional(),
  /** Part of the name, in any case. */
  search: z.string().max(200).optional(),
});
export type SampleQuery = z.infer<typeof SampleQuery>;

const inProject = z.object({ project: z.string() });
const inDataset = inProject.extend({ dataset: z.string() });
const inSplit = inDataset.extend({ split: z.string() });
const index = z.number().int().nonnegative();
export const datasetName = z
  .string()
  .regex(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63}$/u, 'letters, digits, "_", "-" and "." (at most 64)');

export const datasets = {
  /** Quickly: whether what flint.json names is there. Splits and faults inside are told by `info`. */
  list: method(inProject).returns<DatasetInfo[]>(),
  /** Opened and checked. */
  info: method(inDataset).returns<DatasetInfo>(),
  summary: method(inSplit).returns<DatasetSummary>(),
  /** One number a sample: its class. */
  labels: method(inSplit).returns<Uint8Array | Uint16Array | Int32Array>(),
  /** Indices of the samples asked for, in order. */
  order: method(inSplit.extend({ query: SampleQuery })).returns<Uint32Array>(),
  /**
   * `indices.length` pictures of height x width x 4 (RGBA) one after another, ready for a canvas; those of other
   * proportions stand in the middle of a clear ground.
   */
  thumbnails: method(
    inSplit.extend({ indices: z.array(index).max(4096), size: z.number().int().min(8).max(512).default(64) }),
  ).returns<{
    width: number;
    height: number;
    pixels: Uint8Array;
    /** Places in the list whose image could not be read. */
    broken: number[];
  }>(),
  sample: method(inSplit.extend({ index })).returns<Sample>(),
  /** The same picture elsewhere: exact copies and near ones, once inspected. */
  twins: method(inSplit.extend({ index })).returns<Twin[]>(),
  report: method(inDataset).returns<ImportReport>(),
  /** Reads sizes of all files behind the views; progress comes as events. Resolves at once. */
  index: method(inDataset).returns<void>(),
  /** Looks at every sample; null until asked to `start` (then progress comes as events) or kept from before. */
  inspection: method(inDataset.extend({ start: z.boolean().default(false) })).returns<Inspection | null>(),
  cancelWork: method(inDataset.extend({ work: z.enum(['index', 'inspect']) })).returns<void>(),

  /** Says what a file, archive or folder of the machine is. Throws "not-recognised" with what was found. */
  recognise: method(inProject.extend({ path: z.string().min(1) })).returns<Recognised>(),
  /** Writes it into flint.json. */
  add: method(
    inProject.extend({ id: datasetName, kind: DatasetKind, source: z.string(), replace: z.boolean().default(false) }),
  ).returns<DatasetInfo>(),
  /** Takes it out of flint.json; files stay. */
  remove: method(inDataset).returns<void>(),
  /** What a script loads it by. */
  code: method(inDataset).returns<string>(),
  /** Puts that code into the entry script; gives the line where it stands. */
  addToScript: method(inDataset).returns<{ path: string; line: number }>(),
  /** A file or folder from the window into the user's data folder, in chunks. */
  beginUpload: method(
    z.object({
      name: z.string().min(1).max(200),
      files: z
        .array(z.object({ path: z.string().min(1), bytes: index }))
        .min(1)
        .max(200_000),
    }),
  ).returns<{ upload: string }>(),
  uploadChunk: method(
    z.object({ upload: z.string(), file: index, bytes: z.instanceof(Uint8Array), last: z.boolean() }),
  ).returns<void>(),
  /** The path where it is now. */
  finishUpload: method(z.object({ upload: z.string() })).returns<{ path: string }>(),
  cancelUpload: method(z.object({ upload: z.string() })).returns<void>(),

  table: method(inDataset).returns<TableSummary>(),
  rows: method(
    inDataset.extend({
      from: index,
      count: z.number().int().min(1).max(2000),
      sort: z.string().optional(),
      descending: z.boolean().default(false),
    }),
  ).returns<TableRows>(),
  /** Writes the target column into flint.json; "" takes it out. */
  setTarget: method(inDataset.extend({ target: z.string() })).returns<DatasetInfo>(),
  text: method(inDataset.extend({ token: z.enum(['char', 'word']).default('char') })).returns<TextSummary>(),
  sequences: method(
    inDataset.extend({
      token: z.enum(['char', 'word']).default('char'),
      batchSize: z.number().int().min(1).max(64),
      steps: z.number().int().min(1).max(200),
      batch: index.default(0),
      seed: index.default(0),
    }),
  ).returns<SequencePreview>(),
  vectors: method(inDataset.extend({ word: z.string().default('') })).returns<VectorSummary>(),

  /** Splits made by hand: lists in the project's folder splits/. */
  savedSplits: method(inDataset).returns<SavedSplit[]>(),
  makeSplit: method(inDataset.extend({ name: datasetName, how: Splitting })).returns<DatasetSplitting>(),
  removeSplit: method(inDataset.extend({ file: z.string() })).returns<void>(),

  /** A folder on the machine that runs the studio, or "synthetic". Checked before it is written to flint.json. */
  setSource: method(inDataset.extend({ source: z.string() })).returns<DatasetInfo>(),
  /** Fetches with checksum and resume into the user's data folder, then sets the source. Progress comes as events. */
  download: method(inDataset).returns<void>(),
  cancelDownload: method(inDataset).returns<void>(),
};
export const datasetEvents = {
  didDownload: event<DownloadProgress>(),
  didWork: event<WorkProgress>(),
  didChange: event<{ project: string; dataset: string }>(),
};
