// What kinds of image transforms there are, as data: cards, menus and the reading of scripts are built from this list.
// The classes of the same names are in flint/vision; a test compares the two.

/** One step of a pipeline as plain data: the class's name and its arguments. */
export interface PipelineStep {
  type: string;
  /** Switched off: kept, but not executed. */
  off?: boolean;
  [parameter: string]: unknown;
}

/**
 * What values a parameter takes:
 * - `integer`, `number`, `boolean`, `choice` (one of `choices`)
 * - `size`: n, or [height, width]
 * - `padding`: n, or [left and right, top and bottom], or [left, top, right, bottom]
 * - `range`: [from, to]
 * - `spread`: x, which stands for [center - x, center + x], or [from, to]
 * - `numbers`: a list, with `length` of so many
 * - `fill`: n, or a list with a number for each channel
 * - `steps`: a pipeline of its own
 */
export type ParameterValueKind =
  'integer' | 'number' | 'boolean' | 'choice' | 'size' | 'padding' | 'range' | 'spread' | 'numbers' | 'fill' | 'steps';

export interface ParameterKind {
  name: string;
  kind: ParameterValueKind;
  /** Place among the positional arguments; without it a member of the trailing options. */
  positional?: number;
  /** What holds where the parameter is left out; null where leaving it out means "none". */
  default?: unknown;
  /** What a new card begins with, where that is not the default. */
  initial?: unknown;
  /** Bounds of the number, or of each number in a list. */
  min?: number;
  max?: number;
  step?: number;
  choices?: readonly string[];
  /** How many numbers a list has. */
  length?: number;
  /** Of a `spread`. */
  center?: number;
}

export interface TransformKind {
  /** The class's name. */
  type: string;
  parameters: readonly ParameterKind[];
  /** Draws random numbers. */
  random: boolean;
  /** Moves pixels, so that boxes, key points and masks move with them. */
  geometric: boolean;
  /** Works on the pixels of an image (uint8), or makes or takes the tensor that the model gets (float32). */
  stage: 'pixels' | 'tensor';
}

const size = (initial: unknown): ParameterKind => ({
  name: 'size',
  kind: 'size',
  positional: 0,
  initial,
  min: 1,
  max: 4096,
  step: 1,
});
const chance = (value: number, positional?: number): ParameterKind => ({
  name: 'p',
  kind: 'number',
  ...(positional === undefined ? {} : { positional }),
  default: value,
  min: 0,
  max: 1,
  step: 0.05,
});
const fill: ParameterKind = { name: 'fill', kind: 'fill', default: 0, min: 0, max: 255, step: 1 };
const paddingMode: ParameterKind = {
  name: 'paddingMode',
  kind: 'choice',
  default: 'constant',
  choices: ['constant', 'edge', 'reflect', 'symmetric'],
};
const resampling = (value: string, choices: readonly string[]): ParameterKind => ({
  name: 'interpolation',
  kind: 'choice',
  default: value,
  choices,
});
const scaling = ['nearest', 'bilinear', 'bicubic'];
const warping = ['nearest', 'bilinear'];
const antialias: ParameterKind = { name: 'antialias', kind: 'boolean', default: true };
const center: ParameterKind = { name: 'center', kind: 'numbers', length: 2, default: null, min: -4096, max: 4096 };

const pixels = (
  type: string,
  parameters: readonly ParameterKind[],
  is: { random?: boolean; geometric?: boolean } = {},
): TransformKind => ({
  type,
  parameters,
  random: is.random ?? false,
  geometric: is.geometric ?? false,
  stage: 'pixels',
});
const tensor = (type: string, parameters: readonly ParameterKind[], random = false): TransformKind => ({
  type,
  parameters,
  random,
  geometric: false,
  stage: 'tensor',
});

const framing: readonly TransformKind[] = [
  pixels(
    'Resize',
    [
      size([32, 32]),
      resampling('bilinear', scaling),
      { name: 'maxSize', kind: 'integer', default: null, min: 1, max: 4096, step: 1 },
      antialias,
    ],
    { geometric: true },
  ),
  pixels('CenterCrop', [size(28)], { geometric: true }),
  pixels(
    'Pad',
    [{ name: 'padding', kind: 'padding', positional: 0, initial: 4, min: 0, max: 1024, step: 1 }, fill, paddingMode],
    { geometric: true },
  ),
  pixels(
    'RandomCrop',
    [
      size([32, 32]),
      { name: 'padding', kind: 'padding', default: null, initial: 4, min: 0, max: 1024, step: 1 },
      { name: 'padIfNeeded', kind: 'boolean', default: false },
      fill,
      paddingMode,
    ],
    { random: true, geometric: true },
  ),
  pixels(
    'RandomResizedCrop',
    [
      size([224, 224]),
      { name: 'scale', kind: 'range', length: 2, default: [0.08, 1], min: 0.01, max: 1, step: 0.01 },
      { name: 'ratio', kind: 'range', length: 2, default: [3 / 4, 4 / 3], min: 0.1, max: 10, step: 0.05 },
      resampling('bilinear', scaling),
      antialias,
    ],
    { random: true, geometric: true },
  ),
];

