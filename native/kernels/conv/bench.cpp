// Microseconds of convolutions in training steps by each form that serves the shape: forward / weights / data. A star
// marks what is taken.
#include <chrono>
#include <cstdio>
#include <vector>

#include "kernels/conv/kernel.h"
#include "kernels/conv/lines.h"
#include "kernels/conv/patches.h"
#include "kernels/conv/planar.h"
#include "kernels/conv/winograd.h"

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
      {"ResNet 128 8x8 batch 16", {16, 128, 8, 8, 128, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 128 to 256 batch 16", {16, 128, 8, 8, 256, 4, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1}},
      {"ResNet 256 4x4 batch 16", {16, 256, 4, 4, 256, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 256 to 512 batch 16", {16, 256, 4, 4, 512, 2, 2, 3, 3, 2, 2, 1, 1, 1, 1, 1}},
      {"ResNet 512 2x2 batch 16", {16, 512, 2, 2, 512, 2, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 256 4x4 batch 1", {1, 256, 4, 4, 256, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"ResNet 512 2x2 batch 1", {1, 512, 2, 2, 512, 2, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
  };
  for (const Case& c : cases) {
    const Conv& s = c.s;
    std::vector<float> x(s.n * s.h * s.w * s.c, 0.5f), y(s.n * s.oh * s.ow * s.o, 0.5f),
        w(s.o * s.c * s.kh * s.kw, 0.1f), b(s.o, 0.f), dx(x.size()), dw(w.size());
    const bool patches = patches_take(s, false), patches_back = patches_take(s, true), winograd = winograd_takes(s),
               planar = s.c <= 4 && s.groups == 1;
    auto row = [&](const char* form, bool forward_taken, bool weight_taken, bool data_taken, auto forward, auto weight,
                   auto data) {
      const double times[] = {micros([&] { forward(s, x.data(), w.data(), b.data(), y.data()); }),
                              micros([&] { weight(s, x.data(), y.data(), dw.data()); }),
                              micros([&] { data(s, y.data(), w.data(), dx.data()); })};
      std::printf("%-28s %-10s %9.0f%s / %9.0f%s / %9.0f%s us\n", c.name, form, times[0], forward_taken ? "*" : " ",
                  times[1], weight_taken ? "*" : " ", times[2], data_taken ? "*" : " ");
    };
    row("oneDNN", !patches && !winograd && !lines_take_forward(s) && !planar_takes_forward<float>(s),
        !patches_back && !winograd && !lines_take_backward_weight(s) && !planar_takes_backward_weight<float>(s),
        !patches_back && !winograd && !lines_take_backward_data(s), conv_forward_onednn, conv_backward_weight_onednn,
        conv_backward_data_onednn);
    row("general", false, false, false, conv_forward_portable<float>, conv_backward_weight_portable<float>,
        conv_backward_data_portable<float>);
    if (s.groups == 1)
      row("patches", patches, patches_back, patches_back, patches_forward, patches_backward_weight,
          patches_backward_data);
    if (winograd_takes(s))
      row("Winograd", !patches, !patches_back, !patches_back, winograd_forward, winograd_backward_weight,
          winograd_backward_data);
    const ImageStrides at{s.c * s.h * s.w, s.h * s.w, s.w, 1};
    if (s.o <= kLineVectors * kLineLanes && s.c * s.kw <= kLineVectors * kLineLanes && line_kernel())
      row(
          "lines", lines_take_forward(s), lines_take_backward_weight(s), lines_take_backward_data(s),
          [&](const Conv& s, const float* x, const float* w, const float* b, float* y) {
            lines_forward(s, x, at, w, b, y);
          },
          [&](const Conv& s, const float* x, const float* g, float* dw) { lines_backward_weight(s, x, at, g, dw); },
          lines_backward_data);
    if (!planar) continue;
    const double forward = micros([&] { planar_forward(s, x.data(), at, w.data(), b.data(), y.data()); });
    const double weight = micros([&] { planar_backward_weight(s, x.data(), at, y.data(), dw.data()); });
    std::printf("%-28s %-10s %9.0f%s / %9.0f%s us\n", c.name, "planes", forward,
                planar_takes_forward<float>(s) && !lines_take_forward(s) ? "*" : " ", weight,
                planar_takes_backward_weight<float>(s) && !lines_take_backward_weight(s) ? "*" : " ");
  }
}
