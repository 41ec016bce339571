// A sequence is an image of one row; windows in three dimensions are windows in the image, then windows in depth.
#include "ops/pool_nd.h"

#include "ops/pool.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// Calls f with [n, c, 1, l] and brings its result back to the shape of the sequences.
template <class F>
Tensor as_rows(std::string_view op, const Tensor& input, F f) {
  if (input.dim() != 2 && input.dim() != 3)
    fail(op, "the input must be [n, channels, length] or [channels, length], got ", input.sizes());
  return squeeze(f(unsqueeze(input, -2)), -2);
}
int64_t single(std::string_view op, std::string_view name, const Dims& given) {
  if (given.size() != 1) fail(op, name, " must be one number, got ", given);
  return given[0];
}
/// [1, v] of [v], and nothing of nothing.
Dims row(std::string_view op, std::string_view name, const Dims& given, int64_t outer) {
  return given.empty() ? Dims{} : Dims{outer, single(op, name, given)};
}

Dims triple(std::string_view op, std::string_view name, const Dims& given) {
  if (given.size() == 1) return Dims(3, given[0]);
  if (given.size() != 3) fail(op, name, " must be one number or three, got ", given);
  return given;
}
Dims image_part(const Dims& d) { return {d[1], d[2]}; }
Dims depth_part(const Dims& d, int64_t other) { return {d[0], other}; }

/// `image` works on the images [n·d, c, h, w] of a volume, `depth` on [n, c, d, h·w].
template <class Image, class Depth>
Tensor by_parts(std::string_view op, const Tensor& input, Image image, Depth depth) {
  if (input.dim() != 4 && input.dim() != 5)
    fail(op, "the input must be [n, channels, d, h, w] or [channels, d, h, w], got ", input.sizes());
  Tensor x = input.dim() == 4 ? unsqueeze(input, 0) : input;
  const int64_t n = x.size(0), c = x.size(1), d = x.size(2);
  Tensor small = image(reshape(x, {n, c * d, x.size(3), x.size(4)}));
  const int64_t h = small.size(2), w = small.size(3);
  Tensor flat = depth(reshape(small, {n, c, d, h * w}));
  Tensor out = reshape(flat, {n, c, flat.size(2), h, w});
  return input.dim() == 4 ? squeeze(out, 0) : out;
}

}  // namespace

Tensor max_pool1d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const Dims& dilation, bool ceil_mode) {
  constexpr std::string_view op = "max_pool1d";
  return as_rows(op, input, [&](const Tensor& x) {
    return max_pool2d(x, row(op, "kernel_size", kernel, 1), row(op, "stride", stride, 1),
                      row(op, "padding", padding, 0), row(op, "dilation", dilation, 1), ceil_mode);
  });
}

Tensor avg_pool1d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding, bool ceil_mode,
                  bool count_include_pad) {
  constexpr std::string_view op = "avg_pool1d";
  return as_rows(op, input, [&](const Tensor& x) {
    return avg_pool2d(x, row(op, "kernel_size", kernel, 1), row(op, "stride", stride, 1),
                      row(op, "padding", padding, 0), ceil_mode, count_include_pad);
  });
}

Tensor max_pool3d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const Dims& dilation, bool ceil_mode) {
  constexpr std::string_view op = "max_pool3d";
  const Dims k = triple(op, "kernel_size", kernel), s = stride.empty() ? k : triple(op, "stride", stride),
             p = triple(op, "padding", padding), d = triple(op, "dilation", dilation);
  return by_parts(
      op, input,
      [&](const Tensor& x) {
        return max_pool2d(x, image_part(k), image_part(s), image_part(p), image_part(d), ceil_mode);
      },
      [&](const Tensor& x) {
        return max_pool2d(x, depth_part(k, 1), depth_part(s, 1), depth_part(p, 0), depth_part(d, 1), ceil_mode);
      });
}

Tensor avg_pool3d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding, bool ceil_mode,
                  bool count_include_pad) {
  constexpr std::string_view op = "avg_pool3d";
  const Dims k = triple(op, "kernel_size", kernel), s = stride.empty() ? k : triple(op, "stride", stride),
             p = triple(op, "padding", padding);
  return by_parts(
      op, input,
      [&](const Tensor& x) {
        return avg_pool2d(x, image_part(k), image_part(s), image_part(p), ceil_mode, count_include_pad);
      },
      [&](const Tensor& x) {
        return avg_pool2d(x, depth_part(k, 1), depth_part(s, 1), depth_part(p, 0), ceil_mode, count_include_pad);
      });
}

Tensor adaptive_avg_pool1d(const Tensor& input, const Dims& output_size) {
  const int64_t length = single("adaptive_avg_pool1d", "output_size", output_size);
  return as_rows("adaptive_avg_pool1d", input, [&](const Tensor& x) { return adaptive_avg_pool2d(x, {1, length}); });
}

Tensor adaptive_max_pool1d(const Tensor& input, const Dims& output_size) {
  const int64_t length = single("adaptive_max_pool1d", "output_size", output_size);
  return as_rows("adaptive_max_pool1d", input, [&](const Tensor& x) { return adaptive_max_pool2d(x, {1, length}); });
}

Tensor adaptive_avg_pool3d(const Tensor& input, const Dims& output_size) {
  const Dims size = triple("adaptive_avg_pool3d", "output_size", output_size);
  return by_parts(
      "adaptive_avg_pool3d", input, [&](const Tensor& x) { return adaptive_avg_pool2d(x, image_part(size)); },
      [&](const Tensor& x) {
        return adaptive_avg_pool2d(x, {size[0], x.size(3)});
      });
}

}  // namespace flint
