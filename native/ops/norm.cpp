// Normalisations, written with differentiable operations: derivatives of any order follow. The one that training spends
// its time in, batch normalisation of images, has loops of its own (batch_norm.cpp).
#include "ops/norm.h"

#include "flint/autograd.h"
#include "ops/batch_norm.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

void check_floating(std::string_view op, const Tensor& x) {
  if (!is_floating(x.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(x.dtype()), "; convert it with .to('float32')");
}

void check_values(std::string_view op, const std::optional<Tensor>& t, std::string_view name, const Dims& wanted) {
  if (t && !(t->sizes() == wanted)) fail(op, "the ", name, " must be ", wanted, ", got ", t->sizes());
}

/// Per-channel values seen from an input whose channels are dimension 1.
Tensor by_channel(const Tensor& values, const Tensor& input) {
  Dims sizes(input.dim(), 1);
  sizes[1] = values.numel();
  return reshape(values, sizes);
}

Tensor scale_and_shift(Tensor x, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                       bool channels) {
  if (weight) x = mul(x, channels ? by_channel(*weight, x) : *weight);
  if (bias) x = add(x, channels ? by_channel(*bias, x) : *bias, Scalar(1));
  return x;
}

double checked_eps(std::string_view op, double eps) {
  if (!(eps >= 0)) fail(op, "eps must not be negative, got ", eps);
  return eps;
}

struct Standard {
  Tensor values, mean, variance;
};

/// (x - mean) / sqrt(variance + eps) over the dimensions.
Standard standardise(std::string_view op, const Tensor& x, const Dims& dims, double eps) {
  eps = checked_eps(op, eps);
  Tensor middle = mean(x, dims, true), centred = sub(x, middle, Scalar(1));
  Tensor variance = mean(square(centred), dims, true);
  return {mul(centred, rsqrt(add_scalar(variance, Scalar(eps)))), middle, variance};
}

/// By the statistics of the batch, in any layout and with derivatives of any order.
BatchNormed batch_norm_composed(const Tensor& input, const std::optional<Tensor>& weight,
                                const std::optional<Tensor>& bias, double eps) {
  Dims dims{0};
  for (int d = 2; d < input.dim(); ++d) dims.push_back(d);
  Standard s = standardise("batch_norm", input, dims, eps);
  return {scale_and_shift(s.values, weight, bias, true), s.mean, s.variance};
}

void update(const Tensor& running, const Tensor& now, double momentum) {
  GradMode off(false);
  mul_scalar_(running, Scalar(1 - momentum));
  add_(running, cast(reshape(now, running.sizes()), running.dtype()), Scalar(momentum));
}

}  // namespace

Tensor batch_norm(const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                  const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var, bool training,
                  double momentum, double eps) {
  check_floating("batch_norm", input);
  if (input.dim() < 2) fail("batch_norm", "the input must be [n, channels, ...], got ", input.sizes());
  Dims channels{input.size(1)};
  check_values("batch_norm", weight, "weight", channels);
  check_values("batch_norm", bias, "bias", channels);
  check_values("batch_norm", running_mean, "running mean", channels);
  check_values("batch_norm", running_var, "running variance", channels);
  if (!training) {
    if (!running_mean || !running_var)
      fail("batch_norm",
           "evaluation needs the running mean and the running variance; pass training: true to use the batch's own");
    Tensor centred = sub(input, by_channel(*running_mean, input), Scalar(1));
    Tensor scale = rsqrt(add_scalar(*running_var, Scalar(eps)));
    return scale_and_shift(mul(centred, by_channel(scale, input)), weight, bias, true);
  }
  int64_t count = input.size(1) ? input.numel() / input.size(1) : 0;
  if (count < 2)
    fail("batch_norm", "training needs more than one value for each channel, got ", input.sizes(),
         ". Use a larger batch, or eval() mode");
  const bool alike = (!weight || weight->dtype() == input.dtype()) && (!bias || bias->dtype() == input.dtype());
  BatchNormed out =
      alike && channels_innermost(input)
          ? batch_norm_by_rows(input, weight, bias, checked_eps("batch_norm", eps),
                               [eps](const Tensor& x, const std::optional<Tensor>& w, const std::optional<Tensor>& b) {
                                 return batch_norm_composed(x, w, b, eps).values;
                               })
          : batch_norm_composed(input, weight, bias, eps);
  if (running_mean) update(*running_mean, out.mean, momentum);
  if (running_var) {
    GradMode off(false);
    update(*running_var, mul_scalar(out.variance, Scalar(static_cast<double>(count) / static_cast<double>(count - 1))),
           momentum);
  }
  return out.values;
}

Tensor layer_norm(const Tensor& input, const Dims& normalized_shape, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps) {
  check_floating("layer_norm", input);
  int n = normalized_shape.size();
  bool fits = n > 0 && n <= input.dim();
  for (int i = 0; fits && i < n; ++i) fits = input.size(i - n) == normalized_shape[i];
  if (!fits)
    fail("layer_norm", "the last dimensions of the input ", input.sizes(), " must be the normalized shape ",
         normalized_shape);
  check_values("layer_norm", weight, "weight", normalized_shape);
  check_values("layer_norm", bias, "bias", normalized_shape);
  Dims dims;
  for (int i = 0; i < n; ++i) dims.push_back(input.dim() - n + i);
  return scale_and_shift(standardise("layer_norm", input, dims, eps).values, weight, bias, false);
}

Tensor group_norm(const Tensor& input, int64_t groups, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps) {
  check_floating("group_norm", input);
  if (input.dim() < 2) fail("group_norm", "the input must be [n, channels, ...], got ", input.sizes());
  if (groups < 1 || input.size(1) % groups)
    fail("group_norm", "the ", input.size(1), " channels of ", input.sizes(), " cannot be shared among ", groups,
         " groups");
  check_values("group_norm", weight, "weight", {input.size(1)});
  check_values("group_norm", bias, "bias", {input.size(1)});
  if (input.numel() == 0) return input;
  Tensor grouped = reshape(input, {input.size(0), groups, input.numel() / (input.size(0) * groups)});
  return scale_and_shift(reshape(standardise("group_norm", grouped, {2}, eps).values, input.sizes()), weight, bias,
                         true);
}

}  // namespace flint
