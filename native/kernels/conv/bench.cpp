// Microseconds of convolutions in training steps: oneDNN beside the built-in kernels, forward / weights / data. A star
// marks what is taken where oneDNN is at hand.
#include <chrono>
#include <cstdio>
#include <vector>

#include "kernels/conv/kernel.h"
#include "kernels/conv/planar.h"
#include "kernels/isa.h"

using namespace flint::kernels;

template <class F>
static double micros(F&& f) {
  f();
  double best = 1e30;
  for (int round = 0; round < 5; ++round) {
    auto from = std::chrono::steady_clock::now();
    int count = 0;
    double seconds = 0;
    do {
      f();
      ++count;
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    } while (seconds < 0.02);
    best = std::min(best, 1e6 * seconds / count);
  }
  return best;
}

int main() {
  struct Case {
    const char* name;
    Conv s;
  };
  const Case cases[] = {
      {"LeNet conv1 batch 4", {4, 3, 32, 32, 6, 28, 28, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"LeNet conv2 batch 4", {4, 6, 14, 14, 16, 10, 10, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"LeNet conv1 batch 128", {128, 3, 32, 32, 6, 28, 28, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"LeNet conv2 batch 128", {128, 6, 14, 14, 16, 10, 10, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"MNIST 1 to 16, 3x3 batch 64", {64, 1, 28, 28, 16, 28, 28, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"MNIST 1 to 6, 5x5 batch 64", {64, 1, 28, 28, 6, 28, 28, 5, 5, 1, 1, 2, 2, 1, 1, 1}},
      {"CIFAR 3 to 8, 3x3 batch 64", {64, 3, 32, 32, 8, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"CIFAR 3 to 10, 5x5 batch 64", {64, 3, 32, 32, 10, 28, 28, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"CIFAR 3 to 12, 3x3 batch 64", {64, 3, 32, 32, 12, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"MNIST 1 to 10, 5x5 batch 64", {64, 1, 28, 28, 10, 24, 24, 5, 5, 1, 1, 0, 0, 1, 1, 1}},
      {"CIFAR 3 to 16, 3x3 batch 64", {64, 3, 32, 32, 16, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"CIFAR 3 to 32, 3x3 batch 64", {64, 3, 32, 32, 32, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 64 16x16 batch 16", {16, 64, 16, 16, 64, 16, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 512 2x2 batch 16", {16, 512, 2, 2, 512, 2, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
  };
  for (const Case& c : cases) {
    const Conv& s = c.s;
    std::vector<float> x(s.n * s.h * s.w * s.c, 0.5f), y(s.n * s.oh * s.ow * s.o, 0.5f),
        w(s.o * s.c * s.kh * s.kw, 0.1f), b(s.o, 0.f), dx(x.size()), dw(w.size());
    for (bool on : {true, false}) {
      set_onednn_enabled(on);
      double forward = micros([&] { conv_forward(s, x.data(), w.data(), b.data(), y.data()); });
      double weight = micros([&] { conv_backward_weight(s, x.data(), y.data(), dw.data()); });
      double data = micros([&] { conv_backward_data(s, y.data(), w.data(), dx.data()); });
      std::printf("%-28s %-14s %9.0f / %9.0f / %9.0f us\n", c.name, backend_name(), forward, weight, data);
    }
    if (s.c > 4 || s.groups > 1) continue;
    ImageStrides at{s.c * s.h * s.w, s.h * s.w, s.w, 1};
    double forward = micros([&] { planar_forward(s, x.data(), at, w.data(), b.data(), y.data()); });
    double weight = micros([&] { planar_backward_weight(s, x.data(), at, y.data(), dw.data()); });
    set_onednn_enabled(true);
    std::printf("%-28s %-14s %9.0f%s / %9.0f%s us\n", c.name, "planes", forward,
                planar_takes_forward<float>(s) ? "*" : " ", weight, planar_takes_backward_weight<float>(s) ? "*" : " ");
  }
}
