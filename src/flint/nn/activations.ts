// Layers without weights: activations, pooling, dropout, flatten.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { pairText } from './layers.ts';
import { Module } from './module.ts';

/** `max(x, 0)`. */
export class ReLU extends Module {
  readonly inplace: boolean;
  constructor(options: F.InplaceOptions = {}) {
    super();
    this.inplace = options.inplace ?? false;
  }
  forward(input: Tensor): Tensor {
    return this.inplace ? F.relu(input, { inplace: true }) : F.relu(input);
  }
  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}
/** x where positive, else `negativeSlope * x`. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  readonly inplace: boolean;
  constructor(negativeSlope = 0.01, options: F.InplaceOptions = {}) {
    super();
    this.negativeSlope = negativeSlope;
    this.inplace = options.inplace ?? false;
  }
  forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.negativeSlope, { inplace: this.inplace });
  }
  override extraRepr(): string {
    return `negative_slope=${this.negativeSlope}${this.inplace ? ', inplace=True' : ''}`;
  }
}
/** x where positive, else `alpha * (exp(x) - 1)`. */
export class ELU extends Module {
  readonly alpha: number;
  constructor(alpha = 1) {
    super();
    this.alpha = alpha;
  }
  forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha);
  }
  override extraRepr(): string {
    return `alpha=${Number.isInteger(this.alpha) ? this.alpha.toFixed(1) : this.alpha}`;
  }
}
/** `x * Φ(x)`. */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';
  constructor(options: { approximate?: 'none' | 'tanh' } = {}) {
    super();
    this.approximate = options.approximate ?? 'none';
  }
  forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }
  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}
/** `x * sigmoid(x)`. */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return F.silu(input);
  }
}
/** `1 / (1 + exp(-x))`. */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return F.sigmoid(input);
  }
}
/** The hyperbolic tangent. */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return F.tanh(input);
  }
}
/** `log(1 + exp(beta * x)) / beta`. */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;
  constructor(beta = 1, threshold = 20) {
    super();
    this.beta = beta;
    this.threshold = threshold;
  }
  forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold);
  }
  override extraRepr(): string {
    return `beta=${this.beta.toFixed(1)}, threshold=${this.threshold.toFixed(1)}`;
  }
}
/** Positive values with sum 1 along `dim`. */
export class Softmax extends Module {
  readonly dim: number;
  constructor(dim: number) {
    super();
    this.dim = dim;
  }
  forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
/** The logarithm of softmax along `dim`. */
export class LogSoftmax extends Softmax {
  override forward(input: Tensor): Tensor {
    return F.logSoftmax(input, this.dim);
  }
}

abstract class Pool extends Module {
  readonly kernelSize: F.Pair;
  readonly stride: F.Pair;
  readonly padding: F.Pair;
  constructor(kernelSize: F.Pair, options: F.Pair | F.PoolOptions = {}) {
    super();
    const { stride = kernelSize, padding = 0 } = F.poolOptions(options);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
  }
}
function plain(value: F.Pair): string {
  return typeof value === 'number' ? String(value) : pairText(value);
}
/** The largest value in each window of `[n, c, h, w]`. */
export class MaxPool2d extends Pool {
  forward(input: Tensor): Tensor {
    return F.maxPool2d(input, this.kernelSize, this);
  }
  override extraRepr(): string {
    return `kernel_size=${plain(this.kernelSize)}, stride=${plain(this.stride)}, padding=${plain(this.padding)}, dilation=1, ceil_mode=False`;
  }
}
/** The mean of each window of `[n, c, h, w]`. */
export class AvgPool2d extends Pool {
  forward(input: Tensor): Tensor {
    return F.avgPool2d(input, this.kernelSize, this);
  }
  override extraRepr(): string {
    return `kernel_size=${plain(this.kernelSize)}, stride=${plain(this.stride)}, padding=${plain(this.padding)}`;
  }
}
/** Means over windows chosen so that the result is `[n, c, ...outputSize]`. */
export class AdaptiveAvgPool2d extends Module {
  readonly outputSize: F.Pair;
  constructor(outputSize: F.Pair) {
    super();
    this.outputSize = outputSize;
  }
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool2d(input, this.outputSize);
  }
  override extraRepr(): string {
    return `output_size=${plain(this.outputSize)}`;
  }
}

/** In training sets elements to 0 with probability `p`. */
export class Dropout extends Module {
  readonly p: number;
  constructor(p = 0.5) {
    super();
    this.p = p;
  }
  forward(input: Tensor): Tensor {
    return F.dropout(input, this.p, { training: this.training });
  }
  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}
/** In training sets whole channels to 0 with probability `p`. */
export class Dropout2d extends Dropout {
  override forward(input: Tensor): Tensor {
    return F.dropout2d(input, this.p, { training: this.training });
  }
}
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
