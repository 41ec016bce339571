// Transforms that make the tensor that the model gets, and those that change it.
import { fail } from '../../errors.ts';
import { ChanceTransform, type ChanceOptions } from './chance.ts';
import { fillOf, listOf, numberOf, numbersOf, rangeOf, truthOf, type Fill } from './parameters.ts';
import { Transform } from './transform.ts';

/** Bytes 0..255 become float32 in 0..1; an image of floats stays as it is. */
export class ToTensor extends Transform {
  static readonly signature = { positional: [], options: [] };
  readonly type = 'ToTensor';
  protected parameters() {
    return {};
  }
  /** @internal */
  numbers(): number[] {
    return [];
  }
}

/** (x - mean) / std, with a number for each channel. After {@link ToTensor}. */
export class Normalize extends Transform {
  static readonly signature = { positional: ['mean', 'std'], options: [] };
  readonly type = 'Normalize';
  readonly mean: readonly number[];
  readonly std: readonly number[];
  constructor(mean: readonly number[] | number, std: readonly number[] | number) {
    super();
    this.mean = typeof mean === 'number' ? [mean] : numbersOf('Normalize', 'mean', mean);
    this.std = typeof std === 'number' ? [std] : numbersOf('Normalize', 'std', std);
    for (const value of [...this.mean, ...this.std]) numberOf('Normalize', 'mean and std', value);
    if (this.mean.length !== this.std.length || this.mean.length === 0)
      fail('Normalize', `mean and std must be of one length, got ${this.mean.length} and ${this.std.length} values`);
    if (this.std.includes(0)) fail('Normalize', 'std must not be 0');
  }
  protected parameters() {
    return { mean: this.mean, std: this.std };
  }
  /** @internal */
  numbers(): number[] {
    return [...listOf(this.mean), ...listOf(this.std)];
  }
}

export interface RandomErasingOptions extends ChanceOptions {
  /** Share of the image's area; `[0.02, 0.33]` when left out. */
  scale?: readonly [number, number];
  /** Height by width; `[0.3, 3.3]` when left out. */
  ratio?: readonly [number, number];
  /** What is written there; 0 when left out, `'random'` for noise. */
  value?: Fill | 'random';
  /** Noise instead of `value`: standard normal, or any byte while the image is one of bytes. */
  noise?: boolean;
}

/** A random rectangle overwritten, with probability p (Zhong et al. 2017). */
export class RandomErasing extends ChanceTransform {
  static override readonly signature = { positional: [], options: ['p', 'scale', 'ratio', 'value', 'noise'] };
  readonly type = 'RandomErasing';
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
  readonly value: Fill;
  readonly noise: boolean;
  constructor(options: RandomErasingOptions = {}) {
    super('RandomErasing', options.p ?? 0.5);
    const { scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0, noise = value === 'random' } = options;
    this.scale = rangeOf('RandomErasing', 'scale', scale, 0, 1);
    this.ratio = rangeOf('RandomErasing', 'ratio', ratio, 0);
    if (this.ratio[0] === 0) fail('RandomErasing', 'ratio must be above 0');
    this.value = value === 'random' ? 0 : value;
    fillOf('RandomErasing', 'value', this.value);
    this.noise = truthOf('RandomErasing', 'noise', noise);
  }
  protected override parameters() {
    const { p, scale, ratio, value, noise } = this;
    return { p, scale, ratio, value, noise };
  }
  /** @internal */
  override numbers(): number[] {
    const { p, scale, ratio, value, noise } = this;
    return [p, ...scale, ...ratio, Number(noise), ...listOf(fillOf('RandomErasing', 'value', value))];
  }
}
