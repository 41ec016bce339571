// Functions of each element, and their derivatives.
#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/elementwise_rules.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

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
    Saved bare = uses_result ? Saved(detach(out)) : Saved();
    record(out, node, {x}, [saved_x, bare, derivative, node](const Tensor& g) -> Grads {
      const Tensor& x = saved_x.get(node);
      // With a graph of the gradient, y must be made anew from x, or its own dependence on x would be lost.
      return {derivative(g, x, bare.get(node))};
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
  if (x.dtype() == DType::Bool) return clone(x);
  return function(Unary::Sign, "sign", "SignBackward", x,
                  [](const Tensor& g, const Tensor&, const Tensor&) { return no_slope(g); });
}
Tensor square(const Tensor& x) {
  if (x.dtype() == DType::Bool) return cast(x, DType::Int64);
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
Tensor asin(const Tensor& x) {
  return function(Unary::Asin, "asin", "AsinBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, rsqrt(rsub_scalar(square(x), Scalar(1.0))));
  });
}
Tensor acos(const Tensor& x) {
  return function(Unary::Acos, "acos", "AcosBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return neg(mul(g, rsqrt(rsub_scalar(square(x), Scalar(1.0)))));
  });
}
Tensor atan(const Tensor& x) {
  return function(Unary::Atan, "atan", "AtanBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return div(g, add_scalar(square(x), 1)); });
}
Tensor sinh(const Tensor& x) {
  return function(Unary::Sinh, "sinh", "SinhBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, cosh(x)); });
}
Tensor cosh(const Tensor& x) {
  return function(Unary::Cosh, "cosh", "CoshBackward", x,
                  [](const Tensor& g, const Tensor& x, const Tensor&) { return mul(g, sinh(x)); });
}
Tensor asinh(const Tensor& x) {
  return function(Unary::Asinh, "asinh", "AsinhBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, rsqrt(add_scalar(square(x), 1)));
  });
}
Tensor acosh(const Tensor& x) {
  return function(Unary::Acosh, "acosh", "AcoshBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, rsqrt(sub_scalar(square(x), 1)));
  });
}
Tensor atanh(const Tensor& x) {
  return function(Unary::Atanh, "atanh", "AtanhBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return div(g, rsub_scalar(square(x), Scalar(1.0)));
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
Tensor erfc(const Tensor& x) {
  return function(Unary::Erfc, "erfc", "ErfcBackward", x, [](const Tensor& g, const Tensor& x, const Tensor&) {
    return mul(g, mul_scalar(exp(neg(square(x))), Scalar(-1.12837916709551257390)));
  });
}
Tensor bitwise_not(const Tensor& x) {
  return x.dtype() == DType::Bool ? logical_not(x) : apply_unary(Unary::BitNot, x, "bitwise_not");
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

Tensor within(const Tensor& x, double low, double high) {
  return logical_and(ge_scalar(x, Scalar(low)), le_scalar(x, Scalar(high)));
}

Tensor clamp(const Tensor& x, std::optional<double> low, std::optional<double> high) {
  const double inf = std::numeric_limits<double>::infinity();
  const double lo = low.value_or(-inf), hi = high.value_or(inf);
  // A whole number that is held by one which is not becomes a float; true and false, numbers.
  if (!is_floating(x.dtype())) {
    const bool whole = (!low || lo == std::floor(lo)) && (!high || hi == std::floor(hi));
    if (!whole) return clamp(cast(x, DType::Float32), low, high);
    if (x.dtype() == DType::Bool) return clamp(cast(x, DType::Int64), low, high);
  }
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

}  // namespace flint
