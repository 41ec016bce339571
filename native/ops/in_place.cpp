// The forms that change their first operand, and what autograd makes of it.
#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/elementwise_rules.h"
#include "ops/iterate.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

namespace {

/// Refuses a leaf, a wider shape and a wider type; hands back `b` in the type of `a`.
Tensor ready_in_place(const Tensor& a, const Tensor& b, std::string_view op) {
  Dims shape = broadcast_shapes(a.sizes(), b.sizes(), op);
  if (!(shape == a.sizes()))
    fail(op, "the result has shape ", shape, ", which does not fit into the tensor of shape ", a.sizes(), " in place");
  DType common = common_dtype(a, b);
  if (is_floating(common) && !is_floating(a.dtype()))
    fail(op, "the result is ", name_of(common), ", which cannot be kept in a ", name_of(a.dtype()),
         " tensor; use the form without the trailing underscore");
  check_in_place(a, op);
  return as(b, a.dtype());
}

Tensor in_place(Binary op, std::string_view name, const Tensor& a, const Tensor& b, Scalar alpha) {
  auto ordinary = [&](const Tensor& before) {
    return op == Binary::Add   ? add(before, b, alpha)
           : op == Binary::Sub ? sub(before, b, alpha)
           : op == Binary::Mul ? mul(before, b)
                               : div(before, b);
  };
  if (should_record(a, b)) {
    // With a graph, the new history is that of the ordinary operation: its result is copied over the old values.
    if (a.is_leaf() && a.impl()->requires_grad) check_in_place(a, name);
    // What a derivative would keep of the old values is a copy, since these are about to change.
    return copy_(a, ordinary(b.needs_grad() ? clone(a) : alias(a)));
  }
  Tensor y = ready_in_place(a, b, name);
  if (a.dtype() == DType::Bool && y.dtype() == DType::Bool && op != Binary::Div) return copy_(a, ordinary(a));
  if (op == Binary::Div && !is_floating(a.dtype()))
    fail(name, "the result is float32, which cannot be kept in a ", name_of(a.dtype()), " tensor");
  run_binary(op, a, a, y, name, alpha.real, 0);
  return a;
}

Tensor in_place(Binary op, std::string_view name, const Tensor& a, Scalar b) {
  return in_place(op, name, a, scalar_tensor(b, b.is_integer ? DType::Int64 : DType::Float64), Scalar(1));
}

}  // namespace

Tensor add_(const Tensor& a, const Tensor& b, Scalar alpha) { return in_place(Binary::Add, "add_", a, b, alpha); }
Tensor sub_(const Tensor& a, const Tensor& b, Scalar alpha) { return in_place(Binary::Sub, "sub_", a, b, alpha); }
Tensor mul_(const Tensor& a, const Tensor& b) { return in_place(Binary::Mul, "mul_", a, b, Scalar(1)); }
Tensor div_(const Tensor& a, const Tensor& b) { return in_place(Binary::Div, "div_", a, b, Scalar(1)); }
Tensor add_scalar_(const Tensor& a, Scalar b) { return in_place(Binary::Add, "add_", a, b); }
Tensor sub_scalar_(const Tensor& a, Scalar b) { return in_place(Binary::Sub, "sub_", a, b); }
Tensor mul_scalar_(const Tensor& a, Scalar b) { return in_place(Binary::Mul, "mul_", a, b); }
Tensor div_scalar_(const Tensor& a, Scalar b) { return in_place(Binary::Div, "div_", a, b); }

Tensor clamp_(const Tensor& x, std::optional<double> low, std::optional<double> high) {
  const double inf = std::numeric_limits<double>::infinity();
  double lo = low.value_or(-inf), hi = high.value_or(inf);
  check_in_place(x, "clamp_");
  if (should_record(x)) {
    Tensor before = alias(x), inside = within(detach(x), lo, hi);
    apply_unary_(Unary::Hardtanh, x, lo, hi);
    record(x, "ClampBackward", {before},
           [inside](const Tensor& g) -> Grads { return {where(inside, g, scalar_tensor(Scalar(0.0), g.dtype()))}; });
    return x;
  }
  if (!is_floating(x.dtype())) {
    lo = std::max(lo, -9.0e18);
    hi = std::min(hi, 9.0e18);
    if (x.dtype() == DType::UInt8) lo = std::max(lo, 0.0), hi = std::min(hi, 255.0);
    if (x.dtype() == DType::Int32) lo = std::max(lo, -2147483648.0), hi = std::min(hi, 2147483647.0);
  }
  apply_unary_(Unary::Hardtanh, x, lo, hi);
  return x;
}

Tensor fill_(const Tensor& x, Scalar value) {
  check_in_place(x, "fill_");
  Tensor v = scalar_tensor(value, x.dtype());
  copy_values(x, v);
  if (x.impl()->grad_fn && grad_enabled())
    record(x, "FillBackward", {alias(x)}, [](const Tensor& g) -> Grads { return {no_slope(g)}; });
  return x;
}

Tensor masked_fill_(const Tensor& x, const Tensor& mask, Scalar value) {
  check_mask("masked_fill_", mask);
  return copy_(x, masked_fill(alias(x), mask, value));
}

Tensor copy_(const Tensor& into, const Tensor& from) {
  Dims shape = broadcast_shapes(into.sizes(), from.sizes(), "copy_");
  if (!(shape == into.sizes()))
    fail("copy_", "a tensor of shape ", from.sizes(), " does not fit into one of shape ", into.sizes());
  check_in_place(into, "copy_");
  Tensor source = from;
  if (from.impl()->storage == into.impl()->storage &&
      !(from.strides() == into.strides() && from.impl()->offset == into.impl()->offset))
    source = clone(from);  // an overlapping view would be read after it was written
  copy_values(into, source);
  // Whatever made the old values is out of the history: nothing of them is left.
  if (should_record(into, from))
    record(into, "CopyBackwards", {from},
           [from = operand_of(from)](const Tensor& g) -> Grads { return {from.needs ? from.fit(g) : Tensor()}; });
  return into;
}

}  // namespace flint
