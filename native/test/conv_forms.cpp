// The forms of a convolution that are taken for some shapes, beside the general kernels in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "flint/runtime.h"
#include "kernels/conv/lines.h"
#include "kernels/conv/patches.h"
#include "kernels/conv/winograd.h"

namespace flint::kernels {
namespace {

/// Values that neither cancel nor grow, the same on every machine.
std::vector<float> noise(int64_t n, uint32_t state) {
  std::vector<float> v(static_cast<size_t>(n));
  for (float& f : v) {
    state = state * 1664525u + 1013904223u;
    f = static_cast<float>(state >> 8) / (1 << 23) - 1;
  }
  return v;
}
std::vector<double> widened(const std::vector<float>& v) { return {v.begin(), v.end()}; }

struct Operands {
  std::vector<float> x, w, b, g;
  explicit Operands(const Conv& s)
      : x(noise(s.n * s.h * s.w * s.c, 1)),
        w(noise(s.o * s.c * s.kh * s.kw, 2)),
        b(noise(s.o, 3)),
        g(noise(s.n * s.oh * s.ow * s.o, 4)) {}
};

struct Results {
  std::vector<float> y, plain, dx, dw;
  bool operator==(const Results&) const = default;
};

using Forward = void(const Conv&, const float*, const float*, const float*, float*);
using Backward = void(const Conv&, const float*, const float*, float*);

Results run(const Conv& s, Forward* forward, Backward* data, Backward* weight) {
  const Operands v(s);
  Results r{noise(v.g.size(), 5), noise(v.g.size(), 5), noise(v.x.size(), 6), noise(v.w.size(), 7)};
  forward(s, v.x.data(), v.w.data(), v.b.data(), r.y.data());
  forward(s, v.x.data(), v.w.data(), nullptr, r.plain.data());
  data(s, v.g.data(), v.w.data(), r.dx.data());
  weight(s, v.x.data(), v.g.data(), r.dw.data());
  return r;
}

double largest_error(const std::vector<float>& got, const std::vector<double>& want) {
  double largest = 0;
  for (size_t i = 0; i < want.size(); ++i) largest = std::max(largest, std::fabs(got[i] - want[i]));
  return largest;
}

/// Beside the sums in double: not more than `factor` times as far from them as the general kernels in float32 are.
void expect_general(const Conv& s, const Results& got, double factor) {
  const Operands v(s);
  const auto x = widened(v.x), w = widened(v.w), b = widened(v.b), g = widened(v.g);
  std::vector<double> y(g.size()), plain(g.size()), dx(x.size()), dw(w.size());
  conv_forward_portable(s, x.data(), w.data(), b.data(), y.data());
  conv_forward_portable<double>(s, x.data(), w.data(), nullptr, plain.data());
  conv_backward_data_portable(s, g.data(), w.data(), dx.data());
  conv_backward_weight_portable(s, x.data(), g.data(), dw.data());
  const Results general =
      run(s, conv_forward_portable<float>, conv_backward_data_portable<float>, conv_backward_weight_portable<float>);
  constexpr double rounding = 1e-6;
  EXPECT_LE(largest_error(got.y, y), factor * largest_error(general.y, y) + rounding);
  EXPECT_LE(largest_error(got.plain, plain), factor * largest_error(general.plain, plain) + rounding);
  EXPECT_LE(largest_error(got.dx, dx), factor * largest_error(general.dx, dx) + rounding);
  EXPECT_LE(largest_error(got.dw, dw), factor * largest_error(general.dw, dw) + rounding);
}

Conv shape(int64_t n, int64_t c, int64_t h, int64_t w, int64_t o, int64_t k, int64_t pad, int64_t stride = 1) {
  auto out = [&](int64_t size) { return (size + 2 * pad - k) / stride + 1; };
  return {n, c, h, w, o, out(h), out(w), k, k, stride, stride, pad, pad, 1, 1, 1};
}

TEST(PatchesConv, EqualsTheGeneralKernels) {
  for (const Conv& s : {shape(16, 40, 2, 2, 24, 3, 1), shape(1, 64, 4, 4, 48, 3, 1, 2), shape(3, 17, 5, 3, 9, 3, 0),
                        shape(2, 32, 4, 4, 33, 1, 0, 2), shape(5, 8, 6, 6, 20, 5, 2), shape(1, 3, 1, 1, 2, 1, 0)})
    expect_general(s, run(s, patches_forward, patches_backward_data, patches_backward_weight), 2);
}

TEST(WinogradConv, EqualsTheGeneralKernels) {
  if (!winograd_kernel()) GTEST_SKIP() << "this processor has no registers of 16 floats";
  for (const Conv& s : {shape(2, 64, 9, 7, 96, 3, 1), shape(3, 32, 8, 8, 64, 3, 0), shape(1, 64, 5, 6, 32, 3, 2),
                        shape(16, 64, 16, 16, 64, 3, 1), shape(1, 32, 3, 3, 32, 3, 0)})
    expect_general(s, run(s, winograd_forward, winograd_backward_data, winograd_backward_weight), 6);
}

TEST(WinogradConv, IsTheSameForAnyNumberOfThreads) {
  if (!winograd_kernel()) GTEST_SKIP() << "this processor has no registers of 16 floats";
  const int before = threads();
  for (const Conv& s : {shape(4, 64, 12, 12, 64, 3, 1), shape(5, 96, 11, 9, 160, 3, 1)}) {
    set_threads(1);
    const Results one = run(s, winograd_forward, winograd_backward_data, winograd_backward_weight);
    for (int count : {2, 3, 7, 40}) {
      set_threads(count);
      EXPECT_TRUE(one == run(s, winograd_forward, winograd_backward_data, winograd_backward_weight))
          << count << " threads, " << s.o << " channels";
    }
  }
  set_threads(before);
}

/// Of images with the channels innermost, as the others take them, or first.
template <bool kPlanes>
struct Lines {
  static ImageStrides at(const Conv& s) {
    return kPlanes ? ImageStrides{s.c * s.h * s.w, s.h * s.w, s.w, 1}
                   : ImageStrides{s.h * s.w * s.c, 1, s.w * s.c, s.c};
  }
  static std::vector<float> laid(const Conv& s, const float* x) {
    std::vector<float> out(x, x + s.n * s.h * s.w * s.c);
    if (!kPlanes) return out;
    const ImageStrides to = at(s);
    for (int64_t n = 0; n < s.n; ++n)
      for (int64_t p = 0; p < s.h * s.w; ++p)
        for (int64_t c = 0; c < s.c; ++c) out[n * to.n + c * to.c + p] = x[(n * s.h * s.w + p) * s.c + c];
    return out;
  }
  static void forward(const Conv& s, const float* x, const float* w, const float* b, float* y) {
    lines_forward(s, laid(s, x).data(), at(s), w, b, y);
  }
  static void weight(const Conv& s, const float* x, const float* g, float* dw) {
    lines_backward_weight(s, laid(s, x).data(), at(s), g, dw);
  }
};

TEST(LinesConv, EqualsTheGeneralKernels) {
  if (!line_kernel()) GTEST_SKIP() << "this processor has no registers of 16 floats";
  for (const Conv& s : {shape(4, 3, 32, 32, 6, 5, 0), shape(4, 6, 14, 14, 16, 5, 0), shape(2, 1, 9, 12, 13, 3, 1),
                        shape(3, 4, 8, 7, 32, 3, 2), shape(1, 5, 7, 7, 1, 4, 3), shape(19, 8, 6, 6, 30, 3, 1)}) {
    const Results last = run(s, Lines<false>::forward, lines_backward_data, Lines<false>::weight);
    expect_general(s, last, 3);
    EXPECT_TRUE(last == run(s, Lines<true>::forward, lines_backward_data, Lines<true>::weight));
    const int before = threads();
    set_threads(3);
    EXPECT_TRUE(last == run(s, Lines<false>::forward, lines_backward_data, Lines<false>::weight));
    set_threads(before);
  }
}

TEST(LinesConv, AnInfinityBesideAnImageStaysOutside) {
  if (!line_kernel()) GTEST_SKIP() << "this processor has no registers of 16 floats";
  // Whole registers read past the end of a line, but what lies there must not be used.
  const Conv s = shape(2, 2, 6, 9, 4, 3, 0);
  Operands v(s);
  for (int64_t i = 0; i < s.h * s.w * s.c; ++i) v.x[s.h * s.w * s.c + i] = INFINITY;  // the second image
  std::fill(v.g.begin() + s.oh * s.ow * s.o, v.g.end(), 0.0f);
  Conv first = s;
  first.n = 1;
  std::vector<float> dw(v.w.size()), y(v.g.size());
  lines_backward_weight(first, v.x.data(), Lines<false>::at(s), v.g.data(), dw.data());
  lines_forward(first, v.x.data(), Lines<false>::at(s), v.w.data(), v.b.data(), y.data());
  for (float f : dw) ASSERT_TRUE(std::isfinite(f));
  for (int64_t i = 0; i < s.oh * s.ow * s.o; ++i) ASSERT_TRUE(std::isfinite(y[i]));
}

TEST(LinesConv, ReadsNothingBehindImagesThatLieOnOneAnother) {
  if (!line_kernel()) GTEST_SKIP() << "this processor has no registers of 16 floats";
  // One image shown three times: the gradients of three, with nothing in memory after it.
  const Conv s = shape(3, 3, 12, 12, 6, 5, 0);
  Operands v(s);
  const int64_t size = s.h * s.w * s.c;
  std::unique_ptr<float[]> alone(new float[size]);
  std::copy_n(v.x.data(), size, alone.get());
  for (int64_t n = 1; n < s.n; ++n) std::copy_n(v.x.data(), size, v.x.data() + n * size);
  std::vector<float> dw(v.w.size()), want(v.w.size());
  auto at = Lines<false>::at(s);
  lines_backward_weight(s, v.x.data(), at, v.g.data(), want.data());
  at.n = 0;
  lines_backward_weight(s, alone.get(), at, v.g.data(), dw.data());
  EXPECT_EQ(dw, want);
}

TEST(ConvForms, LeaveToOthersWhatWouldTakeTooMuchMemory) {
  Conv wide = shape(1, 1, 2001, 2001, 4, 2001, 0);  // one patch, with as many taps as pixels
  EXPECT_FALSE(patches_take(wide, false));
  EXPECT_FALSE(lines_take_forward(shape(1, 3, 4000, 4000, 16, 3, 1)));
  EXPECT_FALSE(lines_take_backward_weight(shape(1, 3, 4000, 4000, 16, 3, 1)));
  EXPECT_FALSE(winograd_takes(shape(16, 2048, 16, 16, 2048, 3, 1)));
}

TEST(ConvForms, AreTakenForTheShapesTheyWereMadeFor) {
  EXPECT_TRUE(patches_take(shape(16, 512, 2, 2, 512, 3, 1), false));
  EXPECT_FALSE(patches_take(shape(16, 64, 16, 16, 64, 3, 1), false));
  EXPECT_EQ(lines_take_backward_weight(shape(4, 3, 32, 32, 6, 5, 0)), line_kernel() != nullptr);
  EXPECT_FALSE(lines_take_backward_weight(shape(4, 64, 8, 8, 64, 3, 1)));  // wider than its registers
  EXPECT_EQ(winograd_takes(shape(16, 64, 16, 16, 64, 3, 1)), winograd_kernel() != nullptr);
  EXPECT_FALSE(winograd_takes(shape(16, 64, 16, 16, 128, 3, 1, 2)));  // a stride
  EXPECT_FALSE(winograd_takes(shape(16, 64, 16, 16, 64, 5, 2)));      // another kernel
  Conv grouped = shape(16, 64, 16, 16, 64, 3, 1);
  grouped.groups = 2;
  EXPECT_FALSE(winograd_takes(grouped));
  EXPECT_FALSE(patches_take(grouped, true));
}

}  // namespace
}  // namespace flint::kernels
