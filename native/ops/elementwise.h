// Operations on each element by itself: arithmetic, comparison, functions, choice, casts; with broadcasting.
#pragma once

#include "flint/registry.h"
#include "flint/scalar.h"
#include "flint/tensor.h"
#include "kernels/elementwise/kernel.h"

namespace flint {

// The two gates to the kernels, without autograd; other families fuse their derivatives with them.
Tensor apply_unary(kernels::Unary op, const Tensor& x, std::string_view name, double p = 0, double q = 0);
Tensor apply_binary(kernels::Binary op, const Tensor& a, const Tensor& b, std::string_view name, double p = 0,
                    double q = 0);
/// The same into the memory of `x`.
void apply_unary_(kernels::Unary op, const Tensor& x, double p = 0, double q = 0);

Tensor add(const Tensor& a, const Tensor& b, Scalar alpha);
Tensor sub(const Tensor& a, const Tensor& b, Scalar alpha);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& a, const Tensor& b);
Tensor remainder(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor floor_divide(const Tensor& a, const Tensor& b);
Tensor fmod(const Tensor& a, const Tensor& b);
Tensor atan2(const Tensor& a, const Tensor& b);
Tensor logaddexp(const Tensor& a, const Tensor& b);
Tensor bitwise_and(const Tensor& a, const Tensor& b);
Tensor bitwise_or(const Tensor& a, const Tensor& b);
Tensor bitwise_xor(const Tensor& a, const Tensor& b);
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b);
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b);
Tensor add_scalar(const Tensor& a, Scalar b);
Tensor sub_scalar(const Tensor& a, Scalar b);
Tensor rsub_scalar(const Tensor& a, Scalar b);
Tensor mul_scalar(const Tensor& a, Scalar b);
Tensor div_scalar(const Tensor& a, Scalar b);
Tensor rdiv_scalar(const Tensor& a, Scalar b);
Tensor pow_scalar(const Tensor& a, Scalar b);
Tensor rpow_scalar(const Tensor& a, Scalar b);
Tensor remainder_scalar(const Tensor& a, Scalar b);

Tensor eq(const Tensor& a, const Tensor& b);
Tensor ne(const Tensor& a, const Tensor& b);
Tensor lt(const Tensor& a, const Tensor& b);
Tensor le(const Tensor& a, const Tensor& b);
Tensor gt(const Tensor& a, const Tensor& b);
Tensor ge(const Tensor& a, const Tensor& b);
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& a);
Tensor eq_scalar(const Tensor& a, Scalar b);
Tensor ne_scalar(const Tensor& a, Scalar b);
Tensor lt_scalar(const Tensor& a, Scalar b);
Tensor le_scalar(const Tensor& a, Scalar b);
Tensor gt_scalar(const Tensor& a, Scalar b);
Tensor ge_scalar(const Tensor& a, Scalar b);

