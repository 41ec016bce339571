// GFLOP/s of matrix products by the shapes of real steps: oneDNN beside the built-in kernel.
#include <chrono>
#include <cstdio>
#include <vector>

#include "kernels/isa.h"
#include "kernels/matmul/kernel.h"

using namespace flint::kernels;

static double gflops(const Gemm& g) {
  std::vector<float> a(g.m * g.k, 0.5f), b(g.k * g.n, 0.25f), c(g.m * g.n);
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    auto from = std::chrono::steady_clock::now();
    double seconds = 0;
    int64_t count = 0;
    do {
      for (int i = 0; i < 4; ++i) gemm(g, a.data(), b.data(), c.data());
      count += 4;
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    } while (seconds < 0.03);
    best = std::max(best, 2e-9 * double(g.m) * double(g.n) * double(g.k) * double(count) / seconds);
  }
  return best;
}

int main() {
  const int64_t shapes[][3] = {{10, 1, 2},      {4, 84, 120},    {4, 120, 400},  {512, 256, 784},   {512, 64, 256},
                               {784, 256, 512}, {200, 200, 784}, {64, 512, 512}, {1024, 1024, 1024}};
  std::printf("%20s %4s %12s %12s   GFLOP/s\n", "m x n x k", "form", backend_name(), "built-in");
  for (auto& s : shapes)
    for (int form = 0; form < 3; ++form) {
      Gemm g{s[0], s[1], s[2], form == 2, form == 1};
      g.lda = g.trans_a ? g.m : g.k;
      g.ldb = g.trans_b ? g.k : g.n;
      g.ldc = g.n;
      set_onednn_enabled(true);
      double fast = gflops(g);
      set_onednn_enabled(false);
      double plain = gflops(g);
      std::printf("%5ld x %4ld x %4ld %4s %12.1f %12.1f\n", s[0], s[1], s[2],
                  form == 0   ? "NN"
                  : form == 1 ? "NT"
                              : "TN",
                  fast, plain);
    }
}
