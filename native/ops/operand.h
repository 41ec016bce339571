// What a derivative must know of an operand whose values it does not need: nothing is kept alive for it.
#pragma once

#include "flint/tensor.h"

namespace flint {

struct Operand {
  bool needs;
  Dims sizes;
  DType dtype;
  /// The gradient brought to this operand's shape and type.
  Tensor fit(const Tensor& grad) const;
};
inline Operand operand_of(const Tensor& t) { return {t.needs_grad(), t.sizes(), t.dtype()}; }

}  // namespace flint
