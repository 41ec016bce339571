// Views and rearrangements: what changes sizes and strides, and what joins or parts tensors.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

Tensor alias(const Tensor& x);
Tensor detach(const Tensor& x);
Tensor clone(const Tensor& x);
Tensor contiguous(const Tensor& x);
Tensor view(const Tensor& x, const Dims& sizes);
Tensor reshape(const Tensor& x, const Dims& sizes);
Tensor flatten(const Tensor& x, int64_t start, int64_t end);
Tensor squeeze(const Tensor& x, std::optional<int64_t> dim);
Tensor unsqueeze(const Tensor& x, int64_t dim);
Tensor expand(const Tensor& x, const Dims& sizes);
Tensor repeat(const Tensor& x, const Dims& times);
Tensor transpose(const Tensor& x, int64_t a, int64_t b);
Tensor t(const Tensor& x);
Tensor permute(const Tensor& x, const Dims& dims);
Tensor select(const Tensor& x, int64_t dim, int64_t index);
Tensor slice(const Tensor& x, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step);
Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
Tensor cat(const std::vector<Tensor>& tensors, int64_t dim);
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim);
std::vector<Tensor> split(const Tensor& x, const std::vector<int64_t>& lengths, int64_t dim);
std::vector<Tensor> chunk(const Tensor& x, int64_t count, int64_t dim);
std::vector<Tensor> unbind(const Tensor& x, int64_t dim);
Tensor flip(const Tensor& x, const Dims& dims);

/// A dimension counted from the front; negative ones count from the end; an error naming the range else.
int wrap_dim(int64_t dim, int dims, std::string_view op);

inline constexpr auto shape_ops = std::tuple{
    Op{"alias", &alias, "The same tensor under a new handle."},
    Op{"detach", &detach, "The same memory without history.", false},
    Op{"clone", &clone, "A copy in memory of its own."},
    Op{"contiguous", &contiguous, "Row-major memory; itself when it is so already."},
    Op{"view", &view, "Another shape over the same memory; -1 is worked out."},
    Op{"reshape", &reshape, "Another shape; a view where strides allow, else a copy."},
    Op{"flatten", &flatten, "Dimensions start..end merged into one."},
    Op{"squeeze", &squeeze, "Without dimensions of size 1, or without the given one."},
    Op{"unsqueeze", &unsqueeze, "With a dimension of size 1 put in."},
    Op{"expand", &expand, "Dimensions of size 1 repeated without copying; -1 keeps one."},
    Op{"repeat", &repeat, "Tiled the given number of times in each dimension."},
    Op{"transpose", &transpose, "Two dimensions exchanged, without copying."},
    Op{"t", &t, "A matrix transposed; at most two dimensions."},
    Op{"permute", &permute, "The dimensions in another order, without copying."},
    Op{"select", &select, "One index of a dimension, which goes away."},
    Op{"slice", &slice, "start:end:step of a dimension, without copying."},
    Op{"narrow", &narrow, "`length` indices of a dimension from `start`."},
    Op{"cat", &cat, "Tensors one after another along a dimension."},
    Op{"stack", &stack, "Tensors of one shape along a new dimension."},
    Op{"split", &split, "Pieces of the given lengths along a dimension."},
    Op{"chunk", &chunk, "About equal pieces along a dimension."},
    Op{"unbind", &unbind, "Each index of a dimension."},
    Op{"flip", &flip, "The given dimensions in reverse order."},
};

}  // namespace flint
