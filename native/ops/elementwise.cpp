// Element-wise operations: types and shapes first, then a walk over rows, then the derivative.
#include "ops/elementwise.h"

#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/create.h"
#include "ops/iterate.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

using kernels::Binary;
using kernels::Unary;

Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op) {
  const int n = std::max(a.size(), b.size());
  Dims out(n, 1);
  for (int i = 0; i < n; ++i) {
    int64_t x = i < n - a.size() ? 1 : a[i - (n - a.size())];
    int64_t y = i < n - b.size() ? 1 : b[i - (n - b.size())];
    if (x != y && x != 1 && y != 1)
      fail(op, "shapes ", a, " and ", b, " do not fit: dimension ", i, " is ", x, " in the first and ", y,
           " in the second. Sizes must be equal, or one of them 1");
    out[i] = x == 1 ? y : x;
  }
  return out;
}

Dims result_strides(const Dims& shape, std::initializer_list<const Tensor*> operands) {
  for (const Tensor* t : operands)
    if (t->sizes() == shape && t->is_dense()) return t->strides();
  return contiguous_strides(shape);
}

namespace {

/// Zeros; a product with 0 would make NaN of an infinite gradient.
Tensor no_slope(const Tensor& g) { return zeros(g.sizes(), g.dtype()); }

char* at(const Tensor& t, int64_t offset) {
  return static_cast<char*>(t.raw()) + offset * static_cast<int64_t>(size_of(t.dtype()));
}

/// How many cheap elements one element of this operation is worth.
int64_t cost_of(Unary op) {
  return op >= Unary::Exp && op <= Unary::Erf ? 4 : op >= Unary::Elu && op <= Unary::Softplus ? 6 : 1;
}

kernels::UnaryRow row_of(Unary op, DType t, std::string_view name) {
  kernels::UnaryRow row = kernels::rows().unary[static_cast<int>(op)][static_cast<int>(t)];
  if (!row) fail(name, "does not take ", name_of(t), "; cast it first, for example with .float()");
  return row;
}
kernels::BinaryRow row_of(Binary op, DType t, std::string_view name) {
  kernels::BinaryRow row = kernels::rows().binary[static_cast<int>(op)][static_cast<int>(t)];
  if (!row) fail(name, "does not take ", name_of(t), "; cast it first, for example with .float()");
  return row;
}

void run_unary(Unary op, const Tensor& out, const Tensor& x, std::string_view name, double p, double q) {
  kernels::UnaryRow row = row_of(op, x.dtype(), name);
  if (x.numel() == 1) return row(out.raw(), x.raw(), 1, 1, 1, p, q);
  Walk<2> walk(out.sizes(), {&out, &x});
  walk.each([&](const int64_t* o,
                int64_t n) { row(at(out, o[0]), at(x, o[1]), walk.row_stride(0), walk.row_stride(1), n, p, q); },
            cost_of(op));
}

void run_binary(Binary op, const Tensor& out, const Tensor& a, const Tensor& b, std::string_view name, double p,
                double q) {
  kernels::BinaryRow row = row_of(op, a.dtype(), name);
  if (out.numel() == 1) return row(out.raw(), a.raw(), b.raw(), 1, 1, 1, 1, p, q);
  Walk<3> walk(out.sizes(), {&out, &a, &b});
  walk.each([&](const int64_t* o, int64_t n) {
    row(at(out, o[0]), at(a, o[1]), at(b, o[2]), walk.row_stride(0), walk.row_stride(1), walk.row_stride(2), n, p, q);
  });
}

/// PyTorch's rule: a 0-dimensional operand does not widen the type of one with dimensions unless its kind (bool, whole,
/// floating) is higher.
DType common_dtype(const Tensor& a, const Tensor& b) {
  if (a.dtype() == b.dtype()) return a.dtype();
  auto kind = [](DType t) { return is_floating(t) ? 2 : t == DType::Bool ? 0 : 1; };
  if ((a.dim() == 0) != (b.dim() == 0)) {
    const Tensor& full = a.dim() == 0 ? b : a;
    const Tensor& zero = a.dim() == 0 ? a : b;
    if (kind(full.dtype()) >= kind(zero.dtype())) return full.dtype();
  }
  return promote(a.dtype(), b.dtype());
}

DType with_scalar(DType t, Scalar s) {
  if (!s.is_integer && !is_floating(t)) return DType::Float32;
  return t == DType::Bool ? DType::Int64 : t;
}

/// Whole numbers become float32, as the result of a division or of a function like exp.
DType floating_of(DType t) { return is_floating(t) ? t : DType::Float32; }

Tensor as(const Tensor& t, DType dtype) { return t.dtype() == dtype ? t : cast(t, dtype); }

void check_integer_divisor(const Tensor& b, std::string_view op) {
  if (is_floating(b.dtype())) return;
  Tensor flat = contiguous(b);
  visit_dtype(b.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for (int64_t i = 0; i < flat.numel(); ++i)
      if (flat.data<T>()[i] == T(0)) fail(op, "division of whole numbers by zero");
  });
}

}  // namespace

