// The kernels for images with few channels beside the general ones: every kernel width, layout and padding.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "flint/runtime.h"
#include "kernels/conv/planar.h"

namespace flint::kernels {
namespace {

struct Operands {
  Conv s;
  std::vector<double> x, planes, w, b, g;  // x: NHWC; planes: the same values, NCHW
  explicit Operands(const Conv& s) : s(s) {
    auto wave = [](int64_t n, double step) {
      std::vector<double> v(n);
      for (int64_t i = 0; i < n; ++i) v[i] = std::sin(step * static_cast<double>(i) + 0.3);
      return v;
    };
    x = wave(s.n * s.h * s.w * s.c, 0.7);
    planes.resize(x.size());
    for (int64_t n = 0; n < s.n; ++n)
      for (int64_t p = 0; p < s.h * s.w; ++p)
        for (int64_t c = 0; c < s.c; ++c) planes[(n * s.c + c) * s.h * s.w + p] = x[(n * s.h * s.w + p) * s.c + c];
    w = wave(s.o * s.c * s.kh * s.kw, 1.1);
    b = wave(s.o, 0.9);
    g = wave(s.n * s.oh * s.ow * s.o, 0.37);
  }
  ImageStrides last() const { return {s.h * s.w * s.c, 1, s.w * s.c, s.c}; }
  ImageStrides first() const { return {s.h * s.w * s.c, s.h * s.w, s.w, 1}; }
};

Conv shape(int64_t n, int64_t c, int64_t h, int64_t w, int64_t o, int64_t kh, int64_t kw, int64_t pad) {
  return {n, c, h, w, o, h + 2 * pad - kh + 1, w + 2 * pad - kw + 1, kh, kw, 1, 1, pad, pad, 1, 1, 1};
}

std::vector<Conv> shapes() {
  std::vector<Conv> all;
  for (int64_t kw = 1; kw <= 7; ++kw) all.push_back(shape(2, 3, 9, 20, 6, 3, kw, kw / 2));
  for (int64_t o = 1; o <= 16; ++o) all.push_back(shape(3, 1 + o % 4, 8, 14, o, 2, 5, 0));
  all.push_back(shape(40, 1, 12, 12, 5, 5, 5, 2));  // more images than groups of them
  all.push_back(shape(1, 4, 3, 70, 2, 3, 3, 1));    // rows of several registers
  return all;
}

void expect_close(const std::vector<double>& got, const std::vector<double>& want, const char* what, const Conv& s) {
  for (size_t i = 0; i < want.size(); ++i)
    ASSERT_NEAR(got[i], want[i], 1e-11) << what << " at " << i << ", " << s.c << " to " << s.o << " channels, kernel "
                                        << s.kh << " x " << s.kw;
}

TEST(PlanarConv, EqualsTheGeneralKernels) {
  for (const Conv& s : shapes()) {
    Operands v(s);
    std::vector<double> want(v.g.size()), got(v.g.size());
    for (const double* bias : {static_cast<const double*>(nullptr), static_cast<const double*>(v.b.data())}) {
      conv_forward_portable(s, v.x.data(), v.w.data(), bias, want.data());
      planar_forward(s, v.x.data(), v.last(), v.w.data(), bias, got.data());
      expect_close(got, want, "forward, channels last", s);
      planar_forward(s, v.planes.data(), v.first(), v.w.data(), bias, got.data());
      expect_close(got, want, "forward, channels first", s);
    }
    std::vector<double> dw(v.w.size()), other(v.w.size());
    conv_backward_weight_portable(s, v.x.data(), v.g.data(), dw.data());
    planar_backward_weight(s, v.x.data(), v.last(), v.g.data(), other.data());
    expect_close(other, dw, "weight, channels last", s);
    planar_backward_weight(s, v.planes.data(), v.first(), v.g.data(), other.data());
    expect_close(other, dw, "weight, channels first", s);
  }
}

TEST(PlanarConv, IsTheSameForAnyNumberOfThreads) {
  const Conv s = shape(64, 3, 32, 32, 6, 5, 5, 0);
  Operands v(s);
  const int before = threads();
  std::vector<double> y[2], dw[2];
  for (int i = 0; i < 2; ++i) {
    set_threads(i + 1);
    y[i].resize(v.g.size());
    dw[i].resize(v.w.size());
    planar_forward(s, v.planes.data(), v.first(), v.w.data(), v.b.data(), y[i].data());
    planar_backward_weight(s, v.planes.data(), v.first(), v.g.data(), dw[i].data());
  }
  set_threads(before);
  EXPECT_EQ(y[0], y[1]);
  EXPECT_EQ(dw[0], dw[1]);
}

TEST(PlanarConv, AnInfinityBesideAnImageStaysOutside) {
  // A weight's gradient may read past the end of a row, but must not use what lies there.
  const Conv s = shape(1, 1, 4, 12, 1, 1, 5, 0);
  Operands v(s);
  for (int64_t y = 0; y < 4; ++y) v.planes[y * 12] = INFINITY;  // met by the first tap alone
  std::vector<double> dw(5);
  planar_backward_weight(s, v.planes.data(), v.first(), v.g.data(), dw.data());
  EXPECT_FALSE(std::isfinite(dw[0]));
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(std::isfinite(dw[i])) << i;
}

}  // namespace
}  // namespace flint::kernels
