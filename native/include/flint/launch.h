// The one door to the memory of tensors. What an operation does with elements is a launch: work over views, done at
// once, and written down as well while a step is being recorded (graph/tape.h), to be done again on the same memory
// without the operation.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "flint/tensor.h"

namespace flint {

/// What a launch sees of a tensor. It holds nothing and lasts as long as the launch.
class View {
 public:
  View() = default;
  View(void* data, const Layout* layout) : data_(data), layout_(layout) {}

  /// False of an undefined tensor.
  bool defined() const { return layout_ != nullptr; }
  const Layout& layout() const { return *layout_; }
  const Dims& sizes() const { return layout_->sizes; }
  const Dims& strides() const { return layout_->strides; }
  int dim() const { return layout_->sizes.size(); }
  int64_t size(int d) const { return layout_->sizes[d < 0 ? d + dim() : d]; }
  int64_t numel() const { return layout_->sizes.numel(); }
  DType dtype() const { return layout_->dtype; }
  bool is_contiguous() const { return layout_->is_contiguous(); }
  bool is_channels_last() const { return layout_->is_channels_last(); }
  bool is_dense() const { return layout_->is_dense(); }

  void* raw() const { return data_; }
  template <class T>
  T* data() const {
    return static_cast<T*>(data_);
  }

 private:
  void* data_ = nullptr;
  const Layout* layout_ = nullptr;
};

/// Loops over rows of elements that may be cut into pieces and done piece by piece with the loops before and after
/// them: out[i] = f(a[i], b[i]) for `count` elements. A stride of 0 repeats one element.
struct RowLoop {
  using Unary = void (*)(void* out, const void* x, int64_t so, int64_t sx, int64_t n, double p, double q);
  using Binary = void (*)(void* out, const void* a, const void* b, int64_t so, int64_t sa, int64_t sb, int64_t n,
                          double p, double q);
  Unary unary = nullptr;
  Binary binary = nullptr;  // one of the two
  int64_t count = 0;
  int64_t strides[3] = {};     // in elements: of the result, the first and the second operand
  int64_t item_bytes[3] = {};  // of the same
  double p = 0, q = 0;
  int64_t cost = 1;  // of one element, in cheap ones

  /// Everything, by several threads when there is enough of it.
  void run_all(void* const* at) const;
  void run(void* const* at, int64_t from, int64_t to) const {
    auto place = [&](int k) { return static_cast<char*>(at[k]) + from * strides[k] * item_bytes[k]; };
    if (unary)
      unary(place(0), place(1), strides[0], strides[1], to - from, p, q);
    else
      binary(place(0), place(1), place(2), strides[0], strides[1], strides[2], to - from, p, q);
  }
};

/// Work that was written down. `addresses` are those of its views, one for each.
class Launch {
 public:
  virtual ~Launch() = default;
  virtual void run() = 0;
  virtual std::span<void*> addresses() = 0;
  /// The loop that this is all of; null for any other work.
  virtual const RowLoop* row_loop() const { return nullptr; }
};

/// Whether this thread is recording a step.
bool recording_here();
inline bool recording() { return recordings.load(std::memory_order_relaxed) != 0 && recording_here(); }
/// The name of fresh memory in the recording of this thread; 0 where there is none.
uint64_t tag_of_memory(size_t bytes);
/// Writes a launch down and runs it. `tensors` in the order of its addresses.
void record_launch(std::unique_ptr<Launch> launch, std::span<const Tensor* const> tensors);

/// A number that a recorded step is given anew each time, such as the learning rate.
class Number {
 public:
  Number(double value) : value_(value) {}
  Number(const double* live) : live_(live) {}
  double operator()() const { return live_ ? *live_ : value_; }

