// The threads that share work: every part once, whoever asks, and the same results with any number of them.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "kernels/conv/kernel.h"
#include "kernels/isa.h"
#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

/// Sets the number of threads, and puts it back.
struct Threads {
  int before = threads();
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(before); }
};

TEST(Workers, do_every_part_once) {
  for (int64_t parts : {1, 2, 3, 7, 64, 255, 256, 257, 1000}) {
    std::vector<std::atomic<int>> times(static_cast<size_t>(parts));
    for (int round = 0; round < 20; ++round)
      for_parts(parts, [&](int64_t part) { ++times[static_cast<size_t>(part)]; });
    for (auto& t : times) ASSERT_EQ(t, 20) << "of " << parts;
  }
}

TEST(Workers, do_what_a_part_shares_out_within_it) {
  std::atomic<int> count = 0;
  for_parts(4, [&](int64_t) { for_parts(5, [&](int64_t) { ++count; }); });
  EXPECT_EQ(count, 20);
}

TEST(Workers, serve_several_callers) {
  std::atomic<int64_t> sum = 0;
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) for_parts(3, [&](int64_t part) { sum += part + 1; });
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 2000 * 6);
}

TEST(Workers, come_again_after_a_pause) {
  std::atomic<int> count = 0;
  for (int round = 0; round < 5; ++round) {
    for_parts(4, [&](int64_t) { ++count; });
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // longer than they look for work
    rest_workers();
  }
  EXPECT_EQ(count, 20);
}

std::vector<float> wave(int64_t n, double step) {
  std::vector<float> v(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i)
    v[static_cast<size_t>(i)] = static_cast<float>(std::sin(step * static_cast<double>(i)));
  return v;
}

void expect_close(const std::vector<float>& got, const std::vector<float>& want, double tolerance) {
  for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], tolerance) << "at " << i;
}

TEST(SharedWork, convolutions_equal_the_built_in_kernels) {
  const Conv shapes[] = {
      {5, 6, 14, 14, 16, 10, 10, 5, 5, 1, 1, 0, 0, 1, 1, 1},    // images that do not divide by the threads
      {1, 8, 30, 30, 24, 30, 30, 3, 3, 1, 1, 1, 1, 1, 1, 1},    // one image: nothing to share out
      {9, 8, 16, 16, 12, 8, 8, 3, 3, 2, 2, 1, 1, 1, 1, 4},      // groups
      {3, 64, 16, 16, 128, 16, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1},  // weights too many for a copy of each thread
      // Blocks of 16, 32, 48 and 64 outputs, kernels of 1, 3 and 7: the forms that weights are turned into.
      {2, 16, 9, 9, 16, 9, 9, 3, 3, 1, 1, 1, 1, 1, 1, 1},
      {2, 32, 8, 8, 48, 8, 8, 1, 1, 1, 1, 0, 0, 1, 1, 1},
      {2, 48, 12, 12, 96, 6, 6, 7, 7, 2, 2, 3, 3, 1, 1, 1},
      {2, 256, 4, 4, 512, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, 1},
      {2, 256, 4, 4, 512, 2, 2, 1, 1, 2, 2, 0, 0, 1, 1, 1},
  };
  for (int count : {1, 2, 3, 4}) {
    Threads set(count);
    for (const Conv& s : shapes) {
      const auto x = wave(s.n * s.h * s.w * s.c, 0.7), w = wave(s.o * (s.c / s.groups) * s.kh * s.kw, 1.1),
                 b = wave(s.o, 0.9), g = wave(s.n * s.oh * s.ow * s.o, 0.37);
      std::vector<float> y(g.size()), want_y(g.size()), dx(x.size()), want_dx(x.size()), dw(w.size()),
          want_dw(w.size());
      conv_forward(s, x.data(), w.data(), b.data(), y.data());
      conv_forward_portable(s, x.data(), w.data(), b.data(), want_y.data());
      expect_close(y, want_y, 1e-4);
      conv_backward_data(s, g.data(), w.data(), dx.data());
      conv_backward_data_portable(s, g.data(), w.data(), want_dx.data());
      expect_close(dx, want_dx, 1e-4);
      conv_backward_weight(s, x.data(), g.data(), dw.data());
      conv_backward_weight_portable(s, x.data(), g.data(), want_dw.data());
      expect_close(dw, want_dw, 1e-3);
    }
  }
}

TEST(SharedWork, products_equal_the_built_in_kernel) {
  for (int count : {1, 2, 3, 5}) {
    Threads set(count);
    for (auto [m, n, k] : {std::array<int64_t, 3>{130, 70, 300}, {17, 900, 200}, {1, 4096, 600}, {513, 10, 784}})
      for (int transposed = 0; transposed < 4; ++transposed) {
        Gemm g;
        g.m = m, g.n = n, g.k = k, g.trans_a = transposed & 1, g.trans_b = transposed & 2;
        g.lda = g.trans_a ? m : k, g.ldb = g.trans_b ? k : n, g.ldc = n;
        const auto a = wave(m * k, 0.3), b = wave(k * n, 0.7), bias = wave(n, 0.9);
        std::vector<float> got(static_cast<size_t>(m * n)), want(got.size());
        gemm(g, a.data(), b.data(), got.data(), bias.data());
        gemm_portable(g, a.data(), b.data(), want.data(), bias.data());
        expect_close(got, want, 1e-3);
        g.beta = 1;
        gemm(g, a.data(), b.data(), got.data());
        gemm_portable(g, a.data(), b.data(), want.data());
        expect_close(got, want, 2e-3);
      }
  }
}

}  // namespace
}  // namespace flint::kernels
