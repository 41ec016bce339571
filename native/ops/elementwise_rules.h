// What the element-wise files share: the rules of types, and small parts of derivatives.
#pragma once

#include "ops/create.h"
#include "ops/elementwise.h"

namespace flint {

using kernels::Binary;
using kernels::Unary;

/// PyTorch's rule: a 0-dimensional operand does not widen the type of one with dimensions unless its kind (bool, whole,
/// floating) is higher.
DType common_dtype(const Tensor& a, const Tensor& b);
DType with_scalar(DType t, Scalar s);
void check_integer_divisor(const Tensor& b, std::string_view op);
/// Refuses a mask that is not bool.
void check_mask(std::string_view op, const Tensor& mask);
/// One where low <= x <= high.
Tensor within(const Tensor& x, double low, double high);
/// The loop of a binary operation over operands of one type, into memory that is there.
void run_binary(Binary op, const Tensor& out, const Tensor& a, const Tensor& b, std::string_view name, double p,
                double q);
/// Writes the values of `from`, which broadcasts and is cast, without autograd.
void copy_values(const Tensor& into, const Tensor& from);

inline Tensor as(const Tensor& t, DType dtype) { return t.dtype() == dtype ? t : cast(t, dtype); }
inline Tensor wide(const Tensor& a, Scalar b) { return as(a, with_scalar(a.dtype(), b)); }
/// A tensor and a number, which counts as a tensor without dimensions.
Tensor with_number(Binary op, const Tensor& a, Scalar b, std::string_view name, double p = 0);
/// The gradient brought to the shape and type of `like`.
inline Tensor grad_for(const Tensor& grad, const Tensor& like) {
  return as(sum_to_size(grad, like.sizes()), like.dtype());
}
/// Zeros; a product with 0 would make NaN of an infinite gradient.
inline Tensor no_slope(const Tensor& g) { return zeros(g.sizes(), g.dtype()); }

}  // namespace flint
