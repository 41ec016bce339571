// Arithmetic on tensors: operators with broadcasting, functions of each element, and their in-place forms.
import { native } from '../native.ts';
import { call, callTensor } from './dispatch.ts';
import { handleOf } from './handle.ts';
import { TensorGradients } from './gradients.ts';
import type { Tensor } from './tensor.ts';

/** The other side of an operation: a tensor that broadcasts, or a number. */
export type Operand = Tensor | number;

/** What `add` and `sub` may be told. */
export interface AlphaOptions {
  /** The other side is multiplied by it first. */
  alpha?: number;
}

/** The part of class Tensor that computes element by element. */
export abstract class TensorArithmetic extends TensorGradients {
  /** An operation whose result takes the place of the values; what its derivative needs of them is copied first. */
  protected overwrite(name: string, ...args: unknown[]): this {
    const recorded = native.gradEnabled() && native.needsGrad(handleOf(this));
    const source = recorded ? callTensor('clone', this) : this;
    return call('copy_', this, callTensor(name, source, ...args)) as this;
  }

  /** `this + alpha * other`; shapes broadcast. Throws when they do not fit, naming both and the dimension. */
  add(other: Operand, options?: AlphaOptions): Tensor {
    const alpha = options?.alpha ?? 1;
    return typeof other === 'number'
      ? callTensor('addScalar', this, other * alpha)
      : callTensor('add', this, other, alpha);
  }
  /** `this - alpha * other`; shapes broadcast. */
  sub(other: Operand, options?: AlphaOptions): Tensor {
    const alpha = options?.alpha ?? 1;
    return typeof other === 'number'
      ? callTensor('subScalar', this, other * alpha)
      : callTensor('sub', this, other, alpha);
  }
  /** `other - this`. */
  rsub(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('rsubScalar', this, other) : callTensor('sub', other, this, 1);
  }
  /** `this * other`, element by element; shapes broadcast. */
  mul(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('mulScalar', this, other) : callTensor('mul', this, other);
  }
  /** `this / other`; integers give float32. Shapes broadcast. */
  div(other: Operand): Tensor {
    return typeof other === 'number' ? callTensor('divScalar', this, other) : callTensor('div', this, other);
  }
  /** `this` to the power `exponent`, element by element. */
  pow(exponent: Operand): Tensor {
    return typeof exponent === 'number' ? callTensor('powScalar', this, exponent) : callTensor('pow', this, exponent);
  }
  /** The remainder of `this / other` with the sign of `other`, as Python's `%`. */
  remainder(other: Operand): Tensor {
    return typeof other === 'number'
      ? callTensor('remainderScalar', this, other)
      : callTensor('remainder', this, other);
  }
  /** The larger of the two, element by element. */
  maximum(other: Tensor): Tensor {
    return callTensor('maximum', this, other);
  }
  /** The smaller of the two, element by element. */
  minimum(other: Tensor): Tensor {
    return callTensor('minimum', this, other);
  }

  /** Adds `alpha * other` in place. Throws for a leaf that requires grad outside `noGrad`. */
  add_(other: Operand, options?: AlphaOptions): this {
    const alpha = options?.alpha ?? 1;
    return (
      typeof other === 'number' ? call('addScalar_', this, other * alpha) : call('add_', this, other, alpha)
    ) as this;
  }
  /** Subtracts `alpha * other` in place. */
  sub_(other: Operand, options?: AlphaOptions): this {
    const alpha = options?.alpha ?? 1;
    return (
      typeof other === 'number' ? call('subScalar_', this, other * alpha) : call('sub_', this, other, alpha)
    ) as this;
  }
  /** Multiplies by `other` in place. */
  mul_(other: Operand): this {
    return (typeof other === 'number' ? call('mulScalar_', this, other) : call('mul_', this, other)) as this;
  }
  /** Divides by `other` in place; floating-point tensors only. */
  div_(other: Operand): this {
    return (typeof other === 'number' ? call('divScalar_', this, other) : call('div_', this, other)) as this;
  }
  /** Raises to the power `exponent` in place. */
  pow_(exponent: number): this {
    return call('copy_', this, callTensor('powScalar', this, exponent)) as this;
  }
  /** Limits every element to `[min, max]`; null leaves that side open. */
  clamp(min: number | null, max: number | null = null): Tensor {
    return callTensor('clamp', this, min, max);
  }
  /** `clamp` in place. */
  clamp_(min: number | null, max: number | null = null): this {
    return call('clamp_', this, min, max) as this;
  }
  /** Sets every element to `value`. */
  fill_(value: number): this {
    return call('fill_', this, value) as this;
  }
  /** Sets every element to 0. */
  zero_(): this {
    return call('fill_', this, 0) as this;
  }
  /** Copies the values of `source`, which broadcasts and is cast, into this tensor. */
  copy_(source: Tensor): this {
    return call('copy_', this, source) as this;
  }

