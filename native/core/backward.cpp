// The backward pass: nodes in the reverse order of their making, gradients summed where paths meet.
#include <algorithm>
#include <atomic>
#include <queue>
#include <unordered_map>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// The sum of two gradients of one shape and type.
Tensor sum_of(const Tensor& a, const Tensor& b) {
  if (!is_half(a.dtype())) return add(a, b, Scalar(1));
  return cast(add(cast(a, DType::Float32), cast(b, DType::Float32), Scalar(1)), a.dtype());
}

bool has_nan(const Tensor& t) {
  Tensor flat = contiguous(is_half(t.dtype()) ? cast(t, DType::Float32) : t);
  return visit_floating(flat.dtype(), [&](auto tag) {
    const auto* p = flat.data<decltype(tag)>();
    return std::any_of(p, p + flat.numel(), [](auto v) { return v != v; });
  });
}

/// Whether nobody else holds the tensor or its memory, so that it may be changed.
bool ours_alone(const Tensor& t) {
  return t.ref()->use_count() == 1 && t.impl()->storage->use_count() == 1 && t.is_dense() && !t.needs_grad();
}

/// Adds to the .grad of a leaf. A gradient that nobody else holds is taken as it is; the sum is made in place when no
/// graph of it is asked for.
void accumulate_leaf(TensorImpl* leaf, const Tensor& grad, bool create_graph) {
  note_gradient_used(leaf);
  note_gradient(leaf);
  Tensor before(leaf->grad);
  if (before.defined()) {
    if (create_graph || is_half(before.dtype())) {
      leaf->grad = sum_of(before, grad).ref();
    } else {
      add_(before, grad, Scalar(1));
    }
    return;
  }
  if (create_graph) {
    leaf->grad = grad.ref();
    return;
  }
  leaf->grad = ours_alone(grad) ? grad.ref() : clone(detach(grad)).ref();
}

struct Order {
  bool operator()(const Node* a, const Node* b) const { return a->sequence < b->sequence; }
};

std::atomic<uint64_t> next_pass{1};

/// One backward pass. What it keeps of each node lies in the node.
class Pass {
 public:
  explicit Pass(BackwardOptions options) : options_(options), id_(next_pass.fetch_add(1)) {}
  /// A pass that was ended by an error leaves no gradients behind.
  ~Pass() {
    for (Node* node : seen_) forget(node);
    for (Stash& s : stashed_) {
      s.node->pass = s.pass;
      s.node->waiting = s.waiting;
      s.node->arrived = std::move(s.arrived);
      s.node->rectifier_after = std::move(s.rectifier_after);
      s.node->arrived_more = std::move(s.arrived_more);
    }
  }

  void seed(const Tensor& root, const Tensor& grad) {
    Edge edge = edge_to(root);
    if (!edge.node)
      fail("backward", "this tensor does not require grad and has no grad_fn: nothing leads back from it. Make the ",
           "parameters with requiresGrad: true, and do not compute the loss inside noGrad()");
    enter(edge.node.get());
    deliver(edge, grad);
    roots_.push_back(std::move(edge.node));
  }

  void want(const Tensor& input, Tensor* into) {
    Edge edge = edge_to(input);
    if (!edge.node) fail("grad", "one of the inputs does not require grad");
    wanted_[edge.node.get()].push_back({edge.input, into});
  }

  void run() {
    count_dependencies();
    while (!ready_.empty()) {
      Node* node = ready_.top();
      ready_.pop();
      visit(node);
    }
  }

  bool accumulates = true;  // false for grad(): leaves are left alone

 private:
  struct Slot {
    uint32_t output;
    Tensor* into;
  };
  /// What another pass, which waits for this one inside a derivative, had put into a node.
  struct Stash {
    Node* node;
    uint64_t pass;
    int waiting;
    Tensor arrived;
    Saved rectifier_after;
    std::vector<Tensor> arrived_more;
  };

