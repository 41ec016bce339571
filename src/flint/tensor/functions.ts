// Further functions of each element: inverse and hyperbolic ones, division with remainder, bits.
import { TensorArithmetic, type Operand } from './arithmetic.ts';
import { call, callTensor } from './dispatch.ts';
import type { Tensor } from './tensor.ts';

/** The part of class Tensor with the less common functions of each element. */
export abstract class TensorFunctions extends TensorArithmetic {
  /** The angle whose sine is x, in radians, for each element. */
  asin(): Tensor {
    return callTensor('asin', this);
  }
  /** The angle whose cosine is x, in radians, for each element. */
  acos(): Tensor {
    return callTensor('acos', this);
  }
  /** The angle whose tangent is x, in radians, for each element. */
  atan(): Tensor {
    return callTensor('atan', this);
  }
  /** The hyperbolic sine, for each element. */
  sinh(): Tensor {
    return callTensor('sinh', this);
  }
  /** The hyperbolic cosine, for each element. */
  cosh(): Tensor {
    return callTensor('cosh', this);
  }
  /** The inverse of `sinh`, for each element. */
  asinh(): Tensor {
    return callTensor('asinh', this);
  }
  /** The inverse of `cosh`, for each element. */
  acosh(): Tensor {
    return callTensor('acosh', this);
  }
  /** The inverse of `tanh`, for each element. */
  atanh(): Tensor {
    return callTensor('atanh', this);
  }
  /** `1 - erf(x)`, exact where erf is near 1, for each element. */
  erfc(): Tensor {
    return callTensor('erfc', this);
  }
  /** 2 to the power x, for each element. */
  exp2(): Tensor {
    return callTensor('rpowScalar', this, 2);
  }
  /** The value where it is a number; `nan` for NaN, `posinf` and `neginf` for the infinities. */
  nanToNum(nan = 0, posinf = 3.4028234663852886e38, neginf = -3.4028234663852886e38): Tensor {
    const filled = callTensor('maskedFill', this, callTensor('ne', this, this), nan);
    const upper = callTensor('maskedFill', filled, callTensor('eqScalar', this, Infinity), posinf);
    return callTensor('maskedFill', upper, callTensor('eqScalar', this, -Infinity), neginf);
  }

  /** The greatest integer not above `this / other`; of the type of both. Has no gradient. */
  floorDivide(other: Operand): Tensor {
    return callTensor('floorDivide', this, this.operand(other));
  }
  /** The remainder of `this / other` with the sign of `this`, as C's `%`. */
  fmod(other: Operand): Tensor {
    return callTensor('fmod', this, this.operand(other));
  }
  /** The angle of the point `(other, this)`, in radians from -π to π. */
  atan2(other: Tensor): Tensor {
    return callTensor('atan2', this, other);
  }
  /** `log(exp(this) + exp(other))` without overflow. */
  logaddexp(other: Tensor): Tensor {
    return callTensor('logaddexp', this, other);
  }
  /** `sqrt(this² + other²)`. */
  hypot(other: Tensor): Tensor {
    return callTensor('sqrt', callTensor('add', callTensor('square', this), callTensor('square', other), 1));
  }
  /** The way from this tensor to `end`: `this + weight * (end - this)`. */
  lerp(end: Tensor, weight: Operand): Tensor {
    const way = callTensor('sub', end, this, 1);
    const part = typeof weight === 'number' ? callTensor('mulScalar', way, weight) : callTensor('mul', way, weight);
    return callTensor('add', this, part, 1);
  }
  /** `this + value * a * b`. */
  addcmul(a: Tensor, b: Tensor, options: { value?: number } = {}): Tensor {
    return callTensor('add', this, callTensor('mul', a, b), options.value ?? 1);
  }
  /** `this + value * a / b`. */
  addcdiv(a: Tensor, b: Tensor, options: { value?: number } = {}): Tensor {
    return callTensor('add', this, callTensor('div', a, b), options.value ?? 1);
  }

  /** The bits that both integers have; of bools the logical and. */
  bitwiseAnd(other: Operand): Tensor {
    return callTensor('bitwiseAnd', this, this.operand(other));
  }
  /** The bits that one of the integers has; of bools the logical or. */
  bitwiseOr(other: Operand): Tensor {
    return callTensor('bitwiseOr', this, this.operand(other));
  }
  /** The bits in which the integers differ. */
  bitwiseXor(other: Operand): Tensor {
    return callTensor('bitwiseXor', this, this.operand(other));
  }
  /** The bits that an integer has not; of a bool the logical not. */
  bitwiseNot(): Tensor {
    return callTensor('bitwiseNot', this);
  }
  /** `this * 2 ** bits`, of integers. */
  bitwiseLeftShift(bits: Operand): Tensor {
    return callTensor('bitwiseLeftShift', this, this.operand(bits));
  }
  /** `this / 2 ** bits` rounded down, of integers. */
  bitwiseRightShift(bits: Operand): Tensor {
    return callTensor('bitwiseRightShift', this, this.operand(bits));
  }

  /** The lower triangle of the last two dimensions, with `diagonal` more diagonals; zeros above. */
  tril(diagonal = 0): Tensor {
    return callTensor('tril', this, diagonal);
  }
  /** The upper triangle of the last two dimensions, without the lowest `diagonal` of its diagonals; zeros below. */
  triu(diagonal = 0): Tensor {
    return callTensor('triu', this, diagonal);
  }
  /** `tril` in place. */
  tril_(diagonal = 0): this {
    return call('copy_', this, callTensor('tril', this, diagonal)) as this;
  }
  /** `triu` in place. */
  triu_(diagonal = 0): this {
    return call('copy_', this, callTensor('triu', this, diagonal)) as this;
  }

  /** A number as the tensor without dimensions that it stands for. */
  private operand(other: Operand): Tensor {
    if (typeof other !== 'number') return other;
    return callTensor('full', [], other, Number.isInteger(other) ? 'int64' : 'float32');
  }
}
