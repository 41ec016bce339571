// Two passes forwards, statistics and result, and two back, sums and gradient: the memory is all that such a layer
// costs.
#include "ops/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/norm/kernel.h"
#include "kernels/parallel.h"
#include "ops/create.h"
#include "ops/layout.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr int64_t kGrainElements = 32 * 1024;

struct Shape {
  int64_t rows, channels;
  template <class X>
  explicit Shape(const X& x) : rows(x.size(1) ? x.numel() / x.size(1) : 0), channels(x.size(1)) {}
  int64_t grain() const { return 1 + kGrainElements / std::max<int64_t>(channels, 1); }
};

/// Sums of two kinds for each channel, made per part and added in their order: f(first row, rows, sums, more).
template <class F>
std::vector<double> two_sums(const Shape& s, F&& f) {
  const int64_t parts = std::clamp<int64_t>(s.rows / s.grain(), 1, threads());
  std::vector<double> all(static_cast<size_t>(2 * parts * s.channels));
  kernels::for_parts(parts, [&](int64_t part) {
    const int64_t begin = s.rows * part / parts, end = s.rows * (part + 1) / parts;
    double* sums = all.data() + 2 * part * s.channels;
    f(begin, end - begin, sums, sums + s.channels);
  });
  for (int64_t part = 1; part < parts; ++part)
    for (int64_t i = 0; i < 2 * s.channels; ++i) all[i] += all[2 * part * s.channels + i];
  return all;
}

/// The mean of some rows spread over all: near enough to the mean of all that sums counted from it lose nothing.
template <class T>
std::vector<T> some_mean(const Shape& s, const T* x) {
  const int64_t samples = std::min<int64_t>(s.rows, 64);
  std::vector<double> sums(static_cast<size_t>(s.channels));
  for (int64_t i = 0; i < samples; ++i) {
    const T* row = x + s.rows * i / samples * s.channels;
    for (int64_t c = 0; c < s.channels; ++c) sums[c] += static_cast<double>(row[c]);
  }
  std::vector<T> mean(static_cast<size_t>(s.channels));
  for (int64_t c = 0; c < s.channels; ++c) mean[c] = static_cast<T>(sums[c] / static_cast<double>(samples));
  return mean;
}

/// The same memory order as `like`.
Tensor laid_like(const Tensor& t, const Tensor& like) {
  if (t.strides() == like.strides()) return t;
  return copy_(empty(like.sizes(), t.dtype(), like.strides()), t);
}

/// Results: `values`, and for each channel the mean, the variance and 1 / the deviation.
template <class T>
void normalise(double eps, const View& values, const View& means, const View& variances, const View& inverse,
               const In& x, const In& weight, const In& bias) {
  const Shape s(x);
  const auto& loops = kernels::norm_rows<T>();
  const T* data = x.data<T>();
  const double count = static_cast<double>(s.rows);
  const std::vector<T> origin = some_mean(s, data);
  std::vector<double> sums = two_sums(s, [&](int64_t first, int64_t rows, double* a, double* b) {
    loops.moments(rows, s.channels, data + first * s.channels, origin.data(), a, b);
  });
  std::vector<T> scale(s.channels), shift(s.channels);
  for (int64_t c = 0; c < s.channels; ++c) {
    const double from_origin = sums[c] / count, mean = static_cast<double>(origin[c]) + from_origin,
                 variance = std::max(0.0, sums[s.channels + c] / count - from_origin * from_origin),
                 inverse_deviation = 1 / std::sqrt(variance + eps);
    means.data<T>()[c] = static_cast<T>(mean);
    variances.data<T>()[c] = static_cast<T>(variance);
    inverse.data<T>()[c] = static_cast<T>(inverse_deviation);
    const double factor = inverse_deviation * (weight.defined() ? static_cast<double>(weight.data<T>()[c]) : 1.0);
    scale[c] = static_cast<T>(factor);
    shift[c] = static_cast<T>((bias.defined() ? static_cast<double>(bias.data<T>()[c]) : 0.0) - mean * factor);
  }
  kernels::parallel(s.rows, s.grain(), [&](int64_t from, int64_t to) {
    loops.affine(to - from, s.channels, data + from * s.channels, scale.data(), shift.data(),
                 values.data<T>() + from * s.channels);
  });
}

