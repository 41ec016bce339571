// Dropout as modules: on in training, off in evaluation.
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { Module } from './module.ts';

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
/** In training sets whole channels of `[n, c, l]` to 0 with probability `p`. */
export class Dropout1d extends Dropout {
  override forward(input: Tensor): Tensor {
    return F.dropout1d(input, this.p, { training: this.training });
  }
}
/** In training sets whole channels of `[n, c, d, h, w]` to 0 with probability `p`. */
export class Dropout3d extends Dropout {
  override forward(input: Tensor): Tensor {
    return F.dropout3d(input, this.p, { training: this.training });
  }
}
/** Dropout that keeps mean and variance after SELU. */
export class AlphaDropout extends Dropout {
  override forward(input: Tensor): Tensor {
    return F.alphaDropout(input, this.p, { training: this.training });
  }
}
