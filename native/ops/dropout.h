// Dropout, and the lookup of embeddings.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// In training each element becomes 0 with probability p, the others are divided by 1 - p; else the input itself.
Tensor dropout(const Tensor& input, double p, bool training);
/// The same for whole channels of [n, c, ...].
Tensor dropout2d(const Tensor& input, double p, bool training);
/// Rows of `weight` [count, size] by the whole numbers `indices` [...]: [..., size]. The row `padding_idx` gets no
/// gradient.
Tensor embedding(const Tensor& weight, const Tensor& indices, std::optional<int64_t> padding_idx);

inline constexpr auto dropout_ops = std::tuple{
    Op{"dropout", &dropout, "Zeros at random in training, the rest scaled up; the input itself otherwise."},
    Op{"dropout2d", &dropout2d, "Whole channels zero at random in training; the input itself otherwise."},
    Op{"embedding", &embedding, "The rows of a table that whole numbers name."},
};

}  // namespace flint
