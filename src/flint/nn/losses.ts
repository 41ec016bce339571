// Losses as modules.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';

abstract class Loss<O extends object> extends Module {
  readonly options: Readonly<O>;
  constructor(options: O = {} as O) {
    super();
    this.options = options;
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
