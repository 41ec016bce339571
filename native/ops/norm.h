// Normalisation over the batch, over the features, over groups of channels.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// Channels are dimension 1. In training (or without running values) the batch's own mean and variance are used and the
/// running ones updated.
Tensor batch_norm(const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                  const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var, bool training,
                  double momentum, double eps);
Tensor layer_norm(const Tensor& input, const Dims& normalized_shape, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps);
Tensor group_norm(const Tensor& input, int64_t groups, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps);

inline constexpr auto norm_ops = std::tuple{
    Op{"batch_norm", &batch_norm,
       "Each channel (dimension 1) brought to mean 0 and variance 1 over the batch, then weight and bias."},
    Op{"layer_norm", &layer_norm, "The last dimensions brought to mean 0 and variance 1, then weight and bias."},
    Op{"group_norm", &group_norm, "Groups of channels brought to mean 0 and variance 1, then weight and bias."},
};

}  // namespace flint