 private:
  double value_ = 0;
  const double* live_ = nullptr;
};
/// `value` now, and what replay is given in its place. The order of the calls is the order of replay's numbers.
Number live_number(double value);

// What a recording must know of the gradients of leaves and of changes in place; each does nothing outside of one.

/// The gradient of a leaf was set, dropped or added to.
void note_gradient(TensorImpl* leaf);
/// The gradient that a leaf has is read or changed: replay needs the same one to be there.
void note_gradient_used(TensorImpl* leaf);
/// Values of this memory were changed in place.
void note_change(const Tensor& t);
/// What the tensor is, not its values, is about to change: its memory, or whether it needs a gradient. Recorded steps
/// that use it do not fit any more.
void note_new_identity(const Tensor& t);

namespace detail {

inline View view_of(const Tensor& t) { return t.defined() ? View(t.address(), t.impl()) : View(); }

template <class F, size_t N>
class RecordedLaunch final : public Launch {
 public:
  RecordedLaunch(F work, const std::array<const Tensor*, N>& tensors) : work_(std::move(work)) {
    for (size_t i = 0; i < N; ++i) {
      defined_[i] = tensors[i]->defined();
      if (!defined_[i]) continue;
      layouts_[i] = *tensors[i]->impl();
      addresses_[i] = tensors[i]->address();
    }
  }
  void run() override { run(std::make_index_sequence<N>()); }
  std::span<void*> addresses() override { return addresses_; }

 private:
  template <size_t... I>
  void run(std::index_sequence<I...>) {
    work_((defined_[I] ? View(addresses_[I], &layouts_[I]) : View())...);
  }
  F work_;
  std::array<Layout, N> layouts_;
  std::array<void*, N> addresses_{};
  std::array<bool, N> defined_{};
};

template <class F>
class RecordedListLaunch final : public Launch {
 public:
  RecordedListLaunch(F work, std::span<const Tensor* const> tensors)
      : work_(std::move(work)), layouts_(tensors.size()), addresses_(tensors.size()), views_(tensors.size()) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      if (!tensors[i]->defined()) continue;
      layouts_[i] = *tensors[i]->impl();
      addresses_[i] = tensors[i]->address();
    }
  }
  void run() override {
    for (size_t i = 0; i < views_.size(); ++i)
      if (addresses_[i]) views_[i] = View(addresses_[i], &layouts_[i]);
    work_(std::span<const View>(views_));
  }
  std::span<void*> addresses() override { return addresses_; }

 private:
  F work_;
  std::vector<Layout> layouts_;
  std::vector<void*> addresses_;
  std::vector<View> views_;
};

class RecordedLoop final : public Launch {
 public:
  RecordedLoop(const RowLoop& loop, std::span<const Tensor* const> tensors) : loop_(loop), count_(tensors.size()) {
    for (size_t i = 0; i < count_; ++i) addresses_[i] = tensors[i]->address();
  }
  void run() override { loop_.run_all(addresses_.data()); }
  std::span<void*> addresses() override { return {addresses_.data(), count_}; }
  const RowLoop* row_loop() const override { return &loop_; }

 private:
  RowLoop loop_;
  size_t count_;
  std::array<void*, 3> addresses_{};
};

}  // namespace detail

/// Runs a loop over the elements of the result and one or two operands.
template <class... T>
void launch_loop(const RowLoop& loop, const T&... tensors) {
  if (!recording()) {
    void* const at[] = {tensors.address()...};
    return loop.run_all(at);
  }
  const std::array<const Tensor*, sizeof...(T)> list{&tensors...};
  record_launch(std::make_unique<detail::RecordedLoop>(loop, list), list);
}

/// Runs work(view of each tensor...). The work must hold by value all else that it needs, and no tensor: it is kept and
/// run again while a recorded step is replayed. An undefined tensor becomes an undefined view.
template <class F, class... T>
void launch(F work, const T&... tensors) {
  if (!recording()) return work(detail::view_of(tensors)...);
  const std::array<const Tensor*, sizeof...(T)> list{&tensors...};
  record_launch(std::make_unique<detail::RecordedLaunch<F, sizeof...(T)>>(std::move(work), list), list);
}

/// The same for a list, whose views come as one span.
template <class F>
void launch_list(F work, std::span<const Tensor> tensors) {
  if (!recording()) {
    std::vector<View> views;
    views.reserve(tensors.size());
    for (const Tensor& t : tensors) views.push_back(detail::view_of(t));
    return work(std::span<const View>(views));
  }
  std::vector<const Tensor*> list;
  for (const Tensor& t : tensors) list.push_back(&t);
  record_launch(std::make_unique<detail::RecordedListLaunch<F>>(std::move(work), list), list);
}

}  // namespace flint
