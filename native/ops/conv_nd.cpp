// One dimension is an image of one row. Three are a sum over the depth of the kernel: for each of its slices, one
// convolution of all the images that meet it.
#include "ops/conv_nd.h"

#include "ops/conv.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/parts.h"
#include "ops/shape.h"

namespace flint {
namespace {

struct Triple {
  int64_t depth;
  Dims image;  // of the two inner directions
};

int64_t single(std::string_view op, std::string_view name, const Dims& given, int64_t least) {
  if (given.size() != 1 || given[0] < least) fail(op, name, " must be one number of at least ", least, ", got ", given);
  return given[0];
}
Triple triple(std::string_view op, std::string_view name, const Dims& given, int64_t least) {
  if (given.size() != 1 && given.size() != 3) fail(op, name, " must be one number or three, got ", given);
  Dims all = given.size() == 1 ? Dims(3, given[0]) : given;
  for (int64_t v : all)
    if (v < least) fail(op, name, " must be at least ", least, ", got ", given);
  return {all[0], {all[1], all[2]}};
}

/// Whether a batch dimension was missing and is put in.
bool check_input(std::string_view op, const Tensor& input, const Tensor& weight, int space) {
  const char* form =
      space == 1 ? "[n, channels, length] or [channels, length]" : "[n, channels, d, h, w] or [channels, d, h, w]";
  if (input.dim() != space + 1 && input.dim() != space + 2)
    fail(op, "the input must be ", form, ", got ", input.sizes());
  if (weight.dim() != space + 2) fail(op, "the weight must have ", space + 2, " dimensions, got ", weight.sizes());
  return input.dim() == space + 1;
}

/// [n, c, d, h, w] as the images [n·d, c, h, w].
Tensor images_of(const Tensor& x) {
  Tensor by_depth = permute(x, {0, 2, 1, 3, 4});
  return reshape(by_depth, {x.size(0) * x.size(2), x.size(1), x.size(3), x.size(4)});
}
/// The reverse, for `n` volumes of this depth.
Tensor volumes_of(const Tensor& images, int64_t n, int64_t depth) {
  Tensor by_depth = reshape(images, {n, depth, images.size(1), images.size(2), images.size(3)});
  return permute(by_depth, {0, 2, 1, 3, 4});
}
Tensor with_bias(const Tensor& x, const std::optional<Tensor>& bias) {
  return bias ? add(x, reshape(*bias, {1, bias->numel(), 1, 1, 1}), Scalar(1)) : x;
}
void check_bias(std::string_view op, const std::optional<Tensor>& bias, int64_t outputs) {
  if (bias && !(bias->sizes() == Dims{outputs})) fail(op, "the bias must be [", outputs, "], got ", bias->sizes());
}

}  // namespace

Tensor conv1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups) {
  const bool alone = check_input("conv1d", input, weight, 1);
  Tensor x = unsqueeze(alone ? unsqueeze(input, 0) : input, 2);
  Tensor y = squeeze(
      conv2d(x, unsqueeze(weight, 2), bias, {1, single("conv1d", "stride", stride, 1)},
             {0, single("conv1d", "padding", padding, 0)}, {1, single("conv1d", "dilation", dilation, 1)}, groups),
      2);
  return alone ? squeeze(y, 0) : y;
}

Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation) {
  constexpr std::string_view op = "conv_transpose1d";
  const bool alone = check_input(op, input, weight, 1);
  Tensor x = unsqueeze(alone ? unsqueeze(input, 0) : input, 2);
  Tensor y = squeeze(
      conv_transpose2d(x, unsqueeze(weight, 2), bias, {1, single(op, "stride", stride, 1)},
                       {0, single(op, "padding", padding, 0)}, {0, single(op, "output_padding", output_padding, 0)},
                       groups, {1, single(op, "dilation", dilation, 1)}),
      2);
  return alone ? squeeze(y, 0) : y;
}

Tensor conv3d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups) {
  const bool alone = check_input("conv3d", input, weight, 3);
  Tensor x = alone ? unsqueeze(input, 0) : input;
  const Triple st = triple("conv3d", "stride", stride, 1), pd = triple("conv3d", "padding", padding, 0),
               dl = triple("conv3d", "dilation", dilation, 1);
  check_bias("conv3d", bias, weight.size(0));
  const int64_t depth = x.size(2) + 2 * pd.depth, extent = dl.depth * (weight.size(2) - 1) + 1;
  if (depth < extent || weight.size(2) < 1)
    fail("conv3d", "the kernel covers a depth of ", extent, ", more than the padded input of ", depth, " (input ",
         input.sizes(), ", weight ", weight.sizes(), "). Use a smaller kernel, more padding or a deeper volume");
  const int64_t out_depth = (depth - extent) / st.depth + 1;
  if (pd.depth) x = pad(x, {0, 0, 0, 0, pd.depth, pd.depth}, Scalar(0));
  Tensor sum;
  for (int64_t k = 0; k < weight.size(2); ++k) {
    const int64_t first = k * dl.depth;
    Tensor met = slice(x, 2, first, first + (out_depth - 1) * st.depth + 1, st.depth);
    Tensor part = conv2d(images_of(met), select(weight, 2, k), {}, st.image, pd.image, dl.image, groups);
    sum = sum.defined() ? add(sum, part, Scalar(1)) : part;
  }
  Tensor y = with_bias(volumes_of(sum, x.size(0), out_depth), bias);
  return alone ? squeeze(y, 0) : y;
}

Tensor conv_transpose3d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation) {
  constexpr std::string_view op = "conv_transpose3d";
  const bool alone = check_input(op, input, weight, 3);
  Tensor x = alone ? unsqueeze(input, 0) : input;
  const Triple st = triple(op, "stride", stride, 1), pd = triple(op, "padding", padding, 0),
               ex = triple(op, "output_padding", output_padding, 0), dl = triple(op, "dilation", dilation, 1);
  check_bias(op, bias, weight.size(1) * groups);
  if (ex.depth >= std::max(st.depth, dl.depth))
    fail(op, "output_padding ", output_padding, " must be smaller than the stride ", stride, " or the dilation ",
         dilation);
  // The whole volume before the padding is cut off.
  const int64_t in_depth = x.size(2),
                whole = (in_depth - 1) * st.depth + dl.depth * (weight.size(2) - 1) + 1 + ex.depth;
  if (whole - 2 * pd.depth < 1)
    fail(op, "the result would have a depth of ", whole - 2 * pd.depth, "; use less padding");
  Tensor images = images_of(x), sum;
  for (int64_t k = 0; k < weight.size(2); ++k) {
    Tensor part =
        volumes_of(conv_transpose2d(images, select(weight, 2, k), {}, st.image, pd.image, ex.image, groups, dl.image),
                   x.size(0), in_depth);
    Tensor places = arange(Scalar(k * dl.depth), Scalar(k * dl.depth + (in_depth - 1) * st.depth + 1), Scalar(st.depth),
                           DType::Int64);
    if (!sum.defined()) sum = zeros({part.size(0), part.size(1), whole, part.size(3), part.size(4)}, x.dtype());
    sum = index_add(sum, 2, places, part);
  }
  Tensor y = with_bias(narrow(sum, 2, pd.depth, whole - 2 * pd.depth), bias);
  return alone ? squeeze(y, 0) : y;
}

}  // namespace flint
