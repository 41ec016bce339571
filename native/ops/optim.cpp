// Optimizer steps: what must fit together, then the kernels over each tensor, by threads when there are many elements.
#include "ops/optim.h"

#include <cmath>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/optim/kernel.h"
#include "kernels/parallel.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr int64_t kGrain = 128 * 1024;

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

/// Runs f(step, table, n, p, g, s1, s2, s3) for each parameter, all of them in one launch; the state lists may be null
/// or empty. `setup()` makes the step of its numbers, which a recorded launch is given anew each time. States that lie
/// in another order than their parameter (made before it was laid out anew) are copied in and back.
template <class Setup, class F>
void each(const Tensors& params, const Tensors& grads, std::initializer_list<const Tensors*> states, Setup setup, F f) {
  constexpr size_t kEach = 5;  // parameter, gradient, three states
  std::vector<Tensor> all(kEach * params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    Tensor* of = &all[kEach * i];
    of[0] = params[i];
    of[1] = aligned(grads[i], params[i]);
    size_t at = 2;
    for (const Tensors* list : states) {
      if (!list->empty()) of[at] = aligned((*list)[i], params[i]);
      ++at;
    }
  }
  launch_list(
      [setup, f](std::span<const View> all) {
        const auto step = setup();
        for (size_t i = 0; i < all.size(); i += kEach) {
          const View* of = &all[i];
          visit_floating(of[0].dtype(), [&](auto x) {
            using T = decltype(x);
            auto at = [of](size_t k, int64_t from) { return of[k].defined() ? of[k].data<T>() + from : nullptr; };
            kernels::parallel(of[0].numel(), kGrain, [&](int64_t from, int64_t to) {
              f(step, kernels::optim_kernels<T>(), to - from, at(0, from), static_cast<const T*>(at(1, from)),
                at(2, from), at(3, from), at(4, from));
            });
          });
        }
      },
      all, kEach);
  for (size_t i = 0; i < params.size(); ++i) {
    size_t at = 2;
    for (const Tensors* list : states) {
      const Tensor& used = all[kEach * i + at++];
      if (list->empty()) continue;
      if (!(used == (*list)[i])) copy_((*list)[i], used);
      bump_version((*list)[i]);
    }
    bump_version(params[i]);
  }
}

}  // namespace

void sgd_step(const Tensors& params, const Tensors& grads, const Tensors& buffers, double lr, double momentum,
              double dampening, double weight_decay, bool nesterov, bool maximize, bool first) {
  GradMode off(false);
  check_params("sgd_step", params, grads);
  check_list("sgd_step", params, buffers, "momentum buffers", momentum == 0);
  const Number rate = live_number(lr), inertia = live_number(momentum), damping = live_number(dampening),
               decay = live_number(weight_decay);
  each(
      params, grads, {&buffers},
      [=] { return kernels::SgdStep{rate(), inertia(), damping(), decay(), nesterov, maximize, first}; },
      [](const kernels::SgdStep& s, auto& table, int64_t n, auto* p, auto* g, auto* b, auto*, auto*) {
        table.sgd(s, n, p, g, b);
      });
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
  const Number count = live_number(static_cast<double>(step)), rate = live_number(lr), first = live_number(beta1),
               second = live_number(beta2), small = live_number(eps), decay = live_number(weight_decay);
  each(
      params, grads, {&means, &squares, &largest},
      [=] {
        return kernels::AdamStep{rate(),
                                 first(),
                                 second(),
                                 small(),
                                 decay(),
                                 decoupled,
                                 maximize,
                                 1 - std::pow(first(), count()),
                                 1 - std::pow(second(), count())};
      },
      [](const kernels::AdamStep& s, auto& table, int64_t n, auto* p, auto* g, auto* m, auto* v, auto* l) {
        table.adam(s, n, p, g, m, v, l);
      });
}

void rmsprop_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& buffers,
                  const Tensors& means, double lr, double alpha, double eps, double weight_decay, double momentum,
                  bool maximize) {
  GradMode off(false);
  check_params("rmsprop_step", params, grads);
  check_list("rmsprop_step", params, squares, "squares", false);
  check_list("rmsprop_step", params, buffers, "momentum buffers", momentum == 0);
  check_list("rmsprop_step", params, means, "means", true);
  const Number rate = live_number(lr), kept = live_number(alpha), small = live_number(eps),
               decay = live_number(weight_decay), inertia = live_number(momentum);
  each(
      params, grads, {&squares, &buffers, &means},
      [=] { return kernels::RmspropStep{rate(), kept(), small(), decay(), inertia(), maximize}; },
      [](const kernels::RmspropStep& s, auto& table, int64_t n, auto* p, auto* g, auto* v, auto* b, auto* m) {
        table.rmsprop(s, n, p, g, v, b, m);
      });
}

void adagrad_step(const Tensors& params, const Tensors& grads, const Tensors& sums, int64_t step, double lr,
                  double lr_decay, double weight_decay, double eps, bool maximize) {
  GradMode off(false);
  check_params("adagrad_step", params, grads);
  check_list("adagrad_step", params, sums, "sums", false);
  if (step < 1) fail("adagrad_step", "the step must be at least 1, got ", step);
  const Number count = live_number(static_cast<double>(step)), rate = live_number(lr), slowing = live_number(lr_decay),
               decay = live_number(weight_decay), small = live_number(eps);
  each(
      params, grads, {&sums},
      [=] {
        return kernels::AdagradStep{rate() / (1 + (count() - 1) * slowing()), decay(), small(), maximize};
      },
      [](const kernels::AdagradStep& s, auto& table, int64_t n, auto* p, auto* g, auto* v, auto*, auto*) {
        table.adagrad(s, n, p, g, v);
      });
}

