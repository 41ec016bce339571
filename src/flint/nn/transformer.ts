// Transformer encoders and decoders (Vaswani et al., 2017), with PyTorch's parameter names.
import { fail } from '../errors.ts';
import { arange, full } from '../tensor/creation.ts';
import { stack } from '../tensor/joining.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { MultiheadAttention } from './attention.ts';
import { ModuleList } from './containers.ts';
import { Dropout } from './dropout.ts';
import * as F from './functional.ts';
import { xavierUniform_ } from './init.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { LayerNorm } from './normalization.ts';
import { Buffer } from './parameter.ts';

/** What the layers of a Transformer may be told. */
export interface TransformerLayerOptions {
  /** Features between the two linear maps; 2048 when left out. */
  dimFeedforward?: number;
  dropout?: number;
  activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  layerNormEps?: number;
  /** Whether sequences are `[n, l, dModel]` and not `[l, n, dModel]`. */
  batchFirst?: boolean;
  /** Whether inputs are normalised before each part, and not results after it. */
  normFirst?: boolean;
  bias?: boolean;
}
/** What a sequence is masked with: see {@link MultiheadAttention}. */
export interface EncoderMasks {
  srcMask?: Tensor | null;
  srcKeyPaddingMask?: Tensor | null;
}
/** What a decoder's two sequences are masked with. */
export interface DecoderMasks {
  tgtMask?: Tensor | null;
  memoryMask?: Tensor | null;
  tgtKeyPaddingMask?: Tensor | null;
  memoryKeyPaddingMask?: Tensor | null;
}

const names = { selfAttn: 'self_attn', multiheadAttn: 'multihead_attn' };

/** What both kinds of layers share: attention to the own sequence, and the two linear maps. */
abstract class TransformerLayer extends Module {
  static override readonly stateNames = names;
  selfAttn: MultiheadAttention;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions) {
    super();
    const { dropout = 0.1, batchFirst = false, bias = true, activation = 'relu' } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias });
    this.normFirst = options.normFirst ?? false;
    this.activation = typeof activation === 'string' ? F[activation] : activation;
  }
  protected attend(
    attention: MultiheadAttention,
    x: Tensor,
    memory: Tensor,
    attnMask: Tensor | null | undefined,
    keyPaddingMask: Tensor | null | undefined,
  ): Tensor {
    const options = { attnMask: attnMask ?? null, keyPaddingMask: keyPaddingMask ?? null, needWeights: false };
    return attention.forward(x, memory, memory, options)[0];
  }
  /** `x` plus a part of it, normalised before or after. */
  protected residual(x: Tensor, norm: LayerNorm, part: (x: Tensor) => Tensor): Tensor {
    return this.normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)));
  }
}

/** Attention of a sequence `[l, n, dModel]` to itself, then two linear maps, each with its input added. */
export class TransformerEncoderLayer extends TransformerLayer {
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super(dModel, nhead, options);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5, bias = true } = options;
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.norm1 = new LayerNorm(dModel, { eps, bias });
    this.norm2 = new LayerNorm(dModel, { eps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
  }
  forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    const seen = this.residual(src, this.norm1, (x) =>
      this.dropout1.forward(this.attend(this.selfAttn, x, x, masks.srcMask, masks.srcKeyPaddingMask)),
    );
    return this.residual(seen, this.norm2, (x) => {
      const wide = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout2.forward(this.linear2.forward(wide));
    });
  }
}

/** Attention to the own sequence, attention to another, then two linear maps, each with its input added. */
export class TransformerDecoderLayer extends TransformerLayer {
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super(dModel, nhead, options);
    const { dimFeedforward = 2048, dropout = 0.1, batchFirst = false, layerNormEps: eps = 1e-5, bias = true } = options;
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.norm1 = new LayerNorm(dModel, { eps, bias });
    this.norm2 = new LayerNorm(dModel, { eps, bias });
    this.norm3 = new LayerNorm(dModel, { eps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
  }
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const own = this.residual(tgt, this.norm1, (x) =>
      this.dropout1.forward(this.attend(this.selfAttn, x, x, masks.tgtMask, masks.tgtKeyPaddingMask)),
    );
    const both = this.residual(own, this.norm2, (x) =>
      this.dropout2.forward(this.attend(this.multiheadAttn, x, memory, masks.memoryMask, masks.memoryKeyPaddingMask)),
    );
    return this.residual(both, this.norm3, (x) => {
      const wide = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout3.forward(this.linear2.forward(wide));
    });
  }
}

