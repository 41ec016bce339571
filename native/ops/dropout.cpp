// Dropout's masks come from Philox counters: the same seed gives the same mask, whatever the threads.
#include "ops/dropout.h"

#include <algorithm>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "flint/runtime.h"
#include "kernels/parallel.h"
#include "kernels/random/kernel.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr int64_t kGrain = 16 * 1024;

/// 0 with probability p, else 1 / (1 - p).
Tensor make_mask(const Dims& sizes, DType dtype, const Dims& strides, double p) {
  Tensor mask = empty(sizes, dtype, strides);
  launch_random(
      [p](const View& mask) {
        const int64_t n = mask.numel(), groups = (n + 3) / 4;
        const GeneratorState start = reserve_random(static_cast<uint64_t>(groups));
        visit_floating(mask.dtype(), [&](auto x) {
          using T = decltype(x);
          T* out = mask.data<T>();
          const T keep = p < 1 ? static_cast<T>(1 / (1 - p)) : T(0);
          const uint32_t threshold = static_cast<uint32_t>(std::min(p * 4294967296.0, 4294967295.0));
          kernels::parallel(groups, kGrain, [&](int64_t from, int64_t to) {
            constexpr int64_t at_once = 256;
            uint32_t words[4 * at_once];
            for (int64_t g = from; g < to; g += at_once) {
              const int64_t count = std::min(at_once, to - g);
              kernels::random_words(start.seed, start.counter + static_cast<uint64_t>(g), count, words);
              T* block = out + 4 * g;
              for (int64_t i = 0, end = std::min(n - 4 * g, 4 * count); i < end; ++i)
                block[i] = words[i] < threshold ? T(0) : keep;
            }
          });
        });
      },
      mask);
  return mask;
}

void check(std::string_view op, const Tensor& x, double p, bool training) {
  if (!(p >= 0 && p <= 1)) fail(op, "the probability must be in 0..1, got ", p);
  if (training && p > 0 && !is_floating(x.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(x.dtype()), "; convert it with .to('float32')");
}

Tensor apply(const Tensor& x, const Tensor& mask, std::string_view node) {
  Tensor out;
  {
    GradMode off(false);
    out = mul(x, mask);
  }
  if (should_record(x)) record(out, node, {x}, [mask](const Tensor& g) { return Grads{mul(g, mask)}; });
  return out;
}

Tensor rows_of(const Tensor& table, const Tensor& indices, std::optional<int64_t> padding);

/// The gradient of a lookup: each row of `grad` added to the row its index names.
Tensor add_rows(const Tensor& grad, const Tensor& indices, int64_t count, std::optional<int64_t> padding) {
  int64_t size = grad.size(-1), n = indices.numel();
  Tensor g;
  {
    GradMode off(false);
    g = contiguous(grad);
  }
  Tensor out = zeros({count, size}, grad.dtype());
  launch(
      [size, n, padding](const View& out, const In& g, const In& indices) {
        const int64_t* at = indices.data<int64_t>();
        visit_floating(g.dtype(), [&](auto x) {
          using T = decltype(x);
          for (int64_t i = 0; i < n; ++i) {
            if (padding && at[i] == *padding) continue;
            const T* from = g.data<T>() + i * size;
            T* to = out.data<T>() + at[i] * size;
            for (int64_t j = 0; j < size; ++j) to[j] += from[j];
          }
        });
      },
      out, g, indices);
  if (should_record(grad))
    record(out, "EmbeddingBackward", {grad},
           [indices, padding](const Tensor& d) { return Grads{rows_of(d, indices, padding)}; });
  return out;
}

/// `skip`: indices whose result is 0, for the derivative of add_rows.
Tensor rows_of(const Tensor& table, const Tensor& indices, std::optional<int64_t> skip) {
  int64_t size = table.size(1), n = indices.numel(), count = table.size(0);
  Dims sizes = indices.sizes();
  sizes.push_back(size);
  Tensor dense;
  {
    GradMode off(false);
    dense = contiguous(table);
  }
  Tensor out = empty(sizes, table.dtype());
  launch(
      [size, n, skip](const View& out, const In& dense, const In& indices) {
        const int64_t* at = indices.data<int64_t>();
        visit_dtype(out.dtype(), [&](auto x) {
          using T = decltype(x);
          for (int64_t i = 0; i < n; ++i) {
            T* to = out.data<T>() + i * size;
            if (skip && at[i] == *skip)
              std::fill(to, to + size, T(0));
            else
              std::copy_n(dense.data<T>() + at[i] * size, size, to);
          }
        });
      },
      out, dense, indices);
  if (should_record(table))
    record(out, "EmbeddingBackward", {table},
           [indices, count, skip](const Tensor& g) { return Grads{add_rows(g, indices, count, skip)}; });
  return out;
}

}  // namespace

Tensor dropout(const Tensor& input, double p, bool training) {
  check("dropout", input, p, training);
  if (!training || p == 0) return input;
  bool dense = input.is_dense();
  return apply(input,
               make_mask(input.sizes(), input.dtype(), dense ? input.strides() : contiguous_strides(input.sizes()), p),
               "DropoutBackward");
}

Tensor dropout2d(const Tensor& input, double p, bool training) {
  check("dropout2d", input, p, training);
  if (input.dim() < 2) fail("dropout2d", "the input must be [n, channels, ...], got ", input.sizes());
  if (!training || p == 0) return input;
  Dims sizes(input.dim(), 1);
  sizes[0] = input.size(0);
  sizes[1] = input.size(1);
  return apply(input, make_mask(sizes, input.dtype(), contiguous_strides(sizes), p), "FeatureDropoutBackward");
}

Tensor embedding(const Tensor& weight, const Tensor& indices, std::optional<int64_t> padding_idx) {
  if (weight.dim() != 2)
    fail("embedding", "the weight must be [count, size], got ", name_of(weight.dtype()), " ", weight.sizes());
  if (is_floating(indices.dtype()) || indices.dtype() == DType::Bool)
    fail("embedding", "the indices must be whole numbers (int64), got ", name_of(indices.dtype()),
         "; convert them with .to('int64')");
  int64_t count = weight.size(0);
  if (padding_idx && (*padding_idx < -count || *padding_idx >= count))
    fail("embedding", "padding_idx ", *padding_idx, " is not in the table of ", count, " rows");
  if (padding_idx && *padding_idx < 0) padding_idx = *padding_idx + count;
  Tensor at = contiguous(indices.dtype() == DType::Int64 ? indices : cast(indices, DType::Int64));
  launch(
      [count, shape = weight.sizes()](const In& at) {
        const int64_t* v = at.data<int64_t>();
        for (int64_t i = 0, n = at.numel(); i < n; ++i)
          if (v[i] < 0 || v[i] >= count)
            fail("embedding", "index ", v[i], " (at position ", i, ") is out of range: the weight ", shape,
                 " has rows 0..", count - 1);
      },
      at);
  Tensor out = rows_of(weight, at, std::nullopt);
  if (padding_idx && out.impl()->grad_fn) {
    // The row of the padding is looked up as any other; only its gradient is left out.
    out.impl()->grad_fn = nullptr;
    record(out, "EmbeddingBackward", {weight},
           [at, count, padding_idx](const Tensor& g) { return Grads{add_rows(g, at, count, padding_idx)}; });
  }
  return out;
}

}  // namespace flint
