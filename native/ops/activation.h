// The functions between layers: ReLU and its kin, softmax.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

Tensor relu(const Tensor& x);
Tensor relu_(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double slope);
Tensor leaky_relu_(const Tensor& x, double slope);
Tensor elu(const Tensor& x, double alpha);
/// `approximate`: "none" (erf) or "tanh".
Tensor gelu(const Tensor& x, std::string_view approximate);
Tensor silu(const Tensor& x);
Tensor softplus(const Tensor& x, double beta, double threshold);
Tensor hardtanh(const Tensor& x, double low, double high);
Tensor softmax(const Tensor& x, int64_t dim);
Tensor log_softmax(const Tensor& x, int64_t dim);
/// Softmax over the last dimension, whose rows of minus infinity alone become zeros.
Tensor masked_softmax(const Tensor& x);

inline constexpr auto activation_ops = std::tuple{
    Op{"relu", &relu, "x where positive, else 0."},
    Op{"relu_", &relu_, "relu in place."},
    Op{"leaky_relu", &leaky_relu, "x where positive, else slope·x."},
    Op{"leaky_relu_", &leaky_relu_, "leaky_relu in place."},
    Op{"elu", &elu, "x where positive, else alpha·(e^x - 1)."},
    Op{"gelu", &gelu, "x times the normal distribution function of x, exactly ('none') or by 'tanh'."},
    Op{"silu", &silu, "x·sigmoid(x)."},
    Op{"softplus", &softplus, "log(1 + e^(beta·x)) / beta; x itself where beta·x is above the threshold."},
    Op{"hardtanh", &hardtanh, "x kept between low and high."},
    Op{"softmax", &softmax, "e^x divided by its sum along the dimension."},
    Op{"log_softmax", &log_softmax, "The logarithm of softmax along the dimension."},
};

}  // namespace flint
