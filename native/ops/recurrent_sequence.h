// A recurrent layer in one direction as one operation with one derivative: the loop over time is within it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "flint/tensor.h"
#include "kernels/recurrent/kernel.h"

namespace flint {

/// What a layer in one direction works on. `projected` [rows, gates · hidden] is the product with the input, for all
/// steps; `states` are h, and c of an LSTM, [batch, hidden] each; `bias` is added to the product with the state where
/// that cannot be done beforehand (a GRU).
struct SequenceInputs {
  Tensor projected;
  std::vector<Tensor> states;
  Tensor weight;  // [gates · hidden, hidden]
  std::optional<Tensor> bias;

  std::vector<Tensor> all() const;
};

/// The states of all rows, then the last h (and c).
using SequenceResults = std::vector<Tensor>;

/// `sizes`: how many rows each step has, never growing. `composed` makes the same of differentiable operations: a
/// derivative that is itself to be derived is taken from it. float32 and float64.
SequenceResults run_sequence(kernels::Unit unit, const SequenceInputs& inputs, const std::vector<int64_t>& sizes,
                             bool backwards, std::function<SequenceResults(const SequenceInputs&)> composed);

}  // namespace flint
