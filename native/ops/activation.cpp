// Activations: the loops are the element-wise kernels; here are the checks, and the derivatives twice over:
// fused for a plain backward, and of differentiable operations when a graph of the gradient is asked for.
#include "ops/activation.h"

#include <cmath>
#include <functional>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/softmax/kernel.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

using kernels::Binary;
using kernels::Unary;
using Slope = std::function<Tensor(const Tensor& x)>;  // f'(x), of differentiable operations

void check_floating(std::string_view op, const Tensor& x) {
  if (!is_floating(x.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(x.dtype()), "; convert it with .to('float32')");
}

Tensor constant(const std::function<Tensor()>& make) {
  GradMode off(false);
  return make();
}

/// 1 where x > low, else `otherwise`: a constant of the graph.
Tensor step(const Tensor& x, double otherwise) {
  return constant([&] {
    Tensor ones = full(x.sizes(), Scalar(1.0), x.dtype());
    return apply_binary(Binary::LeakyReluGrad, ones, x, "step", otherwise);
  });
}

/// The derivative of relu, from its input or its result: both are positive at the same places.
struct Rectified {
  Saved of;
  const Tensor& rectifier() const { return of.get("ReluBackward"); }
  Grads operator()(const Tensor& g) const {
    const Tensor& by = rectifier();
    if (grad_enabled()) return Grads{mul(g, step(by, 0))};
    return Grads{apply_binary(Binary::ReluGrad, g, by, "ReluBackward")};
  }
};

Tensor activation(std::string_view op, std::string_view node, Unary forward, Binary backward, const Tensor& x, double p,
                  double q, Slope slope) {
  check_floating(op, x);
  Tensor out = apply_unary(forward, x, op, p, q);
  if (should_record(x)) {
    record(out, node, {x}, [x = Saved(x), node, backward, p, q, slope = std::move(slope)](const Tensor& g) {
      const Tensor& in = x.get(node);
      if (grad_enabled()) return Grads{mul(g, slope(in))};
      return Grads{apply_binary(backward, g, in, node, p, q)};
    });
  }
  return out;
}

/// In place the result stands for the input: its sign is the same.
Tensor activation_in_place(std::string_view op, std::string_view node, Unary forward, const Tensor& x, double slope) {
  check_floating(op, x);
  bool recording = should_record(x);
  Tensor before = recording ? make_view(x, x.sizes(), x.strides(), x.impl()->offset) : Tensor();
  if (recording) {
    before.impl()->grad_fn = x.impl()->grad_fn;
    before.impl()->output_index = x.impl()->output_index;
    before.impl()->requires_grad = x.impl()->requires_grad && x.is_leaf();
  }
  check_in_place(x, op);
  apply_unary_(forward, x, slope);
  if (recording) {
    Tensor result = make_view(x, x.sizes(), x.strides(), x.impl()->offset);
    if (slope == 0) {
      record(x, node, {before}, Rectified{Saved(result)});
      return x;
    }
    record(x, node, {before}, [y = Saved(result), node, slope](const Tensor& g) {
      const Tensor& out = y.get(node);
      if (grad_enabled()) return Grads{mul(g, step(out, slope))};
      return Grads{apply_binary(Binary::LeakyReluGrad, g, out, node, slope)};
    });
  }
  return x;
}

template <class F>
Tensor by_rows(const Tensor& x, F&& f) {
  int64_t n = x.dim() ? x.size(-1) : 1;
  Tensor out = empty(x.sizes(), x.dtype());
  if (n) f(out, x.numel() / n, n);
  return out;
}

/// What is computed of each row. Masked: a row of minus infinity alone becomes zeros instead of NaN.
enum class Rows { Softmax, Masked, LogSoftmax };

Tensor softmax_last(const Tensor& input, Rows kind) {
  GradMode off(false);
  Tensor x = contiguous(input);
  return by_rows(x, [&](const Tensor& out, int64_t rows, int64_t n) {
    launch(
        [kind, rows, n](const In& x, const View& out) {
          visit_floating(x.dtype(), [&](auto t) {
            using T = decltype(t);
            if (kind == Rows::LogSoftmax) return kernels::log_softmax<T>(x.data<T>(), out.data<T>(), rows, n);
            kernels::softmax<T>(x.data<T>(), out.data<T>(), rows, n, kind == Rows::Masked);
          });
        },
        x, out);
  });
}

Tensor softmax_last_backward(const Tensor& grad, const Tensor& y, Rows kind) {
  const bool logarithm = kind == Rows::LogSoftmax;
  if (grad_enabled()) {
    if (logarithm) return sub(grad, mul(exp(y), sum(grad, Dims{-1}, true, {})), Scalar(1));
    return mul(y, sub(grad, sum(mul(grad, y), Dims{-1}, true, {}), Scalar(1)));
  }
  Tensor g = contiguous(grad);
  return by_rows(g, [&](const Tensor& out, int64_t rows, int64_t n) {
    launch(
        [logarithm, rows, n](const In& g, const In& y, const View& out) {
          visit_floating(g.dtype(), [&](auto t) {
            using T = decltype(t);
            logarithm ? kernels::log_softmax_backward<T>(g.data<T>(), y.data<T>(), out.data<T>(), rows, n)
                      : kernels::softmax_backward<T>(g.data<T>(), y.data<T>(), out.data<T>(), rows, n);
          });
        },
        g, y, out);
  });
}

Tensor softmax_over(std::string_view op, std::string_view node, const Tensor& x, int64_t dim, Rows kind) {
  check_floating(op, x);
  int d = wrap_dim(dim, x.dim(), op);
  if (d + 1 < x.dim()) return transpose(softmax_over(op, node, transpose(x, d, -1), -1, kind), d, -1);
  if (x.dim() == 0) return reshape(softmax_over(op, node, reshape(x, {1}), -1, kind), {});
  Tensor out = softmax_last(x, kind);
  if (should_record(x)) {
    // The graph of the gradient needs the result as a function of x, so it is made again from x then.
    Tensor result = make_view(out, out.sizes(), out.strides(), 0);
    record(out, node, {x}, [x = Saved(x), y = Saved(result), op, node, kind](const Tensor& g) {
      if (grad_enabled()) return Grads{softmax_last_backward(g, softmax_over(op, node, x.get(node), -1, kind), kind)};
      return Grads{softmax_last_backward(g, y.get(node), kind)};
    });
  }
  return out;
}

}  // namespace

