// Further functions of each element: inverse and hyperbolic ones, division with remainder, bits.
import { TensorArithmetic, type Operand } from './arithmetic.ts';
import { callTensor } from './dispatch.ts';
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

  /** x kept at or above `min`. */
  clampMin(min: number): Tensor {
    return callTensor('clamp', this, min, undefined);
  }
  /** x kept at or below `max`. */
  clampMax(max: number): Tensor {
    return callTensor('clamp', this, undefined, max);
  }
  /** Degrees to radians. */
  deg2rad(): Tensor {
    return callTensor('mulScalar', this, Math.PI / 180);
  }
  /** Radians to degrees. */
  rad2deg(): Tensor {
    return callTensor('mulScalar', this, 180 / Math.PI);
  }
  /** `sin(π·x) / (π·x)`, and 1 at 0. */
  sinc(): Tensor {
    const zero = callTensor('eqScalar', this, 0);
    const angle = callTensor('maskedFill', callTensor('mulScalar', this, Math.PI), zero, 1);
    return callTensor('maskedFill', callTensor('div', callTensor('sin', angle), angle), zero, 1);
  }
  /** `log(x / (1 - x))`; with `eps`, of x kept within `[eps, 1 - eps]`. */
  logit(eps?: number): Tensor {
    const x: Tensor = eps === undefined ? (this as unknown as Tensor) : callTensor('clamp', this, eps, 1 - eps);
    return callTensor('log', callTensor('div', x, callTensor('rsubScalar', x, 1)));
  }
  /** `this · log(other)`, and 0 where this is 0. */
  xlogy(other: Tensor): Tensor {
    const zero = callTensor('logicalAnd', callTensor('eqScalar', this, 0), callTensor('eq', other, other));
    return callTensor(
      'maskedFill',
      callTensor('mul', this, callTensor('log', callTensor('maskedFill', other, zero, 1))),
      zero,
      0,
    );
  }
  /** The logarithm to base 2 of `2^this + 2^other`, without overflow. */
  logaddexp2(other: Tensor): Tensor {
    const scale = (x: unknown): Tensor => callTensor('mulScalar', x, Math.LN2);
    return callTensor('divScalar', callTensor('logaddexp', scale(this), scale(other)), Math.LN2);
  }
  /** 0 below 0, 1 above, `values` at 0. */
  heaviside(values: Tensor): Tensor {
    const step = callTensor('cast', callTensor('gtScalar', this, 0), this.dtype);
    return callTensor('where', callTensor('eqScalar', this, 0), values, step);
  }
  /** The size of this with the sign of `other`. */
  copysign(other: Tensor): Tensor {
    const size = callTensor('abs', this);
    const negative = callTensor(
      'ltScalar',
      callTensor('where', callTensor('eqScalar', other, 0), callTensor('reciprocal', other), other),
      0,
    );
    return callTensor('where', negative, callTensor('neg', size), size);
  }
  /** True where the sign is minus, of -0 too. */
  signbit(): Tensor {
    const side = this.isFloatingPoint()
      ? callTensor('where', callTensor('eqScalar', this, 0), callTensor('reciprocal', this), this)
      : this;
    return callTensor('ltScalar', side, 0);
  }
  /** The larger of the two, element by element; a number wins over NaN. */
  fmax(other: Tensor): Tensor {
    const mine = callTensor('where', callTensor('ne', this, this), other, this);
    return callTensor('maximum', mine, callTensor('where', callTensor('ne', other, other), mine, other));
  }
  /** The smaller of the two, element by element; a number wins over NaN. */
  fmin(other: Tensor): Tensor {
    const mine = callTensor('where', callTensor('ne', this, this), other, this);
    return callTensor('minimum', mine, callTensor('where', callTensor('ne', other, other), mine, other));
  }
  /** `this` to the power `exponent`, in float64. */
  floatPower(exponent: Operand): Tensor {
    const wide = callTensor('cast', this, 'float64');
    return typeof exponent === 'number' ? callTensor('powScalar', wide, exponent) : callTensor('pow', wide, exponent);
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
    return this.overwrite('tril', diagonal);
  }
  /** `triu` in place. */
  triu_(diagonal = 0): this {
    return this.overwrite('triu', diagonal);
  }

  /** A number as the tensor without dimensions that it stands for. */
  private operand(other: Operand): Tensor {
    if (typeof other !== 'number') return other;
    return callTensor('full', [], other, Number.isInteger(other) ? 'int64' : 'float32');
  }
}
