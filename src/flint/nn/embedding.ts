// Tables of vectors.
import { fail } from '../errors.ts';
import { empty } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { normal_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { float, python } from './repr.ts';
import { checkSize } from './sizes.ts';

/** What {@link Embedding} may be told. */
export interface EmbeddingLayerOptions extends F.EmbeddingOptions {
  /** Accepted for programs from PyTorch; gradients are dense, with the same values. */
  sparse?: boolean;
}

/** A table of vectors: integers `[…]` to `[…, embeddingDim]`. */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | undefined;
  readonly maxNorm: number | undefined;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;
  /** `[numEmbeddings, embeddingDim]` */
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    super();
    this.numEmbeddings = checkSize('Embedding', 'numEmbeddings', numEmbeddings);
    this.embeddingDim = checkSize('Embedding', 'embeddingDim', embeddingDim);
    const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false, sparse = false } = options;
    if (paddingIdx !== undefined && (paddingIdx >= numEmbeddings || paddingIdx < -numEmbeddings)) {
      fail('Embedding', `paddingIdx ${paddingIdx} is not within the ${numEmbeddings} rows`);
    }
    this.paddingIdx = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    [this.maxNorm, this.normType, this.scaleGradByFreq, this.sparse] = [maxNorm, normType, scaleGradByFreq, sparse];
    const table = normal_(empty(numEmbeddings, embeddingDim));
    if (this.paddingIdx !== undefined) table.set(this.paddingIdx, 0);
    this.weight = new Parameter(table);
  }
  /** A layer with the given table `[count, size]`, which is not trained unless `freeze` is false. */
  static fromPretrained(table: Tensor, options: EmbeddingLayerOptions & { freeze?: boolean } = {}): Embedding {
    const [count, size] = table.shape;
    if (table.dim() !== 2)
      fail('Embedding', `fromPretrained needs a table [count, size], got [${table.shape.join(', ')}]`);
    const layer = new Embedding(count!, size!, options);
    layer.weight = new Parameter(table, { requiresGrad: !(options.freeze ?? true) });
    return layer;
  }
  forward(input: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return F.embedding(input, this.weight, {
      ...(paddingIdx === undefined ? {} : { paddingIdx }),
      ...(maxNorm === undefined ? {} : { maxNorm }),
      normType,
      scaleGradByFreq,
    });
  }
  override extraRepr(): string {
    return [
      `${this.numEmbeddings}, ${this.embeddingDim}`,
      ...(this.paddingIdx === undefined ? [] : [`padding_idx=${this.paddingIdx}`]),
      ...(this.maxNorm === undefined ? [] : [`max_norm=${float(this.maxNorm)}`]),
      ...(this.normType === 2 ? [] : [`norm_type=${float(this.normType)}`]),
      ...(this.scaleGradByFreq ? [`scale_grad_by_freq=${python(true)}`] : []),
      ...(this.sparse ? [`sparse=${python(true)}`] : []),
    ].join(', ');
  }
}

/** The cosine of the angle between vectors along `dim`. */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;
  constructor(options: { dim?: number; eps?: number } = {}) {
    super();
    this.dim = options.dim ?? 1;
    this.eps = options.eps ?? 1e-8;
  }
  forward(a: Tensor, b: Tensor): Tensor {
    return F.cosineSimilarity(a, b, this);
  }
}
/** The p-norm of the difference of vectors in the last dimension. */
export class PairwiseDistance extends Module {
  readonly p: number;
  readonly eps: number;
  readonly keepdim: boolean;
  constructor(options: { p?: number; eps?: number; keepdim?: boolean } = {}) {
    super();
    this.p = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.keepdim = options.keepdim ?? false;
  }
  forward(a: Tensor, b: Tensor): Tensor {
    return F.pairwiseDistance(a, b, this);
  }
}
