// Many elements to one: sums, means, extremes, norms; over all dimensions or some.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

// `dims` empty means all of them, unless said otherwise; `keepdim` leaves them in place with size 1.
Tensor sum(const Tensor& x, const Dims& dims, bool keepdim, std::optional<DType> dtype);
Tensor mean(const Tensor& x, const Dims& dims, bool keepdim);
Tensor prod(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor var(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim);
Tensor std_(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim);
Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim);
Tensor amax(const Tensor& x, const Dims& dims, bool keepdim);
Tensor amin(const Tensor& x, const Dims& dims, bool keepdim);
std::tuple<Tensor, Tensor> max_dim(const Tensor& x, int64_t dim, bool keepdim);
std::tuple<Tensor, Tensor> min_dim(const Tensor& x, int64_t dim, bool keepdim);
Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor any(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor all(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim);

inline constexpr auto reduce_ops = std::tuple{
    Op{"sum", &sum, "The sum; whole numbers and bool give int64."},
    Op{"mean", &mean, "The arithmetic mean."},
    Op{"prod", &prod, "The product."},
    Op{"var", &var, "The variance with n - correction below."},
    Op{"std", &std_, "The standard deviation with n - correction below."},
    Op{"norm", &norm, "(sum |x|^p)^(1/p); the largest |x| for p = infinity."},
    Op{"amax", &amax, "The largest value; equal ones share the gradient."},
    Op{"amin", &amin, "The smallest value; equal ones share the gradient."},
    Op{"max_dim", &max_dim, "The largest values along a dimension and their indices."},
    Op{"min_dim", &min_dim, "The smallest values along a dimension and their indices."},
    Op{"argmax", &argmax, "The index of the largest value, int64.", false},
    Op{"argmin", &argmin, "The index of the smallest value, int64.", false},
    Op{"any", &any, "Whether one is not zero, bool.", false},
    Op{"all", &all, "Whether none is zero, bool.", false},
    Op{"logsumexp", &logsumexp, "log of the sum of e^x, without overflow."},
};

}  // namespace flint
