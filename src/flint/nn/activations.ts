// Activations as modules.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { float } from './repr.ts';
import { full } from '../tensor/creation.ts';

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
    return `alpha=${float(this.alpha)}`;
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
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`;
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

/** `softmax(-x)` along `dim`. */
export class Softmin extends Softmax {
  override forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}
/** Softmax over the channels of `[n, c, h, w]`. */
export class Softmax2d extends Module {
  forward(input: Tensor): Tensor {
    return F.softmax(input, -3);
  }
}
/** `min(max(x, minVal), maxVal)`. */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;
  constructor(minVal = -1, maxVal = 1) {
    super();
    this.minVal = minVal;
    this.maxVal = maxVal;
  }
  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal);
  }
  override extraRepr(): string {
    return `min_val=${float(this.minVal)}, max_val=${float(this.maxVal)}`;
  }
}
/** `min(max(x, 0), 6)`. */
export class ReLU6 extends Hardtanh {
  constructor() {
    super(0, 6);
  }
  override extraRepr(): string {
    return '';
  }
}
/** `scale * elu(x)` with the constants that keep mean and variance. */
export class SELU extends Module {
  forward(input: Tensor): Tensor {
    return F.selu(input);
  }
}
/** x where positive, else `alpha * (exp(x / alpha) - 1)`. */
export class CELU extends Module {
  readonly alpha: number;
  constructor(alpha = 1) {
    super();
    this.alpha = alpha;
  }
  forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha);
  }
  override extraRepr(): string {
    return `alpha=${float(this.alpha)}`;
  }
}
/** `x * tanh(softplus(x))`. */
export class Mish extends Module {
  forward(input: Tensor): Tensor {
    return F.mish(input);
  }
}
/** `min(max(x / 6 + 1/2, 0), 1)`. */
export class Hardsigmoid extends Module {
  forward(input: Tensor): Tensor {
    return F.hardsigmoid(input);
  }
}
/** `x * hardsigmoid(x)`. */
export class Hardswish extends Module {
  forward(input: Tensor): Tensor {
    return F.hardswish(input);
  }
}
/** `log(sigmoid(x))`. */
export class LogSigmoid extends Module {
  forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}
/** `x / (1 + |x|)`. */
export class Softsign extends Module {
  forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}
/** `x - tanh(x)`. */
export class Tanhshrink extends Module {
  forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}
/** 0 within `[-lambda, lambda]`, x outside. */
export class Hardshrink extends Module {
  readonly lambda: number;
  constructor(lambda = 0.5) {
    super();
    this.lambda = lambda;
  }
  forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambda);
  }
  override extraRepr(): string {
    return String(this.lambda);
  }
}
/** 0 within `[-lambda, lambda]`, outside x moved towards 0. */
export class Softshrink extends Hardshrink {
  override forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambda);
  }
}
/** x where above `threshold`, else `value`. */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;
  constructor(threshold: number, value: number) {
    super();
    this.threshold = threshold;
    this.value = value;
  }
  forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value);
  }
  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`;
  }
}
/** x where positive, else `weight * x`, the weight learned: one, or one for each channel. */
export class PReLU extends Module {
  readonly numParameters: number;
  /** `[numParameters]` */
  weight: Parameter;
  constructor(numParameters = 1, init = 0.25) {
    super();
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init));
  }
  forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }
  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
/** Leaky ReLU with random slopes in training. */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  constructor(lower = 1 / 8, upper = 1 / 3) {
    super();
    this.lower = lower;
    this.upper = upper;
  }
  forward(input: Tensor): Tensor {
    return F.rrelu(input, this.lower, this.upper, { training: this.training });
  }
  override extraRepr(): string {
    return `lower=${this.lower}, upper=${this.upper}`;
  }
}
/** One half of the input along `dim`, times the sigmoid of the other. */
export class GLU extends Module {
  readonly dim: number;
  constructor(dim = -1) {
    super();
    this.dim = dim;
  }
  forward(input: Tensor): Tensor {
    return F.glu(input, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
