// How a loss is gathered from its values.
#pragma once

#include <string_view>

#include "flint/tensor.h"

namespace flint {

enum class Reduction { None, Mean, Sum };
Reduction reduction_from(std::string_view op, std::string_view name);
Tensor reduce_loss(const Tensor& values, Reduction reduction);

}  // namespace flint
