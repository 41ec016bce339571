// A tensor that a module trains.
import { native } from '../native.ts';
import { handleOf } from '../tensor/handle.ts';
import { Tensor } from '../tensor/tensor.ts';

/** A tensor that belongs to a module and is trained: `weight = new nn.Parameter(randn(10, 5))`. It requires grad unless told otherwise. */
export class Parameter extends Tensor {
  constructor(data: Tensor, options: { requiresGrad?: boolean } = {}) {
    super(native.withoutHistory(handleOf(data)));
    if (options.requiresGrad ?? true) this.requiresGrad_();
  }
}

/** A tensor that belongs to a module's state but is not trained, such as running means: `mean = new nn.Buffer(zeros(5))`. */
export class Buffer extends Tensor {
  /** Whether it is part of `stateDict()`. */
  readonly persistent: boolean;

  constructor(data: Tensor, options: { persistent?: boolean } = {}) {
    super(native.withoutHistory(handleOf(data)));
    this.persistent = options.persistent ?? true;
  }
}