Tensor apply_unary(Unary op, const Tensor& x, std::string_view name, double p, double q) {
  Tensor out = empty(x.sizes(), x.dtype(), result_strides(x.sizes(), {&x}));
  run_unary(op, out, x, name, p, q);
  return out;
}

void apply_unary_(Unary op, const Tensor& x, double p, double q) { run_unary(op, x, x, "in place", p, q); }

Tensor apply_binary(Binary op, const Tensor& a, const Tensor& b, std::string_view name, double p, double q) {
  Dims shape = a.sizes() == b.sizes() ? a.sizes() : broadcast_shapes(a.sizes(), b.sizes(), name);
  DType common = common_dtype(a, b);
  if (op == Binary::Div) common = floating_of(common);
  Tensor x = as(a, common), y = as(b, common);
  DType result = op >= Binary::kFirstBool ? DType::Bool : common;
  Tensor out = empty(shape, result, result_strides(shape, {&x, &y}));
  if (common == DType::Bool && op < Binary::kFirstBool) {
    // Logic stands for arithmetic on bool, as in PyTorch: + is or, · is and.
    if (op == Binary::Sub) fail(name, "bool cannot be subtracted; use logicalNot or ne");
    op = op == Binary::Mul || op == Binary::Minimum ? Binary::And : Binary::Or;
  }
  run_binary(op, out, x, y, name, p, q);
  return out;
}

Tensor scalar_tensor(Scalar value, DType dtype) {
  Tensor t = empty({}, dtype);
  visit_dtype(dtype, [&](auto tag) { *t.data<decltype(tag)>() = value.to<decltype(tag)>(); });
  return t;
}

Tensor sum_to_size(const Tensor& grad, const Dims& sizes) {
  if (!grad.defined() || grad.sizes() == sizes) return grad;
  Dims over;
  const int extra = grad.dim() - sizes.size();
  for (int i = 0; i < extra; ++i) over.push_back(i);
  for (int i = 0; i < sizes.size(); ++i)
    if (sizes[i] == 1 && grad.sizes()[i + extra] != 1) over.push_back(i + extra);
  return reshape(sum(grad, over, true, std::nullopt), sizes);
}

Tensor Operand::fit(const Tensor& grad) const { return as(sum_to_size(grad, sizes), dtype); }

// ---- arithmetic of two tensors

