// Autograd as JavaScript sees it: flags, gradients, the graph's nodes, backward, the grad mode.
#include <memory>

#include "flint/launch.h"
#include "flint/runtime.h"
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
  if (t.impl()->requires_grad != value) note_new_identity(t);
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
  note_gradient(t.impl());
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
  if (recording() && t.impl()->storage->tag() == 0)
    fail("data",
         "the memory of a tensor is exchanged while compile() records the step; change its values in place, with "
         "copy_()");
  if (data.dtype() != t.dtype() && t.needs_grad()) {
    fail("data", "a tensor that needs a gradient keeps its dtype ", name_of(t.dtype()), ", but ", name_of(data.dtype()),
         " was assigned");
  }
  note_new_identity(t);
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

/// A JavaScript function that C++ keeps and calls inside a backward pass.
class Callback {
 public:
  Callback(napi_env env, napi_value fn) : env_(env) {
    if (napi_create_reference(env, fn, 1, &ref_) != napi_ok) fail("backward", "a function was expected");
  }
  ~Callback() { napi_delete_reference(env_, ref_); }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

  /// What the function gives for the gradients: one tensor, or an array of them; undefined where it gives none.
  std::vector<Tensor> operator()(std::span<const Tensor> grads) const {
    napi_handle_scope scope;
    napi_open_handle_scope(env_, &scope);
    struct Close {
      napi_env env;
      napi_handle_scope scope;
      ~Close() { napi_close_handle_scope(env, scope); }
    } close{env_, scope};
    std::vector<napi_value> args;
    for (const Tensor& g : grads) args.push_back(wrap_tensor(env_, g));
    napi_value fn, global, result;
    napi_get_reference_value(env_, ref_, &fn);
    napi_get_global(env_, &global);
    if (napi_call_function(env_, global, fn, args.size(), args.data(), &result) != napi_ok)
      throw std::runtime_error("a function in JavaScript threw");  // its own error is pending, and comes first
    bool array = false;
    napi_is_array(env_, result, &array);
    if (!array) return {unwrap_tensor(env_, result)};
    std::vector<Tensor> out;
    each_element(env_, result, {"backward", 0}, "an array",
                 [&](uint32_t, napi_value item) { out.push_back(unwrap_tensor(env_, item)); });
    return out;
  }

 private:
  napi_env env_;
  napi_ref ref_ = nullptr;
};

void set_origin_of(const Tensor& t, const std::string& origin) { set_origin(t, origin); }

double add_hook(napi_env env, const Tensor& t, napi_value fn) {
  if (!t.needs_grad())
    fail("registerHook", "this tensor needs no gradient; set requiresGrad on it, or on what it is made of, first");
  auto callback = std::make_shared<Callback>(env, fn);
  return static_cast<double>(add_grad_hook(t, [callback](const Tensor& grad) { return (*callback)({&grad, 1})[0]; }));
}
void remove_hook(const Tensor& t, int64_t id) { remove_grad_hook(t, static_cast<uint64_t>(id)); }

/// Makes a function in JavaScript the derivative of `outputs`, which were made of `inputs` without being recorded.
void record_function(napi_env env, const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                     napi_value fn) {
  bool needed = false;
  for (const Tensor& t : inputs) needed = needed || t.needs_grad();
  if (!needed || !grad_enabled()) return;
  auto callback = std::make_shared<Callback>(env, fn);
  record_many(outputs, "FunctionBackward", inputs, [callback, inputs = inputs.size()](std::span<const Tensor> grads) {
    std::vector<Tensor> found = (*callback)(grads);
    if (found.size() != inputs)
      fail("backward", "a function's backward must give a gradient or null for each of its ", inputs,
           " tensors, it gave ", found.size());
    return Grads(found.begin(), found.end());
  });
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
  define_own<"addHook", &add_hook>(env, exports);
  define_own<"removeHook", &remove_hook>(env, exports);
  define_own<"recordFunction", &record_function>(env, exports);
  define_own<"setAnomaly", &set_anomaly_mode>(env, exports);
  define_own<"anomaly", &anomaly_mode>(env, exports);
  define_own<"setOrigin", &set_origin_of>(env, exports);
  define_own<"gradEnabled", &grad_enabled>(env, exports);
}

}  // namespace flint::node
