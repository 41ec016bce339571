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

/// A view that is read only. That a launch takes one tells a recording what depends on what.
class In : public View {
 public:
  In(const View& view) : View(view) {}
  const void* raw() const { return View::raw(); }
  template <class T>
  const T* data() const {
    return View::data<T>();
  }
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

/// out[i][j] = a[i] · b[j], float32, `out` row-major.
struct OuterProduct {
  int64_t rows, columns, stride_a, stride_b;
  void run(void* const* at) const;
};

/// Work that was written down. `addresses` are those of its views, one for each.
class Launch {
 public:
  virtual ~Launch() = default;
  virtual void run() = 0;
  virtual std::span<void*> addresses() = 0;
  /// Whether the work may write to the memory of an address.
  virtual bool writes(size_t address) const = 0;
  /// Whether it takes random numbers, which must then be taken although nothing may need them.
  virtual bool draws() const { return false; }
  /// The loop that this is all of; null for any other work.
  virtual const RowLoop* row_loop() const { return nullptr; }
  /// The outer product that this is all of.
  virtual const OuterProduct* outer_product() const { return nullptr; }
  /// How many tensors of its list make a group, where it does the same to each group by itself; 0 of any other work.
  virtual size_t group_size() const { return 0; }
  /// The same work on these groups alone.
  virtual std::unique_ptr<Launch> of_groups(std::span<const size_t>) const { return nullptr; }
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

/// Which parameters of a work are written: those that are no `In`.
template <class F>
struct Writes : Writes<decltype(&F::operator())> {};
template <class F, class... A>
struct Writes<void (F::*)(A...) const> {
  static constexpr std::array<bool, sizeof...(A)> each{!std::is_same_v<std::remove_cvref_t<A>, In>...};
};

template <class F, size_t N, bool kDraws>
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
  bool writes(size_t address) const override { return Writes<F>::each[address]; }
  bool draws() const override { return kDraws; }

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
  RecordedListLaunch(F work, std::span<const Tensor* const> tensors, size_t group_size)
      : work_(std::move(work)),
        group_size_(group_size),
        layouts_(tensors.size()),
        addresses_(tensors.size()),
        views_(tensors.size()) {
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
  bool writes(size_t) const override { return true; }
  size_t group_size() const override { return group_size_; }
  std::unique_ptr<Launch> of_groups(std::span<const size_t> groups) const override {
    auto part = std::make_unique<RecordedListLaunch>(work_, std::span<const Tensor* const>(), group_size_);
    for (size_t group : groups)
      for (size_t i = group * group_size_; i < (group + 1) * group_size_; ++i) {
        part->layouts_.push_back(layouts_[i]);
        part->addresses_.push_back(addresses_[i]);
      }
    part->views_.resize(part->layouts_.size());
    return part;
  }

 private:
  F work_;
  size_t group_size_;
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
  bool writes(size_t address) const override { return address == 0; }
  const RowLoop* row_loop() const override { return &loop_; }

 private:
  RowLoop loop_;
  size_t count_;
  std::array<void*, 3> addresses_{};
};

class RecordedOuter final : public Launch {
 public:
  RecordedOuter(const OuterProduct& product, std::span<const Tensor* const> tensors) : product_(product) {
    for (size_t i = 0; i < 3; ++i) addresses_[i] = tensors[i]->address();
  }
  void run() override { product_.run(addresses_.data()); }
  std::span<void*> addresses() override { return addresses_; }
  bool writes(size_t address) const override { return address == 0; }
  const OuterProduct* outer_product() const override { return &product_; }

 private:
  OuterProduct product_;
  std::array<void*, 3> addresses_{};
};

template <bool kDraws, class F, class... T>
void launch_work(F work, const T&... tensors) {
  static_assert(Writes<F>::each.size() == sizeof...(T));
  if (!recording()) return work(view_of(tensors)...);
  const std::array<const Tensor*, sizeof...(T)> list{&tensors...};
  record_launch(std::make_unique<RecordedLaunch<F, sizeof...(T), kDraws>>(std::move(work), list), list);
}

}  // namespace detail

/// Runs an outer product of two vectors.
inline void launch_outer(const OuterProduct& product, const Tensor& out, const Tensor& a, const Tensor& b) {
  if (!recording()) {
    void* const at[] = {out.address(), a.address(), b.address()};
    return product.run(at);
  }
  const std::array<const Tensor*, 3> list{&out, &a, &b};
  record_launch(std::make_unique<detail::RecordedOuter>(product, list), list);
}

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

/// Runs work(view of each tensor...), whose parameters are `const View&` for what is written and `const In&` for what
/// is only read. The work must hold by value all else that it needs, and no tensor: it is kept and run again while a
/// recorded step is replayed, or left out where nothing needs what it writes. Work that writes nothing, a check, is
/// always done. An undefined tensor becomes an undefined view.
template <class F, class... T>
void launch(F work, const T&... tensors) {
  detail::launch_work<false>(std::move(work), tensors...);
}
/// The same of work that takes random numbers (reserve_random).
template <class F, class... T>
void launch_random(F work, const T&... tensors) {
  detail::launch_work<true>(std::move(work), tensors...);
}

/// The same for a list, whose views come as one span. `group_size`: where it does the same to each so many of them, and
/// to each by itself, in any order.
template <class F>
void launch_list(F work, std::span<const Tensor> tensors, size_t group_size = 0) {
  if (!recording()) {
    std::vector<View> views;
    views.reserve(tensors.size());
    for (const Tensor& t : tensors) views.push_back(detail::view_of(t));
    return work(std::span<const View>(views));
  }
  std::vector<const Tensor*> list;
  for (const Tensor& t : tensors) list.push_back(&t);
  record_launch(std::make_unique<detail::RecordedListLaunch<F>>(std::move(work), list, group_size), list);
}

}  // namespace flint
