// What the addon keeps for its thread: the count of handles, the limits at which dropped tensors should be collected,
// and the flag through which JavaScript learns of it. One thread runs one environment, so a thread_local suffices.
#pragma once

#define NAPI_EXPERIMENTAL  // basic finalizers: they run inside the collection itself, so synchronous loops free memory
#include <node_api.h>

#include <cstdint>

namespace flint::node {

struct State {
  int64_t handles = 0;
  int64_t handle_limit = INT64_MAX;
  size_t byte_limit = SIZE_MAX;
  int32_t* signals = nullptr;  // [0] is 1 when a collection is due
  napi_ref signals_ref = nullptr;
  napi_ref error_class = nullptr;
};

State& state();
/// Raises the flag when live handles or bytes have passed their limit.
void check_limits();

}  // namespace flint::node
