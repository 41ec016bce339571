// A transform that is a function of the script.
import { fail } from '../../errors.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { Transform, type PipelineStep } from './transform.ts';

/**
 * A function of your own on each image `[channels, height, width]`, uint8 or float32 as it then is. It runs in JavaScript,
 * between what the engine does before and after it, and cannot be written as data.
 *
 * ```ts
 * new transforms.Lambda((x) => x.clamp(0.1, 0.9));
 * ```
 */
export class Lambda extends Transform {
  readonly type = 'Lambda';
  readonly fn: (image: Tensor) => Tensor;
  constructor(fn: (image: Tensor) => Tensor) {
    super();
    if (typeof fn !== 'function') fail('Lambda', `a function from tensor to tensor is needed, got ${typeof fn}`);
    this.fn = fn;
  }
  /** @internal */
  call(image: Tensor): Tensor {
    const result: unknown = this.fn(image);
    if (result instanceof Tensor && result.dim() === 3) return result;
    const got = result instanceof Tensor ? `[${result.shape.join(', ')}]` : typeof result;
    return fail('Lambda', `the function must give an image [channels, height, width] back, got ${got}`);
  }
  protected parameters(): Record<string, unknown> {
    return {};
  }
  /** @internal */
  numbers(): number[] {
    return [];
  }
  override toJSON(): PipelineStep {
    return fail('Lambda', 'a pipeline with a function of the script cannot be written as data; leave the Lambda out');
  }
}
