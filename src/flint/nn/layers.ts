// Layers with weights: linear, convolution, normalisation, embedding; with PyTorch's initial values and printed form.
import { fail } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { empty, ones, zeros } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { calculateFanInAndFanOut, kaimingUniform_, normal_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';

function python(value: boolean): string {
  return value ? 'True' : 'False';
}
/** "(5, 5)", as PyTorch prints a pair. */
export function pairText(value: F.Pair): string {
  return typeof value === 'number' ? `(${value}, ${value})` : `(${value.join(', ')})`;
}
function checkSize(op: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) fail(op, `${name} must be an integer of at least 0, got ${value}`);
  return value;
}
/** PyTorch's default for biases: uniform within 1 / sqrt(inputs). */
function defaultBias(size: number, weight: Tensor): Parameter {
  const bound = 1 / Math.sqrt(Math.max(1, calculateFanInAndFanOut(weight).fanIn));
  return new Parameter(uniform_(empty(size), -bound, bound));
}

/** `y = x · weightᵀ + bias`: `[…, inFeatures]` to `[…, outFeatures]`. */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `[outFeatures, inFeatures]` */
  weight: Parameter;
  /** `[outFeatures]`, or null */
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: { bias?: boolean } = {}) {
    super();
    this.inFeatures = checkSize('Linear', 'inFeatures', inFeatures);
    this.outFeatures = checkSize('Linear', 'outFeatures', outFeatures);
    this.weight = new Parameter(kaimingUniform_(empty(outFeatures, inFeatures), { a: Math.sqrt(5) }));
    this.bias = (options.bias ?? true) ? defaultBias(outFeatures, this.weight) : null;
  }
  forward(input: Tensor): Tensor {
    return F.linear(input, this.weight, this.bias);
  }
  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${python(this.bias !== null)}`;
  }
}

/** What {@link Conv2d} may be told. */
export interface Conv2dLayerOptions extends F.Conv2dOptions {
  bias?: boolean;
}
/** Convolution over `[n, inChannels, h, w]`, giving `[n, outChannels, h', w']`. */
export class Conv2d extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [number, number];
  readonly stride: F.Pair;
  readonly padding: F.Pair;
  readonly dilation: F.Pair;
  readonly groups: number;
  /** `[outChannels, inChannels / groups, kernel height, kernel width]` */
  weight: Parameter;
  /** `[outChannels]`, or null */
  bias: Parameter | null;

  constructor(inChannels: number, outChannels: number, kernelSize: F.Pair, options: Conv2dLayerOptions = {}) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      fail('Conv2d', `groups ${groups} must divide inChannels ${inChannels} and outChannels ${outChannels}`);
    }
    this.inChannels = checkSize('Conv2d', 'inChannels', inChannels);
    this.outChannels = checkSize('Conv2d', 'outChannels', outChannels);
    this.kernelSize = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    [this.stride, this.padding, this.dilation, this.groups] = [stride, padding, dilation, groups];
    this.weight = new Parameter(
      kaimingUniform_(empty(outChannels, inChannels / groups, ...this.kernelSize), { a: Math.sqrt(5) }),
    );
    this.bias = bias ? defaultBias(outChannels, this.weight) : null;
  }
  forward(input: Tensor): Tensor {
    return F.conv2d(input, this.weight, this.bias, this);
  }
  override extraRepr(): string {
    const zero = pairText(this.padding) === '(0, 0)';
    return [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${pairText(this.kernelSize)}, stride=${pairText(this.stride)}`,
      ...(zero ? [] : [`padding=${pairText(this.padding)}`]),
      ...(pairText(this.dilation) === '(1, 1)' ? [] : [`dilation=${pairText(this.dilation)}`]),
      ...(this.groups === 1 ? [] : [`groups=${this.groups}`]),
      ...(this.bias ? [] : ['bias=False']),
    ].join(', ');
  }
}

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
    return `${this.numFeatures}, eps=${exponent(this.eps)}, momentum=${this.momentum}, affine=${python(this.affine)}, bias=${python(this.bias !== null)}, track_running_stats=${python(this.trackRunningStats)}`;
  }
}
/** 1e-5 as Python writes it: "1e-05". */
function exponent(value: number): string {
  return value >= 1e-4 ? String(value) : value.toExponential().replace(/e-(\d)$/, 'e-0$1');
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
    const shape =
      this.normalizedShape.length === 1 ? `(${this.normalizedShape[0]},)` : `(${this.normalizedShape.join(', ')})`;
    return `${shape}, eps=${exponent(this.eps)}, elementwise_affine=${python(this.weight !== null)}, bias=${python(this.bias !== null)}`;
  }
}

/** A table of vectors: int64 indices `[…]` to `[…, embeddingDim]`. */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | undefined;
  /** `[numEmbeddings, embeddingDim]` */
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: { paddingIdx?: number } = {}) {
    super();
    this.numEmbeddings = checkSize('Embedding', 'numEmbeddings', numEmbeddings);
    this.embeddingDim = checkSize('Embedding', 'embeddingDim', embeddingDim);
    this.paddingIdx = options.paddingIdx;
    const table = normal_(empty(numEmbeddings, embeddingDim));
    if (options.paddingIdx !== undefined) table.set(options.paddingIdx, 0);
    this.weight = new Parameter(table);
  }
  forward(input: Tensor): Tensor {
    return F.embedding(input, this.weight, this.paddingIdx === undefined ? {} : { paddingIdx: this.paddingIdx });
  }
  override extraRepr(): string {
    const padding = this.paddingIdx === undefined ? '' : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
