// Attention with several heads as a layer.
import { fail } from '../errors.ts';
import { empty, zeros } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { constant_, xavierNormal_, xavierUniform_ } from './init.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** What {@link MultiheadAttention} may be told. */
export interface MultiheadAttentionOptions {
  dropout?: number;
  bias?: boolean;
  /** One more key and value that are learned. */
  addBiasKv?: boolean;
  addZeroAttn?: boolean;
  /** Features of the keys, where they are not those of the queries. */
  kdim?: number;
  /** Features of the values, where they are not those of the queries. */
  vdim?: number;
  /** Whether sequences are `[n, l, embedDim]` and not `[l, n, embedDim]`. */
  batchFirst?: boolean;
}
/** What {@link MultiheadAttention.forward} may be told. */
export interface MultiheadForwardOptions {
  /** `[n, s]`: bool, true where a key is to be ignored; or floating, added to the scores. */
  keyPaddingMask?: Tensor | null;
  /** `[l, s]` or `[n · heads, l, s]`: bool, true where a key may *not* be seen; or floating, added to the scores. */
  attnMask?: Tensor | null;
  /** Whether the weights are given; true when left out. Without them it is faster. */
  needWeights?: boolean;
  averageAttnWeights?: boolean;
}

/** The name that PyTorch prints for the projection of an attention's result. */
class NonDynamicallyQuantizableLinear extends Linear {}

/** Attention with several heads (Vaswani et al., 2017): each head looks with a projection of its own. */
export class MultiheadAttention extends Module {
  static override readonly stateNames = {
    inProjWeight: 'in_proj_weight',
    qProjWeight: 'q_proj_weight',
    kProjWeight: 'k_proj_weight',
    vProjWeight: 'v_proj_weight',
    inProjBias: 'in_proj_bias',
    outProj: 'out_proj',
    biasK: 'bias_k',
    biasV: 'bias_v',
  };
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  /** `[3 · embedDim, embedDim]`; null where keys or values have other features. */
  inProjWeight: Parameter | null = null;
  qProjWeight: Parameter | null = null;
  kProjWeight: Parameter | null = null;
  vProjWeight: Parameter | null = null;
  /** `[3 · embedDim]`, or null */
  inProjBias: Parameter | null = null;
  outProj: Linear;
  biasK: Parameter | null = null;
  biasV: Parameter | null = null;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    const { kdim = embedDim, vdim = embedDim } = options;
    if (embedDim < 1 || embedDim % numHeads) {
      fail('MultiheadAttention', `embedDim ${embedDim} must be a multiple of numHeads ${numHeads}`);
    }
    [this.embedDim, this.numHeads, this.dropout] = [embedDim, numHeads, dropout];
    [this.batchFirst, this.addZeroAttn] = [batchFirst, addZeroAttn];
    const matrix = (rows: number, columns: number): Parameter => new Parameter(xavierUniform_(empty(rows, columns)));
    if (kdim === embedDim && vdim === embedDim) {
      this.inProjWeight = matrix(3 * embedDim, embedDim);
    } else {
      this.qProjWeight = matrix(embedDim, embedDim);
      this.kProjWeight = matrix(embedDim, kdim);
      this.vProjWeight = matrix(embedDim, vdim);
    }
    this.inProjBias = bias ? new Parameter(zeros(3 * embedDim)) : null;
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias });
    if (this.outProj.bias) constant_(this.outProj.bias, 0);
    if (addBiasKv) {
      this.biasK = new Parameter(xavierNormal_(empty(1, 1, embedDim)));
      this.biasV = new Parameter(xavierNormal_(empty(1, 1, embedDim)));
    }
  }

  /** Queries `[l, n, embedDim]`, keys and values `[s, n, …]`: the result `[l, n, embedDim]` and the weights `[n, l, s]`, or null. */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: MultiheadForwardOptions = {},
  ): [result: Tensor, weights: Tensor | null] {
    const alone = query.dim() === 2;
    const byStep = (x: Tensor): Tensor => (alone ? x.unsqueeze(1) : this.batchFirst ? x.transpose(0, 1) : x);
    const projections = (this.inProjWeight?.chunk(3) ?? [this.qProjWeight, this.kProjWeight, this.vProjWeight]) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const { numHeads, inProjBias, outProj, biasK, biasV, addZeroAttn } = this;
    const weights = { numHeads, projections, inProjBias, outProj, biasK, biasV, addZeroAttn };
    const [result, seen] = F.multiHeadAttention(byStep(query), byStep(key), byStep(value), weights, {
      keyPaddingMask: (alone ? options.keyPaddingMask?.unsqueeze(0) : options.keyPaddingMask) ?? null,
      attnMask: options.attnMask ?? null,
      dropoutP: this.training ? this.dropout : 0,
      needWeights: options.needWeights ?? true,
      averageAttnWeights: options.averageAttnWeights ?? true,
    });
    if (alone) return [result.squeeze(1), seen?.squeeze(0) ?? null];
    return [this.batchFirst ? result.transpose(0, 1) : result, seen];
  }
}
