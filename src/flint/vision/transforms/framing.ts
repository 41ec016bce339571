// Transforms that choose a part of an image, or its size.
import { fail } from '../../errors.ts';
import {
  fillOf,
  interpolationOf,
  listOf,
  paddingModeOf,
  paddingOf,
  rangeOf,
  sizeOf,
  truthOf,
  wholeOf,
  type Fill,
  type Padding,
  type PaddingMode,
  type Resampling,
  type Size,
} from './parameters.ts';
import { Transform } from './transform.ts';

export interface ResizeOptions {
  /** `'bilinear'` when left out. */
  interpolation?: Resampling;
  /** With one number as the size: the longer edge is at most this. */
  maxSize?: number | null;
  /** Smoothes what becomes smaller; true when left out. */
  antialias?: boolean;
}

/** The image in another size: `[height, width]`, or n for its shorter edge while the proportion stays. */
export class Resize extends Transform {
  static readonly signature = { positional: ['size'], options: ['interpolation', 'maxSize', 'antialias'] };
  readonly type = 'Resize';
  readonly size: Size;
  readonly interpolation: Resampling;
  readonly maxSize: number | null;
  readonly antialias: boolean;
  constructor(size: Size, options: ResizeOptions = {}) {
    super();
    const { interpolation = 'bilinear', maxSize = null, antialias = true } = options;
    sizeOf('Resize', 'size', size);
    interpolationOf('Resize', interpolation, 3);
    if (maxSize !== null) {
      if (typeof size !== 'number')
        fail('Resize', 'maxSize goes with one number as the size, not with [height, width]');
      wholeOf('Resize', 'maxSize', maxSize, 1);
      if (maxSize <= size)
        fail('Resize', `maxSize ${maxSize} must be greater than the size ${size} of the shorter edge`);
    }
    this.size = size;
    this.interpolation = interpolation;
    this.maxSize = maxSize;
    this.antialias = truthOf('Resize', 'antialias', antialias);
  }
  protected parameters() {
    const { size, interpolation, maxSize, antialias } = this;
    return { size, interpolation, maxSize, antialias };
  }
  /** @internal */
  numbers(): number[] {
    const [height, width] = typeof this.size === 'number' ? [this.size, 0] : this.size;
    return [height, width, this.maxSize ?? 0, interpolationOf('Resize', this.interpolation, 3), Number(this.antialias)];
  }
}

/** The middle of the image; where it is smaller, zeros around it. */
export class CenterCrop extends Transform {
  static readonly signature = { positional: ['size'], options: [] };
  readonly type = 'CenterCrop';
  readonly size: Size;
  constructor(size: Size) {
    super();
    sizeOf('CenterCrop', 'size', size);
    this.size = size;
  }
  protected parameters() {
    return { size: this.size };
  }
  /** @internal */
  numbers(): number[] {
    return sizeOf('CenterCrop', 'size', this.size);
  }
}

export interface PadOptions {
  /** For `'constant'`; 0 when left out. */
  fill?: Fill;
  /** `'constant'` when left out. */
  paddingMode?: PaddingMode;
}

/** The image with a border: n on all sides, `[horizontal, vertical]`, or `[left, top, right, bottom]`. */
export class Pad extends Transform {
  static readonly signature = { positional: ['padding'], options: ['fill', 'paddingMode'] };
  readonly type = 'Pad';
  readonly padding: Padding;
  readonly fill: Fill;
  readonly paddingMode: PaddingMode;
  constructor(padding: Padding, options: PadOptions = {}) {
    super();
    const { fill = 0, paddingMode = 'constant' } = options;
    paddingOf('Pad', padding);
    fillOf('Pad', 'fill', fill);
    paddingModeOf('Pad', paddingMode);
    this.padding = padding;
    this.fill = fill;
    this.paddingMode = paddingMode;
  }
  protected parameters() {
    const { padding, fill, paddingMode } = this;
    return { padding, fill, paddingMode };
  }
  /** @internal */
  numbers(): number[] {
    return [
      ...paddingOf('Pad', this.padding),
      paddingModeOf('Pad', this.paddingMode),
      ...listOf(fillOf('Pad', 'fill', this.fill)),
    ];
  }
}

