// Losses of equal shapes: fused where a training step needs them to be, of differentiable operations elsewhere.
#include "ops/loss.h"

#include <cmath>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/reduction.h"
#include "ops/shape.h"

namespace flint {
namespace {

void check_pair(std::string_view op, const Tensor& input, const Tensor& target) {
  if (!(input.sizes() == target.sizes()))
    fail(op, "input ", input.sizes(), " and target ", target.sizes(), " must have one shape",
         input.numel() == target.numel() ? ". Reshape one of them, for example with target.view(...)" : "");
  if (!is_floating(input.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(input.dtype()), "; convert it with .to('float32')");
  if (target.dtype() != input.dtype())
    fail(op, "the target is ", name_of(target.dtype()), ", the input ", name_of(input.dtype()),
         "; convert the target with .to('", name_of(input.dtype()), "')");
}

Tensor maybe_weigh(const Tensor& values, const std::optional<Tensor>& weight) {
  return weight ? mul(values, *weight) : values;
}

/// Mean or sum of (a - b)², summed in double; four chains keep the units busy.
template <class T>
double squared_distance(const T* a, const T* b, int64_t n) {
  double total = 0;
  for (int64_t from = 0; from < n; from += 512) {
    int64_t to = std::min(n, from + 512);
    T s = 0;
#pragma omp simd reduction(+ : s)
    for (int64_t i = from; i < to; ++i) s += (a[i] - b[i]) * (a[i] - b[i]);
    total += static_cast<double>(s);
  }
  return total;
}

Tensor mse_fused(const Tensor& input, const Tensor& target, Reduction reduction) {
  GradMode off(false);
  Tensor a = contiguous(input), b = contiguous(target), out = empty({}, input.dtype());
  double n = reduction == Reduction::Mean ? static_cast<double>(a.numel()) : 1.0;
  launch(
      [n](const View& out, const In& a, const In& b) {
        visit_floating(a.dtype(), [&](auto x) {
          using T = decltype(x);
          *out.data<T>() = static_cast<T>(squared_distance(a.data<T>(), b.data<T>(), a.numel()) / n);
        });
      },
      out, a, b);
  return out;
}

/// 2 (a - b) g / n, in one pass.
Tensor mse_backward(const Tensor& input, const Tensor& target, const Tensor& grad, double scale) {
  Tensor a = contiguous(input), b = contiguous(target), out = empty(a.sizes(), a.dtype());
  launch(
      [scale](const View& out, const In& a, const In& b, const In& grad) {
        visit_floating(a.dtype(), [&](auto x) {
          using T = decltype(x);
          const T s = static_cast<T>(scale) * *grad.data<T>();
          const T *pa = a.data<T>(), *pb = b.data<T>();
          T* o = out.data<T>();
          for (int64_t i = 0, n = a.numel(); i < n; ++i) o[i] = s * (pa[i] - pb[i]);
        });
      },
      out, a, b, grad);
  return out;
}

}  // namespace

Reduction reduction_from(std::string_view op, std::string_view name) {
  if (name == "mean") return Reduction::Mean;
  if (name == "sum") return Reduction::Sum;
  if (name == "none") return Reduction::None;
  fail(op, "the reduction must be 'mean', 'sum' or 'none', got '", name, "'");
}

Tensor reduce_loss(const Tensor& values, Reduction reduction) {
  if (reduction == Reduction::Mean) return mean(values, Dims(), false);
  if (reduction == Reduction::Sum) return sum(values, Dims(), false, {});
  return values;
}

Tensor mse_loss(const Tensor& input, const Tensor& target, std::string_view name) {
  check_pair("mse_loss", input, target);
  Reduction reduction = reduction_from("mse_loss", name);
  Tensor out;
  if (reduction == Reduction::None) {
    GradMode off(false);
    out = square(sub(input, target, Scalar(1)));
  } else {
    out = mse_fused(input, target, reduction);
  }
  if (should_record(input, target)) {
    double scale = reduction == Reduction::Mean ? 2.0 / static_cast<double>(input.numel()) : 2.0;
    record(out, "MseLossBackward", {input, target},
           [a = Saved(input), b = Saved(target), na = input.needs_grad(), nb = target.needs_grad(), scale,
            each = reduction == Reduction::None](const Tensor& g) {
             const Tensor &x = a.get("MseLossBackward"), &y = b.get("MseLossBackward");
             Tensor d = each || grad_enabled() ? mul_scalar(mul(g, sub(x, y, Scalar(1))), Scalar(scale))
                                               : mse_backward(x, y, g, scale);
             return Grads{na ? d : Tensor(), nb ? neg(d) : Tensor()};
           });
  }
  return out;
}

Tensor l1_loss(const Tensor& input, const Tensor& target, std::string_view name) {
  const bool whole = !is_floating(input.dtype()) && input.dtype() != DType::Bool && input.dtype() == target.dtype() &&
                     input.sizes() == target.sizes();
  if (!whole || reduction_from("l1_loss", name) == Reduction::Mean) check_pair("l1_loss", input, target);
  return reduce_loss(abs(sub(input, target, Scalar(1))), reduction_from("l1_loss", name));
}

Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, std::string_view name, double beta) {
  check_pair("smooth_l1_loss", input, target);
  Reduction reduction = reduction_from("smooth_l1_loss", name);
  if (beta < 0) fail("smooth_l1_loss", "beta must not be negative, got ", beta);
  if (beta == 0) return l1_loss(input, target, name);
  Tensor d = abs(sub(input, target, Scalar(1)));
  // With c = min(d, beta): c²/(2 beta) + (d - c) is both branches at once.
  Tensor c = clamp(d, std::nullopt, beta);
  return reduce_loss(add(mul_scalar(square(c), Scalar(0.5 / beta)), sub(d, c, Scalar(1)), Scalar(1)), reduction);
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                            std::string_view name) {
  check_pair("binary_cross_entropy", input, target);
  Reduction reduction = reduction_from("binary_cross_entropy", name);
  {
    GradMode off(false);
    launch(
        [](const In& x) {
          visit_floating(x.dtype(), [&](auto t) {
            const auto* v = x.data<decltype(t)>();
            for (int64_t i = 0, n = x.numel(); i < n; ++i)
              if (v[i] < 0 || v[i] > 1)
                fail("binary_cross_entropy", "the input must be probabilities in 0..1, got ", v[i],
                     ". For logits use binary_cross_entropy_with_logits");
          });
        },
        contiguous(input));
  }
  // Logarithms are kept above -100, as PyTorch keeps them, so that a sure mistake costs much and not infinitely much.
  Tensor yes = clamp(log(input), -100.0, std::nullopt),
         no = clamp(log(rsub_scalar(input, Scalar(1.0))), -100.0, std::nullopt);
  Tensor values = neg(add(mul(target, yes), mul(rsub_scalar(target, Scalar(1.0)), no), Scalar(1)));
  return reduce_loss(maybe_weigh(values, weight), reduction);
}

Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                                        const std::optional<Tensor>& pos_weight, std::string_view name) {
  check_pair("binary_cross_entropy_with_logits", input, target);
  Reduction reduction = reduction_from("binary_cross_entropy_with_logits", name);
  // (1 - t) x + (1 + (w - 1) t) softplus(-x), where softplus(-x) = log1p(e^-|x|) + max(-x, 0) never overflows.
  Tensor soft = add(log1p(exp(neg(abs(input)))), clamp(neg(input), 0.0, std::nullopt), Scalar(1));
  Tensor scaled = soft;
  if (pos_weight) scaled = mul(add_scalar(mul(add_scalar(*pos_weight, Scalar(-1.0)), target), Scalar(1.0)), soft);
  Tensor values = add(mul(rsub_scalar(target, Scalar(1.0)), input), scaled, Scalar(1));
  return reduce_loss(maybe_weigh(values, weight), reduction);
}

Tensor kl_div(const Tensor& input, const Tensor& target, std::string_view name, bool log_target) {
  check_pair("kl_div", input, target);
  bool batch = name == "batchmean";
  Reduction reduction = batch ? Reduction::Sum : reduction_from("kl_div", name);
  Tensor values;
  if (log_target) {
    values = mul(exp(target), sub(target, input, Scalar(1)));
  } else {
    // 0 · log 0 counts as 0: the logarithm there is taken of 1 instead.
    Tensor safe = masked_fill(target, le_scalar(target, Scalar(0.0)), Scalar(1.0));
    values = sub(mul(target, log(safe)), mul(target, input), Scalar(1));
  }
  Tensor out = reduce_loss(values, reduction);
  return batch && input.dim() ? div_scalar(out, Scalar(static_cast<double>(input.size(0)))) : out;
}

}  // namespace flint
