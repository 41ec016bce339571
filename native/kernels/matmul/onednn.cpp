// float32 products through dnnl_sgemm: it serves every shape at once, with no primitive to make and keep for each.
#include <oneapi/dnnl/dnnl.h>

#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"

namespace flint::kernels {

bool gemm_onednn(const Gemm& g, const float* a, const float* b, float* c, const float* bias) {
  float beta = static_cast<float>(g.beta);
  if (bias && beta != 0) return false;
  if (bias) {
    // The bias is laid into C first, and the product added to it: one pass over C, no second kernel.
    for (int64_t i = 0; i < g.m; ++i)
      for (int64_t j = 0; j < g.n; ++j) c[i * g.ldc + j] = bias[j];
    beta = 1;
  }
  return dnnl_sgemm(g.trans_a ? 'T' : 'N', g.trans_b ? 'T' : 'N', g.m, g.n, g.k, static_cast<float>(g.alpha), a, g.lda,
                    b, g.ldb, beta, c, g.ldc) == dnnl_success;
}

}  // namespace flint::kernels
