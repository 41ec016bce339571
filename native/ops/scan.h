// Running values along a dimension: each result is made of all elements up to its own.
#pragma once

#include <tuple>

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

Tensor cumsum(const Tensor& x, int64_t dim);
Tensor cumprod(const Tensor& x, int64_t dim);
std::tuple<Tensor, Tensor> cummax(const Tensor& x, int64_t dim);
std::tuple<Tensor, Tensor> cummin(const Tensor& x, int64_t dim);

inline constexpr auto scan_ops = std::tuple{
    Op{"cumsum", &cumsum, "Running sums along a dimension."},
    Op{"cumprod", &cumprod, "Running products along a dimension."},
    Op{"cummax", &cummax, "The largest so far along a dimension, and where it is; the later of equals, NaN for good."},
    Op{"cummin", &cummin, "The smallest so far along a dimension, and where it is; the later of equals, NaN for good."},
};

}  // namespace flint
