// bfloat16 products through oneDNN's matmul, which uses the processor's instructions for them (AMX, AVX-512 BF16).
// Primitives are kept by shape in each thread.
#include <oneapi/dnnl/dnnl.hpp>

#include <unordered_map>

#include "kernels/isa.h"
#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

using dnnl::memory;

struct Key {
  Gemm g;
  int64_t batch, step_a, step_b, step_c;
  bool bias;
  bool operator==(const Key&) const = default;
};
struct Hash {
  size_t operator()(const Key& k) const {
    size_t h = k.bias ? 1 : 0;
    for (int64_t v : {k.g.m, k.g.n, k.g.k, k.g.lda, k.g.ldb, k.g.ldc, int64_t{k.g.trans_a}, int64_t{k.g.trans_b},
                      k.batch, k.step_a, k.step_b, k.step_c})
      h = h * 1000003 + static_cast<size_t>(v);
    return h;
  }
};

struct Ready {
  dnnl::matmul primitive;
  memory a, b, c, bias;
};

const dnnl::engine& engine() {
  static auto* the = new dnnl::engine(dnnl::engine::kind::cpu, 0);  // outlives every static user
  return *the;
}

Ready make(const Key& key) {
  const Gemm& g = key.g;
  constexpr auto bf16 = memory::data_type::bf16;
  auto matrix = [&](int64_t rows, int64_t columns, bool transposed, int64_t ld, int64_t step) {
    return memory::desc({key.batch, rows, columns}, bf16,
                        transposed ? memory::dims{step, 1, ld} : memory::dims{step, ld, 1});
  };
  const memory::desc a = matrix(g.m, g.k, g.trans_a, g.lda, key.step_a),
                     b = matrix(g.k, g.n, g.trans_b, g.ldb, key.step_b), c = matrix(g.m, g.n, false, g.ldc, key.step_c),
                     bias({1, 1, g.n}, bf16, memory::dims{g.n, g.n, 1});
  const dnnl::matmul::desc desc = key.bias ? dnnl::matmul::desc(a, b, bias, c) : dnnl::matmul::desc(a, b, c);
  Ready ready{dnnl::matmul({desc, engine()}),
              memory(a, engine(), nullptr),
              memory(b, engine(), nullptr),
              memory(c, engine(), nullptr),
              {}};
  if (key.bias) ready.bias = memory(bias, engine(), nullptr);
  return ready;
}

}  // namespace

bool bf16_products() {
  static const bool supported = [] {
    const auto isa = dnnl::get_effective_cpu_isa();
    return isa == dnnl::cpu_isa::avx512_core_bf16 || isa == dnnl::cpu_isa::avx512_core_amx;
  }();
  return supported && onednn_enabled();
}

void gemm_bf16(const Gemm& g, int64_t batch, const void* a, int64_t step_a, const void* b, int64_t step_b, void* c,
               int64_t step_c, const void* bias) {
  constexpr size_t most = 512;
  thread_local std::unordered_map<Key, Ready, Hash> kept;
  thread_local dnnl::stream stream(engine());
  const Key key{g, batch, step_a, step_b, step_c, bias != nullptr};
  auto found = kept.find(key);
  if (found == kept.end()) {
    if (kept.size() >= most) kept.clear();
    found = kept.emplace(key, make(key)).first;
  }
  Ready& ready = found->second;
  ready.a.set_data_handle(const_cast<void*>(a));
  ready.b.set_data_handle(const_cast<void*>(b));
  ready.c.set_data_handle(c);
  std::unordered_map<int, memory> args{{DNNL_ARG_SRC, ready.a}, {DNNL_ARG_WEIGHTS, ready.b}, {DNNL_ARG_DST, ready.c}};
  if (bias) {
    ready.bias.set_data_handle(const_cast<void*>(bias));
    args.insert({DNNL_ARG_BIAS, ready.bias});
  }
  rest_workers();
  ready.primitive.execute(stream, args);
  stream.wait();
}

}  // namespace flint::kernels
