// The engine as a whole: memory, collections of dropped tensors, randomness, threads, what it was built with.
#include "flint/runtime.h"

#include "node/bind.h"

namespace flint::node {
namespace {

/// [live bytes, peak bytes, cached bytes, live handles]
std::tuple<size_t, size_t, size_t, int64_t> memory() {
  return {live_bytes(), peak_bytes(), cached_bytes(), state().handles};
}

/// When dropped tensors should be collected.
void set_collection_limits(double bytes, double handles) {
  state().byte_limit = static_cast<size_t>(bytes);
  state().handle_limit = static_cast<int64_t>(handles);
}

void set_signals(napi_env env, napi_value array) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, array, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array || length == 0) {
    fail("setSignals", "wanted a non-empty Int32Array");
  }
  napi_create_reference(env, array, 1, &state().signals_ref);  // held for good: the engine writes into it
  state().signals = static_cast<int32_t*>(data);
}

/// Runs the collector that JavaScript gave, before an allocation would fail. Other threads of the engine cannot.
void collect() {
  State& s = state();
  if (!s.collector) return;
  napi_handle_scope scope;
  napi_value function, global;
  napi_open_handle_scope(s.env, &scope);
  napi_get_reference_value(s.env, s.collector, &function);
  napi_get_global(s.env, &global);
  if (napi_call_function(s.env, global, function, 0, nullptr, nullptr) == napi_pending_exception) {
    napi_value thrown;  // the allocation's own error says more
    napi_get_and_clear_last_exception(s.env, &thrown);
  }
  napi_close_handle_scope(s.env, scope);
}

void set_collector(napi_env env, napi_value function) {
  state().env = env;
  napi_create_reference(env, function, 1, &state().collector);
  set_reclaimer(&collect);
}

void set_error_class(napi_env env, napi_value ctor) { napi_create_reference(env, ctor, 1, &state().error_class); }

napi_value big(napi_env env, uint64_t v) {
  napi_value out;
  napi_create_bigint_uint64(env, v, &out);
  return out;
}

std::vector<napi_value> read_generator(napi_env env) {
  GeneratorState s = generator_state();
  return {big(env, s.seed), big(env, s.counter)};
}
void write_generator(uint64_t seed, uint64_t counter) { set_generator_state({seed, counter}); }

}  // namespace

void define_engine(napi_env env, napi_value exports) {
  define_own<"memory", &memory>(env, exports);
  define_own<"setCollectionLimits", &set_collection_limits>(env, exports);
  define_own<"setMemoryLimit", &set_memory_limit>(env, exports);
  define_own<"setCollector", &set_collector>(env, exports);
  define_own<"emptyCache", &empty_cache>(env, exports);
  define_own<"setSignals", &set_signals>(env, exports);
  define_own<"setErrorClass", &set_error_class>(env, exports);
  define_own<"manualSeed", &manual_seed>(env, exports);
  define_own<"generatorState", &read_generator>(env, exports);
  define_own<"setGeneratorState", &write_generator>(env, exports);
  define_own<"threads", &threads>(env, exports);
  define_own<"setThreads", &set_threads>(env, exports);
  define_own<"backend", &matmul_backend>(env, exports);
}

}  // namespace flint::node
