// What the operations on images share: pairs of numbers, and memory with the channels innermost.
#pragma once

#include <algorithm>

#include "flint/autograd.h"
#include "flint/tensor.h"
#include "ops/elementwise.h"

namespace flint {

struct Pair {
  int64_t y, x;
};

/// One number stands for both directions.
inline Pair pair_of(std::string_view op, std::string_view name, const Dims& d, int64_t least) {
  if (d.size() != 1 && d.size() != 2) fail(op, name, " must be one or two numbers, got ", d);
  Pair p{d[0], d.size() == 2 ? d[1] : d[0]};
  if (p.y < least || p.x < least) fail(op, name, " must be at least ", least, ", got ", d);
  return p;
}

/// The same values with the channels innermost; itself when they lie so. Without autograd.
inline Tensor channels_last(const Tensor& t) {
  if (t.is_channels_last()) return t;
  GradMode off(false);
  Tensor out = empty(t.sizes(), t.dtype(), channels_last_strides(t.sizes()));
  return copy_(out, t);
}
inline Tensor empty_channels_last(const Dims& sizes, DType dtype) {
  return empty(sizes, dtype, channels_last_strides(sizes));
}

}  // namespace flint