namespace {

Tensor grad_for(const Tensor& grad, const Tensor& like) { return as(sum_to_size(grad, like.sizes()), like.dtype()); }

Tensor recorded_sum(Binary op, std::string_view name, std::string_view node, const Tensor& a, const Tensor& b,
                    Scalar alpha) {
  Tensor out = apply_binary(op, a, b, name, alpha.real);
  if (should_record(a, b)) {
    double sign = op == Binary::Sub ? -alpha.real : alpha.real;
    record(out, node, {a, b}, [a = operand_of(a), b = operand_of(b), sign](const Tensor& g) -> Grads {
      Grads grads(2);
      if (a.needs) grads[0] = a.fit(g);
      if (b.needs) grads[1] = b.fit(sign == 1 ? g : mul_scalar(g, Scalar(sign)));
      return grads;
    });
  }
  return out;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b, Scalar alpha) {
  return recorded_sum(Binary::Add, "add", "AddBackward", a, b, alpha);
}
Tensor sub(const Tensor& a, const Tensor& b, Scalar alpha) {
  return recorded_sum(Binary::Sub, "sub", "SubBackward", a, b, alpha);
}

Tensor mul(const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(Binary::Mul, a, b, "mul");
  if (should_record(a, b)) {
    // A factor is kept only for the gradient of the other one.
    Saved x = b.needs_grad() ? Saved(a) : Saved(), y = a.needs_grad() ? Saved(b) : Saved();
    record(out, "MulBackward", {a, b}, [x, y, a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
      return {a.needs ? a.fit(mul(g, y.get("MulBackward"))) : Tensor(),
              b.needs ? b.fit(mul(g, x.get("MulBackward"))) : Tensor()};
    });
  }
  return out;
}

Tensor div(const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(Binary::Div, a, b, "div");
  if (should_record(a, b)) {
    Saved x = b.needs_grad() ? Saved(a) : Saved();
    record(out, "DivBackward", {a, b},
           [x, y = Saved(b), a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
             const Tensor& below = y.get("DivBackward");
             Tensor over = div(g, below);
             return {a.needs ? a.fit(over) : Tensor(),
                     b.needs ? b.fit(neg(mul(over, div(x.get("DivBackward"), below)))) : Tensor()};
           });
  }
  return out;
}

Tensor pow(const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(Binary::Pow, a, b, "pow");
  if (should_record(a, b)) {
    record(out, "PowBackward", {a, b}, [x = Saved(a), y = Saved(b)](const Tensor& g) -> Grads {
      const Tensor &a = x.get("PowBackward"), &b = y.get("PowBackward");
      Grads grads(2);
      if (a.needs_grad()) grads[0] = grad_for(mul(g, mul(b, pow(a, sub_scalar(b, 1)))), a);
      if (b.needs_grad()) {
        // 0^b · ln 0 counts as 0, where the power itself is constant.
        Tensor logarithm = log(masked_fill(a, eq_scalar(a, 0), Scalar(1.0)));
        grads[1] = grad_for(mul(g, mul(pow(a, b), logarithm)), b);
      }
      return grads;
    });
  }
  return out;
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  check_integer_divisor(b, "remainder");
  Tensor out = apply_binary(Binary::Remainder, a, b, "remainder");
  if (should_record(a, b)) {
    // a - b · floor(a / b), whose last factor is constant almost everywhere.
    Saved x = b.needs_grad() ? Saved(a) : Saved(), y = b.needs_grad() ? Saved(b) : Saved();
    record(out, "RemainderBackward", {a, b}, [x, y, a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
      Grads grads(2);
      if (a.needs) grads[0] = a.fit(g);
      if (b.needs) grads[1] = b.fit(neg(mul(g, floor(div(x.get("RemainderBackward"), y.get("RemainderBackward"))))));
      return grads;
    });
  }
  return out;
}

namespace {
Tensor extreme(Binary op, std::string_view name, std::string_view node, const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(op, a, b, name);
  if (should_record(a, b)) {
    record(out, node, {a, b}, [x = Saved(a), y = Saved(b), op](const Tensor& g) -> Grads {
      const Tensor &a = x.get("MaximumBackward"), &b = y.get("MaximumBackward");
      // Equal values share the gradient, as in PyTorch.
      Tensor tie = mul_scalar(cast(eq(a, b), g.dtype()), Scalar(0.5));
      Tensor first = add(cast(op == Binary::Maximum ? gt(a, b) : lt(a, b), g.dtype()), tie, 1);
      Grads grads(2);
      if (a.needs_grad()) grads[0] = grad_for(mul(g, first), a);
      if (b.needs_grad()) grads[1] = grad_for(mul(g, rsub_scalar(first, Scalar(1.0))), b);
      return grads;
    });
  }
  return out;
}
}  // namespace
Tensor maximum(const Tensor& a, const Tensor& b) {
  return extreme(Binary::Maximum, "maximum", "MaximumBackward", a, b);
}
Tensor minimum(const Tensor& a, const Tensor& b) {
  return extreme(Binary::Minimum, "minimum", "MinimumBackward", a, b);
}

// ---- a tensor and a number

namespace {
Tensor wide(const Tensor& a, Scalar b) { return as(a, with_scalar(a.dtype(), b)); }

Tensor with_number(Binary op, const Tensor& a, Scalar b, std::string_view name, double p = 0) {
  Tensor x = wide(a, b);
  if (op == Binary::Div) x = as(x, floating_of(x.dtype()));
  return apply_binary(op, x, scalar_tensor(b, x.dtype()), name, p);
}
}  // namespace

Tensor add_scalar(const Tensor& a, Scalar b) {
  Tensor out = with_number(Binary::Add, a, b, "add", 1);
  if (should_record(a)) record(out, "AddBackward", {a}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}
Tensor sub_scalar(const Tensor& a, Scalar b) {
  Tensor out = with_number(Binary::Sub, a, b, "sub", 1);
  if (should_record(a)) record(out, "SubBackward", {a}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}
Tensor rsub_scalar(const Tensor& a, Scalar b) {
  Tensor x = wide(a, b);
  Tensor out = apply_binary(Binary::Sub, scalar_tensor(b, x.dtype()), x, "sub", 1);
  if (should_record(a)) record(out, "RsubBackward", {a}, [](const Tensor& g) -> Grads { return {neg(g)}; });
  return out;
}
Tensor mul_scalar(const Tensor& a, Scalar b) {
  Tensor out = with_number(Binary::Mul, a, b, "mul");
  if (should_record(a)) record(out, "MulBackward", {a}, [b](const Tensor& g) -> Grads { return {mul_scalar(g, b)}; });
  return out;
}
Tensor div_scalar(const Tensor& a, Scalar b) {
  Tensor out = with_number(Binary::Div, a, b, "div");
  if (should_record(a)) record(out, "DivBackward", {a}, [b](const Tensor& g) -> Grads { return {div_scalar(g, b)}; });
  return out;
}
Tensor rdiv_scalar(const Tensor& a, Scalar b) { return mul_scalar(reciprocal(a), b); }

Tensor pow_scalar(const Tensor& a, Scalar b) {
  Tensor out;
  if (b.real == 2)
    out = apply_unary(Unary::Square, wide(a, b), "pow");
  else if (b.real == 0.5 && is_floating(a.dtype()))
    out = apply_unary(Unary::Sqrt, a, "pow");
  else if (b.real < 0 && !is_floating(wide(a, b).dtype()))
    fail("pow", "whole numbers cannot be raised to a negative power; use .float() first");
  else
    out = with_number(Binary::Pow, a, b, "pow");
  if (should_record(a)) {
    record(out, "PowBackward", {a}, [x = Saved(a), b](const Tensor& g) -> Grads {
      const Tensor& a = x.get("PowBackward");
      if (b.real == 0) return {no_slope(g)};
      if (b.real == 1) return {g};
      Tensor slope = b.real == 2 ? a : pow_scalar(a, Scalar(b.real - 1));
      return {mul(g, mul_scalar(slope, b))};
    });
  }
  return out;
}
Tensor rpow_scalar(const Tensor& a, Scalar b) {
  Tensor x = wide(a, b);
  Tensor out = apply_binary(Binary::Pow, scalar_tensor(b, x.dtype()), x, "pow");
  if (should_record(a))
    record(out, "PowBackward", {a}, [x = Saved(a), b](const Tensor& g) -> Grads {
      return {mul(g, mul_scalar(rpow_scalar(x.get("PowBackward"), b), Scalar(std::log(b.real))))};
    });
  return out;
}
Tensor remainder_scalar(const Tensor& a, Scalar b) {
  if (b.real == 0 && !is_floating(wide(a, b).dtype())) fail("remainder", "division of whole numbers by zero");
  Tensor out = with_number(Binary::Remainder, a, b, "remainder");
  if (should_record(a)) record(out, "RemainderBackward", {a}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}

// ---- comparison

Tensor eq(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Eq, a, b, "eq"); }
Tensor ne(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Ne, a, b, "ne"); }
Tensor lt(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Lt, a, b, "lt"); }
Tensor le(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Le, a, b, "le"); }
Tensor gt(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Gt, a, b, "gt"); }
Tensor ge(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Ge, a, b, "ge"); }
Tensor logical_and(const Tensor& a, const Tensor& b) { return apply_binary(Binary::And, a, b, "logicalAnd"); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Or, a, b, "logicalOr"); }
Tensor logical_not(const Tensor& a) { return eq_scalar(a, 0); }
Tensor eq_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Eq, a, b, "eq"); }
Tensor ne_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Ne, a, b, "ne"); }
Tensor lt_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Lt, a, b, "lt"); }
Tensor le_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Le, a, b, "le"); }
Tensor gt_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Gt, a, b, "gt"); }
Tensor ge_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Ge, a, b, "ge"); }

