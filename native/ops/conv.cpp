// Convolution, its gradient by the input and its gradient by the weight: three operations linear in each operand whose
// derivatives are one another, so that derivatives of any order follow.
#include "ops/conv.h"

#include <cstring>
#include <vector>

#include "flint/launch.h"
#include "kernels/conv/few_channels.h"
#include "kernels/conv/kernel.h"
#include "kernels/matmul/rows.h"
#include "ops/layout.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

using kernels::Conv;

Tensor by_input(const Conv& s, const Tensor& grad, const Tensor& weight);
Tensor by_weight(const Conv& s, const Tensor& input, const Tensor& grad);
Tensor forward(const Conv& s, const Tensor& input, const Tensor& weight, const Tensor& bias);

Tensor dense(const Tensor& t) {
  GradMode off(false);
  return contiguous(t);
}

kernels::ImageStrides strides_of(const In& image) {
  const Dims& strides = image.strides();
  return {strides[0], strides[1], strides[2], strides[3]};
}

/// Runs a convolution of bfloat16 views: narrow() where oneDNN serves the shape, else wide(float operands..., result).
template <class Narrow, class Wide, class... Operand>
void in_bf16(const View& out, Narrow&& narrow, Wide&& wide, const Operand&... operands) {
  if (narrow()) return;
  auto widened = [](const In& t) {
    std::vector<float> values(t.defined() ? static_cast<size_t>(t.numel()) : 0);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(t.data<BFloat16>()[i]);
    return values;
  };
  std::vector<float> result(static_cast<size_t>(out.numel()));
  wide(widened(operands)..., result.data());
  for (size_t i = 0; i < result.size(); ++i) out.data<BFloat16>()[i] = BFloat16(result[i]);
}

/// Where no images or no channels are summed over: the kernels divide by how many there are.
void sum_nothing(const Tensor& out) {
  launch([](const View& out) { std::memset(out.raw(), 0, static_cast<size_t>(out.numel()) * size_of(out.dtype())); },
         out);
}

/// Sums over everything but the channels: the gradient of the bias.
Tensor channel_sums(const Tensor& grad) {
  if (is_half(grad.dtype())) return cast(channel_sums(cast(grad, DType::Float32)), grad.dtype());
  if (should_record(grad)) return sum(grad, Dims{0, 2, 3}, false, {});
  Tensor g = channels_last(grad), out = empty({g.size(1)}, g.dtype());
  launch(
      [](const View& out, const In& g) {
        visit_floating(g.dtype(), [&](auto x) {
          using T = decltype(x);
          kernels::column_sums<T>(g.data<T>(), g.size(0) * g.size(2) * g.size(3), g.size(1), g.size(1), out.data<T>());
        });
      },
      out, g);
  return out;
}

Tensor forward(const Conv& s, const Tensor& input, const Tensor& weight, const Tensor& bias) {
  Tensor x = input, w = dense(weight), b = bias.defined() ? dense(bias) : Tensor();
  Tensor out = empty_channels_last({s.n, s.o, s.oh, s.ow}, x.dtype());
  if (!s.c) {
    GradMode off(false);
    if (b.defined())
      out = channels_last(clone(expand(reshape(b, {1, s.o, 1, 1}), out.sizes())));
    else
      sum_nothing(out);
  } else if (out.numel() && x.dtype() == DType::BFloat16) {
    x = channels_last(x);
    launch(
        [s](const View& out, const In& x, const In& w, const In& b) {
          in_bf16(
              out,
              [&] {
                return kernels::conv_forward_bf16(s, x.raw(), w.raw(), b.defined() ? b.raw() : nullptr, out.raw());
              },
              [&](const auto& x, const auto& w, const auto& b, float* y) {
                kernels::conv_forward<float>(s, x.data(), w.data(), b.empty() ? nullptr : b.data(), y);
              },
              x, w, b);
        },
        out, x, w, b);
  } else if (out.numel())
    visit_floating(x.dtype(), [&](auto v) {
      using T = decltype(v);
      const bool few = kernels::few_channels_take_forward<T>(s);
      if (!few) x = channels_last(x);
      launch(
          [s, few](const View& out, const In& x, const In& w, const In& b) {
            const T* bias = b.defined() ? b.data<T>() : nullptr;
            if (few)
              kernels::few_channels_forward<T>(s, x.data<T>(), strides_of(x), w.data<T>(), bias, out.data<T>());
            else
              kernels::conv_forward<T>(s, x.data<T>(), w.data<T>(), bias, out.data<T>());
          },
          out, x, w, b);
    });
  if (should_record(input, weight, bias)) {
    // Kept in the layout that the gradient of the weight will want, unless its history is wanted too.
    record(out, "ConvolutionBackward", {input, weight, bias},
           [s, x = Saved(input.needs_grad() ? input : x), w = Saved(weight), nx = input.needs_grad(),
            nw = weight.needs_grad(), nb = bias.defined() && bias.needs_grad()](const Tensor& grad) {
             Tensor g = should_record(grad) ? grad : channels_last(grad);
             Grads grads(3);
             if (nx) grads[0] = by_input(s, g, w.get("ConvolutionBackward"));
             if (nw) grads[1] = by_weight(s, x.get("ConvolutionBackward"), g);
             if (nb) grads[2] = channel_sums(g);
             return grads;
           });
  }
  return out;
}