/// The gradients of the input, the weight and the bias; `y`, if defined, is what a rectifier after this layer was
/// given.
template <class T>
void derive(const View& dx, const View& d_weight, const View& d_bias, const In& x, const In& g, const In& y,
            const In& weight, const In& mean, const In& inverse) {
  const Shape s(x);
  const auto& loops = kernels::norm_rows<T>();
  const T *data = x.data<T>(), *gs = g.data<T>(), *middle = mean.data<T>(), *ys = y.defined() ? y.data<T>() : nullptr;
  std::vector<double> sums = two_sums(s, [&](int64_t first, int64_t rows, double* a, double* b) {
    const int64_t at = first * s.channels;
    loops.gradient_sums(rows, s.channels, data + at, gs + at, ys ? ys + at : nullptr, middle, a, b);
  });
  std::vector<T> by_g(s.channels), by_x(s.channels), constant(s.channels);
  const double count = static_cast<double>(s.rows);
  for (int64_t c = 0; c < s.channels; ++c) {
    const double inv = static_cast<double>(inverse.data<T>()[c]), m = static_cast<double>(middle[c]),
                 factor = inv * (weight.defined() ? static_cast<double>(weight.data<T>()[c]) : 1.0), sum = sums[c],
                 product = sums[s.channels + c] * inv, slope = -factor * inv * product / count;
    d_bias.data<T>()[c] = static_cast<T>(sum);
    d_weight.data<T>()[c] = static_cast<T>(product);
    by_g[c] = static_cast<T>(factor);
    by_x[c] = static_cast<T>(slope);
    constant[c] = static_cast<T>(-factor * sum / count - slope * m);
  }
  kernels::parallel(s.rows, s.grain(), [&](int64_t from, int64_t to) {
    const int64_t at = from * s.channels;
    loops.gradient(to - from, s.channels, data + at, gs + at, ys ? ys + at : nullptr, by_g.data(), by_x.data(),
                   constant.data(), dx.data<T>() + at);
  });
}

Tensor plain(const std::optional<Tensor>& t) { return t ? contiguous(detach(*t)) : Tensor(); }

}  // namespace

bool channels_innermost(const Tensor& x) {
  return x.numel() > 0 && (x.dim() == 2 ? x.is_contiguous() : x.dim() == 4 && x.is_channels_last());
}

BatchNormed batch_norm_by_rows(
    const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias, double eps,
    std::function<Tensor(const Tensor&, const std::optional<Tensor>&, const std::optional<Tensor>&)> composed) {
  const Dims channels{input.size(1)};
  BatchNormed out{empty(input.sizes(), input.dtype(), input.strides()), empty(channels, input.dtype()),
                  empty(channels, input.dtype())};
  Tensor inverse = empty(channels, input.dtype());
  {
    GradMode off(false);
    launch(
        [eps](const View& values, const View& mean, const View& variance, const View& inverse, const In& x,
              const In& weight, const In& bias) {
          visit_floating(x.dtype(), [&](auto tag) {
            normalise<decltype(tag)>(eps, values, mean, variance, inverse, x, weight, bias);
          });
        },
        out.values, out.mean, out.variance, inverse, input, plain(weight), plain(bias));
  }
  std::vector<Tensor> inputs{input};
  if (weight) inputs.push_back(*weight);
  if (bias) inputs.push_back(*bias);
  if (!grad_enabled() || std::none_of(inputs.begin(), inputs.end(), [](const Tensor& t) { return t.needs_grad(); }))
    return out;
  auto derivative = [x = Saved(input), w = weight ? Saved(*weight) : Saved(), b = bias, has_weight = weight.has_value(),
                     mean = out.mean, inverse, composed](const Tensor& g, const Tensor& rectifier) -> Grads {
    const Tensor& from = x.get("NativeBatchNormBackward");
    const std::optional<Tensor> by = has_weight ? std::optional(w.get("NativeBatchNormBackward")) : std::nullopt;
    std::vector<Tensor> given{from};
    if (by) given.push_back(*by);
    if (b) given.push_back(*b);
    if (grad_enabled()) return composed_grads({composed(from, by, b)}, {&g, 1}, given);
    Grads result(given.size());
    Tensor dx = empty(from.sizes(), from.dtype(), from.strides()), d_weight = empty(mean.sizes(), from.dtype()),
           d_bias = empty(mean.sizes(), from.dtype());
    launch(
        [](const View& dx, const View& d_weight, const View& d_bias, const In& x, const In& g, const In& y,
           const In& weight, const In& mean, const In& inverse) {
          visit_floating(x.dtype(), [&](auto tag) {
            derive<decltype(tag)>(dx, d_weight, d_bias, x, g, y, weight, mean, inverse);
          });
        },
        dx, d_weight, d_bias, from, laid_like(g, from),
        rectifier.defined() ? laid_like(detach(rectifier), from) : rectifier, plain(by), mean, inverse);
    result[0] = dx;
    if (by) result[1] = d_weight;
    if (b) result[by ? 2 : 1] = d_bias;
    return result;
  };
  record(out.values, "NativeBatchNormBackward", inputs, derivative);
  return out;
}

}  // namespace flint
