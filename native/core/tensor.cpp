// Tensors as views of storage: how they are made, and what their strides say.
#include "flint/tensor.h"

#include "flint/launch.h"

namespace flint {

bool Layout::is_contiguous() const {
  int64_t step = 1;
  for (int i = sizes.size() - 1; i >= 0; --i) {
    if (sizes[i] == 1) continue;
    if (strides[i] != step) return sizes.numel() == 0;
    step *= sizes[i];
  }
  return true;
}

bool Layout::is_channels_last() const {
  if (sizes.size() < 3) return false;
  Dims wanted = channels_last_strides(sizes);
  for (int i = 0; i < sizes.size(); ++i)
    if (sizes[i] != 1 && strides[i] != wanted[i]) return false;
  return true;
}

bool Layout::is_dense() const {
  if (is_contiguous()) return true;
  // Sorted by stride, each dimension must begin where the smaller ones end.
  int order[Dims::kMax], n = 0;
  for (int i = 0; i < sizes.size(); ++i)
    if (sizes[i] != 1) order[n++] = i;
  for (int i = 1; i < n; ++i)
    for (int j = i; j > 0 && strides[order[j]] < strides[order[j - 1]]; --j) std::swap(order[j], order[j - 1]);
  int64_t step = 1;
  for (int k = 0; k < n; ++k) {
    if (strides[order[k]] != step) return false;
    step *= sizes[order[k]];
  }
  return true;
}

Tensor empty(const Dims& sizes, DType dtype, std::optional<Dims> strides) {
  int64_t n = 1;
  for (int64_t s : sizes) {
    if (s < 0) fail("empty", "a size cannot be negative, got ", sizes);
    if (s && n > (int64_t{1} << 48) / s) fail("empty", "a tensor of shape ", sizes, " is too large");
    n *= s;
  }
  auto* impl = new TensorImpl;
  Ref<TensorImpl> ref(impl);
  impl->sizes = sizes;
  impl->strides = strides ? *strides : contiguous_strides(sizes);
  impl->dtype = dtype;
  impl->storage = Ref<Storage>(new Storage(static_cast<size_t>(n) * size_of(dtype)));
  return Tensor(std::move(ref));
}

namespace {
std::shared_ptr<uint32_t>& version_cell(const Tensor& t) {
  auto& cell = t.impl()->version;
  if (!cell) cell = std::make_shared<uint32_t>(0);
  return cell;
}
}  // namespace

Tensor make_view(const Tensor& t, const Dims& sizes, const Dims& strides, int64_t offset) {
  auto* impl = new TensorImpl;
  Ref<TensorImpl> ref(impl);
  impl->storage = t.impl()->storage;
  impl->sizes = sizes;
  impl->strides = strides;
  impl->offset = offset;
  impl->dtype = t.dtype();
  impl->version = version_cell(t);
  return Tensor(std::move(ref));
}

void bump_version(const Tensor& t) {
  ++*version_cell(t);
  note_change(t);
}
uint32_t version_of(const Tensor& t) { return t.impl()->version ? *t.impl()->version : 0; }

}  // namespace flint
