// The largest and the smallest, and where they are.
#include <limits>

#include "flint/autograd.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/reduce.h"
#include "ops/reduced.h"

namespace flint {
namespace {

template <bool Largest, class T>
bool better(T candidate, T best) {
  if constexpr (std::is_floating_point_v<T>)
    if (candidate != candidate) return best == best;  // the first NaN wins
  return Largest ? candidate > best : candidate < best;
}

template <bool Largest>
Tensor extreme_value(const Tensor& x, const Dims& dims, bool keepdim, std::string_view op, std::string_view node) {
  const uint32_t mask = reduced_mask(x, dims, op);
  Tensor out = empty(reduced_sizes(x.sizes(), mask, keepdim), x.dtype());
  if (x.numel() == 0 && out.numel() > 0)
    fail(op, "there is no extreme of no elements (shape ", x.sizes(), "); it needs at least one");
  launch(
      [mask](const View& out, const In& x) {
        visit_dtype(x.dtype(), [&](auto tag) {
          using T = decltype(tag);
          T start;
          if constexpr (std::is_floating_point_v<T>)
            start = Largest ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
          else
            start = Largest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max();
          fold<T, T>(x, mask, out.data<T>(), start, [](T a, T v) { return better<Largest>(v, a) ? v : a; });
        });
      },
      out, x);
  if (should_record(x)) {
    record(out, node, {x}, [saved = Saved(x), result = Saved(detach(out)), mask, dims, node](const Tensor& g) -> Grads {
      const Tensor &x = saved.get(node), &value = result.get(node);
      Tensor hit = cast(eq(x, keep(value, x.sizes(), mask)), g.dtype());
      return {mul(div(hit, sum(hit, dims, true, std::nullopt)), keep(g, x.sizes(), mask))};
    });
  }
  return out;
}

template <bool Largest>
std::tuple<Tensor, Tensor> extreme_with_index(const Tensor& x, int d, bool keepdim, std::string_view op) {
  const int64_t n = x.dim() == 0 ? 1 : x.sizes()[d];
  if (n == 0)
    fail(op, "there is no extreme of no elements: dimension ", d, " of shape ", x.sizes(),
         " has size 0, but needs at least one element");
  const uint32_t mask = x.dim() == 0 ? 0 : 1u << d;
  Dims sizes = reduced_sizes(x.sizes(), mask, keepdim);
  Tensor values = empty(sizes, x.dtype()), indices = empty(sizes, DType::Int64);
  const int64_t step = x.dim() == 0 ? 0 : x.strides()[d];
  launch(
      [kept = Parted(*x.impl(), mask).walk_kept(), n, step](const View& values, const View& indices, const In& x) {
        visit_dtype(x.dtype(), [&](auto tag) {
          using T = decltype(tag);
          kept.each(
              [&](const int64_t* at, int64_t rows) {
                for (int64_t i = 0; i < rows; ++i) {
                  const T* p = x.data<T>() + at[1] + i * kept.row_stride(1);
                  int64_t best = 0;
                  for (int64_t j = 1; j < n; ++j)
                    if (better<Largest>(p[j * step], p[best * step])) best = j;
                  const int64_t to = at[0] + i * kept.row_stride(0);
                  values.data<T>()[to] = p[best * step];
                  indices.data<int64_t>()[to] = best;
                }
              },
              n);
        });
      },
      values, indices, x);
  return {values, indices};
}

template <bool Largest>
std::tuple<Tensor, Tensor> recorded_extreme(const Tensor& x, int64_t dim, bool keepdim, std::string_view op,
                                            std::string_view node) {
  const int d = wrap_dim(dim, x.dim(), op);
  auto [values, indices] = extreme_with_index<Largest>(x, d, keepdim, op);
  if (should_record(x)) {
    record(values, node, {x}, [from = x.sizes(), d, keepdim, indices = indices](const Tensor& g) -> Grads {
      if (from.empty()) return {g};
      Tensor where_to = keepdim ? indices : unsqueeze(indices, d);
      return {scatter_add(zeros(from, g.dtype()), d, where_to, keepdim ? g : unsqueeze(g, d))};
    });
  }
  return {values, indices};
}

template <bool Largest>
Tensor extreme_index(const Tensor& x, std::optional<int64_t> dim, bool keepdim, std::string_view op) {
  if (!dim) {
    Tensor index = std::get<1>(extreme_with_index<Largest>(reshape(detach(x), {-1}), 0, false, op));
    return keepdim ? reshape(index, Dims(x.dim(), 1)) : index;
  }
  return std::get<1>(extreme_with_index<Largest>(x, wrap_dim(*dim, x.dim(), op), keepdim, op));
}

}  // namespace

Tensor amax(const Tensor& x, const Dims& dims, bool keepdim) {
  return extreme_value<true>(x, dims, keepdim, "amax", "AmaxBackward");
}
Tensor amin(const Tensor& x, const Dims& dims, bool keepdim) {
  return extreme_value<false>(x, dims, keepdim, "amin", "AminBackward");
}
std::tuple<Tensor, Tensor> max_dim(const Tensor& x, int64_t dim, bool keepdim) {
  return recorded_extreme<true>(x, dim, keepdim, "max", "MaxBackward");
}
std::tuple<Tensor, Tensor> min_dim(const Tensor& x, int64_t dim, bool keepdim) {
  return recorded_extreme<false>(x, dim, keepdim, "min", "MinBackward");
}
Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return extreme_index<true>(x, dim, keepdim, "argmax");
}
Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return extreme_index<false>(x, dim, keepdim, "argmin");
}

}  // namespace flint
