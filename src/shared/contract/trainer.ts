// What main and the processes it starts say to each other over a local socket. Frames are a 4-byte little-endian length
// and a message in the rpc codec (typed arrays cross as bytes). Checked with these schemas where they arrive.
import { z } from 'zod';
import { AugmentStep } from './augment.ts';
import { SampleQuery } from './datasets.ts';
import { Splitting } from './dataset-splits.ts';
import { RunProblem, RunStatus } from './runs.ts';

const SettingValue = z.union([z.string(), z.number(), z.boolean()]);

/** The trainer's one argument, as JSON. All paths are absolute but `entry`. */
export const TrainerJob = z.object({
  run: z.string(),
  project: z.string(),
  /** The run's folder: it exists, holds run.json (status "starting") and source/. */
  folder: z.string(),
  /** Relative to the project. */
  entry: z.string(),
  /** Already merged: flint.json, then --set or the Train room. */
  settings: z.record(z.string(), SettingValue),
  seed: z.number().int(),
  device: z.string(),
  /** A checkpoint to restore from. */
  continueFrom: z.string().nullable(),
  /** Unix domain socket or named pipe where main listens; the reporter tries again each second until main answers. */
  socket: z.string(),
});
export type TrainerJob = z.infer<typeof TrainerJob>;

/** The tag that maps steps to epochs: in the event file, but no metric and no trace of its own. */
export const epochTag = 'epoch';

const numbers = z.instanceof(Float64Array);

/**
 * New points of one tag; arrays of one length. `from` counts the tag's points before them, those of the event file
 * included. `epochs` may hold NaN; `times` are seconds since 1970 as in the event file.
 */
export const TagPoints = z.object({
  tag: z.string(),
  from: z.number().int(),
  steps: numbers,
  epochs: numbers,
  times: numbers,
  values: numbers,
});
export type TagPoints = z.infer<typeof TagPoints>;

/** From the trainer's reporter. The files are written (and flushed) before the message that speaks of them. */
export const FromTrainer = z.discriminatedUnion('type', [
  /** First on each connection, after the event file was flushed: main reads the files anew and goes on from there. */
  z.object({ type: z.literal('hello'), run: z.string(), pid: z.number().int() }),
  /** "finished", "stopped" and "failed" are final: run.json says the same by then. */
  z.object({
    type: z.literal('status'),
    status: RunStatus,
    activeSeconds: z.number(),
    problem: RunProblem.optional(),
  }),
  z.object({ type: z.literal('scalars'), points: z.array(TagPoints) }),
  z.object({
    type: z.literal('progress'),
    epoch: z.number(),
    epochs: z.number(),
    step: z.number(),
    steps: z.number(),
    samplesPerSecond: z.number(),
    secondsLeft: z.number().nullable(),
    activeSeconds: z.number(),
  }),
  z.object({
    type: z.literal('console'),
    /** Index of the first line in console.jsonl. */
    from: z.number().int(),
    lines: z.array(z.object({ at: z.number(), stream: z.enum(['out', 'error', 'studio']), text: z.string() })),
  }),
  /** The run goes on, but the person must know: a NaN, a full disk, a folder that vanished. Also in run.json. */
  z.object({ type: z.literal('warning'), text: z.string() }),
  /** live/predictions.{json,bin} is new, and live/windows/<windowFileName(name)>.{json,bin}: see live-files.ts. */
  z.object({ type: z.literal('predictions') }),
  z.object({ type: z.literal('window'), name: z.string() }),
  z.object({ type: z.literal('checkpoint'), file: z.string(), step: z.number(), epoch: z.number() }),
]);
export type FromTrainer = z.infer<typeof FromTrainer>;

export const ToTrainer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('stop') }),
]);
export type ToTrainer = z.infer<typeof ToTrainer>;

/** The workbench's one argument, as JSON. */
export const WorkbenchJob = z.object({ socket: z.string() });
export type WorkbenchJob = z.infer<typeof WorkbenchJob>;

