// Pooling as modules.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';
import { numberOrTuple, python } from './repr.ts';

abstract class Pool<S extends F.Sizes> extends Module {
  readonly kernelSize: S;
  readonly stride: S;
  readonly padding: S;
  readonly ceilMode: boolean;
  constructor(kernelSize: S, options: F.PoolingOptions<S>) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? (0 as S);
    this.ceilMode = options.ceilMode ?? false;
  }
  override extraRepr(): string {
    return `kernel_size=${numberOrTuple(this.kernelSize)}, stride=${numberOrTuple(this.stride)}, padding=${numberOrTuple(this.padding)}`;
  }
}
abstract class MaxPool<S extends F.Sizes> extends Pool<S> {
  readonly dilation: S;
  constructor(kernelSize: S, options: S | F.MaxPoolOptions<S> = {}) {
    const given = F.poolOptions<S, F.MaxPoolOptions<S>>(options);
    super(kernelSize, given);
    this.dilation = given.dilation ?? (1 as S);
  }
  override extraRepr(): string {
    return `${super.extraRepr()}, dilation=${numberOrTuple(this.dilation)}, ceil_mode=${python(this.ceilMode)}`;
  }
}
abstract class AvgPool<S extends F.Sizes> extends Pool<S> {
  readonly countIncludePad: boolean;
  constructor(kernelSize: S, options: S | F.AvgPoolOptions<S> = {}) {
    const given = F.poolOptions<S, F.AvgPoolOptions<S>>(options);
    super(kernelSize, given);
    this.countIncludePad = given.countIncludePad ?? true;
  }
}
/** The largest value in each window of `[n, c, l]`. */
export class MaxPool1d extends MaxPool<F.Single> {
  forward(input: Tensor): Tensor {
    return F.maxPool1d(input, this.kernelSize, this);
  }
}
/** The largest value in each window of `[n, c, h, w]`. */
export class MaxPool2d extends MaxPool<F.Pair> {
  forward(input: Tensor): Tensor {
    return F.maxPool2d(input, this.kernelSize, this);
  }
}
/** The largest value in each window of `[n, c, d, h, w]`. */
export class MaxPool3d extends MaxPool<F.Triple> {
  forward(input: Tensor): Tensor {
    return F.maxPool3d(input, this.kernelSize, this);
  }
}
const single = (value: F.Single): string => numberOrTuple(typeof value === 'number' ? [value] : value);
/** The mean of each window of `[n, c, l]`. */
export class AvgPool1d extends AvgPool<F.Single> {
  forward(input: Tensor): Tensor {
    return F.avgPool1d(input, this.kernelSize, this);
  }
  override extraRepr(): string {
    return `kernel_size=${single(this.kernelSize)}, stride=${single(this.stride)}, padding=${single(this.padding)}`;
  }
}
/** The mean of each window of `[n, c, h, w]`. */
export class AvgPool2d extends AvgPool<F.Pair> {
  forward(input: Tensor): Tensor {
    return F.avgPool2d(input, this.kernelSize, this);
  }
}
/** The mean of each window of `[n, c, d, h, w]`. */
export class AvgPool3d extends AvgPool<F.Triple> {
  forward(input: Tensor): Tensor {
    return F.avgPool3d(input, this.kernelSize, this);
  }
}

abstract class AdaptivePool<S extends F.Sizes> extends Module {
  readonly outputSize: S;
  constructor(outputSize: S) {
    super();
    this.outputSize = outputSize;
  }
  override extraRepr(): string {
    return `output_size=${numberOrTuple(this.outputSize)}`;
  }
}
/** Means over windows chosen so that the result is `[n, c, outputSize]`. */
export class AdaptiveAvgPool1d extends AdaptivePool<F.Single> {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool1d(input, this.outputSize);
  }
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export class AdaptiveAvgPool2d extends AdaptivePool<F.Pair> {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool2d(input, this.outputSize);
  }
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export class AdaptiveAvgPool3d extends AdaptivePool<F.Triple> {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool3d(input, this.outputSize);
  }
}
/** The largest values of windows chosen so that the result is `[n, c, outputSize]`. */
export class AdaptiveMaxPool1d extends AdaptivePool<F.Single> {
  forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool1d(input, this.outputSize);
  }
}
/** The largest values of windows chosen so that the result is `[n, c, ...outputSize]`. */
export class AdaptiveMaxPool2d extends AdaptivePool<F.Pair> {
  forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool2d(input, this.outputSize);
  }
}
