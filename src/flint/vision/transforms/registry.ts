// The classes by their names, and steps as plain data back to transforms.
import { FlintError, fail } from '../../errors.ts';
import {
  RandomAutocontrast,
  RandomEqualize,
  RandomGrayscale,
  RandomHorizontalFlip,
  RandomInvert,
  RandomVerticalFlip,
} from './chance.ts';
import {
  ColorJitter,
  GaussianBlur,
  Grayscale,
  RandomAdjustSharpness,
  RandomPosterize,
  RandomSolarize,
} from './colour.ts';
import { CenterCrop, Pad, RandomCrop, RandomResizedCrop, Resize } from './framing.ts';
import { RandomApply } from './random-apply.ts';
import { Normalize, RandomErasing, ToTensor } from './tensors.ts';
import type { PipelineStep, Transform } from './transform.ts';
import { RandomAffine, RandomPerspective, RandomRotation } from './warping.ts';

interface TransformClass {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each class has arguments of its own
  new (...args: any[]): Transform;
  /** Names of its arguments: those by place, and those in the trailing options. */
  readonly signature: { readonly positional: readonly string[]; readonly options: readonly string[] };
}

/** Every class that a pipeline may hold as data. */
export const transformClasses: Readonly<Record<string, TransformClass>> = {
  Resize,
  CenterCrop,
  Pad,
  RandomCrop,
  RandomResizedCrop,
  RandomHorizontalFlip,
  RandomVerticalFlip,
  RandomRotation,
  RandomAffine,
  RandomPerspective,
  ColorJitter,
  Grayscale,
  RandomGrayscale,
  GaussianBlur,
  RandomInvert,
  RandomPosterize,
  RandomSolarize,
  RandomAdjustSharpness,
  RandomAutocontrast,
  RandomEqualize,
  RandomApply,
  ToTensor,
  Normalize,
  RandomErasing,
};

/** The transform that a step describes; `where` is named when it does not. */
export function fromJSON(step: PipelineStep, where: string): Transform {
  if (typeof step !== 'object' || step === null || typeof step.type !== 'string')
    return fail('Compose', `${where} must be an object with a type, got ${JSON.stringify(step)}`);
  const { type, off = false, ...given } = step;
  const known = Object.hasOwn(transformClasses, type) ? transformClasses[type]! : null;
  if (!known)
    return fail(
      'Compose',
      `${where}: there is no transform ${type}; there are ${Object.keys(transformClasses).join(', ')}`,
    );
  const { positional, options } = known.signature;
  const names = [...positional, ...options];
  for (const name of Object.keys(given))
    if (!names.includes(name))
      fail('Compose', `${where}: ${type} has no parameter ${name}; it has ${names.join(', ') || 'none'}`);
  if (typeof off !== 'boolean') fail('Compose', `${where}: off must be true or false`);
  const args = positional.map((name) => argument(given[name], where));
  const rest = Object.fromEntries(options.filter((n) => given[n] != null).map((n) => [n, given[n]]));
  try {
    const transform = new known(...args, ...(options.length > 0 ? [rest] : []));
    transform.off = off;
    return transform;
  } catch (error) {
    if (!(error instanceof FlintError)) throw error;
    throw new FlintError(error.message.replace(/^\[(\w+)\] /, `[$1] ${where}: `), { code: error.code, op: type });
  }
}

function argument(value: unknown, where: string): unknown {
  const steps = Array.isArray(value) && value.some((v) => typeof v === 'object' && v !== null && 'type' in v);
  if (steps) return (value as PipelineStep[]).map((step, i) => fromJSON(step, `${where}, step ${i + 1} inside`));
  return value ?? undefined;
}
