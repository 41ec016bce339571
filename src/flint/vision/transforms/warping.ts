// Transforms that turn, shear and bend.
import { fail } from '../../errors.ts';
import { ChanceTransform, type ChanceOptions } from './chance.ts';
import {
  fillOf,
  interpolationOf,
  listOf,
  numberOf,
  numbersOf,
  rangeOf,
  spreadOf,
  truthOf,
  type Fill,
  type Spread,
  type Warping,
} from './parameters.ts';
import { Transform } from './transform.ts';

/** What turned and bent images have in common. */
export interface WarpOptions {
  interpolation?: Warping;
  /** What lies outside of the image; 0 when left out. */
  fill?: Fill;
}
/** About which point `[x, y]` in pixels; the middle when left out. */
export interface CenterOptions {
  center?: readonly [number, number] | null;
}

function checkWarp(op: string, interpolation: Warping, fill: Fill): void {
  interpolationOf(op, interpolation, 2);
  fillOf(op, 'fill', fill);
}
function centerNumbers(center: readonly [number, number] | null): number[] {
  return center === null ? [0, 0, 0] : [1, ...center];
}

export interface RandomRotationOptions extends WarpOptions, CenterOptions {
  /** Turns by one of these angles instead of any within `degrees`: `[90, 180, 270]`. */
  choices?: readonly number[] | null;
  /** Makes the image as large as it takes to hold all of the turned one. */
  expand?: boolean;
}

/**
 * Turned counterclockwise by a random angle: n stands for [-n, n] degrees. Quarter turns are exact. `'nearest'` by default,
 * as in torchvision.
 *
 * ```ts
 * new transforms.RandomRotation(15);  new transforms.RandomRotation(null, { choices: [90, 180, 270] });
 * ```
 */
export class RandomRotation extends Transform {
  static readonly signature = {
    positional: ['degrees'],
    options: ['choices', 'interpolation', 'expand', 'center', 'fill'],
  };
  readonly type = 'RandomRotation';
  readonly degrees: Spread | null;
  readonly choices: readonly number[] | null;
  readonly interpolation: Warping;
  readonly expand: boolean;
  readonly center: readonly [number, number] | null;
  readonly fill: Fill;
  constructor(degrees: Spread | null | undefined, options: RandomRotationOptions = {}) {
    super();
    const { choices = null, interpolation = 'nearest', expand = false, center = null, fill = 0 } = options;
    if ((degrees == null) === (choices === null)) {
      fail('RandomRotation', 'give degrees, as n or [from, to], or choices, as a list of angles; one of the two');
    }
    if (degrees != null) spreadOf('RandomRotation', 'degrees', degrees, 0);
    if (choices !== null && numbersOf('RandomRotation', 'choices', choices).length === 0)
      fail('RandomRotation', 'choices must name an angle');
    if (center !== null) numbersOf('RandomRotation', 'center', center, [2]);
    checkWarp('RandomRotation', interpolation, fill);
    this.degrees = degrees ?? null;
    this.choices = choices;
    this.interpolation = interpolation;
    this.expand = truthOf('RandomRotation', 'expand', expand);
    this.center = center;
    this.fill = fill;
  }
  protected parameters() {
    const { degrees, choices, interpolation, expand, center, fill } = this;
    return { degrees, choices, interpolation, expand, center, fill };
  }
  /** @internal */
  numbers(): number[] {
    return [
      ...spreadOf('RandomRotation', 'degrees', this.degrees ?? 0, 0),
      interpolationOf('RandomRotation', this.interpolation, 2),
      Number(this.expand),
      ...centerNumbers(this.center),
      ...listOf(this.choices ?? []),
      ...listOf(fillOf('RandomRotation', 'fill', this.fill)),
    ];
  }
}

export interface RandomAffineOptions extends WarpOptions, CenterOptions {
  /** The largest shift `[horizontal, vertical]`, as shares of width and height; none when left out. */
  translate?: readonly [number, number] | null;
  /** `[smallest, largest]` size; 1 when left out. */
  scale?: readonly [number, number] | null;
  /** Degrees along x: n for [-n, n], or [from, to]; with four numbers also along y, as `shearY`. None when left out. */
  shear?: Spread | readonly [number, number, number, number] | null;
  /** Degrees along y. */
  shearY?: Spread | null;
}

