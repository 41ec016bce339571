// Running sums, products and extremes. Floating sums and products are carried in double.
#include "ops/scan.h"

#include <cmath>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise_rules.h"
#include "ops/index.h"
#include "ops/iterate.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// Calls f(element offset of x, of each output, steps between elements) for each line along dimension d.
template <int K, class F>
void each_line(const std::array<const Layout*, K>& views, int d, F&& f) {
  const bool single = views[0]->sizes.empty();
  const int64_t n = single ? 1 : views[0]->sizes[d];
  if (n == 0) return;
  Layout lines[K];
  std::array<const Layout*, K> starts;
  std::array<int64_t, K> steps{};
  for (int k = 0; k < K; ++k) {
    lines[k] = *views[k];
    starts[k] = &lines[k];
    if (single) continue;
    steps[k] = lines[k].strides[d];
    lines[k].sizes.erase(d);
    lines[k].strides.erase(d);
  }
  const Walk<K> walk(lines[0].sizes, starts);
  walk.each(
      [&](const int64_t* at, int64_t rows) {
        for (int64_t i = 0; i < rows; ++i) {
          std::array<int64_t, K> from{};
          for (int k = 0; k < K; ++k) from[k] = at[k] + i * walk.row_stride(k);
          f(from, steps, n);
        }
      },
      n);
}

template <class F>
Tensor running(const Tensor& x, int d, F f) {
  Tensor input = is_floating(x.dtype()) ? x : cast(x, DType::Int64);
  Tensor out = empty(x.sizes(), input.dtype());
  launch(
      [d, f](const In& input, const View& out) {
        visit_dtype(input.dtype(), [&](auto tag) {
          using T = decltype(tag);
          using Acc = std::conditional_t<std::is_floating_point_v<T>, double, T>;
          each_line<2>({&input.layout(), &out.layout()}, d, [&](const auto& at, const auto& step, int64_t n) {
            const T* in = input.data<T>() + at[0];
            T* to = out.data<T>() + at[1];
            Acc acc = static_cast<Acc>(in[0]);
            to[0] = static_cast<T>(acc);
            for (int64_t j = 1; j < n; ++j) {
              acc = static_cast<Acc>(f(acc, static_cast<Acc>(in[j * step[0]])));
              to[j * step[1]] = static_cast<T>(acc);
            }
          });
        });
      },
      input, out);
  return out;
}

/// The sum of each element and of all that follow it.
Tensor sums_from_here(const Tensor& x, int d) { return flip(cumsum(flip(x, {d}), d), {d}); }

bool any_zero(const Tensor& x) {
  GradMode off(false);
  return *any(eq_scalar(x, 0), {}, false).data<bool>();
}

/// The gradient of cumprod where a zero makes the quotient of products meaningless: for each element the running
/// products of its line with that element left out, weighted by the gradients from there on.
Tensor cumprod_backward_with_zeros(const Tensor& g, const Tensor& x, int d) {
  const int last = x.dim() - 1;
  const int64_t n = x.size(d), rows = x.numel() / n;
  Tensor turned = transpose(x, d, last), lines = reshape(turned, {rows, 1, n});
  Tensor left_out = eye(n, n, DType::Bool);
  Tensor position = arange(0, n, 1, DType::Int64);
  Tensor before = lt(unsqueeze(position, 0), unsqueeze(position, 1));  // [element, result]: the result comes first
  Tensor products = cumprod(masked_fill(expand(lines, {rows, n, n}), left_out, Scalar(1.0)), 2);
  Tensor weighted = mul(masked_fill(products, before, Scalar(0.0)), reshape(transpose(g, d, last), {rows, 1, n}));
  return transpose(reshape(sum(weighted, {2}, false, std::nullopt), turned.sizes()), d, last);
}

template <class T>
bool is_nan(T v) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(v);
  return false;
}

std::tuple<Tensor, Tensor> extreme(const Tensor& x, int64_t dim, bool largest, std::string_view op,
                                   std::string_view node) {
  const int d = wrap_dim(dim, x.dim(), op);
  Tensor out = empty(x.sizes(), x.dtype()), where = empty(x.sizes(), DType::Int64);
  launch(
      [d, largest](const In& x, const View& out, const View& where) {
        visit_dtype(x.dtype(), [&](auto tag) {
          using T = decltype(tag);
          each_line<3>({&x.layout(), &out.layout(), &where.layout()}, d,
                       [&](const auto& at, const auto& step, int64_t n) {
                         const T* in = x.data<T>() + at[0];
                         T best = in[0];
                         int64_t place = 0;
                         bool nan = false;
                         for (int64_t j = 0; j < n; ++j) {
                           const T v = in[j * step[0]];
                           if (is_nan(v) || (!nan && (largest ? v >= best : v <= best)))
                             best = v, place = j, nan = is_nan(v);
                           out.data<T>()[at[1] + j * step[1]] = best;
                           where.data<int64_t>()[at[2] + j * step[2]] = place;
                         }
                       });
        });
      },
      x, out, where);
  if (should_record(x))
    record(out, node, {x},
           [where, d](const Tensor& g) -> Grads { return {scatter_add(zeros(g.sizes(), g.dtype()), d, where, g)}; });
  return {out, where};
}

}  // namespace

Tensor cumsum(const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim(), "cumsum");
  Tensor out = running(x, d, [](auto a, auto v) { return a + v; });
  if (should_record(x))
    record(out, "CumsumBackward", {x},
           [d](const Tensor& g) -> Grads { return {g.dim() == 0 ? g : sums_from_here(g, d)}; });
  return out;
}

Tensor cumprod(const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim(), "cumprod");
  Tensor out = running(x, d, [](auto a, auto v) { return a * v; });
  if (should_record(x))
    record(out, "CumprodBackward", {x}, [d, saved = Saved(x)](const Tensor& g) -> Grads {
      const Tensor& x = saved.get("CumprodBackward");
      if (x.dim() == 0) return {g};
      if (any_zero(x)) return {cumprod_backward_with_zeros(g, x, d)};
      return {div(sums_from_here(mul(g, cumprod(x, d)), d), x)};
    });
  return out;
}

std::tuple<Tensor, Tensor> cummax(const Tensor& x, int64_t dim) {
  return extreme(x, dim, true, "cummax", "CummaxBackward");
}
std::tuple<Tensor, Tensor> cummin(const Tensor& x, int64_t dim) {
  return extreme(x, dim, false, "cummin", "CumminBackward");
}

}  // namespace flint
