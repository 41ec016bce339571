// Convolution in one and three dimensions, by that in two.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// Each Dims has one number, or one for each direction.
Tensor conv1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups);
Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation);
Tensor conv3d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups);
Tensor conv_transpose3d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation);

inline constexpr auto conv_nd_ops = std::tuple{
    Op{"conv1d", &conv1d, "[n, in, l] with weight [out, in / groups, k] and bias [out]: [n, out, l']."},
    Op{"conv_transpose1d", &conv_transpose1d, "The gradient of conv1d as a layer: weight [in, out / groups, k]."},
    Op{"conv3d", &conv3d,
       "[n, in, d, h, w] with weight [out, in / groups, kd, kh, kw] and bias [out]: [n, out, d', h', w']."},
    Op{"conv_transpose3d", &conv_transpose3d,
       "The gradient of conv3d as a layer: weight [in, out / groups, kd, kh, kw]."},
};

}  // namespace flint
