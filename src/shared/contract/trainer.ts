// What a trainer or the workbench and the process that started it say to each other: framed msgpack (frames.ts) over a
// local socket. The starter listens, the started process connects and connects again each second when it lost it.
import { z } from 'zod';
import { DatasetKind, type DatasetSummary, type Sample } from './datasets.ts';
import { ExportFormat, type ExportResult } from './exports.ts';
import { RunProblem, RunStatus } from './runs.ts';

const SettingValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The one argument (JSON) of the trainer program. The starter has made `folder` with a run.json of status "starting". */
export const TrainerJob = z.object({
  /** The run's id: the name of its folder. */
  run: z.string(),
  /** Folder of the project, or of a script that stands alone. */
  project: z.string(),
  /** The run's folder. */
  folder: z.string(),
  /** Relative to the project. */
  entry: z.string(),
  settings: SettingValues.default({}),
  seed: z.number().int().nonnegative(),
  device: z.string().default('cpu'),
  /** A checkpoint file to restore from. Its run's name is `continuedFrom` in run.json. */
  continueFrom: z.string().nullable().default(null),
  /** Unix socket or named pipe to connect to; "" when nobody listens. */
  socket: z.string().default(''),
});
export type TrainerJob = z.infer<typeof TrainerJob>;

export const ScalarPoint = z.object({
  tag: z.string(),
  step: z.number(),
  epoch: z.number(),
  /** Milliseconds since 1970. */
  at: z.number(),
  value: z.number(),
});
export type ScalarPoint = z.infer<typeof ScalarPoint>;

export const TrainerMessage = z.discriminatedUnion('type', [
  /** The first after each (re)connection; all files are flushed before it. The present state follows as `status`. */
  z.object({ type: z.literal('hello'), run: z.string(), pid: z.number().int() }),
  z.object({
    type: z.literal('status'),
    status: RunStatus,
    at: z.number(),
    activeSeconds: z.number(),
    problem: RunProblem.optional(),
  }),
  z.object({
    type: z.literal('progress'),
    epoch: z.number(),
    epochs: z.number(),
    step: z.number(),
    steps: z.number(),
    samplesPerSecond: z.number(),
    secondsLeft: z.number().nullable(),
  }),
  z.object({ type: z.literal('scalars'), points: z.array(ScalarPoint) }),
  z.object({
    type: z.literal('console'),
    lines: z.array(
      z.object({
        index: z.number().int(),
        at: z.number(),
        stream: z.enum(['out', 'error', 'studio']),
        text: z.string(),
      }),
    ),
  }),
  /** live/predictions.{json,bin} is new; read it with live-files.ts. */
  z.object({ type: z.literal('predictions'), step: z.number(), epoch: z.number() }),
  /** live/windows/<file>.{json,bin} is new. */
  z.object({ type: z.literal('window'), name: z.string(), file: z.string() }),
  z.object({ type: z.literal('checkpoint'), file: z.string(), step: z.number(), epoch: z.number() }),
  /** Something that goes on but that the person must know: a NaN, a full disk, a folder that vanished. */
  z.object({ type: z.literal('problem'), code: z.string(), message: z.string() }),
  /** The last message: everything is on disk. */
  z.object({
    type: z.literal('done'),
    status: z.enum(['finished', 'stopped', 'failed']),
    problem: RunProblem.optional(),
    metrics: z.record(z.string(), z.number()),
    activeSeconds: z.number(),
    epochSeconds: z.array(z.number()),
  }),
]);
export type TrainerMessage = z.infer<typeof TrainerMessage>;

export const TrainerControl = z.object({ type: z.enum(['pause', 'resume', 'stop']) });
export type TrainerControl = z.infer<typeof TrainerControl>;

/** The one argument (JSON) of the workbench program. */
export const WorkbenchJob = z.object({
  socket: z.string(),
  /** Where decoded archives are kept. */
  cacheFolder: z.string(),
  /** Bytes of data sets kept in memory. */
  cacheBytes: z
    .number()
    .positive()
    .default(1 << 30),
});
export type WorkbenchJob = z.infer<typeof WorkbenchJob>;

const source = z.object({ kind: DatasetKind, source: z.string() });
const inSplit = source.extend({ split: z.string() });

/**
 * What the workbench does, by name: what it takes and (in `WorkbenchResults`) what it gives. `source`: a folder, an
 * absolute path, or "synthetic".
 */
export const workbenchJobs = {
  /** Is the data there and whole? Cheap: headers and sizes only. */
  'dataset.check': source,
  'dataset.summary': inSplit,
  'dataset.labels': inSplit,
  'dataset.thumbnails': inSplit.extend({ indices: z.array(z.number().int().nonnegative()).max(4096) }),
  'dataset.sample': inSplit.extend({ index: z.number().int().nonnegative() }),
  /** Fetches into `folder` with checksum and resume; progress is {receivedBytes, totalBytes}. */
  'dataset.download': z.object({ kind: DatasetKind, folder: z.string() }),
  /** Writes into the run's exports/; progress is {stage}. */
  'export.start': z.object({ folder: z.string(), format: ExportFormat, checkpoint: z.string().optional() }),
  'export.list': z.object({ folder: z.string() }),
} as const;
export type WorkbenchJobName = keyof typeof workbenchJobs;
export type WorkbenchParams<N extends WorkbenchJobName> = z.infer<(typeof workbenchJobs)[N]>;

export interface WorkbenchResults {
  'dataset.check': { splits: string[]; state: 'ready' | 'missing' | 'broken'; problem?: string };
  'dataset.summary': DatasetSummary;
  'dataset.labels': Uint8Array;
  'dataset.thumbnails': { width: number; height: number; pixels: Uint8Array };
  'dataset.sample': Sample;
  /** The folder that can now be read as a source. */
  'dataset.download': { source: string };
  'export.start': ExportResult;
  'export.list': ExportResult[];
}

export const WorkbenchRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.number().int(), job: z.string(), params: z.unknown() }),
  /** The job answers an error with code "cancelled". */
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
]);
export type WorkbenchRequest = z.infer<typeof WorkbenchRequest>;

export const WorkbenchReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), pid: z.number().int() }),
  z.object({ type: z.literal('progress'), id: z.number().int(), progress: z.unknown() }),
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.number().int(),
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
  }),
]);
export type WorkbenchReply = z.infer<typeof WorkbenchReply>;
