// What brings normalised values back to 0..1. Of a Normalize inside of a RandomApply, which is done for some images only, it
// is found out for each image.
import type { Moment } from '../../../flint/data/dataset.ts';
import { tensorFromBytes } from '../../../flint/tensor/bytes.ts';
import { Compose } from '../../../flint/vision/transforms/compose.ts';
import type { PreviewTensor } from '../../../shared/contract/augment.ts';
import type { PipelineStep } from '../../../shared/pipeline/kinds.ts';

/** For each channel: value x scale + shift. */
export type Undo = NonNullable<PreviewTensor['undo']>;

interface Found {
  mean: unknown;
  std: unknown;
  /** Its place in the list, and inside of the steps there. */
  path: number[];
}

const innerOf = (step: PipelineStep): PipelineStep[] =>
  Array.isArray(step.transforms) ? (step.transforms as PipelineStep[]) : [];

/** The Normalize steps that are on, in the order in which they are done. */
function normalizesIn(steps: readonly PipelineStep[], path: readonly number[] = []): Found[] {
  return steps.flatMap((step, place) => {
    const at = [...path, place];
    if (step.off) return [];
    if (step.type === 'Normalize') return [{ mean: step.mean, std: step.std, path: at }];
    return normalizesIn(innerOf(step), at);
  });
}

/** Whether a pipeline normalises some images only. */
export function normalizesSome(steps: readonly PipelineStep[]): boolean {
  return normalizesIn(steps).some(({ path }) => path.length > 1);
}

/** The steps with all off but those on the way to one, which makes 1 of 0. The others keep their random numbers so. */
function probe(steps: readonly PipelineStep[], [place, ...rest]: readonly number[]): PipelineStep[] {
  return steps.map((step, i) => {
    if (i !== place) return { ...step, off: true };
    if (rest.length === 0) return { type: 'Normalize', mean: [-1], std: [1] };
    return { ...step, transforms: probe(innerOf(step), rest) };
  });
}

/** For which of the samples a step is done. */
function doneFor(
  steps: readonly PipelineStep[],
  path: readonly number[],
  at: Moment,
  keys: readonly number[],
): boolean[] {
  if (path.length === 1) return keys.map(() => true);
  const zero = tensorFromBytes(new Float32Array(1), [1, 1, 1, 1], 'float32');
  const marks = Compose.fromJSON(probe(steps, path)).batch({ images: [zero], rows: keys.map(() => 0), keys }, at);
  return Array.from(marks.toArray(), (mark) => mark === 1);
}

/** What undoes the Normalize steps of a pipeline for each of the samples `keys`; undefined where none was done. */
export function undoOf(
  steps: readonly PipelineStep[],
  channels: number,
  at: Moment,
  keys: readonly number[],
): (Undo | undefined)[] {
  const all = normalizesIn(steps).map((each) => ({ ...each, done: doneFor(steps, each.path, at, keys) }));
  const each = (value: unknown, c: number) => (Array.isArray(value) ? Number(value[c] ?? value[0]) : Number(value));
  return keys.map((_, i) => {
    const done = all.filter((step) => step.done[i]);
    if (done.length === 0) return undefined;
    const scale = Array<number>(channels).fill(1);
    const shift = Array<number>(channels).fill(0);
    for (const { mean, std } of done.toReversed()) {
      for (let c = 0; c < channels; c++) {
        scale[c]! *= each(std, c);
        shift[c] = shift[c]! * each(std, c) + each(mean, c);
      }
    }
    return { scale, shift };
  });
}