Tensor by_input(const Conv& s, const Tensor& grad, const Tensor& weight) {
  Tensor g = channels_last(grad), w = dense(weight);
  Tensor out = empty_channels_last({s.n, s.c, s.h, s.w}, g.dtype());
  if (!s.o)
    sum_nothing(out);
  else if (out.numel())
    launch(
        [s](const View& out, const In& g, const In& w) {
          if (out.dtype() == DType::BFloat16)
            return in_bf16(
                out, [&] { return kernels::conv_backward_data_bf16(s, g.raw(), w.raw(), out.raw()); },
                [&](const auto& g, const auto& w, float* dx) {
                  kernels::conv_backward_data<float>(s, g.data(), w.data(), dx);
                },
                g, w);
          visit_floating(g.dtype(), [&](auto v) {
            using T = decltype(v);
            kernels::conv_backward_data<T>(s, g.data<T>(), w.data<T>(), out.data<T>());
          });
        },
        out, g, w);
  if (should_record(grad, weight)) {
    record(out, "ConvolutionBackward", {grad, weight},
           [s, g = Saved(grad), w = Saved(weight), ng = grad.needs_grad(), nw = weight.needs_grad()](const Tensor& d) {
             return Grads{ng ? forward(s, d, w.get("ConvolutionBackward"), Tensor()) : Tensor(),
                          nw ? by_weight(s, d, g.get("ConvolutionBackward")) : Tensor()};
           });
  }
  return out;
}

Tensor by_weight(const Conv& s, const Tensor& input, const Tensor& grad) {
  Tensor g = channels_last(grad);
  Tensor out = empty({s.o, s.c / s.groups, s.kh, s.kw}, g.dtype());
  if (!s.n) {
    sum_nothing(out);
  } else if (out.numel() && g.dtype() == DType::BFloat16) {
    launch(
        [s](const View& out, const In& x, const In& g) {
          in_bf16(
              out, [&] { return kernels::conv_backward_weight_bf16(s, x.raw(), g.raw(), out.raw()); },
              [&](const auto& x, const auto& g, float* dweight) {
                kernels::conv_backward_weight<float>(s, x.data(), g.data(), dweight);
              },
              x, g);
        },
        out, channels_last(input), g);
  } else if (out.numel())
    visit_floating(g.dtype(), [&](auto v) {
      using T = decltype(v);
      if (kernels::few_channels_take_backward_weight<T>(s)) {
        launch(
            [s](const View& out, const In& x, const In& g) {
              kernels::few_channels_backward_weight<T>(s, x.data<T>(), strides_of(x), g.data<T>(), out.data<T>());
            },
            out, input, g);
      } else {
        launch([s](const View& out, const In& x,
                   const In& g) { kernels::conv_backward_weight<T>(s, x.data<T>(), g.data<T>(), out.data<T>()); },
               out, channels_last(input), g);
      }
    });
  if (should_record(input, grad)) {
    record(out, "ConvolutionBackward", {input, grad},
           [s, x = Saved(input), g = Saved(grad), nx = input.needs_grad(), ng = grad.needs_grad()](const Tensor& d) {
             return Grads{nx ? by_input(s, g.get("ConvolutionBackward"), d) : Tensor(),
                          ng ? forward(s, x.get("ConvolutionBackward"), d, Tensor()) : Tensor()};
           });
  }
  return out;
}

void check_operands(std::string_view op, const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                    int64_t groups, int64_t outputs) {
  if (input.dim() != 4)
    fail(op, "the input must be [n, channels, h, w] or [channels, h, w], got ", input.sizes(),
         input.dim() == 2 ? ". Did you mean x.unsqueeze(0) for one channel?" : "");
  if (weight.dim() != 4) fail(op, "the weight must have four dimensions, got ", weight.sizes());
  if (weight.size(2) < 1 || weight.size(3) < 1) fail(op, "the kernel must be at least 1 x 1, got ", weight.sizes());
  if (!is_floating(input.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(input.dtype()), "; convert it with .to('float32')");
  if (weight.dtype() != input.dtype() || (bias && bias->dtype() != input.dtype()))
    fail(op, "input, weight and bias must have one dtype, got ", name_of(input.dtype()), ", ", name_of(weight.dtype()),
         bias ? ", " : "", bias ? name_of(bias->dtype()) : "");
  if (groups < 1) fail(op, "groups must be at least 1, got ", groups);
  if (bias && (bias->dim() != 1 || bias->size(0) != outputs))
    fail(op, "the bias must be [", outputs, "] for a weight of ", weight.sizes(), ", got ", bias->sizes());
}

Tensor batch_of_one(const Tensor& x) { return x.dim() == 3 ? unsqueeze(x, 0) : x; }
Tensor unbatch(const Tensor& y, const Tensor& x) { return x.dim() == 3 ? squeeze(y, 0) : y; }

}  // namespace

