// In-place forms of functions of each element: the values of the result take the place of the tensor's own.
import type { Operand } from './arithmetic.ts';
import { call, callTensor } from './dispatch.ts';
import { TensorFunctions } from './functions.ts';
import type { Tensor } from './tensor.ts';

/** The part of class Tensor that overwrites itself. */
export abstract class TensorInPlace extends TensorFunctions {
  /** The sine, in place. */
  sin_(): this {
    return this.overwrite('sin');
  }
  /** The cosine, in place. */
  cos_(): this {
    return this.overwrite('cos');
  }
  /** The tangent, in place. */
  tan_(): this {
    return this.overwrite('tan');
  }
  /** The inverse sine, in place. */
  asin_(): this {
    return this.overwrite('asin');
  }
  /** The inverse cosine, in place. */
  acos_(): this {
    return this.overwrite('acos');
  }
  /** The inverse tangent, in place. */
  atan_(): this {
    return this.overwrite('atan');
  }
  /** The hyperbolic sine, in place. */
  sinh_(): this {
    return this.overwrite('sinh');
  }
  /** The hyperbolic cosine, in place. */
  cosh_(): this {
    return this.overwrite('cosh');
  }
  /** The inverse of `sinh`, in place. */
  asinh_(): this {
    return this.overwrite('asinh');
  }
  /** The inverse of `cosh`, in place. */
  acosh_(): this {
    return this.overwrite('acosh');
  }
  /** The inverse of `tanh`, in place. */
  atanh_(): this {
    return this.overwrite('atanh');
  }
  /** The error function, in place. */
  erf_(): this {
    return this.overwrite('erf');
  }
  /** `1 - erf(x)`, in place. */
  erfc_(): this {
    return this.overwrite('erfc');
  }
  /** `exp(x) - 1`, in place. */
  expm1_(): this {
    return this.overwrite('expm1');
  }
  /** The logarithm to base 2, in place. */
  log2_(): this {
    return this.overwrite('log2');
  }
  /** The logarithm to base 10, in place. */
  log10_(): this {
    return this.overwrite('log10');
  }
  /** `log(1 + x)`, in place. */
  log1p_(): this {
    return this.overwrite('log1p');
  }
  /** `1 / sqrt(x)`, in place. */
  rsqrt_(): this {
    return this.overwrite('rsqrt');
  }
  /** The part behind the point, in place. */
  frac_(): this {
    return this.overwrite('frac');
  }
  /** The sign, in place. */
  sign_(): this {
    return this.overwrite('sign');
  }
  /** The square, in place. */
  square_(): this {
    return this.overwrite('square');
  }
  /** The logical not, in place. */
  logicalNot_(): this {
    return this.overwrite('logicalNot');
  }
  /** The bits that x has not, in place. */
  bitwiseNot_(): this {
    return this.overwrite('bitwiseNot');
  }
  /** Running sums along `dim`, in place. */
  cumsum_(dim: number): this {
    return this.overwrite('cumsum', dim);
  }
  /** Running products along `dim`, in place. */
  cumprod_(dim: number): this {
    return this.overwrite('cumprod', dim);
  }
  /** Whether it equals `other`, as 1 and 0, in place. */
  eq_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('eqScalar', other) : this.overwrite('eq', other);
  }
  /** Whether it differs from `other`, as 1 and 0, in place. */
  ne_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('neScalar', other) : this.overwrite('ne', other);
  }
  /** Whether it is less than `other`, as 1 and 0, in place. */
  lt_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('ltScalar', other) : this.overwrite('lt', other);
  }
  /** Whether it is at most `other`, as 1 and 0, in place. */
  le_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('leScalar', other) : this.overwrite('le', other);
  }
  /** Whether it is greater than `other`, as 1 and 0, in place. */
  gt_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('gtScalar', other) : this.overwrite('gt', other);
  }
  /** Whether it is at least `other`, as 1 and 0, in place. */
  ge_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('geScalar', other) : this.overwrite('ge', other);
  }
  /** The remainder with the sign of the first, in place. */
  fmod_(other: Tensor): this {
    return this.overwrite('fmod', other);
  }
  /** The quotient rounded down, in place. */
  floorDivide_(other: Tensor): this {
    return this.overwrite('floorDivide', other);
  }
  /** The angle of the point, in place. */
  atan2_(other: Tensor): this {
    return this.overwrite('atan2', other);
  }
  /** Whether both are true, in place. */
  logicalAnd_(other: Tensor): this {
    return this.overwrite('logicalAnd', other);
  }
  /** Whether one is true, in place. */
  logicalOr_(other: Tensor): this {
    return this.overwrite('logicalOr', other);
  }
  /** The bits that both have, in place. */
  bitwiseAnd_(other: Tensor): this {
    return this.overwrite('bitwiseAnd', other);
  }
  /** The bits that one has, in place. */
  bitwiseOr_(other: Tensor): this {
    return this.overwrite('bitwiseOr', other);
  }
  /** The bits in which they differ, in place. */
  bitwiseXor_(other: Tensor): this {
    return this.overwrite('bitwiseXor', other);
  }
  /** The remainder of `this / other` with the sign of `other`, in place. */
  remainder_(other: Operand): this {
    return typeof other === 'number' ? this.overwrite('remainderScalar', other) : this.overwrite('remainder', other);
  }
  /** The way to `end`, in place: `this + weight * (end - this)`. */
  lerp_(end: Tensor, weight: Operand): this {
    return call('copy_', this, this.lerp(end, weight)) as this;
  }
  /** `this + value * a * b`, in place. */
  addcmul_(a: Tensor, b: Tensor, options: { value?: number } = {}): this {
    return call('add_', this, callTensor('mul', a, b), options.value ?? 1) as this;
  }
  /** `this + value * a / b`, in place. */
  addcdiv_(a: Tensor, b: Tensor, options: { value?: number } = {}): this {
    return call('add_', this, callTensor('div', a, b), options.value ?? 1) as this;
  }
  /** Uniform values in `[low, high)`, in place. */
  uniform_(low = 0, high = 1): this {
    return call('uniform_', this, low, high) as this;
  }
  /** Normal values, in place. */
  normal_(mean = 0, std = 1): this {
    return call('normal_', this, mean, std) as this;
  }
  /** 1 with probability `p`, else 0, in place. */
  bernoulli_(p = 0.5): this {
    return call('copy_', this, callTensor('bernoulli', callTensor('full', this.shape, p, 'float32'))) as this;
  }
  /** Values of an exponential distribution of rate `lambda`, in place. */
  exponential_(lambda = 1): this {
    call('uniform_', this, 0, 1);
    const above = this.rsub(1).log();
    return call('copy_', this, above.mul(-1 / lambda)) as this;
  }
  /** `value` on the diagonal of a matrix, in place. */
  fillDiagonal_(value: number): this {
    call('fill_', callTensor('diagonal', this, 0, 0, 1), value);
    return this;
  }
}
