// Tensors from nothing: constants, sequences, random numbers. Randomness is a function of (seed, counter) alone.
#pragma once

#include "flint/registry.h"
#include "flint/scalar.h"
#include "flint/tensor.h"

namespace flint {

Tensor empty_tensor(const Dims& sizes, DType dtype);
Tensor full(const Dims& sizes, Scalar value, DType dtype);
Tensor zeros(const Dims& sizes, DType dtype);
Tensor ones(const Dims& sizes, DType dtype);
Tensor arange(Scalar start, Scalar end, Scalar step, DType dtype);
Tensor linspace(double start, double end, int64_t steps, DType dtype);
Tensor logspace(double start, double end, int64_t steps, double base, DType dtype);
Tensor eye(int64_t rows, int64_t columns, DType dtype);
Tensor rand(const Dims& sizes, DType dtype);
Tensor randn(const Dims& sizes, DType dtype);
Tensor randint(int64_t low, int64_t high, const Dims& sizes, DType dtype);
Tensor randperm(int64_t n);
Tensor bernoulli(const Tensor& probability);
Tensor uniform_(const Tensor& x, double low, double high);
Tensor normal_(const Tensor& x, double mean, double std);

inline constexpr auto create_ops = std::tuple{
    Op{"empty", &empty_tensor, "Memory of the given shape with whatever it holds.", false},
    Op{"full", &full, "Every element the same value.", false},
    Op{"zeros", &zeros, "Every element 0.", false},
    Op{"ones", &ones, "Every element 1.", false},
    Op{"arange", &arange, "start, start + step, ... up to but without end.", false},
    Op{"linspace", &linspace, "`steps` values from start to end, both included.", false},
    Op{"logspace", &logspace, "base to the power of linspace.", false},
    Op{"eye", &eye, "Ones on the diagonal, zeros elsewhere: [rows, columns].", false},
    Op{"rand", &rand, "Uniform in [0, 1).", false},
    Op{"randn", &randn, "Normal with mean 0 and variance 1.", false},
    Op{"randint", &randint, "Uniform whole numbers in [low, high).", false},
    Op{"randperm", &randperm, "A random permutation of 0..n-1, int64.", false},
    Op{"bernoulli", &bernoulli, "1 with the given probability, else 0.", false},
    Op{"uniform_", &uniform_, "Filled with uniform values in [low, high).", false},
    Op{"normal_", &normal_, "Filled with normal values.", false},
};

}  // namespace flint
