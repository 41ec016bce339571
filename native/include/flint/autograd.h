// Reverse-mode differentiation: nodes record how to carry a gradient back, and let go of what they saved as it passes.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flint/tensor.h"

namespace flint {

struct Edge {
  std::shared_ptr<Node> node;
  uint32_t input = 0;
};

/// Where the gradient of an output goes that retain_grad() was called on.
struct Retained {
  uint32_t output;
  std::shared_ptr<Tensor> into;
};

using Grads =
    std::vector<Tensor, PooledAllocator<Tensor>>;  // one entry for each recorded input; undefined = no gradient

/// Called with a gradient as it passes; what it gives, if anything, takes its place.
struct GradHook {
  uint64_t id;
  uint32_t output;
  std::function<Tensor(const Tensor&)> fn;
};
/// What few nodes and few leaves have.
struct GradExtras {
  std::vector<GradHook> hooks;
  std::string origin;  // where the operation was called, in anomaly mode
};

/// A tensor kept for backward. Unpacking checks that its values were not changed in place since.
class Saved {
 public:
  Saved() = default;
  explicit Saved(const Tensor& t) : tensor_(t), version_(t.defined() ? version_of(t) : 0) {}
  bool defined() const { return tensor_.defined(); }
  const Tensor& get(std::string_view backward_name) const;

 private:
  Tensor tensor_;
  uint32_t version_ = 0;
};

struct Node {
  explicit Node(std::string_view name) : name(name) {}
  virtual ~Node();  // iterative: long chains must not overflow the stack
  /// `grads` has one entry for each output; undefined stands for zeros.
  virtual Grads apply(std::span<const Tensor> grads) = 0;
  /// Of a rectifier: the tensor that says where the gradient passes, > 0, while it is held. Null for all else.
  virtual const Tensor* rectifier() const { return nullptr; }
  /// Whether the node can take the gradient before a rectifier that follows it, and say where it passes:
  /// apply_rectified.
  virtual bool takes_rectified() const { return false; }
  /// apply({grad where rectifier > 0, else 0}), without that tensor.
  virtual Grads apply_rectified(const Tensor& grad, const Tensor& rectifier) { return {}; }
  /// Frees what was saved for backward.
  virtual void release() {}
  virtual bool released() const { return false; }
  /// The tensor whose .grad this node adds to; null for an operation.
  virtual TensorImpl* leaf() const { return nullptr; }

  std::string_view name;  // PyTorch's: "AddmmBackward", a literal
  std::vector<Edge, PooledAllocator<Edge>> next;
  std::vector<Retained> retained;
  std::unique_ptr<GradExtras> extras;
  uint32_t outputs = 1;
  uint64_t sequence = 0;  // order of creation; backward runs the latest first

  // What a backward pass keeps of the node while it runs: here, since a table beside the graph would cost more than the
  // arithmetic of a small one.
  uint64_t pass = 0;
  int waiting = 0;
  Tensor arrived;                    // of the first output
  Saved rectifier_after;             // where that passes, of a rectifier that left its part to this node
  std::vector<Tensor> arrived_more;  // of the others
};

bool grad_enabled();
/// Sets the mode for this thread and restores it at the end of the scope.
class GradMode {
 public:
  explicit GradMode(bool enabled);
  ~GradMode();

 private:
  bool before_;
};

/// Whether an operation on these inputs must be recorded.
template <class... T>
bool should_record(const T&... inputs) {
  return grad_enabled() && ((inputs.defined() && inputs.needs_grad()) || ...);
}

/// An operation's node: `F` is called with the gradient of its output, or with a span of them, and gives one for each
/// input. An F that takes a gradient and a rectifier, which may be undefined, can do the rectifier's part; an F with a
/// method rectifier() is one.
template <class F>
struct FunctionNode final : Node {
  static constexpr bool kTakesRectified = std::is_invocable_v<F&, const Tensor&, const Tensor&>;

