// Shapes as text, and the two layouts that the engine makes by itself.
#include "flint/dims.h"

namespace flint {

std::string Dims::str() const {
  std::string text = "[";
  for (int i = 0; i < size_; ++i) {
    if (i) text += ", ";
    text += std::to_string(values_[i]);
  }
  return text + "]";
}

Dims contiguous_strides(const Dims& sizes) {
  Dims strides(sizes.size(), 1);
  int64_t step = 1;
  for (int i = sizes.size() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= sizes[i] > 1 ? sizes[i] : 1;
  }
  return strides;
}

Dims channels_last_strides(const Dims& sizes) {
  if (sizes.size() < 3) return contiguous_strides(sizes);
  Dims strides(sizes.size(), 1);
  int64_t step = sizes[1] > 1 ? sizes[1] : 1;
  for (int i = sizes.size() - 1; i >= 2; --i) {
    strides[i] = step;
    step *= sizes[i] > 1 ? sizes[i] : 1;
  }
  strides[0] = step;
  return strides;
}

}  // namespace flint
