// What reductions share: which dimensions go, the shape that is left, and the walk over what becomes one result.
#pragma once

#include <algorithm>
#include <string_view>

#include "flint/launch.h"
#include "ops/iterate.h"
#include "ops/shape.h"

namespace flint {

/// Which dimensions go, as a mask; empty `dims` means all.
inline uint32_t reduced_mask(const Tensor& x, const Dims& dims, std::string_view op) {
  uint32_t mask = 0;
  if (dims.empty()) return (1u << x.dim()) - 1;
  for (int64_t dim : dims) {
    uint32_t bit = 1u << wrap_dim(dim, x.dim(), op);
    if (mask & bit) fail(op, "dimension ", dim, " is named twice in ", dims);
    mask |= bit;
  }
  return x.dim() == 0 ? 0 : mask;
}

inline Dims reduced_sizes(const Dims& sizes, uint32_t mask, bool keepdim) {
  Dims out;
  for (int i = 0; i < sizes.size(); ++i) {
    if (!(mask >> i & 1))
      out.push_back(sizes[i]);
    else if (keepdim)
      out.push_back(1);
  }
  return out;
}

/// The tensor seen as [kept..., reduced...]: two tensors, one for each walk.
struct Parted {
  Layout kept, gone;
  Parted(const Layout& x, uint32_t mask) {
    for (int i = 0; i < x.sizes.size(); ++i) {
      Layout& part = mask >> i & 1 ? gone : kept;
      part.sizes.push_back(x.sizes[i]);
      part.strides.push_back(x.strides[i]);
    }
  }
  /// The kept positions in the row-major order of the results.
  Walk<2> walk_kept() const {
    const Layout order{kept.sizes, contiguous_strides(kept.sizes)};
    return Walk<2>(kept.sizes, {&order, &kept});
  }
};

/// Folds every reduced element into one result for each kept position: f(acc, element).
template <class T, class Acc, class Fold>
void fold(const In& x, uint32_t mask, Acc* out, Acc start, Fold f) {
  const Parted parts(x.layout(), mask);
  const Walk<2> kept = parts.walk_kept();
  const Walk<1> gone(parts.gone.sizes, {&parts.gone});
  const T* base = x.data<T>();
  kept.each(
      [&](const int64_t* at, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
          Acc acc = start;
          const T* p = base + at[1] + i * kept.row_stride(1);
          gone.rows(0, gone.outer(), [&](const int64_t* inner, int64_t m) {
            const int64_t step = gone.row_stride(0);
            for (int64_t j = 0; j < m; ++j) acc = f(acc, p[inner[0] + j * step]);
          });
          out[at[0] + i * kept.row_stride(0)] = acc;
        }
      },
      std::max<int64_t>(1, parts.gone.sizes.numel()));
}

/// A gradient or a result of reduced shape, with the reduced dimensions put back as size 1.
inline Tensor keep(const Tensor& t, const Dims& from, uint32_t mask) {
  return reshape(t, reduced_sizes(from, mask, true));
}

}  // namespace flint
