// From a list of transforms to the engine's pipelines, and images through them. A function of the script splits the list:
// what is before and after it are pipelines of their own.
import { noGrad } from '../../autograd.ts';
import type { Moment } from '../../data/dataset.ts';
import { fail } from '../../errors.ts';
import { native, type NativePipeline } from '../../native.ts';
import { wrapHandle } from '../../tensor/dispatch.ts';
import { handleOf } from '../../tensor/handle.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Lambda } from './lambda.ts';
import type { Transform } from './transform.ts';

/** For images that are given one by one: `index` is the sample's (the first one's of a batch), 0 by default. */
export interface ImageMoment extends Moment {
  index?: number;
}

/** Images for the engine: rows of one tensor [count, channels, height, width], or tensors of one image each. */
export interface Images {
  images: readonly Tensor[];
  rows: readonly number[];
  /** The samples' indices: what their random numbers depend on. */
  keys: readonly number[];
  /** [height, width, channels] instead of [channels, height, width]. */
  interleaved?: boolean;
}

/** A stretch of steps that the engine executes in one go. */
interface Stretch {
  /** Places of the steps in the list. */
  places: number[];
  handle: NativePipeline;
}
/** What a list of transforms becomes. */
export type Plan = readonly (Stretch | { lambda: Lambda; place: number })[];

interface Texts {
  types: string[];
  names: string[];
  numbers: number[][];
}

/** Writes a step and what it holds down; `seen` counts the steps of each type, so that each has a name of its own. */
function write(step: Transform, prefix: string, seen: Map<string, number>, into: Texts | null): void {
  const count = seen.get(step.type) ?? 0;
  seen.set(step.type, count + 1);
  const name = `${prefix}${step.type}#${count}`;
  const texts = step.off ? null : into;
  if (texts && step.type === 'Lambda') fail('Lambda', 'a function of the script cannot be inside of RandomApply');
  texts?.types.push(step.type);
  texts?.names.push(name);
  texts?.numbers.push(step.numbers());
  const within = new Map<string, number>();
  for (const inner of step.inner()) write(inner, `${name}/`, within, texts);
}

/** The pipelines of a list of transforms. Steps that are off are counted, but not in them. */
export function planOf(transforms: readonly Transform[]): Plan {
  const plan: (Stretch | { lambda: Lambda; place: number })[] = [];
  const seen = new Map<string, number>();
  let texts: Texts = { types: [], names: [], numbers: [] };
  let places: number[] = [];
  const close = (): void => {
    if (places.length > 0) plan.push({ places, handle: native.makePipeline(texts.types, texts.names, texts.numbers) });
    texts = { types: [], names: [], numbers: [] };
    places = [];
  };
  transforms.forEach((step, place) => {
    if (step.type === 'Lambda') {
      if (step.off) return;
      close();
      plan.push({ lambda: step as Lambda, place });
      return;
    }
    write(step, '', seen, texts);
    if (!step.off) places.push(place);
  });
  close();
  return plan;
}

/** Tensors of one image each. */
function singles(given: Images): Tensor[] {
  const { images, rows } = given;
  const each = rows.length > 0 ? rows.map((row) => images[0]!.at(row)) : [...images];
  return given.interleaved ? each.map((image) => image.permute(2, 0, 1).contiguous()) : each;
}

function argumentsOf(
  given: Images,
): [images: ReturnType<typeof handleOf>[], rows: readonly number[], keys: readonly number[], interleaved: boolean] {
  return [given.images.map(handleOf), given.rows, given.keys, given.interleaved ?? false];
}

/** One tensor of all images, with the bytes brought to 0..1 where `floats` asks for it. */
function gathered(given: Images, floats: boolean): Tensor {
  const empty = native.makePipeline([], [], []);
  return wrapHandle(native.runPipeline(empty, ...argumentsOf(given), 0, 0, floats, false));
}

function continued(plan: Plan, from: number, given: Images, at: Moment, floats: boolean): Tensor {
  let now = given;
  for (let i = from; i < plan.length; i++) {
    const part = plan[i]!;
    if ('lambda' in part) {
      now = { images: singles(now).map((image) => part.lambda.call(image)), rows: [], keys: given.keys };
      continue;
    }
    const last = i === plan.length - 1;
    // What comes after may bring images of several sizes to one: so each keeps its own.
    const batches = last
      ? [native.runPipeline(part.handle, ...argumentsOf(now), at.seed, at.epoch, floats, false)]
      : singles(now).map((image, k) =>
          native.runPipeline(
            part.handle,
            [handleOf(image)],
            [],
            [given.keys[k]!],
            false,
            at.seed,
            at.epoch,
            false,
            false,
          ),
        );
    if (last) return wrapHandle(batches[0]!);
    now = { images: batches.map((batch) => wrapHandle(batch).squeeze(0)), rows: [], keys: given.keys };
  }
  return gathered(now, floats);
}

/** Images through a plan: [n, channels, height, width], float32, or uint8 where nothing asks for floats. */
export function runPlan(plan: Plan, given: Images, at: Moment, floats: boolean): Tensor {
  return noGrad(() => continued(plan, 0, given, at, floats));
}

/** {@link runPlan} begun by `threads` other threads; the function it gives back waits for the batch. */
export function beginPlan(plan: Plan, given: Images, at: Moment, floats: boolean, threads: number): () => Tensor {
  const first = plan[0];
  if (plan.length !== 1 || !first || 'lambda' in first) return () => runPlan(plan, given, at, floats);
  const batch = native.beginPipeline(first.handle, ...argumentsOf(given), at.seed, at.epoch, floats, threads);
  return () => wrapHandle(native.takePipeline(batch));
}

/** A moment that no other call gets: of the generator that `manualSeed` sets. */
export function freshMoment(): ImageMoment {
  const [seed, counter] = native.generatorState();
  native.setGeneratorState(seed, counter + 1n);
  return { seed: Number(BigInt.asUintN(53, seed * 0x9e3779b97f4a7c15n + counter)), epoch: 0, index: 0 };
}

/** An image, or a batch of images, as the engine takes it. */
export function imagesOf(op: string, image: Tensor, at: ImageMoment): Images {
  const index = at.index ?? 0;
  const dims = image.dim();
  if (dims === 3) return { images: [image.detach()], rows: [], keys: [index] };
  if (dims !== 4)
    fail(op, `an image [channels, height, width] or a batch of them is needed, got [${image.shape.join(', ')}]`);
  const rows = Array.from({ length: image.shape[0]! }, (_, i) => i);
  return { images: [image.detach()], rows, keys: rows.map((i) => index + i) };
}

/** A list of transforms on one image or a batch. */
export function runSteps(transforms: readonly Transform[], image: Tensor, at: ImageMoment = freshMoment()): Tensor {
  return runOn(planOf(transforms), image, at);
}
/** A plan on one image or a batch. */
export function runOn(plan: Plan, image: Tensor, at: ImageMoment): Tensor {
  const out = runPlan(plan, imagesOf('transforms', image, at), at, false);
  return image.dim() === 3 ? out.squeeze(0) : out;
}