/** Which data: `source` is a folder or "synthetic"; a relative one counts from the project. */
const Data = z.object({ project: z.string(), kind: z.string(), source: z.string() });
const DataSplit = Data.extend({ split: z.string() });

/** The jobs of the workbench by name: their parameters. Results are those of the contract's method of the same purpose. */
export const workbenchJobs = {
  /** -> { splits: string[]; state: 'ready' | 'missing' | 'broken'; problem?: string } */
  'datasets.check': Data,
  /** -> DatasetSummary */
  'datasets.summary': DataSplit,
  /** -> Uint8Array, or one of larger numbers where there are more classes */
  'datasets.labels': DataSplit,
  /** -> Uint32Array */
  'datasets.order': DataSplit.extend({ query: SampleQuery }),
  /** -> { width, height, pixels, broken } */
  'datasets.thumbnails': DataSplit.extend({ indices: z.array(z.number().int()), size: z.number().int() }),
  /** -> Sample */
  'datasets.sample': DataSplit.extend({ index: z.number().int() }),
  /** -> Twin[] */
  'datasets.twins': DataSplit.extend({ index: z.number().int() }),
  /** -> ImportReport */
  'datasets.report': Data,
  /** Progress: { done, total }. -> void */
  'datasets.index': Data,
  /** -> Inspection | null: what is known */
  'datasets.inspection': Data,
  /** Progress: { done, total }. -> Inspection */
  'datasets.inspect': Data,
  /** -> { kind, source, report, extent? } */
  'datasets.recognise': z.object({ project: z.string(), path: z.string() }),
  /** `source`: of a table. -> TableSummary */
  'datasets.table': Data,
  /** -> TableRows */
  'datasets.rows': Data.extend({
    from: z.number().int(),
    count: z.number().int(),
    sort: z.string().optional(),
    descending: z.boolean(),
  }),
  /** -> TextSummary */
  'datasets.text': Data.extend({ token: z.enum(['char', 'word']) }),
  /** -> SequencePreview */
  'datasets.sequences': Data.extend({
    token: z.enum(['char', 'word']),
    batchSize: z.number().int(),
    steps: z.number().int(),
    batch: z.number().int(),
    seed: z.number().int(),
  }),
  /** -> VectorSummary */
  'datasets.vectors': Data.extend({ word: z.string() }),
  /** Writes the list to `file`, as one of the data set `owner`. -> { parts: SplitPart[]; classes: string[] } */
  'datasets.split': Data.extend({ file: z.string(), how: Splitting, owner: z.string() }),
  /** -> Preview[] */
  'augment.preview': DataSplit.extend({
    indices: z.array(z.number().int()),
    draws: z.number().int(),
    steps: z.array(AugmentStep),
    commented: z.array(z.number().int()),
    seed: z.number().int(),
    epoch: z.number().int(),
    everyStep: z.boolean(),
    tensor: z.boolean(),
  }),
  /** `folder`: the run's. -> RunBatch */
  'augment.batch': z.object({ folder: z.string(), step: z.number().int(), sample: z.number().int().optional() }),
  /** Into `folder`, resuming what is there. Progress: { receivedBytes, totalBytes }. -> void */
  'datasets.download': z.object({ kind: z.string(), folder: z.string() }),
  /** `folder`: the run's. Progress: { stage }. -> ExportResult */
  'exports.start': z.object({ project: z.string(), folder: z.string(), format: z.enum(['onnx', 'safetensors']) }),
} as const;
export type WorkbenchJobName = keyof typeof workbenchJobs;
export type WorkbenchParams<Name extends WorkbenchJobName> = z.infer<(typeof workbenchJobs)[Name]>;

export const ToWorkbench = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.number().int(), job: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
]);
export type ToWorkbench = z.infer<typeof ToWorkbench>;

export const FromWorkbench = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), pid: z.number().int() }),
  z.object({ type: z.literal('progress'), id: z.number().int(), value: z.unknown() }),
  z.object({ type: z.literal('done'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('failed'),
    id: z.number().int(),
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
  }),
]);
export type FromWorkbench = z.infer<typeof FromWorkbench>;
