// A pipeline of transforms: on images, on whole batches of a data set, step by step for a preview, and with targets.
import type { Moment } from '../../data/dataset.ts';
import { fail } from '../../errors.ts';
import { native, type NativePipeline, type NativeSeen } from '../../native.ts';
import { wrapHandle } from '../../tensor/dispatch.ts';
import { handleOf } from '../../tensor/handle.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { tensorFromBytes, tensorToBytes } from '../../tensor/bytes.ts';
import { fromJSON } from './registry.ts';
import {
  beginPlan,
  freshMoment,
  imagesOf,
  planOf,
  runOn,
  runPlan,
  type ImageMoment,
  type Images,
  type Plan,
} from './run.ts';
import { moveTargets, type Movement, type Targets, type WithTargets } from './targets.ts';
import { Transform, type PipelineStep } from './transform.ts';

/** What a step has drawn, by name: `{ top: 3, left: 1 }`, `{ flipped: true }`, `{ angle: -7.3 }`. */
export type Drawn = Record<string, number | boolean | number[]>;

/** What is to be seen after one step of a pipeline. */
export interface StepTrace {
  /** Place of the step in the pipeline. */
  place: number;
  type: string;
  /** Switched off: nothing happened. */
  off: boolean;
  drawn: Drawn;
  /** The image as it looks, uint8 [height, width, channels]; after Normalize as it looked before. */
  image: Tensor;
  /** The values float32 [channels, height, width]; null while they are bytes. */
  tensor: Tensor | null;
}

/**
 * Transforms one after another, executed by the engine on all processors.
 *
 * ```ts
 * const augment = new transforms.Compose([
 *   new transforms.RandomCrop(32, { padding: 4 }),
 *   new transforms.RandomHorizontalFlip(),
 *   new transforms.ToTensor(),
 *   new transforms.Normalize([0.49, 0.48, 0.45], [0.25, 0.24, 0.26]),
 * ]);
 * const data = new datasets.CIFAR10(root, { transform: augment });
 * ```
 *
 * Each random choice is a function of seed, epoch, the sample's index and the step alone: its type, and how many of that
 * type are before it. So workers, batch sizes and other steps change nothing.
 */
export class Compose {
  readonly transforms: readonly Transform[];
  private plan: { of: string; plan: Plan } | null = null;

  constructor(transforms: readonly Transform[]) {
    if (!Array.isArray(transforms) || transforms.some((t) => !(t instanceof Transform)))
      fail('Compose', 'a list of transforms is needed');
    this.transforms = [...(transforms as readonly Transform[])];
  }

  /** A pipeline of steps as plain data. Throws where a step or a parameter is unknown or wrong, and says which. */
  static fromJSON(steps: readonly PipelineStep[]): Compose {
    if (!Array.isArray(steps)) fail('Compose', `a list of steps is needed, got ${typeof steps}`);
    return new Compose((steps as readonly PipelineStep[]).map((step, i) => fromJSON(step, `step ${i + 1}`)));
  }
  /** The steps as plain data. */
  toJSON(): PipelineStep[] {
    return this.transforms.map((t) => t.toJSON());
  }

  /**
   * An image `[channels, height, width]`, or a batch of them, after all steps: uint8 in 0..255 or float32, as the steps leave
   * it. `at` says for which sample it is; where it is left out, random choices are drawn anew each time.
   */
  forward(image: Tensor, at: ImageMoment = freshMoment()): Tensor {
    return runOn(this.planned(), image, at);
  }

  /** @internal Images of a data set as one batch float32: bytes at the end become 0..1. */
  batch(images: Images, at: Moment): Tensor {
    return runPlan(this.planned(), images, at, true);
  }
  /** @internal {@link batch} begun by `threads` other threads. */
  begin(images: Images, at: Moment, threads: number): () => Tensor {
    return beginPlan(this.planned(), images, at, true, threads);
  }

  /** @internal The engine's pipeline of all steps; null where functions of the script are among them. */
  whole(): NativePipeline | null {
    const [first, ...more] = this.planned();
    return first && more.length === 0 && 'handle' in first ? first.handle : null;
  }

