// How an operation makes a view that autograd knows of.
#pragma once

#include "flint/autograd.h"
#include "flint/tensor.h"
#include "ops/elementwise.h"

namespace flint {

/// A view and its derivative: `back` brings the gradient to the shape of x.
template <class Back>
Tensor recorded_view(std::string_view node, const Tensor& x, const Dims& sizes, const Dims& strides, int64_t offset,
                     Back back) {
  Tensor out = make_view(x, sizes, strides, offset);
  if (grad_enabled()) {
    out.impl()->base = x.impl()->base ? x.impl()->base : x.ref();
    out.impl()->rebased = out.impl()->base->rebased;
  }
  if (should_record(x))
    record(out, node, {x}, [back](const Tensor& g) -> Grads {
      if (!is_half(g.dtype())) return {back(g)};
      return {cast(back(cast(g, DType::Float32)), g.dtype())};
    });
  return out;
}

}  // namespace flint
