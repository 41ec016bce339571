// What the addon keeps for its thread: the count of handles, the limits at which dropped tensors should be collected,
// and the flag through which JavaScript learns of it. One thread runs one environment, so a thread_local suffices.
#pragma once

// Only an addon that declares the experimental version gets basic finalizers, which run inside the collection itself,
// so that synchronous loops free memory. (Newer headers no longer derive the version from NAPI_EXPERIMENTAL.)
#define NAPI_EXPERIMENTAL
#define NAPI_VERSION 2147483647
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
  napi_env env = nullptr;        // of `collector`
  napi_ref collector = nullptr;  // the function that collects dropped tensors at once
};

State& state();
/// Raises the flag when live handles or bytes have passed their limit.
void check_limits();

}  // namespace flint::node
