// Losses. `reduction` is "mean", "sum" or "none".
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

Tensor mse_loss(const Tensor& input, const Tensor& target, std::string_view reduction);
Tensor l1_loss(const Tensor& input, const Tensor& target, std::string_view reduction);
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, std::string_view reduction, double beta);
Tensor nll_loss(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight, int64_t ignore_index,
                std::string_view reduction);
Tensor cross_entropy(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                     int64_t ignore_index, std::string_view reduction, double label_smoothing);
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                            std::string_view reduction);
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                                        const std::optional<Tensor>& pos_weight, std::string_view reduction);
/// Also takes the reduction "batchmean". `input` holds log-probabilities; so does `target` with log_target.
Tensor kl_div(const Tensor& input, const Tensor& target, std::string_view reduction, bool log_target);

inline constexpr auto loss_ops = std::tuple{
    Op{"mse_loss", &mse_loss, "The squared difference."},
    Op{"l1_loss", &l1_loss, "The absolute difference."},
    Op{"smooth_l1_loss", &smooth_l1_loss,
       "Half the squared difference over beta where below beta, else the difference - beta/2."},
    Op{"nll_loss", &nll_loss, "Minus the log-probability [n, classes, ...] at the label [n, ...]."},
    Op{"cross_entropy", &cross_entropy,
       "Logits [n, classes, ...] against labels [n, ...] or probabilities [n, classes, ...]."},
    Op{"binary_cross_entropy", &binary_cross_entropy, "Probabilities against targets in 0..1."},
    Op{"binary_cross_entropy_with_logits", &binary_cross_entropy_with_logits, "Logits against targets in 0..1."},
    Op{"kl_div", &kl_div, "target · (log target - input), input in log space."},
};

}  // namespace flint
