// Arithmetic of two tensors, or of a tensor and a number, and the derivatives.
#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/elementwise_rules.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

// ---- arithmetic of two tensors

namespace {

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

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  check_integer_divisor(b, "floor_divide");
  return apply_binary(Binary::FloorDivide, a, b, "floor_divide");
}

Tensor fmod(const Tensor& a, const Tensor& b) {
  check_integer_divisor(b, "fmod");
  Tensor out = apply_binary(Binary::Fmod, a, b, "fmod");
  if (should_record(a, b)) {
    // a - b · trunc(a / b), whose last factor is constant almost everywhere.
    Saved x = b.needs_grad() ? Saved(a) : Saved(), y = b.needs_grad() ? Saved(b) : Saved();
    record(out, "FmodBackward", {a, b}, [x, y, a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
      return {a.needs ? a.fit(g) : Tensor(),
              b.needs ? b.fit(neg(mul(g, trunc(div(x.get("FmodBackward"), y.get("FmodBackward")))))) : Tensor()};
    });
  }
  return out;
}

Tensor atan2(const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(Binary::Atan2, a, b, "atan2");
  if (should_record(a, b)) {
    record(out, "Atan2Backward", {a, b}, [x = Saved(a), y = Saved(b)](const Tensor& g) -> Grads {
      const Tensor &a = x.get("Atan2Backward"), &b = y.get("Atan2Backward");
      Tensor part = div(g, add(square(a), square(b), 1));
      return {a.needs_grad() ? grad_for(mul(part, b), a) : Tensor(),
              b.needs_grad() ? grad_for(neg(mul(part, a)), b) : Tensor()};
    });
  }
  return out;
}

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  Tensor out = apply_binary(Binary::LogAddExp, a, b, "logaddexp");
  if (should_record(a, b)) {
    record(out, "LogaddexpBackward", {a, b}, [x = Saved(a), y = Saved(b)](const Tensor& g) -> Grads {
      const Tensor &a = x.get("LogaddexpBackward"), &b = y.get("LogaddexpBackward");
      return {a.needs_grad() ? grad_for(mul(g, sigmoid(sub(a, b, 1))), a) : Tensor(),
              b.needs_grad() ? grad_for(mul(g, sigmoid(sub(b, a, 1))), b) : Tensor()};
    });
  }
  return out;
}

Tensor bitwise_and(const Tensor& a, const Tensor& b) { return apply_binary(Binary::BitAnd, a, b, "bitwise_and"); }
Tensor bitwise_or(const Tensor& a, const Tensor& b) { return apply_binary(Binary::BitOr, a, b, "bitwise_or"); }
Tensor bitwise_xor(const Tensor& a, const Tensor& b) { return apply_binary(Binary::BitXor, a, b, "bitwise_xor"); }
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b) {
  return apply_binary(Binary::ShiftLeft, a, b, "bitwise_left_shift");
}
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b) {
  return apply_binary(Binary::ShiftRight, a, b, "bitwise_right_shift");
}

// ---- a tensor and a number

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
  if (b.real == 0 && !is_floating(wide(a, b).dtype()))
    fail("remainder", "whole numbers cannot be divided by 0; use .float() first to get infinity");
  Tensor out = with_number(Binary::Remainder, a, b, "remainder");
  if (should_record(a)) record(out, "RemainderBackward", {a}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}

}  // namespace flint
