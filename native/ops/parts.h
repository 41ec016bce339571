// Parts of tensors that are not boxes: diagonals, triangles, sliding windows; and what lies around one.
#pragma once

#include <tuple>

#include "flint/registry.h"
#include "flint/scalar.h"
#include "flint/tensor.h"

namespace flint {

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2);
Tensor diag(const Tensor& x, int64_t offset);
Tensor tril(const Tensor& x, int64_t offset);
Tensor triu(const Tensor& x, int64_t offset);
Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step);
Tensor pad(const Tensor& x, const Dims& padding, Scalar value);
Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims);

inline constexpr auto parts_ops = std::tuple{
    Op{"diagonal", &diagonal, "A diagonal of two dimensions as the last one, without copying."},
    Op{"diag", &diag, "The diagonal of a matrix, or the matrix with a vector on its diagonal."},
    Op{"tril", &tril, "The lower triangle of the last two dimensions, zeros above."},
    Op{"triu", &triu, "The upper triangle of the last two dimensions, zeros below."},
    Op{"unfold", &unfold, "Windows of a dimension as a new last one, without copying."},
    Op{"pad", &pad, "A border of one value; pairs of widths from the last dimension on, negative ones cut off."},
    Op{"roll", &roll, "Shifted along dimensions, what falls out coming in at the other end."},
};

}  // namespace flint
