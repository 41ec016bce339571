// Recording a step, and doing it again.
#include "graph/tape.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "flint/autograd.h"
#include "flint/runtime.h"
#include "graph/parts.h"
#include "kernels/parallel.h"

namespace flint {
namespace {

thread_local TapeParts* current = nullptr;
std::atomic<uint64_t> next_serial{1}, identities{0};

bool same_layout(const Layout& a, const Layout& b) {
  return a.dtype == b.dtype && a.sizes == b.sizes && a.strides == b.strides;
}

void stop() {
  current = nullptr;
  recordings.fetch_sub(1);
}

void refuse_within_recording() {
  if (current)
    fail("compile", "a compiled function is called while another one is being recorded; call the plain ",
         "function inside it");
}

ptrdiff_t byte_offset(const Tensor& t) { return t.impl()->offset * static_cast<ptrdiff_t>(size_of(t.dtype())); }

/// The same values in memory of their own.
Tensor copy_of(const Tensor& t) {
  if (t.is_dense()) {
    Tensor copy = empty(t.sizes(), t.dtype(), t.strides());
    std::memcpy(copy.address(), t.address(), static_cast<size_t>(t.numel()) * size_of(t.dtype()));
    return copy;
  }
  const Ref<Storage>& whole = t.impl()->storage;
  Tensor copy = make_view(t, t.sizes(), t.strides(), t.impl()->offset);
  copy.impl()->version.reset();
  copy.impl()->storage = Ref<Storage>(new Storage(whole->bytes()));
  std::memcpy(copy.impl()->storage->data(), whole->data(), whole->bytes());
  return copy;
}

}  // namespace

// ---- what launches and autograd tell

bool recording_here() { return current != nullptr; }

void refuse_while_recording() {
  if (!current) return;
  fail("compile", "values of a tensor were asked for while the step is being recorded. A compiled step cannot follow ",
       "what depends on values: return the tensor from the compiled function, and read it (item(), tolist(), print) ",
       "outside of it");
}

uint64_t tag_of_memory(size_t bytes) {
  if (!current) return 0;
  TapeMemory memory;
  memory.bytes = bytes;
  current->memories.push_back(std::move(memory));
  return current->serial << 32 | (current->memories.size() - 1);
}

uint32_t TapeParts::memory_of(const Tensor& t) {
  const Ref<Storage>& storage = t.impl()->storage;
  if (made(*storage)) return static_cast<uint32_t>(storage->tag());
  auto [found, is_new] = outside.try_emplace(storage.get(), static_cast<uint32_t>(memories.size()));
  if (is_new) {
    TapeMemory memory;
    memory.kind = TapeMemory::Kind::Outside;
    memory.bytes = storage->bytes();
    memory.held = storage;
    storage->recorded = true;
    memories.push_back(std::move(memory));
  }
  return found->second;
}

void record_launch(std::unique_ptr<Launch> launch, std::span<const Tensor* const> tensors) {
  TapeParts& parts = *current;
  TapeLaunch written{std::move(launch), {}};
  std::span<void*> addresses = written.work->addresses();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i]->defined()) continue;
    written.uses.push_back(
        {&addresses[i], parts.memory_of(*tensors[i]), byte_offset(*tensors[i]), written.work->writes(i)});
  }
  const uint64_t jobs = kernels::shared_jobs();
  written.work->run();
  written.shared = kernels::shared_jobs() != jobs;
  parts.launches.push_back(std::move(written));
}

Number live_number(double value) {
  if (!recording()) return value;
  current->numbers.push_back(value);
  return &current->numbers.back();
}

void note_gradient(TensorImpl* leaf) {
  if (!recording() || current->made(*leaf->storage)) return;
  leaf->retain();
  Ref<TensorImpl> held(leaf);
  if (current->gradients_noted.insert(leaf).second) current->gradients_after.push_back({std::move(held), {}});
}

void note_gradient_used(TensorImpl* leaf) {
  if (!recording() || current->made(*leaf->storage) || current->gradients_noted.contains(leaf)) return;
  leaf->retain();
  Ref<TensorImpl> held(leaf);
  if (!current->gradients_required.insert(leaf).second) return;
  TapeParts::GradientBefore before;
  before.leaf = std::move(held);
  before.grad = leaf->grad;
  current->gradients_before.push_back(std::move(before));
}

void note_change(const Tensor& t) {
  if (!recording() || current->made(*t.impl()->storage)) return;
  const std::shared_ptr<uint32_t>& cell = t.impl()->version;
  if (current->versions_noted.insert(cell.get()).second) current->versions.push_back(cell);
}

