// A tensor as JavaScript holds it: an External that owns one reference to the TensorImpl.
#pragma once

#include "node/state.h"

#include <memory>

#include "flint/autograd.h"
#include "flint/error.h"
#include "flint/tensor.h"

namespace flint::node {

inline void drop_tensor(node_api_basic_env, void* data, void*) {
  --state().handles;
  static_cast<TensorImpl*>(data)->release();
}

inline napi_value wrap_tensor(napi_env env, const Tensor& tensor) {
  napi_value value = nullptr;
  if (!tensor.defined()) {
    napi_get_undefined(env, &value);
    return value;
  }
  TensorImpl* impl = tensor.impl();
  impl->retain();
  ++state().handles;
  if (napi_create_external(env, impl, drop_tensor, nullptr, &value) != napi_ok) {
    drop_tensor(env, impl, nullptr);
    throw Error("handle", "the JavaScript engine refused to make a handle");
  }
  check_limits();
  return value;
}

/// The tensor inside an External, or an undefined tensor when `value` is something else.
inline Tensor unwrap_tensor(napi_env env, napi_value value) {
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) != napi_ok || !data) return {};
  auto* impl = static_cast<TensorImpl*>(data);
  impl->retain();
  return Tensor(Ref<TensorImpl>(impl));
}

/// A node of the recorded graph as JavaScript holds it.
struct NodeHandle {
  std::shared_ptr<Node> node;
};

inline void drop_node(node_api_basic_env, void* data, void*) { delete static_cast<NodeHandle*>(data); }

inline napi_value wrap_node(napi_env env, const NodeHandle& handle) {
  napi_value value = nullptr;
  if (!handle.node) {
    napi_get_undefined(env, &value);
    return value;
  }
  napi_create_external(env, new NodeHandle(handle), drop_node, nullptr, &value);
  return value;
}

}  // namespace flint::node