  /** `-x`, for each element. */
  neg(): Tensor {
    return callTensor('neg', this);
  }
  /** `neg` in place. */
  neg_(): this {
    return this.overwrite('neg');
  }
  /** The absolute value, for each element. */
  abs(): Tensor {
    return callTensor('abs', this);
  }
  /** `abs` in place. */
  abs_(): this {
    return this.overwrite('abs');
  }
  /** e to the power x, for each element. */
  exp(): Tensor {
    return callTensor('exp', this);
  }
  /** `exp` in place. */
  exp_(): this {
    return this.overwrite('exp');
  }
  /** The natural logarithm, for each element. */
  log(): Tensor {
    return callTensor('log', this);
  }
  /** `log` in place. */
  log_(): this {
    return this.overwrite('log');
  }
  /** The logarithm to base 2, for each element. */
  log2(): Tensor {
    return callTensor('log2', this);
  }
  /** The logarithm to base 10, for each element. */
  log10(): Tensor {
    return callTensor('log10', this);
  }
  /** `log(1 + x)`, exact near 0, for each element. */
  log1p(): Tensor {
    return callTensor('log1p', this);
  }
  /** `exp(x) - 1`, exact near 0, for each element. */
  expm1(): Tensor {
    return callTensor('expm1', this);
  }
  /** The square root, for each element. */
  sqrt(): Tensor {
    return callTensor('sqrt', this);
  }
  /** `sqrt` in place. */
  sqrt_(): this {
    return this.overwrite('sqrt');
  }
  /** `1 / sqrt(x)`, for each element. */
  rsqrt(): Tensor {
    return callTensor('rsqrt', this);
  }
  /** `x * x`, for each element. */
  square(): Tensor {
    return callTensor('square', this);
  }
  /** `1 / x`, for each element. */
  reciprocal(): Tensor {
    return callTensor('reciprocal', this);
  }
  /** `reciprocal` in place. */
  reciprocal_(): this {
    return this.overwrite('reciprocal');
  }
  /** -1, 0 or 1, for each element. */
  sign(): Tensor {
    return callTensor('sign', this);
  }
  /** The next integer below, for each element. */
  floor(): Tensor {
    return callTensor('floor', this);
  }
  /** `floor` in place. */
  floor_(): this {
    return this.overwrite('floor');
  }
  /** The next integer above, for each element. */
  ceil(): Tensor {
    return callTensor('ceil', this);
  }
  /** `ceil` in place. */
  ceil_(): this {
    return this.overwrite('ceil');
  }
  /** The integer part, for each element. */
  trunc(): Tensor {
    return callTensor('trunc', this);
  }
  /** `trunc` in place. */
  trunc_(): this {
    return this.overwrite('trunc');
  }
  /** The fractional part, with the sign of x, for each element. */
  frac(): Tensor {
    return callTensor('frac', this);
  }
  /** The nearest integer; halves go to the even one, for each element. */
  round(): Tensor {
    return callTensor('round', this);
  }
  /** `round` in place. */
  round_(): this {
    return this.overwrite('round');
  }
  /** The sine of radians, for each element. */
  sin(): Tensor {
    return callTensor('sin', this);
  }
  /** The cosine of radians, for each element. */
  cos(): Tensor {
    return callTensor('cos', this);
  }
  /** The tangent of radians, for each element. */
  tan(): Tensor {
    return callTensor('tan', this);
  }
  /** The hyperbolic tangent, for each element. */
  tanh(): Tensor {
    return callTensor('tanh', this);
  }
  /** `tanh` in place. */
  tanh_(): this {
    return this.overwrite('tanh');
  }
  /** `1 / (1 + exp(-x))`, for each element. */
  sigmoid(): Tensor {
    return callTensor('sigmoid', this);
  }
  /** `sigmoid` in place. */
  sigmoid_(): this {
    return this.overwrite('sigmoid');
  }
  /** `max(x, 0)`, for each element. */
  relu(): Tensor {
    return callTensor('relu', this);
  }
  /** `relu` in place. */
  relu_(): this {
    return this.overwrite('relu');
  }
  /** The error function, for each element. */
  erf(): Tensor {
    return callTensor('erf', this);
  }
}
