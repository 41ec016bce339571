// Picking elements by indices and masks, putting them back, ordering them.
#pragma once

#include "flint/registry.h"
#include "flint/scalar.h"
#include "flint/tensor.h"

namespace flint {

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& indices);
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source);
Tensor gather(const Tensor& x, int64_t dim, const Tensor& indices);
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source);
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source);
Tensor scatter_(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source);
Tensor scatter_value_(const Tensor& x, int64_t dim, const Tensor& indices, Scalar value);
/// One index tensor (int64, or a bool mask) for each leading dimension; absent = the whole dimension.
Tensor index(const Tensor& x, const std::vector<std::optional<Tensor>>& indices);
Tensor index_put_(const Tensor& x, const std::vector<std::optional<Tensor>>& indices, const Tensor& values);
Tensor masked_select(const Tensor& x, const Tensor& mask);
Tensor nonzero(const Tensor& x);
Tensor one_hot(const Tensor& labels, int64_t classes);
std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending);
Tensor argsort(const Tensor& x, int64_t dim, bool descending);
std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest);
std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim);
Tensor median(const Tensor& x);
std::tuple<Tensor, Tensor, Tensor> unique(const Tensor& x);
Tensor bincount(const Tensor& x, int64_t least);

inline constexpr auto index_ops = std::tuple{
    Op{"index_select", &index_select, "The given indices of a dimension."},
    Op{"index_add", &index_add, "x with the source added at the given indices of a dimension."},
    Op{"gather", &gather, "Out[i][j] = x[indices[i][j]][j] for dim 0, and so on."},
    Op{"scatter", &scatter, "x with source written at the indices along a dimension."},
    Op{"scatter_add", &scatter_add, "x with source added at the indices along a dimension."},
    Op{"scatter_", &scatter_, "Source written at the indices along a dimension, in place.", false},
    Op{"scatter_value_", &scatter_value_, "A number written at the indices along a dimension, in place.", false},
    Op{"index", &index, "Elements by index tensors, one for each dimension."},
    Op{"index_put_", &index_put_, "Values written at index tensors, in place.", false},
    Op{"masked_select", &masked_select, "The elements where the mask holds, in one dimension."},
    Op{"nonzero", &nonzero, "The indices of the elements that are not zero: [count, dims].", false},
    Op{"one_hot", &one_hot, "A 1 at each label's place: int64 [..., classes]; -1 classes = the largest label + 1.",
       false},
    Op{"sort", &sort, "Values in order along a dimension, and their indices; equal ones keep their order."},
    Op{"argsort", &argsort, "The indices that sort a dimension.", false},
    Op{"topk", &topk, "The k largest (or smallest) along a dimension, and their indices."},
    Op{"kthvalue", &kthvalue, "The k-th smallest along a dimension (from 1), and its index."},
    Op{"median", &median, "The median; the lower of the two in the middle."},
    Op{"unique", &unique, "The different values in order, which of them each element is, and how often each occurs.",
       false},
    Op{"bincount", &bincount, "How often each whole number from 0 occurs.", false},
};

}  // namespace flint
