// See isa.h.
#include "kernels/isa.h"

#include <atomic>
#include <cstdlib>
#include <string_view>

#include "flint/runtime.h"
#include "kernels/onednn_state.h"

namespace flint::kernels {
namespace {

Isa find_isa() {
  const char* asked = std::getenv("FLINT_ISA");
  std::string_view name = asked ? asked : "";
  if (name == "portable") return Isa::Portable;
#if defined(__x86_64__)
  if (name != "avx2" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
    return Isa::Avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::Avx2;
#endif
  return Isa::Portable;
}

std::atomic<bool>& onednn_flag() {
  static std::atomic<bool> flag = [] {
    const char* asked = std::getenv("FLINT_ONEDNN");
    return onednn_built_in() && !(asked && std::string_view(asked) == "0");
  }();
  return flag;
}

}  // namespace

Isa best_isa() {
  static const Isa isa = find_isa();
  return isa;
}

bool onednn_enabled() { return onednn_flag().load(std::memory_order_relaxed); }
bool set_onednn_enabled(bool enabled) { return onednn_flag().exchange(enabled && onednn_built_in()); }
const char* backend_name() { return onednn_enabled() ? onednn_name() : "built-in"; }

}  // namespace flint::kernels

namespace flint {

std::string matmul_backend() { return kernels::backend_name(); }

}  // namespace flint
