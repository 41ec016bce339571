// Optimizer steps: what must fit together, then the kernels over each tensor, by threads when there are many elements.
#include "ops/optim.h"

#include <cmath>

#include "flint/autograd.h"
#include "kernels/optim/kernel.h"
#include "kernels/parallel.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr int64_t kGrain = 32 * 1024;

void check_list(std::string_view op, const Tensors& params, const Tensors& state, std::string_view name,
                bool may_be_empty) {
  if (may_be_empty && state.empty()) return;
  if (state.size() != params.size())
    fail(op, "there are ", params.size(), " parameters but ", state.size(), " ", name, "; each parameter needs one");
  for (size_t i = 0; i < params.size(); ++i) {
    if (!(state[i].sizes() == params[i].sizes()) || state[i].dtype() != params[i].dtype())
      fail(op, "parameter ", i, " is ", name_of(params[i].dtype()), " ", params[i].sizes(), ", but its entry in ", name,
           " is ", name_of(state[i].dtype()), " ", state[i].sizes(), "; both must be alike");
  }
}

/// The memory of `t` in the element order of `p`; a copy where its strides differ (gradients often lie otherwise).
Tensor aligned(const Tensor& t, const Tensor& p) {
  if (t.strides() == p.strides() || (t.is_contiguous() && p.is_contiguous())) return t;
  GradMode off(false);
  Tensor same = empty(p.sizes(), p.dtype(), p.strides());
  return copy_(same, t);
}

void check_params(std::string_view op, const Tensors& params, const Tensors& grads) {
  check_list(op, params, grads, "gradients", false);
  for (size_t i = 0; i < params.size(); ++i) {
    if (!is_floating(params[i].dtype()))
      fail(op, "parameter ", i, " is ", name_of(params[i].dtype()), "; only float32 and float64 can be trained");
    if (!params[i].is_dense())
      fail(op, "parameter ", i, " of shape ", params[i].sizes(), " is a strided view; train its base instead");
  }
}

/// Runs f(table, n, p, g, s1, s2, s3) for each parameter; the state lists may be null or empty. States that lie in
/// another order than their parameter (made before it was laid out anew) are copied in and back.
template <class F>
void each(const Tensors& params, const Tensors& grads, std::initializer_list<const Tensors*> states, F&& f) {
  for (size_t i = 0; i < params.size(); ++i) {
    const Tensor& p = params[i];
    Tensor g = aligned(grads[i], p), s[3];
    int count = 0;
    for (const Tensors* list : states) {
      if (!list->empty()) s[count] = aligned((*list)[i], p);
      ++count;
    }
    visit_floating(p.dtype(), [&](auto x) {
      using T = decltype(x);
      auto at = [](const Tensor& t, int64_t offset) { return t.defined() ? t.data<T>() + offset : nullptr; };
      kernels::parallel(p.numel(), kGrain, [&](int64_t from, int64_t to) {
        f(kernels::optim_kernels<T>(), to - from, at(p, from), static_cast<const T*>(at(g, from)), at(s[0], from),
          at(s[1], from), at(s[2], from));
      });
    });
    count = 0;
    for (const Tensors* list : states) {
      if (!list->empty()) {
        if (!(s[count] == (*list)[i])) copy_((*list)[i], s[count]);
        bump_version((*list)[i]);
      }
      ++count;
    }
    bump_version(p);
  }
}

}  // namespace

void sgd_step(const Tensors& params, const Tensors& grads, const Tensors& buffers, double lr, double momentum,
              double dampening, double weight_decay, bool nesterov, bool maximize, bool first) {
  GradMode off(false);
  check_params("sgd_step", params, grads);
  check_list("sgd_step", params, buffers, "momentum buffers", momentum == 0);
  kernels::SgdStep s{lr, momentum, dampening, weight_decay, nesterov, maximize, first};
  each(params, grads, {&buffers},
       [&](auto& table, int64_t n, auto* p, auto* g, auto* b, auto*, auto*) { table.sgd(s, n, p, g, b); });
}

