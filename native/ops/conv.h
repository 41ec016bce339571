// Convolution in two dimensions and its transpose. Results lie channels_last in memory.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `stride`, `padding` and `dilation` have one or two numbers.
Tensor conv2d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups);
Tensor conv_transpose2d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation);

inline constexpr auto conv_ops = std::tuple{
    Op{"conv2d", &conv2d, "[n, in, h, w] with weight [out, in / groups, kh, kw] and bias [out]: [n, out, h', w']."},
    Op{"conv_transpose2d", &conv_transpose2d, "The gradient of conv2d as a layer: weight [in, out / groups, kh, kw]."},
};

}  // namespace flint