const moving: readonly TransformKind[] = [
  pixels('RandomHorizontalFlip', [chance(0.5, 0)], { random: true, geometric: true }),
  pixels('RandomVerticalFlip', [chance(0.5, 0)], { random: true, geometric: true }),
  pixels(
    'RandomRotation',
    [
      {
        name: 'degrees',
        kind: 'spread',
        positional: 0,
        default: null,
        initial: 15,
        center: 0,
        min: -360,
        max: 360,
        step: 1,
      },
      { name: 'choices', kind: 'numbers', default: null, min: -360, max: 360, step: 1 },
      resampling('nearest', warping),
      { name: 'expand', kind: 'boolean', default: false },
      center,
      fill,
    ],
    { random: true, geometric: true },
  ),
  pixels(
    'RandomAffine',
    [
      { name: 'degrees', kind: 'spread', positional: 0, initial: 15, center: 0, min: -360, max: 360, step: 1 },
      { name: 'translate', kind: 'numbers', length: 2, default: null, initial: [0.1, 0.1], min: 0, max: 1, step: 0.01 },
      {
        name: 'scale',
        kind: 'range',
        length: 2,
        default: null,
        initial: [0.9, 1.1],
        min: 0.01,
        max: 10,
        step: 0.01,
      },
      { name: 'shear', kind: 'spread', default: null, center: 0, min: -89, max: 89, step: 1 },
      { name: 'shearY', kind: 'spread', default: null, center: 0, min: -89, max: 89, step: 1 },
      resampling('nearest', warping),
      fill,
      center,
    ],
    { random: true, geometric: true },
  ),
  pixels(
    'RandomPerspective',
    [
      { name: 'distortionScale', kind: 'number', positional: 0, default: 0.5, min: 0, max: 1, step: 0.05 },
      chance(0.5),
      resampling('bilinear', warping),
      fill,
    ],
    { random: true, geometric: true },
  ),
];

const spread = (name: string, middle: number, initial: number, min: number, max: number): ParameterKind => ({
  name,
  kind: 'spread',
  default: 0,
  initial,
  center: middle,
  min,
  max,
  step: 0.01,
});

const colour: readonly TransformKind[] = [
  pixels(
    'ColorJitter',
    [
      spread('brightness', 1, 0.2, 0, 10),
      spread('contrast', 1, 0.2, 0, 10),
      spread('saturation', 1, 0.2, 0, 10),
      spread('hue', 0, 0.05, -0.5, 0.5),
    ],
    { random: true },
  ),
  pixels('Grayscale', [
    { name: 'numOutputChannels', kind: 'integer', positional: 0, default: 1, min: 1, max: 3, step: 2 },
  ]),
  pixels('RandomGrayscale', [chance(0.1, 0)], { random: true }),
  pixels(
    'GaussianBlur',
    [
      { name: 'kernelSize', kind: 'integer', positional: 0, initial: 5, min: 1, max: 99, step: 2 },
      { name: 'sigma', kind: 'range', length: 2, positional: 1, default: [0.1, 2], min: 0.01, max: 50, step: 0.1 },
    ],
    { random: true },
  ),
  pixels('RandomInvert', [chance(0.5, 0)], { random: true }),
  pixels(
    'RandomPosterize',
    [{ name: 'bits', kind: 'integer', positional: 0, initial: 4, min: 0, max: 8, step: 1 }, chance(0.5)],
    { random: true },
  ),
  pixels(
    'RandomSolarize',
    [{ name: 'threshold', kind: 'number', positional: 0, initial: 128, min: 0, max: 255, step: 1 }, chance(0.5)],
    { random: true },
  ),
  pixels(
    'RandomAdjustSharpness',
    [{ name: 'sharpnessFactor', kind: 'number', positional: 0, initial: 2, min: 0, max: 10, step: 0.1 }, chance(0.5)],
    { random: true },
  ),
  pixels('RandomAutocontrast', [chance(0.5, 0)], { random: true }),
  pixels('RandomEqualize', [chance(0.5, 0)], { random: true }),
  pixels('RandomApply', [{ name: 'transforms', kind: 'steps', positional: 0, initial: [] }, chance(0.5)], {
    random: true,
    geometric: true,
  }),
];

const tensors: readonly TransformKind[] = [
  tensor('ToTensor', []),
  tensor('Normalize', [
    { name: 'mean', kind: 'numbers', positional: 0, initial: [0.5], min: -10, max: 10, step: 0.001 },
    { name: 'std', kind: 'numbers', positional: 1, initial: [0.5], min: 0.0001, max: 10, step: 0.001 },
  ]),
  tensor(
    'RandomErasing',
    [
      chance(0.5),
      { name: 'scale', kind: 'range', length: 2, default: [0.02, 0.33], min: 0, max: 1, step: 0.01 },
      { name: 'ratio', kind: 'range', length: 2, default: [0.3, 3.3], min: 0.01, max: 100, step: 0.1 },
      { name: 'value', kind: 'fill', default: 0, min: -10, max: 255, step: 0.01 },
      { name: 'noise', kind: 'boolean', default: false },
    ],
    true,
  ),
];

/** Every transform that a pipeline may hold as data, in the order of a menu. */
export const transformKinds: readonly TransformKind[] = [...framing, ...moving, ...colour, ...tensors];

/** The kind of that name. */
export function transformKind(type: string): TransformKind | undefined {
  return transformKinds.find((kind) => kind.type === type);
}
