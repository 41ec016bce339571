// Another number of samples along a dimension.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `mode` is 'nearest', 'nearest-exact', 'linear' or 'cubic'. `scale` is how many results there are for each value;
/// absent, it is the ratio of the sizes. With `align_corners` the first and the last values keep their places.
Tensor resample(const Tensor& x, int64_t dim, int64_t size, std::string_view mode, bool align_corners,
                std::optional<double> scale);

inline constexpr auto resample_ops = std::tuple{
    Op{"resample", &resample, "A dimension brought to another length by its nearest, linear or cubic neighbours."},
};

}  // namespace flint
