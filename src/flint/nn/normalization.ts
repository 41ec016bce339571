// Normalisation layers, with PyTorch's initial values and printed form.
import { fail } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { ones, zeros } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';
import { float, python, small, tuple } from './repr.ts';
import { checkSize } from './sizes.ts';

/** What batch norm may be told. */
export interface BatchNormLayerOptions {
  eps?: number;
  /** How much of each batch's statistics goes into the running ones. */
  momentum?: number;
  /** Whether it has weight and bias. */
  affine?: boolean;
  trackRunningStats?: boolean;
}
abstract class BatchNorm extends Module {
  static override readonly stateNames = {
    runningMean: 'running_mean',
    runningVar: 'running_var',
    numBatchesTracked: 'num_batches_tracked',
  };
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  runningMean: Buffer | null;
  runningVar: Buffer | null;
  numBatchesTracked: Buffer | null;

  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    this.numFeatures = checkSize('BatchNorm', 'numFeatures', numFeatures);
    [this.eps, this.momentum, this.affine, this.trackRunningStats] = [eps, momentum, affine, trackRunningStats];
    this.weight = affine ? new Parameter(ones(numFeatures)) : null;
    this.bias = affine ? new Parameter(zeros(numFeatures)) : null;
    this.runningMean = trackRunningStats ? new Buffer(zeros(numFeatures)) : null;
    this.runningVar = trackRunningStats ? new Buffer(ones(numFeatures)) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: 'int64' })) : null;
  }
  protected abstract readonly dims: readonly number[];

  forward(input: Tensor): Tensor {
    const shape = input.shape;
    if (!this.dims.includes(shape.length) || shape[1] !== this.numFeatures) {
      fail(
        this.constructor.name,
        `wants input of ${this.dims.join(' or ')} dimensions with ${this.numFeatures} channels in dimension 1, got [${shape.join(', ')}]`,
      );
    }
    const training = this.training || this.runningMean === null;
    if (this.training && this.numBatchesTracked) noGrad(() => this.numBatchesTracked?.add_(1));
    const { weight, bias, momentum, eps } = this;
    return F.batchNorm(input, this.runningMean, this.runningVar, { weight, bias, training, momentum, eps });
  }
  override extraRepr(): string {
    return `${this.numFeatures}, eps=${small(this.eps)}, momentum=${this.momentum}, affine=${python(this.affine)}, bias=${python(this.bias !== null)}, track_running_stats=${python(this.trackRunningStats)}`;
  }
}
/** Normalises each feature of `[n, features]` or `[n, features, length]` over the batch. */
export class BatchNorm1d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [2, 3];
  }
}
/** Normalises each channel of `[n, channels, h, w]` over the batch. */
export class BatchNorm2d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [4];
  }
}

/** Normalises each channel of `[n, channels, d, h, w]` over the batch. */
export class BatchNorm3d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [5];
  }
}

/** Normalises over the last dimensions. */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    normalizedShape: number | readonly number[],
    options: { eps?: number; elementwiseAffine?: boolean; bias?: boolean } = {},
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.eps = options.eps ?? 1e-5;
    const affine = options.elementwiseAffine ?? true;
    this.weight = affine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = affine && (options.bias ?? true) ? new Parameter(zeros(this.normalizedShape)) : null;
  }
  forward(input: Tensor): Tensor {
    return F.layerNorm(input, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `${tuple(this.normalizedShape)}, eps=${small(this.eps)}, elementwise_affine=${python(this.weight !== null)}, bias=${python(this.bias !== null)}`;
  }
}

/** Normalises groups of channels of each sample. */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(numGroups: number, numChannels: number, options: { eps?: number; affine?: boolean } = {}) {
    super();
    if (numChannels % numGroups) fail('GroupNorm', `${numGroups} groups must divide ${numChannels} channels`);
    this.numGroups = checkSize('GroupNorm', 'numGroups', numGroups);
    this.numChannels = checkSize('GroupNorm', 'numChannels', numChannels);
    this.eps = options.eps ?? 1e-5;
    this.affine = options.affine ?? true;
    this.weight = this.affine ? new Parameter(ones(numChannels)) : null;
    this.bias = this.affine ? new Parameter(zeros(numChannels)) : null;
  }
  forward(input: Tensor): Tensor {
    return F.groupNorm(input, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${small(this.eps)}, affine=${python(this.affine)}, bias=${python(this.bias !== null)}`;
  }
}

abstract class InstanceNorm extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super(numFeatures, { affine: false, trackRunningStats: false, ...options });
  }
  override forward(input: Tensor): Tensor {
    const rank = this.dims[0]!;
    if (input.dim() !== rank && input.dim() !== rank - 1) {
      fail(this.constructor.name, `wants input of ${rank} dimensions, got [${input.shape.join(', ')}]`);
    }
    const x = input.dim() === rank ? input : input.unsqueeze(0);
    const out = this.normalise(x);
    return input.dim() === rank ? out : out.squeeze(0);
  }
  private normalise(x: Tensor): Tensor {
    const { weight, bias, eps, runningMean, runningVar, momentum } = this;
    if (runningMean && runningVar && !this.training) {
      return F.batchNorm(x, runningMean, runningVar, { weight, bias, eps });
    }
    if (runningMean && runningVar) {
      noGrad(() => {
        const apart = x.detach().flatten(2);
        runningMean.mul_(1 - momentum).add_(apart.mean(2).mean(0).mul(momentum));
        runningVar.mul_(1 - momentum).add_(apart.var(2).mean(0).mul(momentum));
      });
    }
    return F.instanceNorm(x, { weight, bias, eps });
  }
}
/** Normalises each channel of each sample of `[n, channels, l]`. */
export class InstanceNorm1d extends InstanceNorm {
  protected get dims(): readonly number[] {
    return [3];
  }
}
/** Normalises each channel of each sample of `[n, channels, h, w]`. */
export class InstanceNorm2d extends InstanceNorm {
  protected get dims(): readonly number[] {
    return [4];
  }
}
/** Normalises each channel of each sample of `[n, channels, d, h, w]`. */
export class InstanceNorm3d extends InstanceNorm {
  protected get dims(): readonly number[] {
    return [5];
  }
}

/** Divides the last dimensions by their root mean square. */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | undefined;
  weight: Parameter | null;

  constructor(
    normalizedShape: number | readonly number[],
    options: { eps?: number; elementwiseAffine?: boolean } = {},
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.eps = options.eps;
    this.weight = (options.elementwiseAffine ?? true) ? new Parameter(ones(this.normalizedShape)) : null;
  }
  forward(input: Tensor): Tensor {
    const eps = this.eps === undefined ? {} : { eps: this.eps };
    return F.rmsNorm(input, this.normalizedShape, { weight: this.weight, ...eps });
  }
  override extraRepr(): string {
    const eps = this.eps === undefined ? 'None' : small(this.eps);
    return `${tuple(this.normalizedShape)}, eps=${eps}, elementwise_affine=${python(this.weight !== null)}`;
  }
}

/** Divides each value by the power of those of neighbouring channels. */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
  constructor(size: number, options: { alpha?: number; beta?: number; k?: number } = {}) {
    super();
    const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
    [this.size, this.alpha, this.beta, this.k] = [size, alpha, beta, k];
  }
  forward(input: Tensor): Tensor {
    return F.localResponseNorm(input, this.size, this);
  }
  override extraRepr(): string {
    return `${this.size}, alpha=${small(this.alpha)}, beta=${this.beta}, k=${float(this.k)}`;
  }
}
