// The preview of an augmentation: what the steps make of samples, with the values that were drawn. What is drawn depends
// only on seed, epoch, sample and step, so that the preview shows what training sees. Pixels cross as bytes.
import { z } from 'zod';
import type { PipelineStep } from '../pipeline/kinds.ts';
import type { Step } from '../pipeline/code/code-step.ts';
import { method } from './method.ts';

const DataStep = z.looseObject({ type: z.string(), off: z.boolean().optional() }) as z.ZodType<PipelineStep>;
const WrittenStep = z.object({
  code: z.string(),
  line: z.number().int(),
  why: z.object({ is: z.string(), name: z.string().optional() }),
  off: z.literal(true).optional(),
});
/** A step as the cards hold it: data, or code that is kept. */
export const AugmentStep = z.union([DataStep, WrittenStep]) as z.ZodType<Step>;

/** An image ready for a canvas. */
export interface Picture {
  width: number;
  height: number;
  /** Of the image that it shows: 1 or 3. */
  channels: number;
  /** RGBA, height x width x 4. */
  pixels: Uint8Array;
}

/** Numbers, truths and lists that a step has drawn or decided, by name: `{ top: 3, left: 1 }`. */
export type Drawn = Record<string, number | boolean | string | number[]>;

/** What one step has made. */
export interface PreviewStep extends Picture {
  /** Its place among the steps that were asked for; those that are off or code have none. */
  step: number;
  drawn: Drawn;
  /** Some pixel differs from the image before the step, or the size does. */
  changed: boolean;
}

export interface ChannelNumbers {
  min: number;
  max: number;
  mean: number;
  std: number;
}
/** The exact tensor that the model gets. */
export interface PreviewTensor {
  /** [channels, height, width]. */
  shape: [number, number, number];
  values: Float32Array;
  perChannel: ChannelNumbers[];
  /** What brings the values back to 0..1, for each channel: value x scale + shift. Absent where nothing was normalised. */
  undo?: { scale: number[]; shift: number[] };
}

/** One draw of one sample. */
export interface Preview {
  /** The sample in its split. */
  index: number;
  epoch: number;
  label?: number;
  before: Picture;
  steps: PreviewStep[];
  tensor?: PreviewTensor;
  /** The step that could not be done, and why; the steps before it are there. */
  problem?: { step: number; message: string };
}

/** The batch that a step of a run saw, made again: the same bits. */
export interface RunBatch {
  step: number;
  epoch: number;
  /** Its number in the epoch, from 0. */
  batch: number;
  seed: number;
  /** [samples, channels, height, width] */
  shape: [number, number, number, number];
  /** The samples in their data set. */
  indices: number[];
  labels: number[];
  /** Of each sample the name of its class, in the data set that it comes from. */
  classNames: string[];
  /** Of the whole batch, as the model got it. */
  perChannel: ChannelNumbers[];
  /** The first ones, RGBA, one after another; brought back to 0..1 where they were normalised. */
  pictures: { count: number; width: number; height: number; pixels: Uint8Array };
  /** Of the sample that was asked for. */
  tensor?: PreviewTensor;
}

export const augment = {
  /** What step `step` of a run saw, counted from 1; with the tensor of the `sample`-th image of the batch. */
  batch: method(
    z.object({
      project: z.string(),
      run: z.string(),
      step: z.number().int().min(1),
      sample: z.number().int().nonnegative().optional(),
    }),
  ).returns<RunBatch>(),
  /**
   * Each of the samples, as it is drawn in each of `draws` epochs from `epoch` on: one image many times, or many images
   * once. In the order of the samples, then of the epochs.
   */
  preview: method(
    z.object({
      project: z.string(),
      dataset: z.string(),
      split: z.string(),
      indices: z.array(z.number().int().nonnegative()).min(1).max(256),
      draws: z.number().int().min(1).max(256),
      steps: z.array(AugmentStep).max(64),
      /** The places of steps that are comments in the script: training does not count them, so neither do the draws. */
      commented: z.array(z.number().int().nonnegative()),
      seed: z.number().int().nonnegative(),
      epoch: z.number().int().nonnegative(),
      /** The image after each step; else after the last one only, and those of the others are empty. */
      everyStep: z.boolean(),
      tensor: z.boolean(),
    }),
  ).returns<Preview[]>(),
};