void note_new_identity(const Tensor& t) {
  if (t.impl()->storage->recorded) identities.fetch_add(1);
}

// ---- recording

Recording::Recording(std::span<const Tensor> inputs) : parts_(std::make_unique<TapeParts>()) {
  refuse_within_recording();
  parts_->serial = next_serial.fetch_add(1);
  parts_->grad_enabled = flint::grad_enabled();
  parts_->autocast = autocast_type();
  current = parts_.get();
  recordings.fetch_add(1);
  for (const Tensor& input : inputs) {
    Ref<TensorImpl> impl(new TensorImpl);
    static_cast<Layout&>(*impl) = *input.impl();
    impl->offset = input.impl()->offset;
    impl->storage = Ref<Storage>(new Storage(input.impl()->storage));
    TapeMemory& memory = parts_->memories.back();
    memory.kind = TapeMemory::Kind::Input;
    memory.held = impl->storage;
    parts_->input_layouts.push_back(*impl);
    parts_->inputs.emplace_back(std::move(impl));
    parts_->input_offsets.push_back(byte_offset(parts_->inputs.back()));
  }
}

Recording::~Recording() {
  if (parts_ && current == parts_.get()) stop();
}

const std::vector<Tensor>& Recording::inputs() const { return parts_->inputs; }

bool TapeParts::keep(const Ref<Storage>& storage) {
  if (!made(*storage)) return false;
  TapeMemory& memory = memories[static_cast<uint32_t>(storage->tag())];
  if (memory.kind == TapeMemory::Kind::Inner) {
    memory.kind = TapeMemory::Kind::Kept;
    memory.held = storage;
  }
  return true;
}

void TapeParts::settle_gradients() {
  for (Gradient& g : gradients_after) {
    g.grad = g.leaf->grad;
    for (const GradientBefore& before : gradients_before)
      g.same = g.same || (before.leaf == g.leaf && before.grad && before.grad == g.grad);
    if (g.same) g.grad = {};
    if (!g.grad || !keep(g.grad->storage)) continue;
    g.memory = static_cast<uint32_t>(g.grad->storage->tag());
    ++memories[g.memory].shown_by;
    gradient_uses[g.memory] = {};
  }
  for (GradientBefore& before : gradients_before) {
    before.defined = static_cast<bool>(before.grad);
    if (!before.defined) continue;
    before.layout = *before.grad;
    before.offset = before.grad->offset * static_cast<int64_t>(size_of(before.grad->dtype));
    if (auto used = outside.find(before.grad->storage.get()); used != outside.end()) {
      before.memory = used->second;
      memories[before.memory].kind = TapeMemory::Kind::Gradient;
      memories[before.memory].held = {};
      gradient_uses[before.memory] = {};
    }
    before.grad = {};
  }
}

std::unique_ptr<Tape> Recording::finish(std::span<const Tensor> outputs) {
  TapeParts& parts = *parts_;
  stop();
  parts.identities = identities.load();
  for (const Tensor& t : outputs) {
    TapeParts::Output output{make_view(t, t.sizes(), t.strides(), t.impl()->offset), parts.keep(t.impl()->storage)};
    if (output.copied) {
      const uint32_t memory = static_cast<uint32_t>(t.impl()->storage->tag());
      const bool input = parts.memories[memory].kind == TapeMemory::Kind::Input;
      (input ? output.input : output.memory) = memory;
      parts.memories[memory].shown_by += input ? 0 : 1;
    }
    parts.outputs.push_back(std::move(output));
  }
  parts.settle_gradients();
  for (size_t i = 0; i < parts.inputs.size(); ++i) parts.memories[i].held = {};
  parts.drop_unneeded();
  parts.merge_outer_products();
  parts.fuse_loops();
  parts.hasten_updates();
  parts.input_uses.resize(parts.inputs.size());
  parts.input_bases.assign(parts.inputs.size(), nullptr);
  parts.inputs_written.assign(parts.inputs.size(), false);
  for (const TapeLaunch& launch : parts.launches) {
    for (const TapeUse& use : launch.uses) {
      if (parts.memories[use.memory].kind == TapeMemory::Kind::Input) {
        parts.input_uses[use.memory].push_back(use);
        if (use.written) parts.inputs_written[use.memory] = true;
      } else if (auto of = parts.gradient_uses.find(use.memory); of != parts.gradient_uses.end()) {
        of->second.push_back(use);
      }
    }
  }
  parts.inputs.clear();
  parts.plan();
  return std::unique_ptr<Tape>(new Tape(std::move(parts_)));
}

// ---- replay

