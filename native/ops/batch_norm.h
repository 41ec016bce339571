// Batch normalisation by the statistics of the batch as one operation, where channels lie innermost in memory.
#pragma once

#include <functional>
#include <optional>

#include "flint/tensor.h"

namespace flint {

struct BatchNormed {
  Tensor values;
  Tensor mean, variance;  // [channels]; the variance is divided by the count of values
};

/// Whether the input lies so that the loops of this file can walk it.
bool channels_innermost(const Tensor& input);

/// `weight` and `bias` [channels] may be missing. `composed` makes the values of differentiable operations: a
/// derivative that is itself to be derived is taken from it.
BatchNormed batch_norm_by_rows(
    const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias, double eps,
    std::function<Tensor(const Tensor&, const std::optional<Tensor>&, const std::optional<Tensor>&)> composed);

}  // namespace flint