void adam_step(const Tensors& params, const Tensors& grads, const Tensors& means, const Tensors& squares,
               const Tensors& largest, int64_t step, double lr, double beta1, double beta2, double eps,
               double weight_decay, bool decoupled, bool maximize) {
  GradMode off(false);
  check_params("adam_step", params, grads);
  check_list("adam_step", params, means, "means", false);
  check_list("adam_step", params, squares, "squares", false);
  check_list("adam_step", params, largest, "largest squares", true);
  if (step < 1) fail("adam_step", "the step must be at least 1, got ", step);
  kernels::AdamStep s{lr,
                      beta1,
                      beta2,
                      eps,
                      weight_decay,
                      decoupled,
                      maximize,
                      1 - std::pow(beta1, static_cast<double>(step)),
                      1 - std::pow(beta2, static_cast<double>(step))};
  each(params, grads, {&means, &squares, &largest},
       [&](auto& table, int64_t n, auto* p, auto* g, auto* m, auto* v, auto* l) { table.adam(s, n, p, g, m, v, l); });
}

void rmsprop_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& buffers,
                  const Tensors& means, double lr, double alpha, double eps, double weight_decay, double momentum,
                  bool maximize) {
  GradMode off(false);
  check_params("rmsprop_step", params, grads);
  check_list("rmsprop_step", params, squares, "squares", false);
  check_list("rmsprop_step", params, buffers, "momentum buffers", momentum == 0);
  check_list("rmsprop_step", params, means, "means", true);
  kernels::RmspropStep s{lr, alpha, eps, weight_decay, momentum, maximize};
  each(
      params, grads, {&squares, &buffers, &means},
      [&](auto& table, int64_t n, auto* p, auto* g, auto* v, auto* b, auto* m) { table.rmsprop(s, n, p, g, v, b, m); });
}

void adagrad_step(const Tensors& params, const Tensors& grads, const Tensors& sums, int64_t step, double lr,
                  double lr_decay, double weight_decay, double eps, bool maximize) {
  GradMode off(false);
  check_params("adagrad_step", params, grads);
  check_list("adagrad_step", params, sums, "sums", false);
  if (step < 1) fail("adagrad_step", "the step must be at least 1, got ", step);
  kernels::AdagradStep s{lr / (1 + static_cast<double>(step - 1) * lr_decay), weight_decay, eps, maximize};
  each(params, grads, {&sums},
       [&](auto& table, int64_t n, auto* p, auto* g, auto* v, auto*, auto*) { table.adagrad(s, n, p, g, v); });
}

void adadelta_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& deltas,
                   double lr, double rho, double eps, double weight_decay, bool maximize) {
  GradMode off(false);
  check_params("adadelta_step", params, grads);
  check_list("adadelta_step", params, squares, "squares", false);
  check_list("adadelta_step", params, deltas, "deltas", false);
  kernels::AdadeltaStep s{lr, rho, eps, weight_decay, maximize};
  each(params, grads, {&squares, &deltas},
       [&](auto& table, int64_t n, auto* p, auto* g, auto* v, auto* d, auto*) { table.adadelta(s, n, p, g, v, d); });
}

double clip_grad_norm(const Tensors& grads, double max_norm, double norm_type) {
  GradMode off(false);
  double total = 0;
  bool infinite = std::isinf(norm_type);
  if (!(norm_type > 0)) fail("clip_grad_norm", "the norm must be above 0, got ", norm_type);
  for (const Tensor& grad : grads) {
    if (!is_floating(grad.dtype()))
      fail("clip_grad_norm", "a gradient is ", name_of(grad.dtype()), " but must be a floating type");
    Tensor g = grad.is_dense() ? grad : contiguous(grad);
    visit_floating(g.dtype(), [&](auto x) {
      const auto* v = g.data<decltype(x)>();
      double sum = 0;
      for (int64_t i = 0, n = g.numel(); i < n; ++i) {
        double a = std::fabs(static_cast<double>(v[i]));
        if (infinite)
          sum = a > sum || a != a ? a : sum;
        else
          sum += norm_type == 2 ? a * a : std::pow(a, norm_type);
      }
      total = infinite ? (sum > total || sum != sum ? sum : total) : total + sum;
    });
  }
  double norm = infinite ? total : std::pow(total, 1 / norm_type);
  double scale = max_norm / (norm + 1e-6);
  if (scale < 1 || scale != scale)
    for (const Tensor& g : grads) mul_scalar_(g, Scalar(scale));
  return norm;
}

void clip_grad_value(const Tensors& grads, double limit) {
  GradMode off(false);
  if (limit < 0) fail("clip_grad_value", "the limit must not be negative, got ", limit);
  for (const Tensor& g : grads) clamp_(g, -limit, limit);
}

}  // namespace flint
