// Losses as modules.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';
import { Buffer } from './parameter.ts';

/** The weights that some losses have; they belong to the module's state. */
interface Weights {
  weight?: Tensor | null;
  posWeight?: Tensor | null;
}
abstract class Loss<O extends object> extends Module {
  static override readonly stateNames = { posWeight: 'pos_weight' };
  readonly options: Readonly<O>;
  readonly weight: Buffer | null;
  readonly posWeight: Buffer | null;
  constructor(options: O = {} as O) {
    super();
    const { weight, posWeight } = options as Weights;
    this.weight = weight ? new Buffer(weight) : null;
    this.posWeight = posWeight ? new Buffer(posWeight) : null;
    const own: Weights = {
      ...(this.weight ? { weight: this.weight } : {}),
      ...(this.posWeight ? { posWeight: this.posWeight } : {}),
    };
    this.options = { ...options, ...own };
  }
}
/** The mean squared difference. */
export class MSELoss extends Loss<F.LossOptions> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.mseLoss(input, target, this.options);
  }
}
/** The mean absolute difference. */
export class L1Loss extends Loss<F.LossOptions> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.l1Loss(input, target, this.options);
  }
}
/** Squared below `beta`, absolute above. */
export class SmoothL1Loss extends Loss<F.LossOptions & { beta?: number }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.smoothL1Loss(input, target, this.options);
  }
}
/** Cross entropy of logits `[n, classes]` with labels `[n]`; softmax is inside. */
export class CrossEntropyLoss extends Loss<F.CrossEntropyOptions> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.crossEntropy(input, target, this.options);
  }
}
/** Negative log-likelihood of log-probabilities `[n, classes]` with labels `[n]`. */
export class NLLLoss extends Loss<Omit<F.CrossEntropyOptions, 'labelSmoothing'>> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.nllLoss(input, target, this.options);
  }
}
/** Binary cross entropy of probabilities. */
export class BCELoss extends Loss<F.LossOptions & { weight?: Tensor | null }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropy(input, target, this.options);
  }
}
/** Binary cross entropy of logits. */
export class BCEWithLogitsLoss extends Loss<F.LossOptions & { weight?: Tensor | null; posWeight?: Tensor | null }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropyWithLogits(input, target, this.options);
  }
}
/** Kullback-Leibler divergence of targets from log-probabilities. */
export class KLDivLoss extends Loss<{ reduction?: F.Reduction | 'batchmean'; logTarget?: boolean }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.klDiv(input, target, this.options);
  }
}
/** Half the square below `delta`, a line above. */
export class HuberLoss extends Loss<F.LossOptions & { delta?: number }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.huberLoss(input, target, this.options);
  }
}
/** `log(1 + exp(-target · input))` for targets 1 and -1. */
export class SoftMarginLoss extends Loss<F.LossOptions> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.softMarginLoss(input, target, this.options);
  }
}
/** Which of two should be larger: target 1 for the first, -1 for the second. */
export class MarginRankingLoss extends Loss<F.LossOptions & { margin?: number }> {
  forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return F.marginRankingLoss(a, b, target, this.options);
  }
}
/** Distances that should be small (target 1) or beyond the margin (target -1). */
export class HingeEmbeddingLoss extends Loss<F.LossOptions & { margin?: number }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.hingeEmbeddingLoss(input, target, this.options);
  }
}
/** Angles between vectors that belong together (target 1) or do not (target -1). */
export class CosineEmbeddingLoss extends Loss<F.LossOptions & { margin?: number }> {
  forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return F.cosineEmbeddingLoss(a, b, target, this.options);
  }
}
/** The anchor nearer to the positive than to the negative by a margin. */
export class TripletMarginLoss extends Loss<F.LossOptions & { margin?: number; p?: number }> {
  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}
/** The negative log-likelihood of counts under Poisson distributions. */
export class PoissonNLLLoss extends Loss<F.LossOptions & { logInput?: boolean; eps?: number }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.poissonNllLoss(input, target, this.options);
  }
}
/** The negative log-likelihood under normal distributions of given means and variances. */
export class GaussianNLLLoss extends Loss<F.LossOptions & { full?: boolean; eps?: number }> {
  forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return F.gaussianNllLoss(input, target, variance, this.options);
  }
}
/** Hinge loss of scores `[n, classes]` with labels `[n]`. */
export class MultiMarginLoss extends Loss<F.LossOptions & { p?: number; margin?: number }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.multiMarginLoss(input, target, this.options);
  }
}
/** Binary cross entropy of logits for each of several labels. */
export class MultiLabelSoftMarginLoss extends Loss<F.LossOptions & { weight?: Tensor | null }> {
  forward(input: Tensor, target: Tensor): Tensor {
    return F.multilabelSoftMarginLoss(input, target, this.options);
  }
}