/** Turned, shifted, scaled and sheared at random, about the middle. */
export class RandomAffine extends Transform {
  static readonly signature = {
    positional: ['degrees'],
    options: ['translate', 'scale', 'shear', 'shearY', 'interpolation', 'fill', 'center'],
  };
  readonly type = 'RandomAffine';
  readonly degrees: Spread;
  readonly translate: readonly [number, number] | null;
  readonly scale: readonly [number, number] | null;
  readonly shear: Spread | null;
  readonly shearY: Spread | null;
  readonly interpolation: Warping;
  readonly fill: Fill;
  readonly center: readonly [number, number] | null;
  constructor(degrees: Spread, options: RandomAffineOptions = {}) {
    super();
    const { translate = null, scale = null, interpolation = 'nearest', fill = 0, center = null } = options;
    const four = Array.isArray(options.shear) && options.shear.length === 4 ? (options.shear as number[]) : null;
    if (four && options.shearY != null) fail('RandomAffine', 'shear has four numbers already; leave shearY out');
    spreadOf('RandomAffine', 'degrees', degrees, 0);
    if (translate !== null) numbersOf('RandomAffine', 'translate', translate, [2], 0, 1);
    if (scale !== null && rangeOf('RandomAffine', 'scale', scale, 0)[0] === 0)
      fail('RandomAffine', 'scale must be above 0');
    if (center !== null) numbersOf('RandomAffine', 'center', center, [2]);
    checkWarp('RandomAffine', interpolation, fill);
    this.degrees = degrees;
    this.translate = translate;
    this.scale = scale;
    this.shear = four ? [four[0]!, four[1]!] : ((options.shear as Spread | null | undefined) ?? null);
    this.shearY = four ? [four[2]!, four[3]!] : (options.shearY ?? null);
    for (const [name, value] of [['shear', this.shear] as const, ['shearY', this.shearY] as const])
      if (value !== null) spreadOf('RandomAffine', name, value, 0, -89.9, 89.9);
    this.interpolation = interpolation;
    this.fill = fill;
    this.center = center;
  }
  protected parameters() {
    const { degrees, translate, scale, shear, shearY, interpolation, fill, center } = this;
    return { degrees, translate, scale, shear, shearY, interpolation, fill, center };
  }
  /** @internal */
  numbers(): number[] {
    return [
      ...centerNumbers(this.center),
      ...spreadOf('RandomAffine', 'degrees', this.degrees, 0),
      ...(this.translate ?? [0, 0]),
      ...(this.scale ?? [1, 1]),
      ...spreadOf('RandomAffine', 'shear', this.shear ?? 0, 0),
      ...spreadOf('RandomAffine', 'shearY', this.shearY ?? 0, 0),
      interpolationOf('RandomAffine', this.interpolation, 2),
      ...listOf(fillOf('RandomAffine', 'fill', this.fill)),
    ];
  }
}

/** Seen from another side, with probability p: the corners move inwards by up to `distortionScale` of half the image. */
export class RandomPerspective extends ChanceTransform {
  static override readonly signature = {
    positional: ['distortionScale'],
    options: ['p', 'interpolation', 'fill'],
  };
  readonly type = 'RandomPerspective';
  readonly distortionScale: number;
  readonly interpolation: Warping;
  readonly fill: Fill;
  constructor(distortionScale = 0.5, options: ChanceOptions & WarpOptions = {}) {
    super('RandomPerspective', options.p ?? 0.5);
    const { interpolation = 'bilinear', fill = 0 } = options;
    checkWarp('RandomPerspective', interpolation, fill);
    this.distortionScale = numberOf('RandomPerspective', 'distortionScale', distortionScale, 0, 1);
    this.interpolation = interpolation;
    this.fill = fill;
  }
  protected override parameters() {
    const { distortionScale, p, interpolation, fill } = this;
    return { distortionScale, p, interpolation, fill };
  }
  /** @internal */
  override numbers(): number[] {
    return [
      this.distortionScale,
      this.p,
      interpolationOf('RandomPerspective', this.interpolation, 2),
      ...listOf(fillOf('RandomPerspective', 'fill', this.fill)),
    ];
  }
}
