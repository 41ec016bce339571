// Derivatives by central differences.
#include "support.h"

namespace flint::testing {
namespace {

/// Fixed weights of mixed size, so that errors in single elements do not cancel.
Tensor weights_like(const Tensor& t) {
  Tensor w = empty(t.sizes(), t.dtype());
  for (int64_t i = 0; i < t.numel(); ++i) w.data<double>()[i] = 0.5 + std::sin(1.7 * static_cast<double>(i) + 0.3);
  return w;
}

Tensor weighted(const Function& f, const std::vector<Tensor>& inputs) {
  Tensor y = f(inputs);
  return sum(mul(y, weights_like(y)), {}, false, std::nullopt);
}

std::vector<Tensor> fresh_leaves(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& t : inputs) leaves.push_back(is_floating(t.dtype()) ? leaf(clone(detach(t))) : t);
  return leaves;
}

void compare(const std::string& name, const Function& f, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves = fresh_leaves(inputs);
  Tensor y = weighted(f, leaves);
  if (y.impl()->grad_fn == nullptr) {
    ADD_FAILURE() << name << ": the result has no history";
    return;
  }
  backward(y, {}, {});
  constexpr double h = 1e-5;
  for (size_t k = 0; k < inputs.size(); ++k) {
    if (!is_floating(inputs[k].dtype())) continue;
    Tensor grad(leaves[k].impl()->grad);
    std::vector<double> got =
        grad.defined() ? values(grad) : std::vector<double>(static_cast<size_t>(inputs[k].numel()), 0.0);
    GradMode off(false);
    for (int64_t i = 0; i < inputs[k].numel(); ++i) {
      auto at = [&](double delta) {
        std::vector<Tensor> moved = inputs;
        // Moved along the logical order, in memory laid out as the input's.
        moved[k] = clone(detach(inputs[k]));
        std::vector<double> bump(static_cast<size_t>(inputs[k].numel()), 0.0);
        bump[static_cast<size_t>(i)] = delta;
        moved[k] = add(moved[k], of(inputs[k].sizes(), bump, DType::Float64), 1);
        return values(weighted(f, moved))[0];
      };
      double wanted = (at(h) - at(-h)) / (2 * h);
      EXPECT_NEAR(got[static_cast<size_t>(i)], wanted, 1e-5 * std::max(1.0, std::abs(wanted)) + 1e-7)
          << name << ": input " << k << " of shape " << inputs[k].sizes().str() << ", element " << i;
    }
  }
}

}  // namespace

void check_gradient(const std::string& name, const Function& f, const std::vector<Tensor>& inputs, bool second) {
  compare(name, f, inputs);
  if (!second) return;
  // The derivative is itself a function: its own derivative must hold too.
  Function slope = [&f](const std::vector<Tensor>& x) {
    GradMode on(true);
    std::vector<Tensor> wanted;
    for (const Tensor& t : x)
      if (is_floating(t.dtype())) wanted.push_back(t);
    std::vector<Tensor> tracked = x;
    for (Tensor& t : tracked)
      if (is_floating(t.dtype()) && !t.needs_grad()) t = leaf(clone(detach(t)));
    wanted.clear();
    for (const Tensor& t : tracked)
      if (is_floating(t.dtype())) wanted.push_back(t);
    auto grads = grad({weighted(f, tracked)}, wanted, {}, {true, true}, true);
    Tensor total;
    for (const Tensor& g : grads) {
      if (!g.defined()) continue;
      Tensor s = weighted([&g](const auto&) { return g; }, {});
      total = total.defined() ? add(total, s, 1) : s;
    }
    return total;
  };
  std::vector<Tensor> leaves = fresh_leaves(inputs);
  Tensor y = slope(leaves);
  if (!y.defined() || !y.needs_grad()) return;  // linear: its derivative is constant
  compare(name + " (second order)", slope, inputs);
}

}  // namespace flint::testing