Tape::Tape(std::unique_ptr<TapeParts> parts) : parts_(std::move(parts)) {}
Tape::~Tape() = default;

bool Tape::is_stale() const { return parts_->identities != identities.load(); }

bool Tape::fits(std::span<const Tensor> inputs) const {
  const TapeParts& parts = *parts_;
  if (inputs.size() != parts.input_layouts.size() || grad_enabled() != parts.grad_enabled ||
      autocast_type() != parts.autocast)
    return false;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!same_layout(*inputs[i].impl(), parts.input_layouts[i]) || inputs[i].needs_grad()) return false;
  for (const TapeParts::GradientBefore& before : parts.gradients_before) {
    const Ref<TensorImpl>& grad = before.leaf->grad;
    if (static_cast<bool>(grad) != before.defined || (grad && !same_layout(*grad, before.layout))) return false;
  }
  return true;
}

std::vector<Tensor> TapeParts::results(std::span<const Tensor> given) const {
  std::vector<Tensor> all;
  all.reserve(outputs.size());
  for (const Output& output : outputs) {
    const Tensor& t = output.tensor;
    if (output.input) {
      const ptrdiff_t item = static_cast<ptrdiff_t>(size_of(t.dtype()));
      const Tensor& input = given[*output.input];
      all.push_back(make_view(input, t.sizes(), t.strides(),
                              t.impl()->offset + (byte_offset(input) - input_offsets[*output.input]) / item));
    } else {
      all.push_back(output.copied ? copy_of(t) : make_view(t, t.sizes(), t.strides(), t.impl()->offset));
    }
  }
  return all;
}

void TapeParts::renew_held_gradients() {
  for (const Gradient& g : gradients_after) {
    if (g.memory == kNever) continue;
    TapeMemory& m = memories[g.memory];
    const bool in_place = g.leaf->grad == g.grad;
    if (g.grad->use_count() == (in_place ? 2 : 1) && m.held->use_count() == 1 + m.shown_by) continue;
    m.held = Ref<Storage>(new Storage(m.bytes));
    for (const TapeUse& use : gradient_uses[g.memory]) *use.at = static_cast<char*>(m.held->data()) + use.offset;
    for (Output& output : outputs)
      if (output.memory == g.memory) output.tensor.impl()->storage = m.held;
    for (Gradient& other : gradients_after) {
      if (other.memory != g.memory) continue;
      Ref<TensorImpl> impl(new TensorImpl);
      static_cast<Layout&>(*impl) = *other.grad;
      impl->offset = other.grad->offset;
      impl->storage = m.held;
      other.grad = std::move(impl);
    }
  }
}

std::vector<Tensor> Tape::replay(std::span<const Tensor> inputs, std::span<const double> numbers) {
  refuse_within_recording();
  TapeParts& parts = *parts_;
  if (numbers.size() != parts.numbers.size())
    fail("compile", "a replay was given ", numbers.size(), " numbers, the step has ", parts.numbers.size());
  if (!parts.placed) parts.place();
  for (size_t i = 0; i < inputs.size(); ++i) {
    char* base = static_cast<char*>(inputs[i].address()) - parts.input_offsets[i];
    if (base == parts.input_bases[i]) continue;
    for (const TapeUse& use : parts.input_uses[i]) *use.at = base + use.offset;
    parts.input_bases[i] = base;
  }
  for (TapeParts::GradientBefore& before : parts.gradients_before) {
    if (before.memory == kNever) continue;
    char* base = static_cast<char*>(Tensor(before.leaf->grad).address()) - before.offset;
    if (base == before.base) continue;
    for (const TapeUse& use : parts.gradient_uses[before.memory]) *use.at = base + use.offset;
    before.base = base;
  }
  parts.renew_held_gradients();
  std::copy(numbers.begin(), numbers.end(), parts.numbers.begin());
  for (const TapeLaunch& launch : parts.launches) launch.work->run();
  for (const auto& version : parts.versions) ++*version;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (parts.inputs_written[i]) bump_version(inputs[i]);
  for (const TapeParts::Gradient& g : parts.gradients_after)
    if (!g.same && !(g.leaf->grad == g.grad)) g.leaf->grad = g.grad;
  return parts.results(inputs);
}

std::vector<Tensor> Tape::recorded_results(std::span<const Tensor> inputs) const { return parts_->results(inputs); }
std::vector<double> Tape::numbers() const { return {parts_->numbers.begin(), parts_->numbers.end()}; }
TapeInfo Tape::info() const { return {parts_->launches.size(), parts_->planned_bytes, parts_->requested_bytes}; }

}  // namespace flint
