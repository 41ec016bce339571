// Sorting, and what is read off a sorted line: the k-th, the largest few, the median, the different values.
#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

namespace {

/// Sorts each row of a dimension; f(row values, order) may cut it short. NaN counts as the largest.
template <class F>
std::tuple<Tensor, Tensor> ordered(const Tensor& x, int d, int64_t keep, F arrange) {
  const int last = x.dim() - 1;
  Tensor rows = x.dim() == 0 ? reshape(detach(x), {1, 1}) : contiguous(transpose(detach(x), d, last));
  const int64_t n = rows.size(-1), count = n ? rows.numel() / n : 0;
  Dims sizes = rows.sizes();
  sizes[sizes.size() - 1] = keep;
  Tensor values = empty(sizes, x.dtype()), indices = empty(sizes, DType::Int64);
  launch(
      [n, count, keep, arrange](const View& values, const View& indices, const In& rows) {
        visit_dtype(rows.dtype(), [&](auto tag) {
          using T = decltype(tag);
          std::vector<int64_t> order(static_cast<size_t>(n));
          for (int64_t r = 0; r < count; ++r) {
            const T* p = rows.data<T>() + r * n;
            std::iota(order.begin(), order.end(), 0);
            auto less = [p](int64_t a, int64_t b) {
              if constexpr (std::is_floating_point_v<T>) {
                if (p[a] != p[a]) return false;
                if (p[b] != p[b]) return true;
              }
              return p[a] < p[b];
            };
            arrange(order, less);
            for (int64_t k = 0; k < keep; ++k) {
              values.data<T>()[r * keep + k] = p[order[k]];
              indices.data<int64_t>()[r * keep + k] = order[k];
            }
          }
        });
      },
      values, indices, rows);
  if (x.dim() == 0) return {reshape(values, {}), reshape(indices, {})};
  return {contiguous(transpose(values, d, last)), contiguous(transpose(indices, d, last))};
}

void record_order(const Tensor& values, const Tensor& indices, const Tensor& x, int d, std::string_view node) {
  if (!should_record(x)) return;
  record(values, node, {x}, [from = x.sizes(), d, indices](const Tensor& g) -> Grads {
    return {from.empty() ? g : scatter_add(zeros(from, g.dtype()), d, indices, g)};
  });
}

}  // namespace

std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending) {
  const int d = wrap_dim(dim, x.dim(), "sort");
  auto result = ordered(x, d, x.dim() == 0 ? 1 : x.sizes()[d], [descending](auto& order, auto less) {
    if (descending)
      std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return less(b, a); });
    else
      std::stable_sort(order.begin(), order.end(), less);
  });
  record_order(std::get<0>(result), std::get<1>(result), x, d, "SortBackward");
  return result;
}
Tensor argsort(const Tensor& x, int64_t dim, bool descending) { return std::get<1>(sort(detach(x), dim, descending)); }

std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest) {
  const int d = wrap_dim(dim, x.dim(), "topk");
  const int64_t n = x.dim() == 0 ? 1 : x.sizes()[d];
  if (k < 0 || k > n) fail("topk", "k = ", k, " is outside of 0..", n, ", the size of dimension ", d);
  auto result = ordered(x, d, k, [k, largest](auto& order, auto less) {
    auto before = [&](int64_t a, int64_t b) { return largest ? less(b, a) : less(a, b); };
    std::partial_sort(order.begin(), order.begin() + k, order.end(), before);
  });
  record_order(std::get<0>(result), std::get<1>(result), x, d, "TopkBackward");
  return result;
}

std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim) {
  const int d = wrap_dim(dim, x.dim(), "kthvalue");
  const int64_t n = x.dim() == 0 ? 1 : x.sizes()[d];
  if (k < 1 || k > n) fail("kthvalue", "k = ", k, " is outside of 1..", n, ", the size of dimension ", d);
  auto [values, indices] = sort(x, d, false);
  if (x.dim() == 0) return {values, indices};
  Tensor v = narrow(values, d, k - 1, 1), i = narrow(indices, d, k - 1, 1);
  return keepdim ? std::tuple{v, i} : std::tuple{squeeze(v, d), squeeze(i, d)};
}

Tensor median(const Tensor& x) {
  if (x.numel() == 0) {
    if (!is_floating(x.dtype()))
      fail("median", "there is no median of no elements (shape ", x.sizes(), "); whole numbers need at least one");
    return mul_scalar(sum(x, {}, false, std::nullopt), Scalar(std::numeric_limits<double>::quiet_NaN()));
  }
  return std::get<0>(kthvalue(reshape(x, {-1}), (x.numel() + 1) / 2, 0, false));
}

std::tuple<Tensor, Tensor, Tensor> unique(const Tensor& x) {
  auto [values, order] = sort(reshape(detach(x), {-1}), 0, false);
  const int64_t total = values.numel();
  Tensor inverse = empty(x.sizes(), DType::Int64);
  std::vector<int64_t> starts;
  visit_dtype(x.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for (int64_t i = 0; i < total; ++i) {
      if (i == 0 || values.data<T>()[i] != values.data<T>()[i - 1]) starts.push_back(i);
      inverse.data<int64_t>()[order.data<int64_t>()[i]] = static_cast<int64_t>(starts.size()) - 1;
    }
  });
  const int64_t n = static_cast<int64_t>(starts.size());
  Tensor at = empty({n}, DType::Int64), counts = empty({n}, DType::Int64);
  for (int64_t i = 0; i < n; ++i) {
    at.data<int64_t>()[i] = starts[i];
    counts.data<int64_t>()[i] = (i + 1 < n ? starts[i + 1] : total) - starts[i];
  }
  return {index_select(values, 0, at), inverse, counts};
}

}  // namespace flint
