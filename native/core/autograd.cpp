// The graph of a computation: its nodes, what they keep for backward, and how operations are linked.
#include "flint/autograd.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace flint {
namespace {

thread_local bool grad_mode = true;
std::atomic<uint64_t> next_sequence{1};

/// The end of a path: adds what arrives to the gradient of a leaf.
struct AccumulateGrad final : Node {
  explicit AccumulateGrad(const Tensor& leaf) : Node("AccumulateGrad"), target(leaf.ref()) {}
  Grads apply(std::span<const Tensor>) override { return {}; }
  TensorImpl* leaf() const override { return target.get(); }
  Ref<TensorImpl> target;
};

std::shared_ptr<Node> accumulator_of(const Tensor& leaf) {
  std::shared_ptr<Node> node = leaf.impl()->accumulator.lock();
  if (!node) {
    node = std::make_shared<AccumulateGrad>(leaf);
    leaf.impl()->accumulator = node;
  }
  return node;
}

}  // namespace

Edge edge_to(const Tensor& input) {
  if (!input.defined()) return {};
  if (input.is_stale()) refresh_view(input);
  if (input.impl()->grad_fn) return {input.impl()->grad_fn, input.impl()->output_index};
  if (input.impl()->requires_grad) return {accumulator_of(input), 0};
  return {};
}

Node::~Node() {
  // Long chains are taken apart in a loop: each child that only we hold joins the list instead of the call stack.
  std::vector<std::shared_ptr<Node>> pending;
  auto take = [&pending](auto& edges) {
    for (Edge& e : edges)
      if (e.node && e.node.use_count() == 1) pending.push_back(std::move(e.node));
    edges.clear();
  };
  take(next);
  while (!pending.empty()) {
    std::shared_ptr<Node> node = std::move(pending.back());
    pending.pop_back();
    take(node->next);
  }
}

const Tensor& Saved::get(std::string_view backward_name) const {
  if (tensor_.defined() && version_of(tensor_) != version_)
    fail("backward", "a tensor of shape ", tensor_.sizes(), " that ", backward_name,
         " needs was changed in place after it was used. Use the form without the trailing underscore, or clone() it "
         "first");
  return tensor_;
}

bool grad_enabled() { return grad_mode; }
GradMode::GradMode(bool enabled) : before_(grad_mode) { grad_mode = enabled; }
GradMode::~GradMode() { grad_mode = before_; }

void link(std::shared_ptr<Node> node, std::span<const Tensor> outputs, std::span<const Tensor> inputs) {
  node->sequence = next_sequence.fetch_add(1, std::memory_order_relaxed);
  node->outputs = static_cast<uint32_t>(outputs.size());
  node->next.reserve(inputs.size());
  for (const Tensor& input : inputs) node->next.push_back(edge_to(input));
  for (size_t i = 0; i < outputs.size(); ++i) {
    TensorImpl* output = outputs[i].impl();
    if (output->retained) {  // changed in place: from now on the gradient of the new values is meant
      std::erase_if(output->grad_fn->retained, [&](const Retained& r) { return r.into == output->retained; });
      node->retained.push_back({static_cast<uint32_t>(i), output->retained});
    }
    output->grad_fn = node;
    output->output_index = static_cast<uint32_t>(i);
    if (output->rebasing) {
      output->rebasing = false;
      rebase_base(outputs[i]);
    }
  }
}

void check_in_place(const Tensor& self, std::string_view op) {
  if (grad_enabled() && self.is_leaf() && self.impl()->requires_grad)
    fail(op, "a leaf that requires grad cannot be changed in place while gradients are recorded. ",
         "Wrap the update in noGrad(() => ...), or use the form without the trailing underscore");
  if (grad_enabled() && self.impl()->base) {
    const Tensor base(self.impl()->base);
    if (base.is_leaf() && base.impl()->requires_grad)
      fail(op, "a view of a leaf that requires grad cannot be changed in place while gradients are recorded. ",
           "Wrap the change in noGrad(() => ...), or change a clone()");
    if (self.is_stale()) refresh_view(self);
    self.impl()->rebasing = true;
  }
  bump_version(self);
}

}  // namespace flint