  /**
   * What every step draws for one image and makes of it, executed by the same code as a batch. `at.index` is the sample's
   * index in its data set.
   */
  describe(image: Tensor, at: ImageMoment): StepTrace[] {
    return this.follow(image, at, true).map(({ seen, ...step }) => {
      const values = seen.tensor === undefined ? null : wrapHandle(seen.tensor);
      return { ...step, image: wrapHandle(seen.image!), tensor: values };
    });
  }

  /**
   * An image with targets that move with it: boxes, key points, a mask. Boxes are cut at the image's edges, and `empty` says
   * of which nothing is left.
   */
  withTargets(image: Tensor, targets: Targets, at: ImageMoment = freshMoment()): WithTargets {
    if (image.dim() !== 3) fail('Compose', 'targets go with one image [channels, height, width]');
    const movements = this.follow(image, at, false).flatMap(({ seen }) => seen.movements as Movement[]);
    const moved = moveTargets(targets, movements);
    const mask = targets.mask ? this.moveMask(image, targets.mask, at) : null;
    return { image: this.forward(image, at), ...moved, mask };
  }

  private moveMask(image: Tensor, mask: Tensor, at: ImageMoment): Tensor {
    const planes = mask.dim() === 2 ? mask.unsqueeze(0) : mask;
    const [height, width] = image.shape.slice(-2);
    if (planes.dim() !== 3 || planes.shape[1] !== height || planes.shape[2] !== width || mask.dtype !== 'uint8')
      fail(
        'Compose',
        `a mask must be uint8 of the image's size [${height}, ${width}], got ${mask.dtype} [${mask.shape.join(', ')}]`,
      );
    let now = planes;
    for (const part of this.planned()) {
      if ('lambda' in part) continue;
      const { images, rows, keys } = imagesOf('Compose', now, at);
      const done = native.runPipeline(
        part.handle,
        images.map(handleOf),
        rows,
        keys,
        false,
        at.seed,
        at.epoch,
        false,
        true,
      );
      now = wrapHandle(done).squeeze(0);
    }
    return mask.dim() === 2 ? now.squeeze(0) : now;
  }

  /** Runs step by step; each entry is a step of the list. */
  private follow(image: Tensor, at: ImageMoment, looks: boolean) {
    if (image.dim() !== 3)
      fail('Compose', `one image [channels, height, width] is needed, got [${image.shape.join(', ')}]`);
    const found = new Map<number, NativeSeen>();
    let now = image.detach();
    for (const part of this.planned()) {
      if ('lambda' in part) {
        now = part.lambda.call(now);
        found.set(part.place, seenOf(now));
        continue;
      }
      const { seed, epoch, index = 0 } = at;
      const all = native.followPipeline(part.handle, handleOf(now), false, index, seed, epoch, looks);
      all.forEach((seen, i) => found.set(part.places[i]!, seen));
      const { images, rows, keys } = imagesOf('Compose', now, at);
      const done = native.runPipeline(part.handle, images.map(handleOf), rows, keys, false, seed, epoch, false, false);
      now = wrapHandle(done).squeeze(0);
    }
    let last = seenOf(image);
    return this.transforms.map((step, place) => {
      const seen = found.get(place);
      last = seen ?? { ...last, drawn: {}, movements: [] };
      return { place, type: step.type, off: step.off, drawn: last.drawn as Drawn, seen: last };
    });
  }

  /** The engine's form, made anew when a step was switched or is another. */
  private planned(): Plan {
    const of = this.transforms.map(switches).join();
    if (this.plan?.of !== of) this.plan = { of, plan: planOf(this.transforms) };
    return this.plan.plan;
  }
}

/** What a step is and whether it is off, those inside of others too. */
function switches(step: Transform): string {
  return `${step.off ? 0 : 1}${step.type} ${step.numbers().join(' ')}(${step.inner().map(switches).join()})`;
}

/** An image that no step has made, as if one had. */
function seenOf(image: Tensor): NativeSeen {
  const interleaved = image.permute(1, 2, 0).contiguous();
  if (image.dtype === 'uint8') return { drawn: {}, movements: [], size: [], image: handleOf(interleaved) };
  const values = new Float32Array(tensorToBytes(interleaved).buffer);
  const bytes = Uint8Array.from(values, (v) => Math.round(Math.min(1, Math.max(0, v)) * 255));
  const looks = tensorFromBytes(bytes, interleaved.shape, 'uint8');
  return { drawn: {}, movements: [], size: [], image: handleOf(looks), tensor: handleOf(image.contiguous()) };
}
