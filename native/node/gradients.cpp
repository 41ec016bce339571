// Autograd as JavaScript sees it: flags, gradients, the graph's nodes, backward, the grad mode.
#include <memory>

#include "node/bind.h"

namespace flint::node {
namespace {

bool needs_grad(const Tensor& t) { return t.needs_grad(); }
bool is_leaf(const Tensor& t) { return t.is_leaf(); }

void set_requires_grad(const Tensor& t, bool value) {
  if (value && !is_floating(t.dtype())) {
    fail("requiresGrad", "only floating-point tensors have gradients, this one is ", name_of(t.dtype()),
         "; convert it first, e.g. with .float()");
  }
  if (!t.is_leaf()) {
    if (value) return;
    fail("requiresGrad", "this tensor is the result of ", t.impl()->grad_fn->name,
         ", so whether it needs a gradient follows from its inputs; use detach() for a tensor without history");
  }
  t.impl()->requires_grad = value;
}

void set_retains_grad(const Tensor& t) {
  if (!t.needs_grad())
    fail("retainGrad", "this tensor needs no gradient; set requiresGrad on what it is made of first");
  retain_grad(t);
}
bool retains_grad(const Tensor& t) { return static_cast<bool>(t.impl()->retained); }

void set_grad(const Tensor& t, std::optional<Tensor> value) {
  if (value && !(value->sizes() == t.sizes())) {
    fail("grad", "a gradient has the shape of its tensor ", t.sizes(), ", but ", value->sizes(), " was assigned");
  }
  if (value && value->dtype() != t.dtype()) {
    fail("grad", "a gradient has the dtype of its tensor ", name_of(t.dtype()), ", but ", name_of(value->dtype()),
         " was assigned");
  }
  if (t.impl()->retained)
    *t.impl()->retained = value.value_or(Tensor());
  else
    t.impl()->grad = value ? value->ref() : Ref<TensorImpl>();
}

/// A tensor over the same memory that autograd knows nothing of.
Tensor without_history(const Tensor& t) { return make_view(t, t.sizes(), t.strides(), t.impl()->offset); }

/// As `without_history`, but changes of its values are also kept from the check of saved tensors: PyTorch's `.data`.
Tensor data_of(const Tensor& t) {
  Tensor view = without_history(t);
  view.impl()->version.reset();
  return view;
}

void set_data(const Tensor& t, const Tensor& data) {
  if (data.dtype() != t.dtype() && t.needs_grad()) {
    fail("data", "a tensor that needs a gradient keeps its dtype ", name_of(t.dtype()), ", but ", name_of(data.dtype()),
         " was assigned");
  }
  TensorImpl* to = t.impl();
  const TensorImpl* from = data.impl();
  to->storage = from->storage;
  to->sizes = from->sizes;
  to->strides = from->strides;
  to->offset = from->offset;
  to->dtype = from->dtype;
}

void detach_in_place(const Tensor& t) {
  if (t.impl()->retained) {
    t.impl()->grad = t.impl()->retained->ref();
    t.impl()->retained.reset();
  }
  t.impl()->grad_fn.reset();
  t.impl()->output_index = 0;
  t.impl()->requires_grad = false;
}

NodeHandle grad_fn(const Tensor& t) { return {t.impl()->grad_fn}; }
std::string_view node_name(const NodeHandle& handle) { return handle.node->name; }
bool same_node(const NodeHandle& a, const NodeHandle& b) { return a.node == b.node; }
std::vector<NodeHandle> next_nodes(const NodeHandle& handle) {
  std::vector<NodeHandle> out;
  for (const Edge& edge : handle.node->next) out.push_back({edge.node});
  return out;
}

void run_backward(const Tensor& root, std::optional<Tensor> seed, bool retain_graph, bool create_graph) {
  backward(root, seed.value_or(Tensor()), {retain_graph || create_graph, create_graph});
}

std::vector<Tensor> run_grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                             const std::vector<std::optional<Tensor>>& seeds, bool retain_graph, bool create_graph,
                             bool allow_unused) {
  std::vector<Tensor> grads;
  for (const auto& seed : seeds) grads.push_back(seed.value_or(Tensor()));
  return grad(outputs, inputs, grads, {retain_graph || create_graph, create_graph}, allow_unused);
}

thread_local std::vector<std::unique_ptr<GradMode>> modes;
void push_grad_mode(bool enabled) { modes.push_back(std::make_unique<GradMode>(enabled)); }
void pop_grad_mode() {
  if (!modes.empty()) modes.pop_back();
}

std::optional<std::string> autocast_name() {
  const std::optional<DType> type = autocast_type();
  return type ? std::optional<std::string>(name_of(*type)) : std::nullopt;
}

}  // namespace

void define_gradients(napi_env env, napi_value exports) {
  define_own<"needsGrad", &needs_grad>(env, exports);
  define_own<"isLeaf", &is_leaf>(env, exports);
  define_own<"setRequiresGrad", &set_requires_grad>(env, exports);
  define_own<"setRetainsGrad", &set_retains_grad>(env, exports);
  define_own<"retainsGrad", &retains_grad>(env, exports);
  define_own<"gradOf", &grad_of>(env, exports);
  define_own<"setGrad", &set_grad>(env, exports);
  define_own<"withoutHistory", &without_history>(env, exports);
  define_own<"dataOf", &data_of>(env, exports);
  define_own<"setData", &set_data>(env, exports);
  define_own<"detachInPlace", &detach_in_place>(env, exports);
  define_own<"gradFn", &grad_fn>(env, exports);
  define_own<"nodeName", &node_name>(env, exports);
  define_own<"sameNode", &same_node>(env, exports);
  define_own<"nextNodes", &next_nodes>(env, exports);
  define_own<"backward", &run_backward>(env, exports);
  define_own<"grad", &run_grad>(env, exports);
  define_own<"pushGradMode", &push_grad_mode>(env, exports);
  define_own<"popGradMode", &pop_grad_mode>(env, exports);
  define_own<"setAutocast", &set_autocast_type>(env, exports);
  define_own<"autocast", &autocast_name>(env, exports);
  define_own<"gradEnabled", &grad_enabled>(env, exports);
}

}  // namespace flint::node
