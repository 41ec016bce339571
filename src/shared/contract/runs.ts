// Runs: started, watched, compared, kept. The files in the run's folder are the truth; these are views of them.
import { z } from 'zod';
import { event, method } from './method.ts';

export const RunStatus = z.enum(['starting', 'running', 'paused', 'finished', 'stopped', 'failed', 'crashed']);
export type RunStatus = z.infer<typeof RunStatus>;
const SettingValue = z.union([z.string(), z.number(), z.boolean()]);

export const RunProblem = z.object({
  message: z.string(),
  /** Where in the script, relative to the project. */
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  stack: z.string().optional(),
});
export type RunProblem = z.infer<typeof RunProblem>;

/** run.json. */
export const RunRecord = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string().default(''),
  status: RunStatus,
  entry: z.string(),
  settings: z.record(z.string(), SettingValue).default({}),
  seed: z.number().int(),
  device: z.string(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** Seconds spent training, pauses left out. */
  activeSeconds: z.number().default(0),
  /** Seconds of each epoch that ended, pauses left out. */
  epochSeconds: z.array(z.number()).optional(),
  versions: z.record(z.string(), z.string()).default({}),
  host: z.object({ name: z.string(), cpu: z.string(), cores: z.number(), memoryBytes: z.number() }),
  pid: z.number().optional(),
  /** Last value of each tag. */
  metrics: z.record(z.string(), z.number().or(z.nan()).nullable()).default({}),
  problem: RunProblem.optional(),
  warnings: z.array(z.string()).default([]),
  continuedFrom: z.string().optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

export interface RunProgress {
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  samplesPerSecond: number;
  secondsLeft: number | null;
}
export interface RunSummary extends RunRecord {
  project: string;
  folder: string;
  progress: RunProgress | null;
  tags: string[];
  checkpoints: { file: string; step: number; bytes: number }[];
}

/** One trace cut to the columns of a plot. All arrays are float64 and have the same length; gaps are left out. */
export interface Series {
  run: string;
  tag: string;
  x: Float64Array;
  min: Float64Array;
  max: Float64Array;
  last: Float64Array;
  /** Debiased exponential average over the full data, taken before cutting; empty when smoothing is 0. */
  smooth: Float64Array;
  /** x of the points that were NaN or infinite. */
  broken: Float64Array;
  /** Points on disk. */
  total: number;
}
export interface ConsoleLine {
  index: number;
  at: number;
  stream: 'out' | 'error' | 'studio';
  text: string;
}
export interface Predictions {
  step: number;
  epoch: number;
  width: number;
  height: number;
  /** RGBA, one image after another. */
  pixels: Uint8Array;
  items: { truth: number; predicted: number; confidence: number }[];
  classes: string[];
}
/** A window made by `viz.line`, `viz.images`, `viz.text`, `viz.surface` or `viz.scatter`. */
export type VizWindow =
  | {
      kind: 'line';
      name: string;
      title: string;
      xLabel: string;
      yLabel: string;
      traces: { name: string; x: Float64Array; y: Float64Array }[];
    }
  | {
      kind: 'images';
      name: string;
      title: string;
      width: number;
      height: number;
      count: number;
      columns: number;
      pixels: Uint8Array;
      captions: string[];
    }
  | {
      kind: 'surface';
      name: string;
      title: string;
      /** Of x, y and z. */
      labels: [string, string, string];
      x: Float64Array;
      y: Float64Array;
      /** Heights, a row of x for each y. */
      z: Float64Array;
      /** Points x, y, z one after another: a way over the surface. */
      path: Float64Array;
    }
  | {
      kind: 'scatter';
      name: string;
      title: string;
      xLabel: string;
      yLabel: string;
      x: Float64Array;
      y: Float64Array;
      /** What each point is; empty where points have no names. */
      labels: string[];
      /** The class of each point as its place in `classes`; empty where points have none. */
      groups: Float64Array;
      classes: string[];
    }
  | { kind: 'text'; name: string; title: string; text: string };

const inRun = z.object({ project: z.string(), run: z.string() });

export const runs = {
  list: method(z.object({ project: z.string() })).returns<RunSummary[]>(),
  /** Refused with code "untrusted" until the project is trusted. `continueFrom`: a run whose last checkpoint to load. */
  start: method(
    z.object({
      project: z.string(),
      settings: z.record(z.string(), SettingValue).default({}),
      device: z.string().default('cpu'),
      seed: z.number().int().optional(),
      continueFrom: z.string().optional(),
    }),
  ).returns<RunSummary>(),
  pause: method(inRun).returns<void>(),
  resume: method(inRun).returns<void>(),
  /** Asks the script to end; kills the process when it has not entered the library within the grace period. */
  stop: method(inRun).returns<void>(),
  series: method(
    z.object({
      project: z.string(),
      run: z.string(),
      tag: z.string(),
      x: z.enum(['step', 'epoch', 'time']).default('step'),
      from: z.number().optional(),
      to: z.number().optional(),
      columns: z.number().int().min(1).max(8192).default(800),
      smoothing: z.number().min(0).max(0.999).default(0),
    }),
  ).returns<Series>(),
  console: method(
    inRun.extend({ from: z.number().int().default(0), limit: z.number().int().max(5000).default(2000) }),
  ).returns<{ lines: ConsoleLine[]; total: number }>(),
  predictions: method(inRun).returns<Predictions | null>(),
  windows: method(inRun).returns<VizWindow[]>(),
  /** The sources as they ran: path -> text. */
  source: method(inRun).returns<Record<string, string>>(),
  rename: method(inRun.extend({ name: z.string().min(1).max(200) })).returns<void>(),
  note: method(inRun.extend({ note: z.string().max(20000) })).returns<void>(),
  /** Moves the folder to the project's .trash; `restore` brings it back. */
  remove: method(inRun).returns<void>(),
  restore: method(inRun).returns<void>(),
};
export const runEvents = {
  /** Status, progress, metrics, name, note or existence changed. At most 10 a second for a run. */
  didChange: event<{ project: string; run: string; summary: RunSummary | null }>(),
  /** New points of these tags are ready to be asked for. */
  didLog: event<{ project: string; run: string; tags: string[]; lastStep: number }>(),
  didPrint: event<{ project: string; run: string; lines: ConsoleLine[] }>(),
  didPredict: event<{ project: string; run: string }>(),
  didDraw: event<{ project: string; run: string; window: string }>(),
};
