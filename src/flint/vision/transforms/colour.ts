// Transforms that change colours and sharpness, and move nothing.
import { fail } from '../../errors.ts';
import { ChanceTransform, type ChanceOptions } from './chance.ts';
import { numberOf, rangeOf, sizeOf, spreadOf, wholeOf, type Spread } from './parameters.ts';
import { Transform } from './transform.ts';

/** Factors: n stands for [1 - n, 1 + n]; of the hue, for [-n, n]. What is left out does not vary. */
export interface ColorJitterOptions {
  brightness?: Spread;
  contrast?: Spread;
  saturation?: Spread;
  /** In turns of the circle of colours: within -0.5 and 0.5. */
  hue?: Spread;
}

/** Brightness, contrast, saturation and hue changed by random factors in a random order. */
export class ColorJitter extends Transform {
  static readonly signature = { positional: [], options: ['brightness', 'contrast', 'saturation', 'hue'] };
  readonly type = 'ColorJitter';
  readonly brightness: Spread;
  readonly contrast: Spread;
  readonly saturation: Spread;
  readonly hue: Spread;
  constructor(options: ColorJitterOptions = {}) {
    super();
    const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = options;
    for (const [name, value] of Object.entries({ brightness, contrast, saturation }))
      spreadOf('ColorJitter', name, value, 1, 0);
    spreadOf('ColorJitter', 'hue', hue, 0, -0.5, 0.5);
    this.brightness = brightness;
    this.contrast = contrast;
    this.saturation = saturation;
    this.hue = hue;
  }
  protected parameters() {
    const { brightness, contrast, saturation, hue } = this;
    return { brightness, contrast, saturation, hue };
  }
  /** @internal */
  numbers(): number[] {
    const factors = [this.brightness, this.contrast, this.saturation].map((v) => spreadOf('ColorJitter', '', v, 1, 0));
    return [...factors.flat(), ...spreadOf('ColorJitter', 'hue', this.hue, 0, -0.5, 0.5)];
  }
}

/** Grey, with one channel or three equal ones. */
export class Grayscale extends Transform {
  static readonly signature = { positional: ['numOutputChannels'], options: [] };
  readonly type = 'Grayscale';
  readonly numOutputChannels: number;
  constructor(numOutputChannels = 1) {
    super();
    if (numOutputChannels !== 1 && numOutputChannels !== 3)
      fail('Grayscale', `numOutputChannels must be 1 or 3, got ${numOutputChannels}`);
    this.numOutputChannels = numOutputChannels;
  }
  protected parameters() {
    return { numOutputChannels: this.numOutputChannels };
  }
  /** @internal */
  numbers(): number[] {
    return [this.numOutputChannels];
  }
}

/**
 * Blurred by a Gaussian of `kernelSize` pixels (odd; a number, or `[horizontal, vertical]`) whose width is drawn from
 * `sigma`: a number, or `[from, to]`.
 */
export class GaussianBlur extends Transform {
  static readonly signature = { positional: ['kernelSize', 'sigma'], options: [] };
  readonly type = 'GaussianBlur';
  readonly kernelSize: number | readonly [number, number];
  readonly sigma: readonly [number, number];
  constructor(kernelSize: number | readonly [number, number], sigma: Spread = [0.1, 2]) {
    super();
    for (const size of sizeOf('GaussianBlur', 'kernelSize', kernelSize))
      if (size % 2 === 0) fail('GaussianBlur', `kernelSize must be odd, got ${JSON.stringify(kernelSize)}`);
    this.kernelSize = kernelSize;
    this.sigma = rangeOf('GaussianBlur', 'sigma', typeof sigma === 'number' ? [sigma, sigma] : sigma, 0);
    if (this.sigma[0] === 0) fail('GaussianBlur', 'sigma must be above 0');
  }
  protected parameters() {
    const { kernelSize, sigma } = this;
    return { kernelSize, sigma };
  }
  /** @internal */
  numbers(): number[] {
    return [...sizeOf('GaussianBlur', 'kernelSize', this.kernelSize), ...this.sigma];
  }
}

/** Only the upper `bits` of each value kept, with probability p. */
export class RandomPosterize extends ChanceTransform {
  static override readonly signature = { positional: ['bits'], options: ['p'] };
  readonly type = 'RandomPosterize';
  readonly bits: number;
  constructor(bits: number, options: ChanceOptions = {}) {
    super('RandomPosterize', options.p ?? 0.5);
    this.bits = wholeOf('RandomPosterize', 'bits', bits, 0, 8);
  }
  protected override parameters() {
    return { bits: this.bits, p: this.p };
  }
  /** @internal */
  override numbers(): number[] {
    return [this.bits, this.p];
  }
}

/** Values from `threshold` on turned into their negative, with probability p. */
export class RandomSolarize extends ChanceTransform {
  static override readonly signature = { positional: ['threshold'], options: ['p'] };
  readonly type = 'RandomSolarize';
  readonly threshold: number;
  constructor(threshold: number, options: ChanceOptions = {}) {
    super('RandomSolarize', options.p ?? 0.5);
    this.threshold = numberOf('RandomSolarize', 'threshold', threshold, 0, 255);
  }
  protected override parameters() {
    return { threshold: this.threshold, p: this.p };
  }
  /** @internal */
  override numbers(): number[] {
    return [this.threshold, this.p];
  }
}

/** Sharper (factor above 1) or softer (below 1), with probability p. */
export class RandomAdjustSharpness extends ChanceTransform {
  static override readonly signature = { positional: ['sharpnessFactor'], options: ['p'] };
  readonly type = 'RandomAdjustSharpness';
  readonly sharpnessFactor: number;
  constructor(sharpnessFactor: number, options: ChanceOptions = {}) {
    super('RandomAdjustSharpness', options.p ?? 0.5);
    this.sharpnessFactor = numberOf('RandomAdjustSharpness', 'sharpnessFactor', sharpnessFactor, 0);
  }
  protected override parameters() {
    return { sharpnessFactor: this.sharpnessFactor, p: this.p };
  }
  /** @internal */
  override numbers(): number[] {
    return [this.sharpnessFactor, this.p];
  }
}
