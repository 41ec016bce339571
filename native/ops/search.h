// Where values belong among sorted ones.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `sorted` [n], or [..., n] with the leading dimensions of `values`; how many of it are below each value (with
/// `right`, not above it), int64.
Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right);

inline constexpr auto search_ops = std::tuple{
    Op{"searchsorted", &searchsorted, "The index at which each value would be put into a sorted sequence.", false},
};

}  // namespace flint