Tensor relu(const Tensor& x) {
  if (!is_floating(x.dtype())) return apply_unary(Unary::Relu, x, "relu");
  Tensor out = apply_unary(Unary::Relu, x, "relu");
  if (should_record(x)) record(out, "ReluBackward", {x}, Rectified{Saved(x)});
  return out;
}

Tensor leaky_relu(const Tensor& x, double slope) {
  return activation("leaky_relu", "LeakyReluBackward", Unary::LeakyRelu, Binary::LeakyReluGrad, x, slope, 0,
                    [slope](const Tensor& in) { return step(in, slope); });
}

Tensor relu_(const Tensor& x) { return activation_in_place("relu_", "ReluBackward", Unary::Relu, x, 0); }

Tensor leaky_relu_(const Tensor& x, double slope) {
  if (slope < 0 && should_record(x))
    fail("leaky_relu_", "a negative slope (", slope,
         ") in place loses the sign that the gradient needs; use leaky_relu");
  return activation_in_place("leaky_relu_", "LeakyReluBackward", Unary::LeakyRelu, x, slope);
}

Tensor elu(const Tensor& x, double alpha) {
  return activation("elu", "EluBackward", Unary::Elu, Binary::EluGrad, x, alpha, 0, [alpha](const Tensor& in) {
    Tensor positive = step(in, 0);
    Tensor below = mul_scalar(exp(clamp(in, std::nullopt, 0.0)), Scalar(alpha));
    return add(positive, mul(constant([&] { return rsub_scalar(positive, Scalar(1)); }), below), Scalar(1));
  });
}

Tensor gelu(const Tensor& x, std::string_view approximate) {
  if (approximate == "tanh") {
    return activation("gelu", "GeluBackward", Unary::GeluTanh, Binary::GeluTanhGrad, x, 0, 0, [](const Tensor& in) {
      const double a = std::sqrt(2 / M_PI), b = 0.044715;
      Tensor squared = square(in);
      Tensor t = tanh(mul_scalar(mul(in, add_scalar(mul_scalar(squared, Scalar(b)), Scalar(1.0))), Scalar(a)));
      Tensor inner = mul_scalar(add_scalar(mul_scalar(squared, Scalar(3 * b)), Scalar(1.0)), Scalar(a));
      Tensor left = add_scalar(t, Scalar(1.0));
      Tensor right = mul(mul(in, rsub_scalar(square(t), Scalar(1.0))), inner);
      return mul_scalar(add(left, right, Scalar(1)), Scalar(0.5));
    });
  }
  if (approximate != "none") fail("gelu", "approximate must be 'none' or 'tanh', got '", approximate, "'");
  return activation("gelu", "GeluBackward", Unary::Gelu, Binary::GeluGrad, x, 0, 0, [](const Tensor& in) {
    Tensor area = mul_scalar(add_scalar(erf(mul_scalar(in, Scalar(M_SQRT1_2))), Scalar(1.0)), Scalar(0.5));
    Tensor bell = mul_scalar(exp(mul_scalar(square(in), Scalar(-0.5))), Scalar(1 / std::sqrt(2 * M_PI)));
    return add(area, mul(in, bell), Scalar(1));
  });
}

Tensor silu(const Tensor& x) {
  return activation("silu", "SiluBackward", Unary::Silu, Binary::SiluGrad, x, 0, 0, [](const Tensor& in) {
    Tensor s = sigmoid(in);
    return mul(s, add_scalar(mul(in, rsub_scalar(s, Scalar(1.0))), Scalar(1.0)));
  });
}

Tensor softplus(const Tensor& x, double beta, double threshold) {
  if (beta == 0) fail("softplus", "beta must not be 0");
  return activation("softplus", "SoftplusBackward", Unary::Softplus, Binary::SoftplusGrad, x, beta, threshold,
                    [beta](const Tensor& in) { return sigmoid(mul_scalar(in, Scalar(beta))); });
}

Tensor hardtanh(const Tensor& x, double low, double high) {
  if (low > high) fail("hardtanh", "the low limit must not be above the high limit, got ", low, " and ", high);
  return activation("hardtanh", "HardtanhBackward", Unary::Hardtanh, Binary::HardtanhGrad, x, low, high,
                    [low, high](const Tensor& in) {
                      return constant([&] {
                        Tensor ones = full(in.sizes(), Scalar(1.0), in.dtype());
                        return apply_binary(Binary::HardtanhGrad, ones, in, "hardtanh", low, high);
                      });
                    });
}

Tensor softmax(const Tensor& x, int64_t dim) {
  return softmax_over("softmax", "SoftmaxBackward", x, dim, Rows::Softmax);
}
Tensor masked_softmax(const Tensor& x) { return softmax_over("softmax", "SoftmaxBackward", x, -1, Rows::Masked); }
Tensor log_softmax(const Tensor& x, int64_t dim) {
  return softmax_over("log_softmax", "LogSoftmaxBackward", x, dim, Rows::LogSoftmax);
}

}  // namespace flint