  /// Whether the node is met for the first time in this pass.
  bool enter(Node* node) {
    if (node->pass == id_) return false;
    if (node->pass != 0)
      stashed_.push_back({node, node->pass, node->waiting, std::move(node->arrived), std::move(node->rectifier_after),
                          std::move(node->arrived_more)});
    node->arrived = Tensor();
    node->rectifier_after = Saved();
    node->arrived_more.clear();
    node->pass = id_;
    node->waiting = 0;
    seen_.push_back(node);
    return true;
  }
  static void forget(Node* node) {
    node->pass = 0;
    node->arrived = Tensor();
    node->rectifier_after = Saved();
    node->arrived_more.clear();
  }

  void count_dependencies() {
    // seen_ grows as nodes are met, and is its own list of what is still to be looked at.
    const size_t starts = seen_.size();
    for (size_t i = 0; i < seen_.size(); ++i) {
      for (const Edge& e : seen_[i]->next) {
        if (!e.node) continue;
        enter(e.node.get());
        ++e.node->waiting;
      }
    }
    for (size_t i = 0; i < starts; ++i)
      if (seen_[i]->waiting == 0) ready_.push(seen_[i]);
    // While the pass runs, a released node lets go of its operands, so each must be kept.
    held_.reserve(seen_.size());
    for (size_t i = 0; i < seen_.size(); ++i)
      for (const Edge& e : seen_[i]->next)
        if (e.node && e.node->leaf()) held_.push_back(e.node);
  }

  /// What hooks make of the gradients that have arrived.
  static void run_hooks(Node* node) {
    TensorImpl* leaf = node->leaf();
    // A copy: a hook may remove itself.
    const std::vector<GradHook> hooks = leaf ? leaf->hooks->hooks : node->extras->hooks;
    for (const GradHook& hook : hooks) {
      Tensor& grad = *place(node, hook.output);
      if (!grad.defined()) continue;
      Tensor changed = hook.fn(grad);
      if (!changed.defined()) continue;
      if (!(changed.sizes() == grad.sizes()))
        fail("registerHook", "a hook gave a gradient of shape ", changed.sizes(), " in place of one of ", grad.sizes());
      grad = changed;
    }
  }

  void visit(Node* node) {
    if (node->leaf() ? static_cast<bool>(node->leaf()->hooks) : static_cast<bool>(node->extras)) run_hooks(node);
    if (!wanted_.empty()) {
      if (auto it = wanted_.find(node); it != wanted_.end())
        for (Slot& slot : it->second) *slot.into = *place(node, slot.output);
    }
    if (accumulates)
      for (const Retained& r : node->retained) retain(r, *place(node, r.output));
    if (TensorImpl* leaf = node->leaf()) {
      Tensor grad = std::move(node->arrived);
      node->arrived = Tensor();
      if (grad.defined() && accumulates) accumulate_leaf(leaf, grad, options_.create_graph);
      return;
    }
    if (leave_to_next(node)) return;
    Grads next = derivative(node);
    for (size_t i = 0; i < node->next.size(); ++i) {
      const Edge& edge = node->next[i];
      if (!edge.node) continue;
      if (i < next.size() && next[i].defined()) deliver(edge, std::move(next[i]));
      if (--edge.node->waiting == 0) ready_.push(edge.node.get());
    }
  }

  /// Lets the operation before a rectifier do its part, where that operation can and nobody looks at what passes
  /// between the two: a tensor less to write and to read.
  bool leave_to_next(Node* node) {
    const Tensor* rectifier = node->arrived.defined() ? node->rectifier() : nullptr;
    if (!rectifier || options_.create_graph || anomaly_mode()) return false;
    const Edge& edge = node->next[0];
    Node* to = edge.node.get();
    if (!to || !to->takes_rectified() || to->waiting != 1 || to->arrived.defined() || to->extras ||
        !to->retained.empty() || wanted_.contains(to))
      return false;
    if (node->arrived.dtype() != rectifier->dtype()) return false;
    to->arrived = std::move(node->arrived);
    to->rectifier_after = Saved(*rectifier);
    node->arrived = Tensor();
    if (!options_.retain_graph) node->release();
    to->waiting = 0;
    ready_.push(to);
    return true;
  }

  static void retain(const Retained& r, const Tensor& grad) {
    if (grad.defined()) *r.into = r.into->defined() ? sum_of(*r.into, grad) : grad;
  }

