// Modules that lay out values anew: flattening, other sizes, borders.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { sizesFor } from './functional/sizes.ts';
import { Module } from './module.ts';
import { float, numberOrTuple, tuple } from './repr.ts';

/** Dimensions `startDim` to `endDim` as one; the batch stays. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;
  constructor(startDim = 1, endDim = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }
  forward(input: Tensor): Tensor {
    return input.flatten(this.startDim, this.endDim);
  }
  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
/** Gives its input. */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}
/** One dimension cut into several; one size may be -1. */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];
  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }
  forward(input: Tensor): Tensor {
    return input.unflatten(this.dim, this.unflattenedSize);
  }
  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${tuple(this.unflattenedSize)}`;
  }
}
/** `[n, c, …]` at another size. */
export class Upsample extends Module {
  readonly options: F.InterpolateOptions;
  constructor(options: F.InterpolateOptions) {
    super();
    this.options = options;
  }
  forward(input: Tensor): Tensor {
    return F.interpolate(input, this.options);
  }
  override extraRepr(): string {
    const { size, scaleFactor, mode = 'nearest' } = this.options;
    const factor = typeof scaleFactor === 'number' ? float(scaleFactor) : `(${scaleFactor?.map(float).join(', ')})`;
    return `${size === undefined ? `scale_factor=${factor}` : `size=${numberOrTuple(size)}`}, mode='${mode}'`;
  }
}
/** `[n, c·r², h, w]` to `[n, c, h·r, w·r]`. */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;
  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = upscaleFactor;
  }
  forward(input: Tensor): Tensor {
    return F.pixelShuffle(input, this.upscaleFactor);
  }
  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}
/** The reverse of {@link PixelShuffle}. */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;
  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = downscaleFactor;
  }
  forward(input: Tensor): Tensor {
    return F.pixelUnshuffle(input, this.downscaleFactor);
  }
  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}
/** Every window of `[n, c, h, w]` as a column. */
export class Unfold extends Module {
  readonly kernelSize: F.Pair;
  readonly options: F.UnfoldOptions;
  constructor(kernelSize: F.Pair, options: F.UnfoldOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.options = options;
  }
  forward(input: Tensor): Tensor {
    return F.unfold(input, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    const { dilation = 1, padding = 0, stride = 1 } = this.options;
    return `kernel_size=${numberOrTuple(this.kernelSize)}, dilation=${numberOrTuple(dilation)}, padding=${numberOrTuple(padding)}, stride=${numberOrTuple(stride)}`;
  }
}

abstract class Pad extends Module {
  readonly padding: readonly number[];
  constructor(padding: F.Sizes, sides: number) {
    super();
    this.padding = sizesFor(this.constructor.name, 'padding', padding, sides);
  }
  protected abstract readonly mode: F.PadMode;
  forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, { mode: this.mode });
  }
  override extraRepr(): string {
    return tuple(this.padding);
  }
}
/** Zeros around `[n, c, h, w]`: one width, or `[left, right, top, bottom]`. */
export class ZeroPad2d extends Pad {
  protected readonly mode = 'constant';
  constructor(padding: F.Sizes) {
    super(padding, 4);
  }
}
/** Zeros around `[n, c, l]`. */
export class ZeroPad1d extends Pad {
  protected readonly mode = 'constant';
  constructor(padding: F.Sizes) {
    super(padding, 2);
  }
}
/** Zeros around `[n, c, d, h, w]`. */
export class ZeroPad3d extends Pad {
  protected readonly mode = 'constant';
  constructor(padding: F.Sizes) {
    super(padding, 6);
  }
}
/** One value around `[n, c, h, w]`. */
export class ConstantPad2d extends Pad {
  protected readonly mode = 'constant';
  readonly value: number;
  constructor(padding: F.Sizes, value: number) {
    super(padding, 4);
    this.value = value;
  }
  override forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, { value: this.value });
  }
  override extraRepr(): string {
    return `padding=${tuple(this.padding)}, value=${this.value}`;
  }
}
/** `[n, c, l]` mirrored beyond its ends. */
export class ReflectionPad1d extends Pad {
  protected readonly mode = 'reflect';
  constructor(padding: F.Sizes) {
    super(padding, 2);
  }
}
/** `[n, c, h, w]` mirrored beyond its edges. */
export class ReflectionPad2d extends Pad {
  protected readonly mode = 'reflect';
  constructor(padding: F.Sizes) {
    super(padding, 4);
  }
}
/** `[n, c, l]` with its ends repeated. */
export class ReplicationPad1d extends Pad {
  protected readonly mode = 'replicate';
  constructor(padding: F.Sizes) {
    super(padding, 2);
  }
}
/** `[n, c, h, w]` with its edges repeated. */
export class ReplicationPad2d extends Pad {
  protected readonly mode = 'replicate';
  constructor(padding: F.Sizes) {
    super(padding, 4);
  }
}
/** `[n, c, h, w]` going on with its other side. */
export class CircularPad2d extends Pad {
  protected readonly mode = 'circular';
  constructor(padding: F.Sizes) {
    super(padding, 4);
  }
}
/** `[n, c, d, h, w]` mirrored beyond its sides. */
export class ReflectionPad3d extends Pad {
  protected readonly mode = 'reflect';
  constructor(padding: F.Sizes) {
    super(padding, 6);
  }
}
/** `[n, c, d, h, w]` with its sides repeated. */
export class ReplicationPad3d extends Pad {
  protected readonly mode = 'replicate';
  constructor(padding: F.Sizes) {
    super(padding, 6);
  }
}
/** `[n, c, l]` going on with its other end. */
export class CircularPad1d extends Pad {
  protected readonly mode = 'circular';
  constructor(padding: F.Sizes) {
    super(padding, 2);
  }
}
/** Channels of `[n, c, …]` dealt out in `groups` as cards are shuffled. */
export class ChannelShuffle extends Module {
  readonly groups: number;
  constructor(groups: number) {
    super();
    this.groups = groups;
  }
  forward(input: Tensor): Tensor {
    return F.channelShuffle(input, this.groups);
  }
  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
