// Convolutions and their transposes as layers.
import { fail } from '../errors.ts';
import { empty } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { sizesFor } from './functional/sizes.ts';
import { kaimingUniform_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { tuple } from './repr.ts';
import { checkSize, defaultBias } from './sizes.ts';

/** What a convolution layer may be told; `S` is one number or one for each direction. */
export interface ConvLayerOptions<S extends F.Sizes> extends F.ConvolutionOptions<S> {
  bias?: boolean;
  /** What stands beyond the edge: zeros when left out. */
  paddingMode?: 'zeros' | 'reflect' | 'replicate' | 'circular';
}
/** What {@link Conv2d} may be told. */
export type Conv2dLayerOptions = ConvLayerOptions<F.Pair>;

/** What all layers with kernels share. */
abstract class Convolution extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** `[outChannels, inChannels / groups, …kernelSize]`; of transposed ones `[inChannels, outChannels / groups, …kernelSize]` */
  weight: Parameter;
  /** `[outChannels]`, or null */
  bias: Parameter | null;

  constructor(
    space: number,
    transposed: boolean,
    channels: readonly [number, number],
    kernelSize: F.Sizes,
    options: { stride?: F.Sizes; dilation?: F.Sizes; groups?: number; bias?: boolean },
  ) {
    super();
    const op = this.constructor.name;
    const { stride = 1, dilation = 1, groups = 1, bias = true } = options;
    const [inChannels, outChannels] = channels;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      fail(op, `groups ${groups} must divide inChannels ${inChannels} and outChannels ${outChannels}`);
    }
    this.inChannels = checkSize(op, 'inChannels', inChannels);
    this.outChannels = checkSize(op, 'outChannels', outChannels);
    this.kernelSize = sizesFor(op, 'kernelSize', kernelSize, space);
    this.stride = sizesFor(op, 'stride', stride, space);
    this.dilation = sizesFor(op, 'dilation', dilation, space);
    this.groups = groups;
    const lead = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.weight = new Parameter(kaimingUniform_(empty([...lead, ...this.kernelSize]), { a: Math.sqrt(5) }));
    this.bias = bias ? defaultBias(outChannels, this.weight) : null;
  }
  protected describe(padding: string, outputPadding: string | null, mode = 'zeros'): string {
    const ones = tuple(this.kernelSize.map(() => 1));
    return [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(this.stride)}`,
      ...(padding === '' ? [] : [`padding=${padding}`]),
      ...(tuple(this.dilation) === ones ? [] : [`dilation=${tuple(this.dilation)}`]),
      ...(outputPadding === null ? [] : [`output_padding=${outputPadding}`]),
      ...(this.groups === 1 ? [] : [`groups=${this.groups}`]),
      ...(this.bias ? [] : ['bias=False']),
      ...(mode === 'zeros' ? [] : [`padding_mode=${mode}`]),
    ].join(', ');
  }
}
const nonZero = (values: readonly number[]): boolean => values.some((v) => v !== 0);

abstract class Conv extends Convolution {
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly paddingMode: 'zeros' | 'reflect' | 'replicate' | 'circular';

  constructor(
    space: number,
    channels: readonly [number, number],
    kernelSize: F.Sizes,
    options: ConvLayerOptions<F.Sizes>,
  ) {
    super(space, false, channels, kernelSize, options);
    const { padding = 0, paddingMode = 'zeros' } = options;
    this.padding = typeof padding === 'string' ? padding : sizesFor(this.constructor.name, 'padding', padding, space);
    this.paddingMode = paddingMode;
  }
  /** The border that is not zeros, if any, and the padding that is left to the convolution. */
  protected bordered(input: Tensor): [Tensor, F.ConvolutionOptions<never>] {
    const { stride, dilation, groups, padding } = this;
    const options = { stride, dilation, groups, padding } as unknown as F.ConvolutionOptions<never>;
    if (this.paddingMode === 'zeros' || padding === 'valid') return [input, options];
    const totals = this.kernelSize.map((k, i) => dilation[i]! * (k - 1));
    const widths = totals.map((t, i): [number, number] =>
      padding === 'same' ? [Math.floor(t / 2), t - Math.floor(t / 2)] : [padding[i]!, padding[i]!],
    );
    return [F.pad(input, widths.reverse().flat(), { mode: this.paddingMode }), { ...options, padding: 'valid' }];
  }
  override extraRepr(): string {
    const padding = typeof this.padding === 'string' ? this.padding : nonZero(this.padding) ? tuple(this.padding) : '';
    return this.describe(padding, null, this.paddingMode);
  }
}

/** Convolution over `[n, inChannels, l]`, giving `[n, outChannels, l']`. */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: F.Single, options: ConvLayerOptions<F.Single> = {}) {
    super(1, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    const [x, options] = this.bordered(input);
    return F.conv1d(x, this.weight, this.bias, options);
  }
}
/** Convolution over `[n, inChannels, h, w]`, giving `[n, outChannels, h', w']`. */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: F.Pair, options: Conv2dLayerOptions = {}) {
    super(2, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    const [x, options] = this.bordered(input);
    return F.conv2d(x, this.weight, this.bias, options);
  }
}
/** Convolution over `[n, inChannels, d, h, w]`, giving `[n, outChannels, d', h', w']`. */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: F.Triple, options: ConvLayerOptions<F.Triple> = {}) {
    super(3, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    const [x, options] = this.bordered(input);
    return F.conv3d(x, this.weight, this.bias, options);
  }
}

/** What a transposed convolution layer may be told. */
export interface ConvTransposeLayerOptions<S extends F.Sizes> extends F.ConvTransposeOptions<S> {
  bias?: boolean;
}
abstract class ConvTranspose extends Convolution {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    space: number,
    channels: readonly [number, number],
    kernelSize: F.Sizes,
    options: ConvTransposeLayerOptions<F.Sizes>,
  ) {
    super(space, true, channels, kernelSize, options);
    this.padding = sizesFor(this.constructor.name, 'padding', options.padding ?? 0, space);
    this.outputPadding = sizesFor(this.constructor.name, 'outputPadding', options.outputPadding ?? 0, space);
  }
  protected get options(): F.ConvTransposeOptions<never> {
    const { stride, padding, outputPadding, groups, dilation } = this;
    return { stride, padding, outputPadding, groups, dilation } as unknown as F.ConvTransposeOptions<never>;
  }
  override extraRepr(): string {
    return this.describe(
      nonZero(this.padding) ? tuple(this.padding) : '',
      nonZero(this.outputPadding) ? tuple(this.outputPadding) : null,
    );
  }
}
/** The gradient of {@link Conv1d} as a layer: `[n, inChannels, l]` to `[n, outChannels, l']`. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: F.Single,
    options: ConvTransposeLayerOptions<F.Single> = {},
  ) {
    super(1, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    return F.convTranspose1d(input, this.weight, this.bias, this.options);
  }
}
/** The gradient of {@link Conv2d} as a layer: `[n, inChannels, h, w]` to `[n, outChannels, h', w']`. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: F.Pair,
    options: ConvTransposeLayerOptions<F.Pair> = {},
  ) {
    super(2, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    return F.convTranspose2d(input, this.weight, this.bias, this.options);
  }
}
/** The gradient of {@link Conv3d} as a layer: `[n, inChannels, d, h, w]` to `[n, outChannels, d', h', w']`. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: F.Triple,
    options: ConvTransposeLayerOptions<F.Triple> = {},
  ) {
    super(3, [inChannels, outChannels], kernelSize, options);
  }
  forward(input: Tensor): Tensor {
    return F.convTranspose3d(input, this.weight, this.bias, this.options);
  }
}
