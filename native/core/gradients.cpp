// What may be asked of gradients beside a backward pass: that they are kept, shown to hooks, watched for NaN, composed
// anew.
#include <algorithm>
#include <atomic>

#include "flint/autograd.h"
#include "flint/launch.h"

namespace flint {
namespace {

thread_local bool anomalies = false;
std::atomic<uint64_t> next_hook{1};

}  // namespace

void retain_grad(const Tensor& t) {
  TensorImpl* impl = t.impl();
  if (!impl->grad_fn || impl->retained) return;
  impl->retained = std::make_shared<Tensor>();
  impl->grad_fn->retained.push_back({impl->output_index, impl->retained});
}

uint64_t add_grad_hook(const Tensor& t, std::function<Tensor(const Tensor&)> fn) {
  const uint64_t id = next_hook.fetch_add(1);
  if (Node* node = t.impl()->grad_fn.get()) {
    if (!node->extras) node->extras = std::make_unique<GradExtras>();
    node->extras->hooks.push_back({id, t.impl()->output_index, std::move(fn)});
  } else {
    if (!t.impl()->hooks) t.impl()->hooks = std::make_shared<GradExtras>();
    t.impl()->hooks->hooks.push_back({id, 0, std::move(fn)});
  }
  return id;
}
void remove_grad_hook(const Tensor& t, uint64_t id) {
  auto remove = [id](GradExtras* extras) {
    if (extras) std::erase_if(extras->hooks, [id](const GradHook& hook) { return hook.id == id; });
  };
  remove(t.impl()->hooks.get());
  if (t.impl()->grad_fn) remove(t.impl()->grad_fn->extras.get());
}

void set_anomaly_mode(bool on) { anomalies = on; }
bool anomaly_mode() { return anomalies; }
void set_origin(const Tensor& t, std::string origin) {
  Node* node = t.impl()->grad_fn.get();
  if (!node) return;
  if (!node->extras) node->extras = std::make_unique<GradExtras>();
  if (node->extras->origin.empty()) node->extras->origin = std::move(origin);
}

Tensor grad_of(const Tensor& t) {
  if (t.impl()->retained) return *t.impl()->retained;
  note_gradient_used(t.impl());
  return Tensor(t.impl()->grad);
}

Grads composed_grads(const std::vector<Tensor>& outputs, std::span<const Tensor> arrived,
                     const std::vector<Tensor>& inputs) {
  std::vector<Tensor> made, grads, wanted;
  for (size_t i = 0; i < outputs.size(); ++i)
    if (arrived[i].defined()) made.push_back(outputs[i]), grads.push_back(arrived[i]);
  for (const Tensor& t : inputs)
    if (t.needs_grad()) wanted.push_back(t);
  const std::vector<Tensor> found = grad(made, wanted, grads, {true, true}, true);
  Grads result(inputs.size());
  size_t next = 0;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].needs_grad()) result[i] = found[next++];
  return result;
}

}  // namespace flint