export interface RandomCropOptions extends PadOptions {
  /** Added before the crop; none when left out. */
  padding?: Padding | null;
  /** Adds as much as a smaller image needs. */
  padIfNeeded?: boolean;
}

/** A part of the given size from a random place. */
export class RandomCrop extends Transform {
  static readonly signature = { positional: ['size'], options: ['padding', 'padIfNeeded', 'fill', 'paddingMode'] };
  readonly type = 'RandomCrop';
  readonly size: Size;
  readonly padding: Padding | null;
  readonly padIfNeeded: boolean;
  readonly fill: Fill;
  readonly paddingMode: PaddingMode;
  constructor(size: Size, options: RandomCropOptions = {}) {
    super();
    const { padding = null, padIfNeeded = false, fill = 0, paddingMode = 'constant' } = options;
    sizeOf('RandomCrop', 'size', size);
    if (padding !== null) paddingOf('RandomCrop', padding);
    fillOf('RandomCrop', 'fill', fill);
    paddingModeOf('RandomCrop', paddingMode);
    this.size = size;
    this.padding = padding;
    this.padIfNeeded = truthOf('RandomCrop', 'padIfNeeded', padIfNeeded);
    this.fill = fill;
    this.paddingMode = paddingMode;
  }
  protected parameters() {
    const { size, padding, padIfNeeded, fill, paddingMode } = this;
    return { size, padding, padIfNeeded, fill, paddingMode };
  }
  /** @internal */
  numbers(): number[] {
    return [
      ...sizeOf('RandomCrop', 'size', this.size),
      ...paddingOf('RandomCrop', this.padding ?? 0),
      Number(this.padIfNeeded),
      paddingModeOf('RandomCrop', this.paddingMode),
      ...listOf(fillOf('RandomCrop', 'fill', this.fill)),
    ];
  }
}

export interface RandomResizedCropOptions {
  /** Share of the image's area; `[0.08, 1]` when left out. */
  scale?: readonly [number, number];
  /** Width by height of the part before it is resized; `[3/4, 4/3]` when left out. */
  ratio?: readonly [number, number];
  /** `'bilinear'` when left out. */
  interpolation?: Resampling;
  /** Smoothes what becomes smaller; true when left out. */
  antialias?: boolean;
}

/** A part of random area and proportion from a random place, brought to one size (Szegedy et al. 2015). */
export class RandomResizedCrop extends Transform {
  static readonly signature = { positional: ['size'], options: ['scale', 'ratio', 'interpolation', 'antialias'] };
  readonly type = 'RandomResizedCrop';
  readonly size: Size;
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
  readonly interpolation: Resampling;
  readonly antialias: boolean;
  constructor(size: Size, options: RandomResizedCropOptions = {}) {
    super();
    const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], interpolation = 'bilinear', antialias = true } = options;
    sizeOf('RandomResizedCrop', 'size', size);
    interpolationOf('RandomResizedCrop', interpolation, 3);
    this.size = size;
    this.scale = rangeOf('RandomResizedCrop', 'scale', scale, 0);
    this.ratio = rangeOf('RandomResizedCrop', 'ratio', ratio, 0);
    if (this.ratio[0] === 0) fail('RandomResizedCrop', 'ratio must be above 0');
    this.interpolation = interpolation;
    this.antialias = truthOf('RandomResizedCrop', 'antialias', antialias);
  }
  protected parameters() {
    const { size, scale, ratio, interpolation, antialias } = this;
    return { size, scale, ratio, interpolation, antialias };
  }
  /** @internal */
  numbers(): number[] {
    return [
      ...sizeOf('RandomResizedCrop', 'size', this.size),
      ...this.scale,
      ...this.ratio,
      interpolationOf('RandomResizedCrop', this.interpolation, 3),
      Number(this.antialias),
    ];
  }
}
