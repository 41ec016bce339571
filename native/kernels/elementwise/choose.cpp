// The best rows that this processor runs.
#include <cstdlib>
#include <string_view>

#include "kernels/elementwise/kernel.h"

namespace flint::kernels {

const Rows& rows() {
  static const Rows& the = []() -> const Rows& {
    const char* asked = std::getenv("FLINT_ISA");
    std::string_view most = asked ? asked : "avx512";
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    if (avx512 && most == "avx512") return avx512_rows();
    if (avx2 && most != "portable") return avx2_rows();
    return portable_rows();
  }();
  return the;
}

}  // namespace flint::kernels
