// Pooling in one and three dimensions, by that in two; adaptive ones.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `stride` may be empty: it is then the kernel's size. Each Dims has one number, or one for each direction.
Tensor max_pool1d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const Dims& dilation, bool ceil_mode);
Tensor avg_pool1d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding, bool ceil_mode,
                  bool count_include_pad);
Tensor max_pool3d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const Dims& dilation, bool ceil_mode);
Tensor avg_pool3d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding, bool ceil_mode,
                  bool count_include_pad);
Tensor adaptive_avg_pool1d(const Tensor& input, const Dims& output_size);
Tensor adaptive_avg_pool3d(const Tensor& input, const Dims& output_size);
Tensor adaptive_max_pool1d(const Tensor& input, const Dims& output_size);

inline constexpr auto pool_nd_ops = std::tuple{
    Op{"max_pool1d", &max_pool1d, "The largest value of each window of [n, c, l]."},
    Op{"avg_pool1d", &avg_pool1d, "The mean of each window of [n, c, l]."},
    Op{"max_pool3d", &max_pool3d, "The largest value of each window of [n, c, d, h, w]."},
    Op{"avg_pool3d", &avg_pool3d, "The mean of each window of [n, c, d, h, w]."},
    Op{"adaptive_avg_pool1d", &adaptive_avg_pool1d, "Means of windows of [n, c, l] chosen for the given length."},
    Op{"adaptive_avg_pool3d", &adaptive_avg_pool3d, "Means of windows of [n, c, d, h, w] chosen for the given size."},
    Op{"adaptive_max_pool1d", &adaptive_max_pool1d,
       "The largest values of windows of [n, c, l] chosen for the given length."},
};

}  // namespace flint