/** Makes a layer for each place; PyTorch copies one layer, here each has initial values of its own. */
type LayerMaker<L extends Module> = () => L;

/** Encoder layers one after another. */
export class TransformerEncoder extends Module {
  layers: ModuleList;
  norm: Module | null;
  /** `layer` is called for each of `numLayers` layers. */
  constructor(layer: LayerMaker<TransformerEncoderLayer>, numLayers: number, norm: Module | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, layer));
    this.norm = norm;
  }
  forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    let x = src;
    for (const layer of this.layers) x = (layer as TransformerEncoderLayer).forward(x, masks);
    return this.norm ? (this.norm.forward(x) as Tensor) : x;
  }
}
/** Decoder layers one after another. */
export class TransformerDecoder extends Module {
  layers: ModuleList;
  norm: Module | null;
  /** `layer` is called for each of `numLayers` layers. */
  constructor(layer: LayerMaker<TransformerDecoderLayer>, numLayers: number, norm: Module | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, layer));
    this.norm = norm;
  }
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = (layer as TransformerDecoderLayer).forward(x, memory, masks);
    return this.norm ? (this.norm.forward(x) as Tensor) : x;
  }
}

/** What {@link Transformer} may be told. */
export interface TransformerOptions extends TransformerLayerOptions {
  dModel?: number;
  nhead?: number;
  numEncoderLayers?: number;
  numDecoderLayers?: number;
}
/** An encoder and a decoder: `src [s, n, dModel]` and `tgt [t, n, dModel]` to `[t, n, dModel]`. */
export class Transformer extends Module {
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;
  constructor(options: TransformerOptions = {}) {
    super();
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, layerNormEps: eps = 1e-5 } = options;
    const bias = options.bias ?? true;
    this.encoder = new TransformerEncoder(
      () => new TransformerEncoderLayer(dModel, nhead, options),
      numEncoderLayers,
      new LayerNorm(dModel, { eps, bias }),
    );
    this.decoder = new TransformerDecoder(
      () => new TransformerDecoderLayer(dModel, nhead, options),
      numDecoderLayers,
      new LayerNorm(dModel, { eps, bias }),
    );
    for (const p of this.parameters()) if (p.dim() > 1) xavierUniform_(p);
  }
  forward(src: Tensor, tgt: Tensor, masks: EncoderMasks & DecoderMasks = {}): Tensor {
    return this.decoder.forward(tgt, this.encoder.forward(src, masks), masks);
  }
  /** A floating mask `[size, size]` that hides later steps: 0 on and below the diagonal, minus infinity above. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return full([size, size], -Infinity).triu(1);
  }
}

/** Adds sines and cosines of the position to `[l, n, dModel]`, and dropout (Vaswani et al., 2017, 3.5). */
export class PositionalEncoding extends Module {
  dropout: Dropout;
  /** `[maxLen, 1, dModel]` */
  pe: Buffer;
  readonly batchFirst: boolean;
  constructor(dModel: number, options: { dropout?: number; maxLen?: number; batchFirst?: boolean } = {}) {
    super();
    const { dropout = 0.1, maxLen = 5000, batchFirst = false } = options;
    if (dModel % 2) fail('PositionalEncoding', `dModel must be even, got ${dModel}`);
    this.dropout = new Dropout(dropout);
    this.batchFirst = batchFirst;
    const rates = arange(0, dModel, 2, { dtype: 'float32' })
      .mul(-Math.log(10000) / dModel)
      .exp();
    const angles = arange(maxLen, { dtype: 'float32' }).unsqueeze(1).mul(rates);
    const table = stack([angles.sin(), angles.cos()], 2).reshape(maxLen, 1, dModel);
    this.pe = new Buffer(table);
  }
  forward(x: Tensor): Tensor {
    const length = x.shape[this.batchFirst ? 1 : 0]!;
    if (length > this.pe.shape[0]!) {
      fail('PositionalEncoding', `a sequence of ${length} steps is longer than maxLen ${this.pe.shape[0]}`);
    }
    const rows = this.pe.at(`0:${length}`);
    return this.dropout.forward(x.add(this.batchFirst ? rows.transpose(0, 1) : rows));
  }
}