  FunctionNode(std::string_view name, F fn) : Node(name), fn(std::move(fn)) {}
  const Tensor* rectifier() const override {
    if constexpr (requires { fn->rectifier(); }) return fn ? &fn->rectifier() : nullptr;
    return nullptr;
  }
  bool takes_rectified() const override { return kTakesRectified; }
  Grads apply_rectified(const Tensor& grad, const Tensor& rectifier) override {
    if constexpr (kTakesRectified) return (*fn)(grad, rectifier);
    return {};
  }
  Grads apply(std::span<const Tensor> grads) override {
    if constexpr (kTakesRectified)
      return (*fn)(grads[0], Tensor());
    else if constexpr (std::is_invocable_v<F&, const Tensor&>)
      return (*fn)(grads[0]);
    else
      return (*fn)(grads);
  }
  void release() override { fn.reset(); }
  bool released() const override { return !fn; }
  std::optional<F> fn;
};

template <class F>
std::shared_ptr<Node> make_node(std::string_view name, F fn) {
  using Of = FunctionNode<F>;
  return std::allocate_shared<Of>(PooledAllocator<Of>(), name, std::move(fn));
}

/// Where the gradient of a tensor goes: to the operation that made it or to the end of a leaf; nowhere for one that
/// needs none.
Edge edge_to(const Tensor& input);

/// Makes `node` the history of `outputs`, made from `inputs`.
void link(std::shared_ptr<Node> node, std::span<const Tensor> outputs, std::span<const Tensor> inputs);

/// Makes `output` the result of a node named `name` over `inputs`; `fn(grad)` gives one gradient for each input.
/// Call only when should_record(inputs...). An output saved by `fn` must be saved as a detached view (no cycle).
template <class F>
void record(const Tensor& output, std::string_view name, std::initializer_list<Tensor> inputs, F fn) {
  link(make_node<F>(name, std::move(fn)), {&output, 1}, {inputs.begin(), inputs.size()});
}
template <class F>
void record(const Tensor& output, std::string_view name, const std::vector<Tensor>& inputs, F fn) {
  link(make_node<F>(name, std::move(fn)), {&output, 1}, inputs);
}
/// The same for several outputs; `fn` takes a span of gradients.
template <class F>
void record_many(std::span<const Tensor> outputs, std::string_view name, const std::vector<Tensor>& inputs, F fn) {
  link(make_node<F>(name, std::move(fn)), outputs, inputs);
}
/// Keeps the gradient of a non-leaf, which backward() would drop. `t` must need one.
void retain_grad(const Tensor& t);
/// Calls `fn` with the gradient of `t` in every backward pass; gives a number to remove it by. `t` must need one.
uint64_t add_grad_hook(const Tensor& t, std::function<Tensor(const Tensor&)> fn);
void remove_grad_hook(const Tensor& t, uint64_t id);

/// In anomaly mode a backward pass ends in an error that names the operation whose derivative first was NaN.
void set_anomaly_mode(bool on);
bool anomaly_mode();
/// Says where the operation that made `t` was called, for that error.
void set_origin(const Tensor& t, std::string origin);

/// What .grad shows: of a leaf what was added up, of a non-leaf what was retained; undefined where there is none.
Tensor grad_of(const Tensor& t);

/// For an in-place operation: checks that `self` is no leaf that requires grad, bumps its version, re-bases its
/// history.
void check_in_place(const Tensor& self, std::string_view op);

/// Makes the history of a view anew where the tensor it shows was changed through another view (ops/rebase.cpp).
void refresh_view(const Tensor& view);
/// Gives the tensor that a view shows the history of the change that was just made through the view.
void rebase_base(const Tensor& view);

struct BackwardOptions {
  bool retain_graph = false;
  bool create_graph = false;
};
/// Accumulates gradients into the leaves that `root` depends on. `grad` may be undefined for a one-element root.
void backward(const Tensor& root, const Tensor& grad, BackwardOptions options);
/// Gradients of sum(grad * output) with respect to `inputs`, without touching any leaf.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grads, BackwardOptions options, bool allow_unused);

/// For an operation with a derivative of its own, of which a graph is asked for: the gradients, with a history, of the
/// same `outputs` composed of differentiable operations on `inputs`. `arrived` may have undefined entries; one gradient
/// for each input, undefined where it needs none.
Grads composed_grads(const std::vector<Tensor>& outputs, std::span<const Tensor> arrived,
                     const std::vector<Tensor>& inputs);

}  // namespace flint