// ---- functions of one tensor

namespace {

using Derivative = Tensor (*)(const Tensor& g, const Tensor& x, const Tensor& y);

/// y = op(x) with its derivative, which sees the gradient, x, and where it helps y.
Tensor function(Unary op, std::string_view name, std::string_view node, const Tensor& x, Derivative derivative,
                bool uses_result = false) {
  Tensor input = kernels::rows().unary[static_cast<int>(op)][static_cast<int>(x.dtype())] ? x : cast(x, DType::Float32);
  Tensor out = apply_unary(op, input, name);
  if (should_record(x)) {
    Saved saved_x(x);
    // The result is saved as a bare view: the node must not hold the tensor that holds it.
    Tensor bare = uses_result ? detach(out) : Tensor();
    record(out, node, {x}, [saved_x, bare, derivative, node](const Tensor& g) -> Grads {
      const Tensor& x = saved_x.get(node);
      // With a graph of the gradient, y must be made anew from x, or its own dependence on x would be lost.
      return {derivative(g, x, bare)};
    });
  }
  return out;
}

}  // namespace

Tensor neg(const Tensor& x) {
  return function(Unary::Neg, "neg", "NegBackward", x,
                  [](const Tensor& g, const Tensor&, const Tensor&) { return neg(g); });
}
Tensor abs(const Tensor& x) {
  return function(Unary::Abs, "abs", "AbsBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, sign(x)); });
}
Tensor sign(const Tensor& x) {
  return function(Unary::Sign, "sign", "SignBackward", x,
                  [](const Tensor& g, const Tensor&, const Tensor&) { return no_slope(g); });
}
Tensor square(const Tensor& x) {
  return function(Unary::Square, "square", "PowBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, mul_scalar(x, Scalar(2.0))); });
}
Tensor exp(const Tensor& x) {
  return function(
      Unary::Exp, "exp", "ExpBackward", x,
      [](const Tensor& g, const Tensor& x, const Tensor& y) { return mul(g, grad_enabled() ? exp(x) : y); }, true);
}
Tensor expm1(const Tensor& x) {
  return function(Unary::Expm1, "expm1", "Expm1Backward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, exp(x)); });
}
Tensor log(const Tensor& x) {
  return function(Unary::Log, "log", "LogBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return div(g, x); });
}
Tensor log2(const Tensor& x) {
  return function(Unary::Log2, "log2", "Log2Backward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return div(g, mul_scalar(x, Scalar(0.693147180559945309)));
  });
}
Tensor log10(const Tensor& x) {
  return function(Unary::Log10, "log10", "Log10Backward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return div(g, mul_scalar(x, Scalar(2.302585092994045684)));
  });
}
Tensor log1p(const Tensor& x) {
  return function(Unary::Log1p, "log1p", "Log1PBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return div(g, add_scalar(x, 1)); });
}
Tensor sqrt(const Tensor& x) {
  return function(
      Unary::Sqrt, "sqrt", "SqrtBackward", x,
      [](const Tensor& g, const Tensor& x, const Tensor& y) {
        return div(g, mul_scalar(grad_enabled() ? sqrt(x) : y, Scalar(2.0)));
      },
      true);
}
Tensor rsqrt(const Tensor& x) {
  return function(Unary::Rsqrt, "rsqrt", "RsqrtBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, mul_scalar(pow_scalar(x, Scalar(-1.5)), Scalar(-0.5)));
  });
}
Tensor reciprocal(const Tensor& x) {
  return function(Unary::Reciprocal, "reciprocal", "ReciprocalBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return neg(div(g, square(x))); });
}
Tensor sin(const Tensor& x) {
  return function(Unary::Sin, "sin", "SinBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, cos(x)); });
}
Tensor cos(const Tensor& x) {
  return function(Unary::Cos, "cos", "CosBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return neg(mul(g, sin(x))); });
}
Tensor tan(const Tensor& x) {
  return function(Unary::Tan, "tan", "TanBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, add_scalar(square(tan(x)), 1));
  });
}
Tensor tanh(const Tensor& x) {
  return function(
      Unary::Tanh, "tanh", "TanhBackward", x,
      [](const Tensor& g, const Tensor& x, const Tensor& y) {
        if (grad_enabled()) return mul(g, rsub_scalar(square(tanh(x)), Scalar(1.0)));
        return apply_binary(Binary::TanhGrad, g, y, "tanh");
      },
      true);
}
Tensor sigmoid(const Tensor& x) {
  return function(
      Unary::Sigmoid, "sigmoid", "SigmoidBackward", x,
      [](const Tensor& g, const Tensor& x, const Tensor& y) {
        if (!grad_enabled()) return apply_binary(Binary::SigmoidGrad, g, y, "sigmoid");
        Tensor s = sigmoid(x);
        return mul(g, mul(s, rsub_scalar(s, Scalar(1.0))));
      },
      true);
}
Tensor erf(const Tensor& x) {
  return function(Unary::Erf, "erf", "ErfBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, mul_scalar(exp(neg(square(x))), Scalar(1.12837916709551257390)));
  });
}

namespace {
/// floor and its like: flat almost everywhere; whole numbers are their own result.
Tensor step_function(Unary op, std::string_view name, std::string_view node, const Tensor& x) {
  if (!is_floating(x.dtype())) return clone(x);
  return function(op, name, node, x, [](const Tensor& g, const Tensor&, const Tensor&) { return no_slope(g); });
}
}  // namespace
Tensor floor(const Tensor& x) { return step_function(Unary::Floor, "floor", "FloorBackward", x); }
Tensor ceil(const Tensor& x) { return step_function(Unary::Ceil, "ceil", "CeilBackward", x); }
Tensor trunc(const Tensor& x) { return step_function(Unary::Trunc, "trunc", "TruncBackward", x); }
Tensor round(const Tensor& x) { return step_function(Unary::Round, "round", "RoundBackward", x); }
Tensor frac(const Tensor& x) {
  return function(Unary::Frac, "frac", "FracBackward", x,
                  [](const Tensor& g, const Tensor&, const Tensor&) { return g; });
}

namespace {
Tensor within(const Tensor& x, double low, double high) {
  return logical_and(ge_scalar(x, Scalar(low)), le_scalar(x, Scalar(high)));
}
}  // namespace

Tensor clamp(const Tensor& x, std::optional<double> low, std::optional<double> high) {
  const double inf = std::numeric_limits<double>::infinity();
  const double lo = low.value_or(-inf), hi = high.value_or(inf);
  Tensor out;
  if (is_floating(x.dtype())) {
    out = apply_unary(Unary::Hardtanh, x, "clamp", lo, hi);
  } else {
    out = clone(x);
    clamp_(out, low, high);
  }
  if (should_record(x)) {
    record(out, "ClampBackward", {x}, [saved = Saved(x), lo, hi](const Tensor& g) -> Grads {
      return {where(within(saved.get("ClampBackward"), lo, hi), g, scalar_tensor(Scalar(0.0), g.dtype()))};
    });
  }
  return out;
}

// ---- choice

namespace {
template <class T>
void where_rows(const Tensor& out, const Tensor& c, const Tensor& a, const Tensor& b) {
  Walk<4> walk(out.sizes(), {&out, &c, &a, &b});
  const int64_t so = walk.row_stride(0), sc = walk.row_stride(1), sa = walk.row_stride(2), sb = walk.row_stride(3);
  walk.each([&](const int64_t* o, int64_t n) {
    T* to = out.data<T>() + o[0];
    const bool* cond = c.data<bool>() + o[1];
    const T *x = a.data<T>() + o[2], *y = b.data<T>() + o[3];
    for (int64_t i = 0; i < n; ++i) to[i * so] = cond[i * sc] ? x[i * sa] : y[i * sb];
  });
}
}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  Tensor c = as(condition, DType::Bool);
  DType common = common_dtype(a, b);
  Tensor x = as(a, common), y = as(b, common);
  Dims shape = broadcast_shapes(broadcast_shapes(a.sizes(), b.sizes(), "where"), c.sizes(), "where");
  Tensor out = empty(shape, common);
  visit_dtype(common, [&](auto tag) { where_rows<decltype(tag)>(out, c, x, y); });
  if (should_record(a, b)) {
    record(out, "WhereBackward", {a, b}, [c, a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
      Tensor zero = scalar_tensor(Scalar(0.0), g.dtype());
      return {a.needs ? a.fit(where(c, g, zero)) : Tensor(), b.needs ? b.fit(where(c, zero, g)) : Tensor()};
    });
  }
  return out;
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) {
  return where(mask, scalar_tensor(value, x.dtype()), x);
}

// ---- casts

namespace {
template <class From, class To>
To convert(From v) {
  if constexpr (std::is_same_v<To, bool>)
    return v != From(0);
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Beyond the range, and for NaN, the smallest whole number: what x86 gives, instead of undefined behaviour.
    constexpr From low = static_cast<From>(std::numeric_limits<int64_t>::min());
    constexpr From high = static_cast<From>(9223372036854775807.0);
    return static_cast<To>(v >= low && v < high ? static_cast<int64_t>(v) : std::numeric_limits<int64_t>::min());
  } else
    return static_cast<To>(v);
}

template <class From, class To>
void cast_rows(const Tensor& out, const Tensor& x) {
  Walk<2> walk(out.sizes(), {&out, &x});
  const int64_t so = walk.row_stride(0), sx = walk.row_stride(1);
  walk.each([&](const int64_t* o, int64_t n) {
    To* to = out.data<To>() + o[0];
    const From* from = x.data<From>() + o[1];
    if (so == 1 && sx == 1)
      for (int64_t i = 0; i < n; ++i) to[i] = convert<From, To>(from[i]);
    else
      for (int64_t i = 0; i < n; ++i) to[i * so] = convert<From, To>(from[i * sx]);
  });
}

void copy_values(const Tensor& into, const Tensor& from) {
  visit_dtype(from.dtype(), [&](auto f) {
    visit_dtype(into.dtype(), [&](auto t) { cast_rows<decltype(f), decltype(t)>(into, from); });
  });
}
}  // namespace

Tensor cast(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  Tensor out = empty(x.sizes(), dtype, result_strides(x.sizes(), {&x}));
  copy_values(out, x);
  if (is_floating(dtype) && should_record(x))
    record(out, "ToCopyBackward", {x}, [to = x.dtype()](const Tensor& g) -> Grads { return {cast(g, to)}; });
  return out;
}

// ---- in place

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
  if (should_record(a, b)) {
    // With a graph, the new history is that of the ordinary operation: its result is copied over the old values.
    if (a.is_leaf() && a.impl()->requires_grad) check_in_place(a, name);
    // What a derivative would keep of the old values is a copy, since these are about to change.
    Tensor before = b.needs_grad() ? clone(a) : alias(a);
    Tensor result = op == Binary::Add   ? add(before, b, alpha)
                    : op == Binary::Sub ? sub(before, b, alpha)
                    : op == Binary::Mul ? mul(before, b)
                                        : div(before, b);
    return copy_(a, result);
  }
  Tensor y = ready_in_place(a, b, name);
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
  return copy_(x, masked_fill(alias(x), mask, value));
}

Tensor copy_(const Tensor& into, const Tensor& from) {
  Dims shape = broadcast_shapes(into.sizes(), from.sizes(), "copy_");
  if (!(shape == into.sizes()))
    fail("copy_", "a tensor of shape ", from.sizes(), " does not fit into one of shape ", into.sizes());
  check_in_place(into, "copy_");
  if (into.impl()->base && should_record(from))
    fail("copy_", "values with gradients cannot be written into a view: the tensor it shows would not know of them. ",
         "Build the result with cat(), stack(), where() or scatter(), or detach() the values");
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
