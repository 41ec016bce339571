// Microseconds of whole training steps in the engine alone: what the binding and the script add comes on top.
#include <chrono>
#include <cstdio>

#include "flint/autograd.h"
#include "flint/runtime.h"
#include "ops/all.h"

using namespace flint;

namespace {

Tensor parameter(const Dims& sizes) {
  Tensor p = mul_scalar(randn(sizes, DType::Float32), Scalar(0.05));
  p.impl()->requires_grad = true;
  return p;
}

template <class Loss>
void measure(const char* name, std::vector<Tensor> parameters, Loss&& loss) {
  std::vector<Tensor> buffers;
  for (const Tensor& p : parameters) buffers.push_back(zeros(p.sizes(), p.dtype()));
  auto step = [&] {
    backward(loss(), {}, {});
    std::vector<Tensor> grads;
    for (const Tensor& p : parameters) grads.emplace_back(p.impl()->grad);
    sgd_step(parameters, grads, buffers, 0.001, 0.9, 0, 0, false, false, false);
    for (const Tensor& p : parameters) p.impl()->grad = {};
  };
  for (int i = 0; i < 5; ++i) step();
  double best = 1e30;
  for (int round = 0; round < 7; ++round) {
    auto from = std::chrono::steady_clock::now();
    for (int i = 0; i < 30; ++i) step();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count() / 30);
  }
  std::printf("%-28s %9.0f us\n", name, best * 1e6);
}

void mlp(const char* name, int64_t batch, int64_t a, int64_t b) {
  Tensor x = rand({batch, 784}, DType::Float32), y = rand({batch, 10}, DType::Float32);
  std::vector<Tensor> p{parameter({a, 784}), parameter({a}),     parameter({b, a}),
                        parameter({b}),      parameter({10, b}), parameter({10})};
  measure(name, p, [&] {
    return mse_loss(linear(relu(linear(relu(linear(x, p[0], p[1])), p[2], p[3])), p[4], p[5]), y, "mean");
  });
}

void lenet(const char* name, int64_t batch) {
  Tensor x = rand({batch, 3, 32, 32}, DType::Float32), y = randint(0, 10, {batch}, DType::Int64);
  std::vector<Tensor> p{parameter({6, 3, 5, 5}), parameter({6}),   parameter({16, 6, 5, 5}), parameter({16}),
                        parameter({120, 400}),   parameter({120}), parameter({84, 120}),     parameter({84}),
                        parameter({10, 84}),     parameter({10})};
  measure(name, p, [&] {
    auto stage = [](const Tensor& in, const Tensor& w, const Tensor& b) {
      return max_pool2d(relu(conv2d(in, w, b, {1}, {0}, {1}, 1)), {2}, {}, {0}, {}, {});
    };
    Tensor h = flatten(stage(stage(x, p[0], p[1]), p[2], p[3]), 1, -1);
    h = linear(relu(linear(relu(linear(h, p[4], p[5])), p[6], p[7])), p[8], p[9]);
    return cross_entropy(h, y, {}, -100, "mean", 0);
  });
}

}  // namespace

int main() {
  flush_denormals_here();
  std::printf("%s, %d threads\n", matmul_backend().c_str(), threads());
  lenet("LeNet batch 4", 4);
  lenet("LeNet batch 128", 128);
  mlp("MLP 256-64 batch 512", 512, 256, 64);
  mlp("MLP 200-200 batch 200", 200, 200, 200);
}