  Grads derivative(Node* node) {
    Tensor first = std::move(node->arrived);
    node->arrived = Tensor();
    std::vector<Tensor> all;
    bool any = first.defined();
    if (node->outputs > 1) {
      all.push_back(std::move(first));
      for (Tensor& more : node->arrived_more) {
        any = any || more.defined();
        all.push_back(std::move(more));
      }
      node->arrived_more.clear();
      all.resize(node->outputs);
    }
    if (!any) return {};
    if (node->released())
      fail("backward", "the graph was freed by an earlier backward (", node->name,
           "). To go back through it twice, pass { retainGraph: true } to the first backward");
    const Saved rectifier = std::move(node->rectifier_after);
    node->rectifier_after = Saved();
    Grads next = rectifier.defined() ? node->apply_rectified(first, rectifier.get("ReluBackward"))
                                     : node->apply(node->outputs > 1 ? std::span<const Tensor>(all)
                                                                     : std::span<const Tensor>(&first, 1));
    if (anomaly_mode()) check_numbers(*node, next);
    if (!options_.retain_graph) node->release();
    return next;
  }

  static void check_numbers(const Node& node, const Grads& grads) {
    GradMode off(false);
    for (size_t i = 0; i < grads.size(); ++i) {
      if (!grads[i].defined() || !has_nan(grads[i])) continue;
      fail("backward", "the derivative of ", node.name, " gave NaN for its input ", i,
           node.extras && !node.extras->origin.empty() ? ". It was called at " + node.extras->origin : "");
    }
  }

  static Tensor* place(Node* node, uint32_t output) {
    if (output == 0) return &node->arrived;
    if (node->arrived_more.size() < output) node->arrived_more.resize(node->outputs - 1);
    return &node->arrived_more[output - 1];
  }

  /// Moves a gradient on, or adds it to what other paths have brought.
  void deliver(const Edge& edge, Tensor grad) {
    Tensor& into = *place(edge.node.get(), edge.input);
    if (!into.defined())
      into = std::move(grad);
    else if (!options_.create_graph && ours_alone(into) && into.dtype() == grad.dtype() && !is_half(grad.dtype()))
      add_(into, grad, Scalar(1));
    else
      into = sum_of(into, grad);
  }

  BackwardOptions options_;
  uint64_t id_;
  std::vector<std::shared_ptr<Node>> roots_, held_;
  std::vector<Node*> seen_;
  std::vector<Stash> stashed_;
  std::unordered_map<Node*, std::vector<Slot>> wanted_;
  std::priority_queue<Node*, std::vector<Node*>, Order> ready_;
};

Tensor starting_grad(const Tensor& root, const Tensor& grad, std::string_view op) {
  if (!grad.defined()) {
    if (root.numel() != 1)
      fail(op, "a gradient can be made by itself only for one element, and this tensor has shape ", root.sizes(),
           ". Reduce it first, with .sum() or .mean(), or pass a gradient of the same shape");
    return full(root.sizes(), Scalar(1.0), root.dtype());
  }
  if (!(grad.sizes() == root.sizes()))
    fail(op, "the gradient has shape ", grad.sizes(), ", the tensor ", root.sizes(), "; they must be equal");
  return grad;
}

}  // namespace

void backward(const Tensor& root, const Tensor& grad, BackwardOptions options) {
  GradMode mode(options.create_graph);
  if (options.create_graph) options.retain_graph = true;
  Pass pass(options);
  pass.seed(root, starting_grad(root, grad, "backward"));
  pass.run();
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grads, BackwardOptions options, bool allow_unused) {
  GradMode mode(options.create_graph);
  if (options.create_graph) options.retain_graph = true;
  Pass pass(options);
  pass.accumulates = false;
  std::vector<Tensor> results(inputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    pass.seed(outputs[i], starting_grad(outputs[i], i < grads.size() ? grads[i] : Tensor(), "grad"));
  for (size_t i = 0; i < inputs.size(); ++i) pass.want(inputs[i], &results[i]);
  pass.run();
  for (const Tensor& r : results)
    if (!r.defined() && !allow_unused)
      fail("grad",
           "one of the inputs was not used to compute the outputs; pass { allowUnused: true } if that is meant");
  return results;
}

}  // namespace flint
