// What an augmentation makes of samples, by the code that training runs.
import { tensorFromBytes } from '../../../flint/tensor/bytes.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { Compose, type StepTrace } from '../../../flint/vision/transforms/compose.ts';
import type { Preview, PreviewStep, PreviewTensor } from '../../../shared/contract/augment.ts';
import { plainError } from '../../../shared/errors.ts';
import { isCode, type Step } from '../../../shared/pipeline/code/code-step.ts';
import type { PipelineStep } from '../../../shared/pipeline/kinds.ts';
import type { Job } from '../job.ts';
import type { SampleSplit } from '../sources/sample-source.ts';
import type { Sources } from '../sources/sources.ts';
import { floatsOf, pictureOf, tensorOf } from './pictures.ts';
import { normalizesSome, undoOf } from './undo.ts';

/** Longest side of a picture on the screen, alone and among many. */
const alone = 640;
const amongMany = 224;

const noPicture = { width: 0, height: 0, channels: 3, pixels: new Uint8Array(0) };

/** Steps that the engine executes, each with its place among the steps of the person. */
interface Runnable {
  steps: PipelineStep[];
  places: number[];
  compose: Compose;
  problem?: { step: number; message: string };
}

/** The steps that can be executed, up to the first that is wrong. Code of the script is passed over. */
export function runnable(steps: readonly Step[], commented: readonly number[]): Runnable {
  const found: PipelineStep[] = [];
  const places: number[] = [];
  for (const [place, step] of steps.entries()) {
    if (isCode(step) || commented.includes(place)) continue;
    try {
      Compose.fromJSON([step]);
    } catch (error) {
      const problem = { step: place, message: plainError(error).message };
      return { steps: found, places, compose: Compose.fromJSON(found), problem };
    }
    found.push(step);
    places.push(place);
  }
  return { steps: found, places, compose: Compose.fromJSON(found) };
}

/** A sample as the engine gets it: uint8 [channels, height, width]. */
async function imageOf(split: SampleSplit, index: number): Promise<Tensor> {
  const { planes } = await split.look(index);
  return tensorFromBytes(planes.data, [planes.channels, planes.height, planes.width], 'uint8');
}

interface Moment {
  seed: number;
  epoch: number;
  index: number;
}
interface Followed {
  traces: StepTrace[];
  problem?: { step: number; message: string };
}

/** Every step that can be done; a step that cannot be ends it, with the reason. */
function follow({ steps, places, compose, problem }: Runnable, image: Tensor, at: Moment): Followed {
  try {
    return { traces: compose.describe(image, at), ...(problem ? { problem } : {}) };
  } catch (error) {
    // Which step it was: the longest beginning that works says so.
    for (let length = steps.length - 1; length >= 0; length--) {
      try {
        const traces = Compose.fromJSON(steps.slice(0, length)).describe(image, at);
        return { traces, problem: { step: places[length]!, message: plainError(error).message } };
      } catch {
        continue;
      }
    }
    throw error;
  }
}

function sameBytes(a: Tensor, b: Tensor): boolean {
  return a.shape.join() === b.shape.join() && a.equal(b);
}

interface Wishes {
  everyStep: boolean;
  tensor: boolean;
  most: number;
}

function previewOf(plan: Runnable, image: Tensor, at: Moment, { everyStep, tensor, most }: Wishes): Preview {
  const { traces, problem } = follow(plan, image, at);
  const start = image.permute(1, 2, 0).contiguous();
  const steps: PreviewStep[] = [];
  let before = start;
  const done = traces.filter(({ off }) => !off);
  const some = normalizesSome(plan.steps);
  for (const [i, trace] of done.entries()) {
    const shown = everyStep || i === done.length - 1;
    const image = some ? lookOf(plan.steps, trace, at) : trace.image;
    const changed = !sameBytes(before, image);
    before = image;
    const picture = shown ? pictureOf(image, most) : noPicture;
    steps.push({ step: plan.places[trace.place]!, drawn: trace.drawn, changed, ...picture });
  }
  const { index, epoch } = at;
  return {
    ...{ index, epoch, before: pictureOf(start, most), steps },
    ...(tensor && !problem ? { tensor: modelTensor(plan.steps, traces.at(-1), image, at) } : {}),
    ...(problem ? { problem } : {}),
  };
}

/** How an image looks after a step, where the engine would undo a Normalize that was not done for it. */
function lookOf(steps: readonly PipelineStep[], { place, image, tensor }: StepTrace, at: Moment): Tensor {
  if (!tensor) return image;
  const [channels, height, width] = tensor.shape as [number, number, number];
  const [undo] = undoOf(steps.slice(0, place + 1), channels, at, [at.index]);
  const values = floatsOf(tensor.permute(1, 2, 0));
  const bytes = Uint8Array.from(values, (value, i) => {
    const shown = undo ? value * undo.scale[i % channels]! + undo.shift[i % channels]! : value;
    return Math.round(Math.min(1, Math.max(0, shown)) * 255);
  });
  return tensorFromBytes(bytes, [height, width, channels], 'uint8');
}

/** What a data set with this pipeline gives: bytes at the end become 0..1. */
function modelTensor(
  steps: readonly PipelineStep[],
  last: StepTrace | undefined,
  image: Tensor,
  at: Moment,
): PreviewTensor {
  const bytes = last ? last.image.permute(2, 0, 1) : image;
  const values = last?.tensor ?? bytes.float().mul(1 / 255);
  return tensorOf(values, undoOf(steps, values.shape[0]!, at, [at.index])[0]);
}

export function previewJob(sources: Sources): Job<'augment.preview'> {
  return async ({ split, indices, draws, steps, commented, seed, epoch, everyStep, tensor, ...data }, { signal }) => {
    const from = (await sources.open(data)).split(split);
    const plan = runnable(steps, commented);
    const most = indices.length * draws > 4 ? amongMany : alone;
    const previews: Preview[] = [];
    for (const index of indices) {
      const image = await imageOf(from, index);
      const label = from.labels[index];
      for (let draw = 0; draw < draws; draw++) {
        // Other requests have their turn between two pictures.
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        const preview = previewOf(plan, image, { seed, epoch: epoch + draw, index }, { everyStep, tensor, most });
        previews.push({ ...preview, ...(label === undefined ? {} : { label }) });
      }
    }
    return previews;
  };
}
