// Without oneDNN every product takes the blocked kernel.
#include "kernels/matmul/kernel.h"

namespace flint::kernels {

bool bf16_products() { return false; }
void gemm_bf16(const Gemm&, int64_t, const void*, int64_t, const void*, int64_t, void*, int64_t, const void*) {}
bool gemm_onednn(const Gemm&, const float*, const float*, float*, const float*) { return false; }

}  // namespace flint::kernels
