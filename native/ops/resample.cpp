// Interpolation along one dimension: which values each result is made of, and with what weights. Images are resampled
// one direction after the other.
#include "ops/resample.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/iterate.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// Tap k of result i: value `index` with `weight`.
struct Taps {
  std::vector<std::vector<int64_t>> index;
  std::vector<std::vector<double>> weight;
  explicit Taps(int count) : index(count), weight(count) {}
  void add(int k, int64_t at, double by, int64_t size) {
    index[k].push_back(std::clamp<int64_t>(at, 0, size - 1));
    weight[k].push_back(by);
  }
};

/// Nearest neighbours are chosen in float, as PyTorch chooses them: in double some of the halves fall otherwise.
Taps nearest(int64_t in, int64_t out, std::optional<double> scale, bool exact) {
  Taps taps(1);
  const float step = scale ? static_cast<float>(1 / *scale) : static_cast<float>(in) / static_cast<float>(out);
  for (int64_t i = 0; i < out; ++i) {
    const float at = exact ? (static_cast<float>(i) + 0.5f) * step : static_cast<float>(i) * step;
    taps.add(0, out == in ? i : static_cast<int64_t>(std::floor(at)), 1, in);
  }
  return taps;
}

/// Where result i lies among the values.
double source(int64_t i, int64_t in, int64_t out, std::optional<double> scale, bool align_corners) {
  if (align_corners) return out > 1 ? static_cast<double>(i * (in - 1)) / static_cast<double>(out - 1) : 0;
  const double step = scale ? 1 / *scale : static_cast<double>(in) / static_cast<double>(out);
  return step * (static_cast<double>(i) + 0.5) - 0.5;
}

Taps linear(int64_t in, int64_t out, std::optional<double> scale, bool align_corners) {
  Taps taps(2);
  for (int64_t i = 0; i < out; ++i) {
    const double at = std::max(0.0, source(i, in, out, scale, align_corners));
    const int64_t left = std::min(static_cast<int64_t>(at), in - 1);
    const double part = std::clamp(at - static_cast<double>(left), 0.0, 1.0);
    taps.add(0, left, 1 - part, in);
    taps.add(1, left + 1, part, in);
  }
  return taps;
}

/// Keys' cubic convolution with a = -0.75 (Keys, 1981).
Taps cubic(int64_t in, int64_t out, std::optional<double> scale, bool align_corners) {
  constexpr double a = -0.75;
  auto near = [](double t) { return ((a + 2) * t - (a + 3)) * t * t + 1; };
  auto far = [](double t) { return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a; };
  Taps taps(4);
  for (int64_t i = 0; i < out; ++i) {
    const double at = source(i, in, out, scale, align_corners), floor = std::floor(at), t = at - floor;
    const double weights[] = {far(t + 1), near(t), near(1 - t), far(2 - t)};
    for (int k = 0; k < 4; ++k) taps.add(k, static_cast<int64_t>(floor) - 1 + k, weights[k], in);
  }
  return taps;
}

Tensor index_tensor(const std::vector<int64_t>& values) {
  Tensor t = empty({static_cast<int64_t>(values.size())}, DType::Int64);
  launch([values](const View& t) { std::copy(values.begin(), values.end(), t.data<int64_t>()); }, t);
  return t;
}
Tensor weight_tensor(const std::vector<double>& values, DType dtype, int dim, int rank) {
  Dims sizes(rank, 1);
  sizes[dim] = static_cast<int64_t>(values.size());
  Tensor t = empty(sizes, dtype);
  launch(
      [values](const View& t) {
        visit_floating(t.dtype(), [&](auto tag) {
          for (size_t i = 0; i < values.size(); ++i) t.data<decltype(tag)>()[i] = static_cast<decltype(tag)>(values[i]);
        });
      },
      t);
  return t;
}

}  // namespace

Tensor resample(const Tensor& x, int64_t dim, int64_t size, std::string_view mode, bool align_corners,
                std::optional<double> scale) {
  const int d = wrap_dim(dim, x.dim(), "resample");
  const int64_t in = x.size(d);
  if (in < 1 || size < 1)
    fail("resample", "cannot bring a dimension of ", in, " to ", size, " (shape ", x.sizes(), ")");
  if (scale && !(*scale > 0)) fail("resample", "the scale must be positive, got ", *scale);
  const bool picks = mode == "nearest" || mode == "nearest-exact";
  if (picks) return index_select(x, d, index_tensor(nearest(in, size, scale, mode == "nearest-exact").index[0]));
  if (!is_floating(x.dtype()))
    fail("resample", "the input must be floating, got ", name_of(x.dtype()), "; convert it with .to('float32')");
  if (mode != "linear" && mode != "cubic")
    fail("resample", "there is no mode '", mode, "'; use 'nearest', 'nearest-exact', 'linear' or 'cubic'");
  const Taps taps = mode == "linear" ? linear(in, size, scale, align_corners) : cubic(in, size, scale, align_corners);
  Tensor out;
  for (size_t k = 0; k < taps.index.size(); ++k) {
    Tensor part =
        mul(index_select(x, d, index_tensor(taps.index[k])), weight_tensor(taps.weight[k], x.dtype(), d, x.dim()));
    out = out.defined() ? add(out, part, Scalar(1)) : part;
  }
  return out;
}

}  // namespace flint
