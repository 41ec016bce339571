// Pooling: which windows there are, and the pairs of linear operations that are each other's derivatives.
#include "ops/pool.h"

#include <functional>
#include <memory>
#include <vector>

#include "flint/launch.h"
#include "kernels/pool/kernel.h"
#include "ops/layout.h"
#include "ops/shape.h"

namespace flint {
namespace {

using kernels::Window;

/// The windows of one pooling, kept by its derivative.
struct Windows {
  std::vector<Window> rows, columns;
  Dims input, output;
};
using Shared = std::shared_ptr<const Windows>;

/// The tensor in a memory order that the kernels take: as it lies, else row-major.
struct Image {
  Tensor held;
  bool last;
};
Image image(const Tensor& t, bool prefer_last) {
  if (prefer_last ? t.is_channels_last() : t.is_contiguous()) return {t, prefer_last};
  if (prefer_last) return {channels_last(t), true};
  GradMode off(false);
  return {contiguous(t), false};
}
bool lies_last(const Tensor& t) { return t.is_channels_last() && !t.is_contiguous(); }
Tensor like(const Dims& sizes, DType dtype, bool last) {
  return last ? empty_channels_last(sizes, dtype) : empty(sizes, dtype);
}

kernels::Pool pool_of(const Windows& w, bool last) {
  const Dims& d = w.input;
  if (last) return {d[0], d[2], d[3], d[1], w.rows, w.columns};
  return {d[0] * d[1], d[2], d[3], 1, w.rows, w.columns};
}

std::vector<Window> windows(std::string_view op, int64_t size, int64_t kernel, int64_t stride, int64_t pad,
                            int64_t dilation, bool ceil_mode, bool include_pad) {
  int64_t extent = dilation * (kernel - 1) + 1, span = size + 2 * pad - extent;
  if (span < 0)
    fail(op, "a window of ", extent, " is larger than the padded input of ", size + 2 * pad,
         ". Use a smaller kernel or more padding");
  int64_t count = (span + (ceil_mode ? stride - 1 : 0)) / stride + 1;
  if (ceil_mode && (count - 1) * stride >= size + pad) --count;  // the last window must begin inside the image
  std::vector<Window> result;
  for (int64_t i = 0; i < count; ++i) {
    int64_t begin = i * stride - pad, end = std::min(begin + extent, size + pad), whole = end - begin;
    int64_t first = begin < 0 ? begin + (-begin + dilation - 1) / dilation * dilation : begin;
    int64_t last = std::min(end, size);
    result.push_back({first, last, dilation, include_pad ? whole : last - std::max<int64_t>(begin, 0)});
  }
  return result;
}

void check_image(std::string_view op, const Tensor& x, const Tensor& given) {
  if (x.dim() != 4) fail(op, "the input must be [n, channels, h, w] or [channels, h, w], got ", given.sizes());
  if (!is_floating(x.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(x.dtype()), "; convert it with .to('float32')");
  if (x.size(2) == 0 || x.size(3) == 0)
    fail(op, "the image of the input ", given.sizes(), " is empty; it needs a height and a width");
  if (x.size(2) * x.size(3) > INT32_MAX) fail(op, "the image of the input ", given.sizes(), " is too large");
}

Shared make_windows(std::string_view op, const Tensor& x, const Dims& kernel, const Dims& stride, const Dims& padding,
                    const Dims& dilation, bool ceil_mode, bool include_pad) {
  Pair k = pair_of(op, "kernel_size", kernel, 1), s = stride.empty() ? k : pair_of(op, "stride", stride, 1),
       p = pair_of(op, "padding", padding, 0), d = pair_of(op, "dilation", dilation, 1);
  if (p.y > k.y / 2 || p.x > k.x / 2)
    fail(op, "padding ", padding, " must be at most half the kernel ", kernel,
         ", or windows would lie outside the image");
  auto w = std::make_shared<Windows>();
  w->rows = windows(op, x.size(2), k.y, s.y, p.y, d.y, ceil_mode, include_pad);
  w->columns = windows(op, x.size(3), k.x, s.x, p.x, d.x, ceil_mode, include_pad);
  w->input = x.sizes();
  w->output = {x.size(0), x.size(1), static_cast<int64_t>(w->rows.size()), static_cast<int64_t>(w->columns.size())};
  return w;
}

/// Windows that cover the image and are as many as the result has places: place i spans [i·in / out, (i+1)·in / out).
Shared adaptive_windows(std::string_view op, const Tensor& x, const Tensor& given, const Dims& output_size) {
  check_image(op, x, given);
  Pair size = pair_of(op, "output_size", output_size, 1);
  auto w = std::make_shared<Windows>();
  auto fill = [](std::vector<Window>& list, int64_t in, int64_t out) {
    for (int64_t i = 0; i < out; ++i) {
      int64_t begin = i * in / out, end = ((i + 1) * in + out - 1) / out;
      list.push_back({begin, end, 1, end - begin});
    }
  };
  fill(w->rows, x.size(2), size.y);
  fill(w->columns, x.size(3), size.x);
  w->input = x.sizes();
  w->output = {x.size(0), x.size(1), size.y, size.x};
  return w;
}

Tensor max_gather(const Shared& w, const Tensor& x, const Tensor& index, bool last);

/// `index` lies in the order `last` says.
Tensor max_scatter(const Shared& w, const Tensor& grad, const Tensor& index, bool last) {
  Image g = image(grad, last);
  Tensor out = like(w->input, grad.dtype(), last);
  launch(
      [w, last](const View& out, const In& g, const In& index) {
        visit_floating(g.dtype(), [&](auto v) {
          using T = decltype(v);
          kernels::max_pool_backward<T>(pool_of(*w, last), g.data<T>(), index.data<int32_t>(), out.data<T>());
        });
      },
      out, g.held, index);
  if (should_record(grad))
    record(out, "MaxPool2DBackward", {grad},
           [w, index, last](const Tensor& d) { return Grads{max_gather(w, d, index, last)}; });
  return out;
}

Tensor max_gather(const Shared& w, const Tensor& x, const Tensor& index, bool last) {
  Image in = image(x, last);
  Tensor out = like(w->output, x.dtype(), last);
  launch(
      [w, last](const View& out, const In& in, const In& index) {
        visit_floating(in.dtype(), [&](auto v) {
          using T = decltype(v);
          kernels::max_pool_gather<T>(pool_of(*w, last), in.data<T>(), index.data<int32_t>(), out.data<T>());
        });
      },
      out, in.held, index);
  if (should_record(x))
    record(out, "MaxPool2DBackward", {x},
           [w, index, last](const Tensor& d) { return Grads{max_scatter(w, d, index, last)}; });
  return out;
}

/// The largest value of each window, and its place in the image.
std::pair<Tensor, Tensor> max_over(const Shared& w, const Tensor& x) {
  Image in = image(x, lies_last(x));
  Tensor out = like(w->output, x.dtype(), in.last), index = like(w->output, DType::Int32, in.last);
  launch(
      [w, last = in.last](const View& out, const View& index, const In& in) {
        visit_floating(in.dtype(), [&](auto v) {
          using T = decltype(v);
          kernels::max_pool<T>(pool_of(*w, last), in.data<T>(), out.data<T>(), index.data<int32_t>());
        });
      },
      out, index, in.held);
  if (should_record(x))
    record(out, "MaxPool2DBackward", {x},
           [w, index, last = in.last](const Tensor& g) { return Grads{max_scatter(w, g, index, last)}; });
  return {out, index};
}

Tensor avg_backward(std::string_view node, const Shared& w, const Tensor& grad);

Tensor avg(std::string_view node, const Shared& w, const Tensor& x) {
  Image in = image(x, lies_last(x));
  Tensor out = like(w->output, x.dtype(), in.last);
  launch(
      [w, last = in.last](const View& out, const In& in) {
        visit_floating(in.dtype(), [&](auto v) {
          using T = decltype(v);
          kernels::avg_pool<T>(pool_of(*w, last), in.data<T>(), out.data<T>());
        });
      },
      out, in.held);
  if (should_record(x)) record(out, node, {x}, [w, node](const Tensor& g) { return Grads{avg_backward(node, w, g)}; });
  return out;
}

Tensor avg_backward(std::string_view node, const Shared& w, const Tensor& grad) {
  Image g = image(grad, lies_last(grad));
  Tensor out = like(w->input, grad.dtype(), g.last);
  launch(
      [w, last = g.last](const View& out, const In& g) {
        visit_floating(g.dtype(), [&](auto v) {
          using T = decltype(v);
          kernels::avg_pool_backward<T>(pool_of(*w, last), g.data<T>(), out.data<T>());
        });
      },
      out, g.held);
  if (should_record(grad)) record(out, node, {grad}, [w, node](const Tensor& d) { return Grads{avg(node, w, d)}; });
  return out;
}

Tensor batch_of_one(const Tensor& x) { return x.dim() == 3 ? unsqueeze(x, 0) : x; }
Tensor unbatch(const Tensor& y, const Tensor& x) { return x.dim() == 3 ? squeeze(y, 0) : y; }

}  // namespace

Tensor max_pool2d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  const std::optional<Dims>& dilation, std::optional<bool> ceil_mode) {
  Tensor x = batch_of_one(input);
  check_image("max_pool2d", x, input);
  Shared w = make_windows("max_pool2d", x, kernel, stride, padding, dilation.value_or(Dims{1}),
                          ceil_mode.value_or(false), true);
  return unbatch(max_over(w, x).first, input);
}

std::tuple<Tensor, Tensor> max_pool2d_with_indices(const Tensor& input, const Dims& kernel, const Dims& stride,
                                                   const Dims& padding, const std::optional<Dims>& dilation,
                                                   std::optional<bool> ceil_mode) {
  Tensor x = batch_of_one(input);
  check_image("max_pool2d", x, input);
  Shared w = make_windows("max_pool2d", x, kernel, stride, padding, dilation.value_or(Dims{1}),
                          ceil_mode.value_or(false), true);
  auto [out, index] = max_over(w, x);
  return {unbatch(out, input), unbatch(cast(index, DType::Int64), input)};
}

Tensor avg_pool2d(const Tensor& input, const Dims& kernel, const Dims& stride, const Dims& padding,
                  std::optional<bool> ceil_mode, std::optional<bool> count_include_pad) {
  Tensor x = batch_of_one(input);
  check_image("avg_pool2d", x, input);
  Shared w = make_windows("avg_pool2d", x, kernel, stride, padding, {1}, ceil_mode.value_or(false),
                          count_include_pad.value_or(true));
  return unbatch(avg("AvgPool2DBackward", w, x), input);
}

Tensor adaptive_avg_pool2d(const Tensor& input, const Dims& output_size) {
  Tensor x = batch_of_one(input);
  Shared w = adaptive_windows("adaptive_avg_pool2d", x, input, output_size);
  return unbatch(avg("AdaptiveAvgPool2DBackward", w, x), input);
}

Tensor adaptive_max_pool2d(const Tensor& input, const Dims& output_size) {
  Tensor x = batch_of_one(input);
  return unbatch(max_over(adaptive_windows("adaptive_max_pool2d", x, input, output_size), x).first, input);
}

}  // namespace flint