Tensor neg(const Tensor& x);
Tensor abs(const Tensor& x);
Tensor sign(const Tensor& x);
Tensor square(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor expm1(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log2(const Tensor& x);
Tensor log10(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor rsqrt(const Tensor& x);
Tensor reciprocal(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);
Tensor asin(const Tensor& x);
Tensor acos(const Tensor& x);
Tensor atan(const Tensor& x);
Tensor sinh(const Tensor& x);
Tensor cosh(const Tensor& x);
Tensor asinh(const Tensor& x);
Tensor acosh(const Tensor& x);
Tensor atanh(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor erfc(const Tensor& x);
Tensor bitwise_not(const Tensor& x);
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
Tensor trunc(const Tensor& x);
Tensor frac(const Tensor& x);
Tensor round(const Tensor& x);
Tensor clamp(const Tensor& x, std::optional<double> low, std::optional<double> high);
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value);
Tensor cast(const Tensor& x, DType dtype);

Tensor add_(const Tensor& a, const Tensor& b, Scalar alpha);
Tensor sub_(const Tensor& a, const Tensor& b, Scalar alpha);
Tensor mul_(const Tensor& a, const Tensor& b);
Tensor div_(const Tensor& a, const Tensor& b);
Tensor add_scalar_(const Tensor& a, Scalar b);
Tensor sub_scalar_(const Tensor& a, Scalar b);
Tensor mul_scalar_(const Tensor& a, Scalar b);
Tensor div_scalar_(const Tensor& a, Scalar b);
Tensor clamp_(const Tensor& x, std::optional<double> low, std::optional<double> high);
Tensor masked_fill_(const Tensor& x, const Tensor& mask, Scalar value);
Tensor fill_(const Tensor& x, Scalar value);
Tensor copy_(const Tensor& into, const Tensor& from);

/// A 0-dimensional tensor of the value, in the type that arithmetic with `beside` gives it.
Tensor scalar_tensor(Scalar value, DType dtype);
/// Sums a gradient over the dimensions that broadcasting had repeated.
Tensor sum_to_size(const Tensor& grad, const Dims& sizes);

inline constexpr auto elementwise_ops = std::tuple{
    Op{"add", &add, "a + alpha·b, broadcast."},
    Op{"sub", &sub, "a - alpha·b, broadcast."},
    Op{"mul", &mul, "a · b, broadcast."},
    Op{"div", &div, "a / b, broadcast; whole numbers give float32."},
    Op{"pow", &pow, "a to the power b, broadcast."},
    Op{"remainder", &remainder, "a modulo b; the sign is that of b."},
    Op{"maximum", &maximum, "The larger of a and b, broadcast; NaN wins."},
    Op{"minimum", &minimum, "The smaller of a and b, broadcast; NaN wins."},
    Op{"floor_divide", &floor_divide, "The greatest whole number not above a / b.", false},
    Op{"fmod", &fmod, "a modulo b; the sign is that of a."},
    Op{"atan2", &atan2, "The angle of the point (b, a), in radians."},
    Op{"logaddexp", &logaddexp, "log(exp(a) + exp(b))."},
    Op{"bitwise_and", &bitwise_and, "The bits that both have; of bool the logical and.", false},
    Op{"bitwise_or", &bitwise_or, "The bits that either has; of bool the logical or.", false},
    Op{"bitwise_xor", &bitwise_xor, "The bits that one has and the other has not.", false},
    Op{"bitwise_left_shift", &bitwise_left_shift, "a · 2^b of whole numbers.", false},
    Op{"bitwise_right_shift", &bitwise_right_shift, "a / 2^b of whole numbers, rounded down.", false},
    Op{"add_scalar", &add_scalar, "a + number."},
    Op{"sub_scalar", &sub_scalar, "a - number."},
    Op{"rsub_scalar", &rsub_scalar, "number - a."},
    Op{"mul_scalar", &mul_scalar, "a · number."},
    Op{"div_scalar", &div_scalar, "a / number."},
    Op{"rdiv_scalar", &rdiv_scalar, "number / a."},
    Op{"pow_scalar", &pow_scalar, "a to the power of a number."},
    Op{"rpow_scalar", &rpow_scalar, "A number to the power a."},
    Op{"remainder_scalar", &remainder_scalar, "a modulo a number."},
    Op{"eq", &eq, "a == b, bool.", false},
    Op{"ne", &ne, "a != b, bool.", false},
    Op{"lt", &lt, "a < b, bool.", false},
    Op{"le", &le, "a <= b, bool.", false},
    Op{"gt", &gt, "a > b, bool.", false},
    Op{"ge", &ge, "a >= b, bool.", false},
    Op{"logical_and", &logical_and, "Both non-zero, bool.", false},
    Op{"logical_or", &logical_or, "Either non-zero, bool.", false},
    Op{"logical_not", &logical_not, "Zero, bool.", false},
    Op{"eq_scalar", &eq_scalar, "a == number, bool.", false},
    Op{"ne_scalar", &ne_scalar, "a != number, bool.", false},
    Op{"lt_scalar", &lt_scalar, "a < number, bool.", false},
    Op{"le_scalar", &le_scalar, "a <= number, bool.", false},
    Op{"gt_scalar", &gt_scalar, "a > number, bool.", false},
    Op{"ge_scalar", &ge_scalar, "a >= number, bool.", false},
    Op{"neg", &neg, "-x."},
    Op{"abs", &abs, "|x|."},
    Op{"sign", &sign, "-1, 0 or 1.", false},
    Op{"square", &square, "x²."},
    Op{"exp", &exp, "e to the power x."},
    Op{"expm1", &expm1, "e to the power x, minus 1."},
    Op{"log", &log, "Natural logarithm."},
    Op{"log2", &log2, "Logarithm to base 2."},
    Op{"log10", &log10, "Logarithm to base 10."},
    Op{"log1p", &log1p, "Natural logarithm of 1 + x."},
    Op{"sqrt", &sqrt, "Square root."},
    Op{"rsqrt", &rsqrt, "1 / square root."},
    Op{"reciprocal", &reciprocal, "1 / x."},
    Op{"sin", &sin, "Sine of radians."},
    Op{"cos", &cos, "Cosine of radians."},
    Op{"tan", &tan, "Tangent of radians."},
    Op{"tanh", &tanh, "Hyperbolic tangent."},
    Op{"sigmoid", &sigmoid, "1 / (1 + e^-x)."},
    Op{"erf", &erf, "The error function."},
    Op{"erfc", &erfc, "1 - erf(x)."},
    Op{"asin", &asin, "The angle whose sine is x, in radians."},
    Op{"acos", &acos, "The angle whose cosine is x, in radians."},
    Op{"atan", &atan, "The angle whose tangent is x, in radians."},
    Op{"sinh", &sinh, "The hyperbolic sine."},
    Op{"cosh", &cosh, "The hyperbolic cosine."},
    Op{"asinh", &asinh, "The inverse of sinh."},
    Op{"acosh", &acosh, "The inverse of cosh."},
    Op{"atanh", &atanh, "The inverse of tanh."},
    Op{"bitwise_not", &bitwise_not, "The bits that x has not; of bool the logical not.", false},
    Op{"floor", &floor, "The whole number below.", false},
    Op{"ceil", &ceil, "The whole number above.", false},
    Op{"trunc", &trunc, "The whole part.", false},
    Op{"frac", &frac, "The part behind the point."},
    Op{"round", &round, "The nearest whole number, halves to even.", false},
    Op{"clamp", &clamp, "x kept between two numbers, either of which may be absent."},
    Op{"where", &where, "a where the condition holds, else b; broadcast."},
    Op{"masked_fill", &masked_fill, "The value where the mask holds, else x."},
    Op{"cast", &cast, "The same values in another dtype."},
    Op{"add_", &add_, "a += alpha·b.", false},
    Op{"sub_", &sub_, "a -= alpha·b.", false},
    Op{"mul_", &mul_, "a *= b.", false},
    Op{"div_", &div_, "a /= b.", false},
    Op{"add_scalar_", &add_scalar_, "a += number.", false},
    Op{"sub_scalar_", &sub_scalar_, "a -= number.", false},
    Op{"mul_scalar_", &mul_scalar_, "a *= number.", false},
    Op{"div_scalar_", &div_scalar_, "a /= number.", false},
    Op{"clamp_", &clamp_, "x kept between two numbers, in place.", false},
    Op{"masked_fill_", &masked_fill_, "The value where the mask holds, in place.", false},
    Op{"fill_", &fill_, "Every element set to the value.", false},
    Op{"copy_", &copy_, "The values of another tensor, broadcast and cast, in place.", false},
};

}  // namespace flint
