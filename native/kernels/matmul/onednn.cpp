// float32 products through dnnl_sgemm: it serves every shape at once, with no primitive to make and keep for each.
#include <oneapi/dnnl/dnnl.h>

#include <atomic>

#include "kernels/matmul/kernel.h"
#include "kernels/one_thread.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kGrainProducts = 1 << 20;  // multiply-adds for which another thread is worth its waking

bool block(const Gemm& g, const float* a, const float* b, float* c, const float* bias) {
  OneThread here;
  float beta = static_cast<float>(g.beta);
  if (bias) {
    // The bias is laid into C first, and the product added to it: one pass over C, no second kernel.
    for (int64_t i = 0; i < g.m; ++i)
      for (int64_t j = 0; j < g.n; ++j) c[i * g.ldc + j] = bias[j];
    beta = 1;
  }
  return dnnl_sgemm(g.trans_a ? 'T' : 'N', g.trans_b ? 'T' : 'N', g.m, g.n, g.k, static_cast<float>(g.alpha), a, g.lda,
                    b, g.ldb, beta, c, g.ldc) == dnnl_success;
}

}  // namespace

bool gemm_onednn(const Gemm& g, const float* a, const float* b, float* c, const float* bias) {
  if (bias && g.beta != 0) return false;
  const int64_t share = g.m * g.n * g.k / kGrainProducts;
  if (share < 2 || threads() == 1) return block(g, a, b, c, bias);
  // The longer side of C is cut, in units of a register: each part reads all of the operand of the shorter side. But
  // where sums are short, C is most of what is moved, and whole rows of it are what a thread is given next.
  constexpr int64_t unit = 16, short_sum = 128, many_rows = 256;
  const bool by_rows = g.m >= g.n || (g.k <= short_sum && g.m >= many_rows);
  const int64_t side = by_rows ? g.m : g.n, units = (side + unit - 1) / unit;
  std::atomic<bool> done = true;
  parallel(units, 1 + units / share, [&](int64_t first, int64_t last) {
    const int64_t begin = first * unit, end = std::min(side, last * unit);
    Gemm part = g;
    (by_rows ? part.m : part.n) = end - begin;
    const bool ok = by_rows
                        ? block(part, a + begin * (g.trans_a ? 1 : g.lda), b, c + begin * g.ldc, bias)
                        : block(part, a, b + begin * (g.trans_b ? g.ldb : 1), c + begin, bias ? bias + begin : bias);
    if (!ok) done = false;
  });
  return done;
}

}  // namespace flint::kernels