void adadelta_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& deltas,
                   double lr, double rho, double eps, double weight_decay, bool maximize) {
  GradMode off(false);
  check_params("adadelta_step", params, grads);
  check_list("adadelta_step", params, squares, "squares", false);
  check_list("adadelta_step", params, deltas, "deltas", false);
  const Number rate = live_number(lr), kept = live_number(rho), small = live_number(eps),
               decay = live_number(weight_decay);
  each(
      params, grads, {&squares, &deltas},
      [=] {
        return kernels::AdadeltaStep{rate(), kept(), small(), decay(), maximize};
      },
      [](const kernels::AdadeltaStep& s, auto& table, int64_t n, auto* p, auto* g, auto* v, auto* d, auto*) {
        table.adadelta(s, n, p, g, v, d);
      });
}

namespace {

/// Sums of two parts, or the larger of two largest values; NaN where there is one.
double joined(double a, double b, bool infinite) { return infinite ? (b > a || b != b ? b : a) : a + b; }

/// The sum of |v|^p, or the largest |v| for p = infinity; NaN where there is one. Made in pieces of fixed size, so that
/// it does not depend on the threads.
template <class T>
double power_sum(const T* v, int64_t n, double p) {
  constexpr int64_t piece = 1 << 15;
  constexpr int lanes = 8;
  const bool infinite = std::isinf(p);
  auto of_piece = [&](const T* x, int64_t count) {
    double lane[lanes] = {}, sum = 0;
    int64_t i = 0;
    if (p == 2) {
      for (; i + lanes <= count; i += lanes)
        for (int k = 0; k < lanes; ++k) lane[k] += static_cast<double>(x[i + k]) * static_cast<double>(x[i + k]);
      for (double l : lane) sum += l;
    }
    for (; i < count; ++i) {
      const double a = std::fabs(static_cast<double>(x[i]));
      sum = joined(sum, infinite ? a : p == 2 ? a * a : std::pow(a, p), infinite);
    }
    return sum;
  };
  const int64_t pieces = (n + piece - 1) / piece;
  if (pieces <= 1) return of_piece(v, n);
  std::vector<double> partial(static_cast<size_t>(pieces));
  kernels::parallel(pieces, 2, [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) partial[i] = of_piece(v + i * piece, std::min(piece, n - i * piece));
  });
  double total = 0;
  for (double sum : partial) total = joined(total, sum, infinite);
  return total;
}

}  // namespace

Tensor clip_grad_norm(const Tensors& grads, double max_norm, double norm_type) {
  GradMode off(false);
  if (!(norm_type > 0)) fail("clip_grad_norm", "the norm must be above 0, got ", norm_type);
  for (const Tensor& grad : grads)
    if (!is_floating(grad.dtype()))
      fail("clip_grad_norm", "a gradient is ", name_of(grad.dtype()), " but must be a floating type");
  // The norm and the factor first, then the gradients; those that lie in pieces are read as copies.
  Tensor norm = empty({}, grads.empty() ? DType::Float32 : grads[0].dtype()), factor = empty({}, DType::Float64);
  std::vector<Tensor> all{norm, factor};
  for (const Tensor& grad : grads) all.push_back(grad.is_dense() ? grad : contiguous(grad));
  launch_list(
      [max_norm, norm_type](std::span<const View> all) {
        const bool infinite = std::isinf(norm_type);
        double total = 0;
        for (const View& g : all.subspan(2))
          visit_floating(g.dtype(), [&](auto x) {
            total = joined(total, power_sum(g.data<decltype(x)>(), g.numel(), norm_type), infinite);
          });
        const double length = infinite ? total : std::pow(total, 1 / norm_type), scale = max_norm / (length + 1e-6);
        visit_floating(all[0].dtype(), [&](auto x) { *all[0].data<decltype(x)>() = static_cast<decltype(x)>(length); });
        *all[1].data<double>() = scale < 1 || scale != scale ? scale : 1;
      },
      all);
  launch_list(
      [](std::span<const View> all) {
        const double scale = *all[1].data<double>();
        if (scale == 1) return;
        for (const View& g : all.subspan(2))
          visit_floating(g.dtype(), [&](auto x) {
            using T = decltype(x);
            T* v = g.data<T>();
            const T by = static_cast<T>(scale);
            kernels::parallel(g.numel(), kGrain, [&](int64_t from, int64_t to) {
              for (int64_t i = from; i < to; ++i) v[i] *= by;
            });
          });
      },
      all);
  for (size_t i = 0; i < grads.size(); ++i) {
    if (!(all[i + 2] == grads[i])) copy_(grads[i], all[i + 2]);
    bump_version(grads[i]);
  }
  return norm;
}

void clip_grad_value(const Tensors& grads, double limit) {
  GradMode off(false);
  if (limit < 0) fail("clip_grad_value", "the limit must not be negative, got ", limit);
  for (const Tensor& g : grads) clamp_(g, -limit, limit);
}

}  // namespace flint
