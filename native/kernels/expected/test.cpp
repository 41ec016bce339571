// Every operation of the neural-network families beside PyTorch's values, and its derivatives by differences.
#include <map>

#include "kernels/isa.h"
#include "test/support.h"

namespace flint::testing {
namespace {

struct Values {
  std::vector<int64_t> shape;
  std::vector<double> data;
  Tensor tensor() const { return of(Dims(std::span(shape)), data, DType::Float64); }
};
struct Expected {
  const char* name;
  std::vector<Values> inputs;
  Values output;
  std::vector<Values> grads;
};
const std::vector<Expected>& expected() {
  static const std::vector<Expected> all = {
#include "kernels/expected/values.inc"
  };
  return all;
}

using V = const std::vector<Tensor>&;
constexpr auto none = std::nullopt;

Tensor labels() { return of({4}, {2, 0, 3, 1}, DType::Int64); }

void add_losses(std::map<std::string, Function>& f) {
  for (const char* literal : {"mean", "sum", "none"}) {
    std::string how = literal;
    f["mse_" + how] = [how](V x) { return mse_loss(x[0], x[1], how); };
    f["l1_" + how] = [how](V x) { return l1_loss(x[0], x[1], how); };
    f["smooth_l1_" + how] = [how](V x) { return smooth_l1_loss(x[0], x[1], how, 0.7); };
    f["nll_" + how] = [how](V x) { return nll_loss(x[0], labels(), none, -100, how); };
    f["ce_" + how] = [how](V x) { return cross_entropy(x[0], labels(), none, -100, how, 0); };
    f["ce_ignore_" + how] = [how](V x) { return cross_entropy(x[0], labels(), none, 3, how, 0); };
    f["ce_weight_smooth_" + how] = [how](V x) {
      return cross_entropy(x[0], labels(), of({5}, {1, 2, 3, 4, 5}, x[0].dtype()), 0, how, 0.2);
    };
    f["bce_logits_" + how] = [how](V x) { return binary_cross_entropy_with_logits(x[0], x[1], none, none, how); };
    f["bce_" + how] = [how](V x) { return binary_cross_entropy(x[0], x[1], none, how); };
  }
  f["ce_probabilities"] = [](V x) { return cross_entropy(x[0], x[1], none, -100, "mean", 0.1); };
  f["ce_images"] = [](V x) {
    return cross_entropy(x[0], of({2, 2, 1}, {2, 0, 2, 1}, DType::Int64), none, -100, "none", 0);
  };
  f["kl_div"] = [](V x) { return kl_div(x[0], x[1], "batchmean", false); };
  f["kl_div_log"] = [](V x) { return kl_div(x[0], x[1], "sum", true); };
}

std::map<std::string, Function> functions() {
  std::map<std::string, Function> f;
  f["matmul_batch"] = [](V x) { return matmul(x[0], x[1]); };
  f["linear"] = f["linear_3d"] = [](V x) { return linear(x[0], x[1], x[2]); };
  f["addmm"] = [](V x) { return addmm(x[0], x[1], x[2], 0.5, 2); };
  f["conv2d"] = [](V x) { return conv2d(x[0], x[1], x[2], {2, 1}, {1, 2}, {1, 2}, 1); };
  f["conv2d_groups"] = [](V x) { return conv2d(x[0], x[1], none, {1}, {0}, {1}, 2); };
  f["conv_transpose2d"] = [](V x) { return conv_transpose2d(x[0], x[1], x[2], {2}, {1}, {1}, 1, {1}); };
  f["max_pool2d"] = [](V x) { return max_pool2d(x[0], {3}, {2}, {1}, none, none); };
  f["max_pool2d_dilated_ceil"] = [](V x) { return max_pool2d(x[0], {2}, {2}, {1}, Dims{2}, true); };
  f["avg_pool2d"] = [](V x) { return avg_pool2d(x[0], {3}, {2}, {1}, none, none); };
  f["avg_pool2d_ceil_nopad"] = [](V x) { return avg_pool2d(x[0], {3}, {2}, {1}, true, false); };
  f["adaptive_avg_pool2d"] = [](V x) { return adaptive_avg_pool2d(x[0], {3, 2}); };
  f["leaky_relu"] = [](V x) { return leaky_relu(x[0], 0.2); };
  f["elu"] = [](V x) { return elu(x[0], 1.5); };
  f["gelu"] = [](V x) { return gelu(x[0], "none"); };
  f["gelu_tanh"] = [](V x) { return gelu(x[0], "tanh"); };
  f["silu"] = [](V x) { return silu(x[0]); };
  f["softplus"] = [](V x) { return softplus(x[0], 2, 3); };
  f["hardtanh"] = [](V x) { return hardtanh(x[0], -0.5, 0.7); };
  f["softmax"] = [](V x) { return softmax(x[0], 1); };
  f["log_softmax"] = [](V x) { return log_softmax(x[0], -1); };
  f["batch_norm"] = [](V x) { return batch_norm(x[0], x[1], x[2], none, none, true, 0.1, 1e-5); };
  f["layer_norm"] = [](V x) { return layer_norm(x[0], {3, 4}, x[1], x[2], 1e-5); };
  f["group_norm"] = [](V x) { return group_norm(x[0], 2, x[1], x[2], 1e-5); };
  f["embedding"] = [](V x) { return embedding(x[0], of({2, 2}, {0, 2, 2, 1}, DType::Int64), 1); };
  add_losses(f);
  return f;
}

Tensor cosines(const Tensor& y) {
  Tensor w = empty(y.sizes(), y.dtype());
  visit_floating(y.dtype(), [&](auto t) {
    for (int64_t i = 0; i < w.numel(); ++i) w.data<decltype(t)>()[i] = std::cos(static_cast<double>(i));
  });
  return w;
}

void compare(const Expected& e, const Function& f, DType dtype, bool last, double tolerance) {
  SCOPED_TRACE(std::string(e.name) + (last ? ", channels last" : ""));
  std::vector<Tensor> x;
  for (const Values& v : e.inputs) {
    Tensor t = cast(v.tensor(), dtype);
    if (last && t.dim() == 4) {
      Tensor other = empty(t.sizes(), dtype, channels_last_strides(t.sizes()));
      t = copy_(other, t);
    }
    x.push_back(leaf(t));
  }
  Tensor y = f(x);
  EXPECT_EQ(y.sizes().str(), Dims(std::span(e.output.shape)).str());
  expect_close(y, e.output.data, tolerance);
  backward(sum(mul(y, cosines(y)), {}, false, none), {}, {});
  for (size_t i = 0; i < x.size(); ++i) {
    if (e.grads[i].data.empty()) continue;
    ASSERT_TRUE(x[i].impl()->grad) << "no gradient for input " << i;
    expect_close(Tensor(x[i].impl()->grad), e.grads[i].data, tolerance);
  }
}

TEST(PyTorchValues, EveryCaseHasAFunctionAndAgrees) {
  auto f = functions();
  size_t seen = 0;
  for (const Expected& e : expected()) {
    if (std::string_view(e.name).starts_with("step_")) continue;
    auto it = f.find(e.name);
    ASSERT_NE(it, f.end()) << e.name;
    ++seen;
    for (bool onednn : {true, false}) {
      bool before = kernels::set_onednn_enabled(onednn);
      compare(e, it->second, DType::Float64, false, 1e-9);
      compare(e, it->second, DType::Float32, false, 2e-4);
      compare(e, it->second, DType::Float32, true, 2e-4);
      kernels::set_onednn_enabled(before);
    }
  }
  EXPECT_EQ(seen, f.size());
}

TEST(PyTorchValues, DerivativesByDifferences) {
  auto f = functions();
  for (const Expected& e : expected()) {
    auto it = f.find(e.name);
    if (it == f.end() || it->first == "embedding") continue;  // the padding row has no gradient on purpose
    std::vector<Tensor> x;
    int64_t elements = 0;
    for (const Values& v : e.inputs) {
      x.push_back(v.tensor());
      elements += x.back().numel();
    }
    if (elements > 250) continue;  // the large ones are compared with PyTorch's gradients above
    check_gradient(e.name, it->second, x, true);
  }
}

/// Trains p towards target as make.py does.
Tensor train(const Expected& e, const std::function<void(const Tensors&, const Tensors&, int64_t)>& step) {
  Tensor p = e.inputs[0].tensor(), target = e.inputs[1].tensor();
  Tensor scale = of({5}, {2, 4, 6, 8, 10}, DType::Float64);
  for (int64_t i = 1; i <= 5; ++i) step({p}, {mul(scale, sub(p, target, 1))}, i);
  return p;
}

TEST(PyTorchValues, EmbeddingWithoutPaddingByDifferences) {
  Tensor at = of({2, 2}, {0, 2, 2, 1}, DType::Int64);
  Tensor table = reshape(linspace(-1, 1, 8, DType::Float64), {4, 2});
  check_gradient(
      "embedding", [&](V x) { return embedding(x[0], at, none); }, {table}, true);
}

TEST(OptimizerSteps, FollowPyTorch) {
  auto state = [] { return Tensors{zeros({5}, DType::Float64)}; };
  std::map<std::string, std::function<void(const Tensors&, const Tensors&, int64_t)>> steps;
  Tensors a = state(), b = state(), m[3] = {state(), state(), state()}, v[3] = {state(), state(), state()},
          largest = state(), sq = state(), buf = state(), mean = state(), sums = state(), sq2 = state(),
          delta = state();
  steps["step_sgd"] = [](auto& p, auto& g, int64_t) { sgd_step(p, g, {}, 0.01, 0, 0, 0, false, false, false); };
  steps["step_sgd_momentum"] = [&](auto& p, auto& g, int64_t i) {
    sgd_step(p, g, a, 0.01, 0.9, 0.1, 0.05, false, false, i == 1);
  };
  steps["step_sgd_nesterov"] = [&](auto& p, auto& g, int64_t i) {
    sgd_step(p, g, b, 0.01, 0.9, 0, 0, true, false, i == 1);
  };
  steps["step_adam"] = [&](auto& p, auto& g, int64_t i) {
    adam_step(p, g, m[0], v[0], {}, i, 0.1, 0.9, 0.999, 1e-8, 0.05, false, false);
  };
  steps["step_amsgrad"] = [&](auto& p, auto& g, int64_t i) {
    adam_step(p, g, m[1], v[1], largest, i, 0.1, 0.9, 0.999, 1e-8, 0, false, false);
  };
  steps["step_adamw"] = [&](auto& p, auto& g, int64_t i) {
    adam_step(p, g, m[2], v[2], {}, i, 0.1, 0.9, 0.999, 1e-8, 0.2, true, false);
  };
  steps["step_rmsprop"] = [&](auto& p, auto& g, int64_t) {
    rmsprop_step(p, g, sq, buf, mean, 0.01, 0.99, 1e-8, 0.01, 0.5, false);
  };
  steps["step_adagrad"] = [&](auto& p, auto& g, int64_t i) {
    adagrad_step(p, g, sums, i, 0.1, 0.01, 0.01, 1e-10, false);
  };
  steps["step_adadelta"] = [&](auto& p, auto& g, int64_t) {
    adadelta_step(p, g, sq2, delta, 0.5, 0.9, 1e-6, 0.01, false);
  };
  size_t seen = 0;
  for (const Expected& e : expected()) {
    if (!std::string_view(e.name).starts_with("step_")) continue;
    SCOPED_TRACE(e.name);
    ASSERT_TRUE(steps.count(e.name));
    ++seen;
    expect_close(train(e, steps[e.name]), e.output.data, 1e-9);
  }
  EXPECT_EQ(seen, steps.size());
}

}  // namespace
}  // namespace flint::testing
