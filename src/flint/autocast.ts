// Products in 16 bits while everything else stays as it is.
import { FlintError } from './errors.ts';
import { native } from './native.ts';
import type { DType } from './tensor/dtype.ts';

/**
 * Runs `fn` with matrix products, convolutions and attention on operands of `dtype` ('bfloat16' or 'float16'), whose
 * results have that type; sums, softmax, norms and losses stay in float32. Parameters keep their type, and their gradients.
 *
 * ```ts
 * const loss = autocast('bfloat16', () => F.crossEntropy(model.forward(x), y));
 * ```
 */
export function autocast<T>(dtype: DType, fn: () => T): T {
  const before = native.autocast();
  native.setAutocast(dtype);
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new FlintError(
        '[autocast] the function is asynchronous, and autocast ends when it first waits. Put autocast around the synchronous parts inside it',
        { code: 'async-mode' },
      );
    }
    return result;
  } finally {
    native.setAutocast(before);
  }
}
