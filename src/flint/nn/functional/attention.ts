// Attention: what to look at, by how well queries and keys agree.
import { fail } from '../../errors.ts';
import { callTensor } from '../../tensor/dispatch.ts';
import { cat } from '../../tensor/joining.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { linear } from './convolution.ts';
import { dropout } from './dropout.ts';

/** What {@link scaledDotProductAttention} may be told. */
export interface AttentionOptions {
  /** Broadcasts to `[…, l, s]`: bool, true where a key may be seen; or floating, added to the scores. */
  attnMask?: Tensor | null;
  /** The share of weights that is dropped; give 0 in evaluation. */
  dropoutP?: number;
  /** Whether query i sees keys 0..i only. */
  isCausal?: boolean;
  /** What the scores are multiplied by; 1 / sqrt(e) when left out. */
  scale?: number;
}
/** `softmax(query · keyᵀ · scale + mask) · value`: query `[…, l, e]`, key `[…, s, e]`, value `[…, s, v]`, result `[…, l, v]`. */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const { attnMask, dropoutP = 0, isCausal = false, scale } = options;
  return callTensor('scaledDotProductAttention', query, key, value, attnMask ?? undefined, dropoutP, isCausal, scale);
}

/** The weights of an attention with several heads, as {@link multiHeadAttention} takes them. */
export interface AttentionWeights {
  numHeads: number;
  /** For queries, keys and values: `[embed, embed]`, `[embed, keys]`, `[embed, values]`. */
  projections: readonly [Tensor, Tensor, Tensor];
  /** Of the three projections together, `[3 · embed]`. */
  inProjBias: Tensor | null;
  outProj: { weight: Tensor; bias: Tensor | null };
  /** One more key and value, learned; `[1, 1, embed]`. */
  biasK?: Tensor | null;
  biasV?: Tensor | null;
  addZeroAttn?: boolean;
}
/** What {@link multiHeadAttention} may be told. */
export interface MultiHeadOptions {
  /** `[n, s]`: bool, true where a key is to be ignored; or floating, added to the scores. */
  keyPaddingMask?: Tensor | null;
  /** `[l, s]` or `[n · heads, l, s]`: bool, true where a key may *not* be seen; or floating, added to the scores. */
  attnMask?: Tensor | null;
  dropoutP?: number;
  needWeights?: boolean;
  /** Whether the weights are given as their mean over the heads. */
  averageAttnWeights?: boolean;
}

/** A mask as numbers to be added to scores. */
function additive(mask: Tensor, like: Tensor): Tensor {
  if (String(mask.dtype) !== 'bool') return mask;
  return callTensor('maskedFill', callTensor('zeros', mask.shape, like.dtype), mask, -Infinity);
}

/**
 * Attention with several heads over sequences `[l, n, embed]`, as PyTorch's `multi_head_attention_forward`. Gives the
 * result `[l, n, embed]` and, when asked, the weights `[n, l, s]` (`[n, heads, l, s]` when not averaged).
 */
export function multiHeadAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weights: AttentionWeights,
  options: MultiHeadOptions = {},
): [result: Tensor, weights: Tensor | null] {
  const [length, n, embed] = query.shape as [number, number, number];
  const heads = weights.numHeads;
  const width = embed / heads;
  if (!Number.isInteger(width)) fail('multiHeadAttention', `${embed} features cannot be shared among ${heads} heads`);
  const biases = weights.inProjBias?.chunk(3) ?? [null, null, null];
  const [q, k0, v0] = [query, key, value].map((x, i) => linear(x, weights.projections[i]!, biases[i]!)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const oneMore = (x: Tensor, row: Tensor): Tensor => cat([x, row.expand(1, n, embed)], 0);
  let [k, v] = [k0, v0];
  let extra = 0;
  if (weights.biasK && weights.biasV) {
    [k, v, extra] = [oneMore(k, weights.biasK), oneMore(v, weights.biasV), extra + 1];
  }
  if (weights.addZeroAttn) {
    const nothing = callTensor('zeros', [1, n, embed], q.dtype);
    [k, v, extra] = [oneMore(k, nothing), oneMore(v, nothing), extra + 1];
  }
  const steps = k.shape[0]!;
  const byHead = (x: Tensor): Tensor => x.reshape(x.shape[0]!, n, heads, width).permute(1, 2, 0, 3);

  let mask: Tensor | null = null;
  const add = (part: Tensor): void => {
    const whole = extra > 0 ? callTensor('pad', part, [0, extra], 0) : part;
    mask = mask === null ? whole : mask.add(whole);
  };
  if (options.attnMask) {
    const given = additive(options.attnMask, q);
    add(given.dim() === 3 ? given.reshape(n, heads, length, steps - extra) : given);
  }
  if (options.keyPaddingMask) add(additive(options.keyPaddingMask, q).reshape(n, 1, 1, steps - extra));

  const dropoutP = options.dropoutP ?? 0;
  const join = (x: Tensor): Tensor =>
    linear(x.permute(2, 0, 1, 3).reshape(length, n, embed), weights.outProj.weight, weights.outProj.bias);
  if (!options.needWeights) {
    return [join(scaledDotProductAttention(byHead(q), byHead(k), byHead(v), { attnMask: mask, dropoutP })), null];
  }
  const scores = byHead(q)
    .mul(1 / Math.sqrt(width))
    .matmul(byHead(k).transpose(-2, -1));
  const seen = dropout((mask ? scores.add(mask) : scores).softmax(-1), dropoutP);
  return [join(seen.matmul(byHead(v))), (options.averageAttnWeights ?? true) ? seen.mean(1) : seen];
}
