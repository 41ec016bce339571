// Products of vectors, matrices and batches of matrices.
#pragma once

#include "flint/registry.h"
#include "flint/scalar.h"
#include "flint/tensor.h"

namespace flint {

Tensor mm(const Tensor& a, const Tensor& b);
Tensor bmm(const Tensor& a, const Tensor& b);
Tensor mv(const Tensor& a, const Tensor& v);
Tensor dot(const Tensor& a, const Tensor& b);
Tensor outer(const Tensor& a, const Tensor& b);
Tensor matmul(const Tensor& a, const Tensor& b);
Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha);
Tensor linear(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias);

inline constexpr auto matmul_ops = std::tuple{
    Op{"mm", &mm, "[n, k] by [k, m] gives [n, m]."},
    Op{"bmm", &bmm, "[b, n, k] by [b, k, m] gives [b, n, m]."},
    Op{"mv", &mv, "[n, k] by [k] gives [n]."},
    Op{"dot", &dot, "[k] by [k] gives a number."},
    Op{"outer", &outer, "[n] by [m] gives [n, m]."},
    Op{"matmul", &matmul,
       "The product of two tensors by their last two dimensions; those before broadcast; a vector counts as a row or a "
       "column."},
    Op{"addmm", &addmm, "beta·input + alpha·(a by b); input broadcasts to the product."},
    Op{"linear", &linear, "input [..., in] by weightᵀ [out, in], plus bias [out]: [..., out]."},
};

}  // namespace flint
