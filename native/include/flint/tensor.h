// Storage, the tensor that views it, and the handle everything passes around.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flint/dims.h"
#include "flint/dtype.h"
#include "flint/pooled.h"

namespace flint {

struct Node;        // autograd.h
struct GradExtras;  // autograd.h

/// Intrusive reference count: one word, no control block, so that a small operation stays cheap.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* p) : p_(p) {}  // adopts one reference
  Ref(const Ref& o) : p_(o.p_) {
    if (p_) p_->retain();
  }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() {
    if (p_) p_->release();
  }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }
  bool operator==(const Ref& o) const { return p_ == o.p_; }

 private:
  T* p_ = nullptr;
};

class RefCounted {
 public:
  virtual ~RefCounted() = default;
  void retain() const { count_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  int32_t use_count() const { return count_.load(std::memory_order_relaxed); }

 private:
  mutable std::atomic<int32_t> count_{1};
};

/// Counted bytes from the caching allocator of the CPU; 64-byte aligned.
class Storage final : public RefCounted, public Pooled {
 public:
  explicit Storage(size_t bytes);
  /// The bytes of another storage under a name of its own: what a recorded step calls an input.
  explicit Storage(Ref<Storage> owner);
  ~Storage() override;
  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  /// Which memory of which recording this is (graph/tape.h); 0 where it was made outside of one.
  uint64_t tag() const { return tag_; }
  /// Whether a recorded step uses this memory, which it did not make.
  bool recorded = false;

 private:
  void* data_;
  size_t bytes_;
  uint64_t tag_;
  Ref<Storage> owner_;
};

class Tensor;

/// How many threads are recording a step.
inline std::atomic<int> recordings{0};
/// An error where this thread is one of them.
void refuse_while_recording();

/// How the elements of a tensor lie in its memory.
struct Layout {
  Dims sizes, strides;  // strides in elements
  DType dtype = DType::Float32;

  bool is_contiguous() const;
  bool is_channels_last() const;
  /// Every element of a dense block exactly once, in some order of dimensions.
  bool is_dense() const;
};

struct TensorImpl final : RefCounted, Pooled, Layout {
  Ref<Storage> storage;
  int64_t offset = 0;          // in elements
  bool requires_grad = false;  // of a leaf; a non-leaf has grad_fn
  bool rebasing = false;       // a view that an operation in place is about to change
  uint32_t output_index = 0;   // which output of grad_fn this is
  // Of a tensor: how often it was changed in place through a view. Of a view: how often its base had been, when grad_fn
  // was made. Where they differ, the view's history is no longer that of its values.
  uint32_t rebased = 0;
  std::shared_ptr<uint32_t> version;  // shared by all views of one storage; made when first needed
  std::shared_ptr<Node> grad_fn;
  std::weak_ptr<Node> accumulator;  // of a leaf; it holds the leaf while a graph holds it
  Ref<TensorImpl> grad;
  std::shared_ptr<Tensor> retained;   // the gradient of a non-leaf, where retain_grad() asked for it; its node fills it
  std::shared_ptr<GradExtras> hooks;  // of a leaf
  Ref<TensorImpl> base;               // of a view made while gradients are recorded: whose values it shows
};

/// A handle to a strided view of storage. Copying the handle copies no data.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Ref<TensorImpl> impl) : impl_(std::move(impl)) {}

  bool defined() const { return static_cast<bool>(impl_); }
  TensorImpl* impl() const { return impl_.get(); }
  const Ref<TensorImpl>& ref() const { return impl_; }

  const Dims& sizes() const { return impl_->sizes; }
  const Dims& strides() const { return impl_->strides; }
  int dim() const { return impl_->sizes.size(); }
  int64_t size(int d) const { return impl_->sizes[d < 0 ? d + dim() : d]; }
  int64_t numel() const { return impl_->sizes.numel(); }
  DType dtype() const { return impl_->dtype; }
  bool is_contiguous() const { return impl_->is_contiguous(); }
  bool is_channels_last() const { return impl_->is_channels_last(); }
  bool is_dense() const { return impl_->is_dense(); }

  /// Where the elements are. A step that is being recorded must not look at them outside of a launch (flint/launch.h):
  /// what it did then would not be done again.
  void* raw() const {
    if (recordings.load(std::memory_order_relaxed) != 0) [[unlikely]]
      refuse_while_recording();
    return address();
  }
  void* address() const {
    return static_cast<char*>(impl_->storage->data()) + impl_->offset * static_cast<int64_t>(size_of(impl_->dtype));
  }
  template <class T>
  T* data() const {
    return static_cast<T*>(raw());
  }

  /// True when autograd must record what is done with this tensor.
  bool needs_grad() const { return impl_->requires_grad || impl_->grad_fn || is_stale(); }
  /// A view of a tensor that was changed through another view since.
  bool is_stale() const { return impl_->base && impl_->base->rebased != impl_->rebased; }
  bool is_leaf() const { return !impl_->grad_fn; }
  bool operator==(const Tensor& o) const { return impl_ == o.impl_; }

 private:
  Ref<TensorImpl> impl_;
};

/// Fresh uninitialised memory. `strides` default to row-major.
Tensor empty(const Dims& sizes, DType dtype = DType::Float32, std::optional<Dims> strides = {});
/// Another view of the storage of `t`; autograd is the caller's business.
Tensor make_view(const Tensor& t, const Dims& sizes, const Dims& strides, int64_t offset);
/// Tells autograd and saved tensors that the values of `t` were changed in place.
void bump_version(const Tensor& t);
uint32_t version_of(const Tensor& t);

}  // namespace flint
