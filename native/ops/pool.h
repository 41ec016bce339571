// Pooling over images [n, c, h, w] or [c, h, w]; the result keeps the memory format of the input.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `stride` may be empty: it is then the kernel's size. Each Dims has one or two numbers.
Tensor max_pool2d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const std::optional<Dims>& dilation, std::optional<bool> ceil_mode);
/// Also the position y·w + x of each maximum, int64.
std::tuple<Tensor, Tensor> max_pool2d_with_indices(const Tensor& input, const Dims& kernel, const Dims& stride,
                                                   const Dims& padding, const std::optional<Dims>& dilation,
                                                   std::optional<bool> ceil_mode);
Tensor avg_pool2d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  std::optional<bool> ceil_mode, std::optional<bool> count_include_pad);
Tensor adaptive_avg_pool2d(const Tensor& input, const Dims& output_size);
Tensor adaptive_max_pool2d(const Tensor& input, const Dims& output_size);

inline constexpr auto pool_ops = std::tuple{
    Op{"max_pool2d", &max_pool2d, "The largest value of each window."},
    Op{"max_pool2d_with_indices", &max_pool2d_with_indices, "The largest value of each window, and where it is."},
    Op{"avg_pool2d", &avg_pool2d, "The mean of each window."},
    Op{"adaptive_avg_pool2d", &adaptive_avg_pool2d, "Means of windows chosen so that the result has the given size."},
    Op{"adaptive_max_pool2d", &adaptive_max_pool2d,
       "The largest values of windows chosen so that the result has the given size."},
};

}  // namespace flint
