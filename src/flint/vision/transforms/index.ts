// `transforms` of the door flint/vision.
export {
  RandomAutocontrast,
  RandomEqualize,
  RandomGrayscale,
  RandomHorizontalFlip,
  RandomInvert,
  RandomVerticalFlip,
} from './chance.ts';
export type { ChanceOptions } from './chance.ts';
export {
  ColorJitter,
  GaussianBlur,
  Grayscale,
  RandomAdjustSharpness,
  RandomPosterize,
  RandomSolarize,
} from './colour.ts';
export type { ColorJitterOptions } from './colour.ts';
export { Compose } from './compose.ts';
export type { Drawn, StepTrace } from './compose.ts';
export { CenterCrop, Pad, RandomCrop, RandomResizedCrop, Resize } from './framing.ts';
export type { PadOptions, RandomCropOptions, RandomResizedCropOptions, ResizeOptions } from './framing.ts';
export { Lambda } from './lambda.ts';
export { CutMix, MixUp } from './mixing.ts';
export type { MixOptions } from './mixing.ts';
export type { Fill, Padding, PaddingMode, Resampling, Size, Spread, Warping } from './parameters.ts';
export { RandomApply } from './random-apply.ts';
export type { ImageMoment } from './run.ts';
export type { Targets, WithTargets } from './targets.ts';
export { Normalize, RandomErasing, ToTensor } from './tensors.ts';
export type { RandomErasingOptions } from './tensors.ts';
export { off, Transform } from './transform.ts';
export type { PipelineStep } from './transform.ts';
export { RandomAffine, RandomPerspective, RandomRotation } from './warping.ts';
export type { CenterOptions, RandomAffineOptions, RandomRotationOptions, WarpOptions } from './warping.ts';