Tensor conv2d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
              const Dims& padding, const Dims& dilation, int64_t groups) {
  Tensor x = batch_of_one(input);
  check_operands("conv2d", x, weight, bias, groups, weight.dim() ? weight.size(0) : 0);
  Pair st = pair_of("conv2d", "stride", stride, 1), pad = pair_of("conv2d", "padding", padding, 0),
       dil = pair_of("conv2d", "dilation", dilation, 1);
  if (x.size(1) != weight.size(1) * groups)
    fail("conv2d", "the input has ", x.size(1), " channels, but the weight needs ", weight.size(1) * groups, " (input ",
         input.sizes(), ", weight ", weight.sizes(), ", groups ", groups, ")",
         x.size(3) == weight.size(1) * groups ? ". Did you mean x.permute(0, 3, 1, 2)? Channels come second" : "");
  if (weight.size(0) % groups)
    fail("conv2d", "the ", weight.size(0), " output channels cannot be shared among ", groups, " groups");
  int64_t eh = dil.y * (weight.size(2) - 1) + 1, ew = dil.x * (weight.size(3) - 1) + 1;
  int64_t h = x.size(2) + 2 * pad.y, w = x.size(3) + 2 * pad.x;
  if (h < eh || w < ew)
    fail("conv2d", "the kernel covers ", eh, " x ", ew, ", more than the padded input of ", h, " x ", w, " (input ",
         input.sizes(), ", weight ", weight.sizes(), "). Use a smaller kernel, more padding or a larger image");
  Conv s{x.size(0),
         x.size(1),
         x.size(2),
         x.size(3),
         weight.size(0),
         (h - eh) / st.y + 1,
         (w - ew) / st.x + 1,
         weight.size(2),
         weight.size(3),
         st.y,
         st.x,
         pad.y,
         pad.x,
         dil.y,
         dil.x,
         groups};
  return unbatch(forward(s, x, weight, bias ? *bias : Tensor()), input);
}

Tensor conv_transpose2d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        const Dims& stride, const Dims& padding, const Dims& output_padding, int64_t groups,
                        const Dims& dilation) {
  Tensor x = batch_of_one(input);
  check_operands("conv_transpose2d", x, weight, bias, groups, weight.dim() == 4 ? weight.size(1) * groups : 0);
  Pair st = pair_of("conv_transpose2d", "stride", stride, 1), pad = pair_of("conv_transpose2d", "padding", padding, 0),
       extra = pair_of("conv_transpose2d", "output_padding", output_padding, 0),
       dil = pair_of("conv_transpose2d", "dilation", dilation, 1);
  if (x.size(1) != weight.size(0) || weight.size(0) % groups)
    fail("conv_transpose2d", "the input has ", x.size(1), " channels, but the weight needs ", weight.size(0), " in ",
         groups, " groups (input ", input.sizes(), ", weight ", weight.sizes(), ")");
  if (extra.y >= std::max(st.y, dil.y) || extra.x >= std::max(st.x, dil.x))
    fail("conv_transpose2d", "output_padding ", output_padding, " must be smaller than the stride ", stride,
         " or the dilation ", dilation);
  int64_t h = (x.size(2) - 1) * st.y - 2 * pad.y + dil.y * (weight.size(2) - 1) + extra.y + 1;
  int64_t w = (x.size(3) - 1) * st.x - 2 * pad.x + dil.x * (weight.size(3) - 1) + extra.x + 1;
  if (h < 1 || w < 1) fail("conv_transpose2d", "the result would be ", h, " x ", w, "; use less padding");
  Conv s{x.size(0),
         weight.size(1) * groups,
         h,
         w,
         x.size(1),
         x.size(2),
         x.size(3),
         weight.size(2),
         weight.size(3),
         st.y,
         st.x,
         pad.y,
         pad.x,
         dil.y,
         dil.x,
         groups};
  Tensor out = by_input(s, x, weight);
  if (bias) out = add(out, reshape(*bias, {1, bias->size(0), 1, 1}), Scalar(1));
  return unbatch(out, input);
}

}  // namespace flint
