// Reductions. Sums of float32 are kept in lanes within blocks, and the blocks in double: as exact as pairwise, and
// vectorised.
#include "ops/reduce.h"

#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/operand.h"
#include "ops/reduced.h"

namespace flint {
namespace {

template <class T>
double sum_row(const T* x, int64_t n) {
  constexpr int lanes = 16;
  constexpr int64_t block = 2048;
  double total = 0;
  for (int64_t from = 0; from < n; from += block) {
    const int64_t m = std::min(block, n - from);
    const T* p = x + from;
    T lane[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= m; i += lanes)
      for (int k = 0; k < lanes; ++k) lane[k] += p[i + k];
    T rest = 0;
    for (; i < m; ++i) rest += p[i];
    for (int k = 0; k < lanes; ++k) rest += lane[k];
    total += static_cast<double>(rest);
  }
  return total;
}

/// x is [rows, columns] row-major: sums down the columns, in blocks of rows.
template <class T>
void sum_columns(const T* x, int64_t rows, int64_t columns, T* out) {
  constexpr int64_t width = 256, block = 256;
  const int64_t strips = (columns + width - 1) / width;
  auto strip = [&](int64_t s) {
    const int64_t c0 = s * width, n = std::min(width, columns - c0);
    double total[width] = {};
    for (int64_t r0 = 0; r0 < rows; r0 += block) {
      T part[width] = {};
      for (int64_t r = r0; r < std::min(rows, r0 + block); ++r) {
        const T* p = x + r * columns + c0;
        for (int64_t c = 0; c < n; ++c) part[c] += p[c];
      }
      for (int64_t c = 0; c < n; ++c) total[c] += static_cast<double>(part[c]);
    }
    for (int64_t c = 0; c < n; ++c) out[c0 + c] = static_cast<T>(total[c]);
  };
  kernels::parallel(strips, 1 + kParallelElements / (rows * width + 1), [&](int64_t begin, int64_t end) {
    for (int64_t s = begin; s < end; ++s) strip(s);
  });
}

template <class T>
void sum_floating(const In& x, uint32_t mask, T* out) {
  const int64_t total = x.numel();
  int reduced = __builtin_popcount(mask);
  bool all = reduced == x.dim();
  if (all && x.is_dense()) {
    const int64_t piece = 1 << 16, pieces = (total + piece - 1) / piece;
    double sum = 0;
    if (pieces <= 1) {
      sum = sum_row(x.data<T>(), total);
    } else {
      std::vector<double> partial(static_cast<size_t>(pieces));
      kernels::parallel(pieces, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          partial[i] = sum_row(x.data<T>() + i * piece, std::min(piece, total - i * piece));
      });
      for (double p : partial) sum += p;
    }
    *out = static_cast<T>(sum);
    return;
  }
  if (x.is_contiguous()) {
    const uint32_t leading = (1u << reduced) - 1, trailing = leading << (x.dim() - reduced);
    int64_t gone = 1;
    for (int i = 0; i < x.dim(); ++i)
      if (mask >> i & 1) gone *= x.sizes()[i];
    if (mask == leading && gone > 0) return sum_columns(x.data<T>(), gone, total / gone, out);
    if (mask == trailing && gone > 0) {
      const int64_t rows = total / gone;
      kernels::parallel(rows, 1 + kParallelElements / gone, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) out[r] = static_cast<T>(sum_row(x.data<T>() + r * gone, gone));
      });
      return;
    }
  } else if (x.is_channels_last() && x.dim() == 4 && mask == 0b1101 && total > 0) {
    // All but the channels, which lie innermost: columns again.
    return sum_columns(x.data<T>(), total / x.size(1), x.size(1), out);
  }
  std::vector<double> wide(static_cast<size_t>(reduced_sizes(x.sizes(), mask, false).numel()));
  fold<T, double>(x, mask, wide.data(), 0.0, [](double a, T v) { return a + static_cast<double>(v); });
  for (size_t i = 0; i < wide.size(); ++i) out[i] = static_cast<T>(wide[i]);
}

int64_t reduced_count(const Dims& sizes, uint32_t mask) {
  int64_t n = 1;
  for (int i = 0; i < sizes.size(); ++i)
    if (mask >> i & 1) n *= sizes[i];
  return n;
}

}  // namespace

Tensor sum(const Tensor& x, const Dims& dims, bool keepdim, std::optional<DType> dtype) {
  const uint32_t mask = reduced_mask(x, dims, "sum");
  const DType result = dtype.value_or(is_floating(x.dtype()) ? x.dtype() : DType::Int64);
  Tensor input = x.dtype() == result ? x : cast(detach(x), result);
  Tensor out = empty(reduced_sizes(x.sizes(), mask, keepdim), result);
  launch(
      [mask](const View& out, const In& input) {
        if (out.dtype() == DType::Float32) return sum_floating(input, mask, out.data<float>());
        if (out.dtype() == DType::Float64) return sum_floating(input, mask, out.data<double>());
        visit_dtype(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          fold<T, T>(input, mask, out.data<T>(), T(0), [](T a, T v) { return static_cast<T>(a + v); });
        });
      },
      out, input);
  if (should_record(x))
    record(out, "SumBackward", {x}, [from = operand_of(x), mask](const Tensor& g) -> Grads {
      return {expand(keep(cast(g, from.dtype), from.sizes, mask), from.sizes)};
    });
  return out;
}

Tensor mean(const Tensor& x, const Dims& dims, bool keepdim) {
  if (!is_floating(x.dtype()))
    fail("mean", "needs a floating type, the tensor is ", name_of(x.dtype()), "; use .float().mean()");
  const int64_t n = reduced_count(x.sizes(), reduced_mask(x, dims, "mean"));
  Tensor out;
  {
    GradMode off(false);
    out = sum(x, dims, keepdim, std::nullopt);
    out = mul_scalar(out, Scalar(1.0 / static_cast<double>(n)));
  }
  if (should_record(x))
    record(out, "MeanBackward", {x},
           [from = operand_of(x), mask = reduced_mask(x, dims, "mean"), n](const Tensor& g) -> Grads {
             return {expand(keep(mul_scalar(g, Scalar(1.0 / static_cast<double>(n))), from.sizes, mask), from.sizes)};
           });
  return out;
}

namespace {
bool any_true(const Tensor& t) {
  GradMode off(false);
  return *any(t, {}, false).data<bool>();
}

/// For each element the product of the others it is reduced with, differentiable also where some are zero: each row is
/// repeated once for each of its elements, with that element left out. `mask` has one dimension, or all of them.
Tensor products_of_others(const Tensor& x, uint32_t mask) {
  const bool whole = mask == (1u << x.dim()) - 1;
  const int64_t last = x.dim() - 1, dim = whole ? last : __builtin_ctz(mask);
  Tensor turned = whole ? x : transpose(x, dim, last);
  const int64_t n = whole ? x.numel() : x.size(static_cast<int>(dim)), rows = x.numel() / n;
  Tensor repeated = expand(reshape(turned, {rows, 1, n}), {rows, n, n});
  Tensor others = prod(masked_fill(repeated, eye(n, n, DType::Bool), Scalar(1.0)), 2, false);
  Tensor shaped = reshape(others, turned.sizes());
  return whole ? shaped : transpose(shaped, dim, last);
}
}  // namespace

Tensor prod(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  const uint32_t mask = reduced_mask(x, dim ? Dims{*dim} : Dims{}, "prod");
  const DType result = is_floating(x.dtype()) ? x.dtype() : DType::Int64;
  Tensor input = cast(detach(x), result);
  Tensor out = empty(reduced_sizes(x.sizes(), mask, keepdim), result);
  launch(
      [mask](const View& out, const In& input) {
        visit_dtype(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          fold<T, T>(input, mask, out.data<T>(), T(1), [](T a, T v) { return static_cast<T>(a * v); });
        });
      },
      out, input);
  if (should_record(x)) {
    record(out, "ProdBackward", {x}, [saved = Saved(x), mask](const Tensor& g) -> Grads {
      const Tensor& x = saved.get("ProdBackward");
      Tensor zero = eq_scalar(x, 0);
      if (grad_enabled() && any_true(zero)) return {mul(keep(g, x.sizes(), mask), products_of_others(x, mask))};
      // The product of the others: with a zero among them division does not tell, so it is taken out of the product.
      Dims dims;
      for (int i = 0; i < x.dim(); ++i)
        if (mask >> i & 1) dims.push_back(i);
      Tensor without = masked_fill(x, zero, Scalar(1.0));
      Tensor rest = without;
      Tensor count = sum(zero, dims, true, std::nullopt);
      Tensor product = without;
      for (int64_t d : dims) product = prod(product, d, true);
      Tensor others = div(product, rest);
      Tensor none = eq_scalar(count, 0), one = logical_and(eq_scalar(count, 1), zero);
      Tensor slope = where(logical_or(none, one), others, scalar_tensor(Scalar(0.0), x.dtype()));
      return {mul(keep(g, x.sizes(), mask), slope)};
    });
  }
  return out;
}

Tensor var(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim) {
  const uint32_t mask = reduced_mask(x, dims, "var");
  const double below = static_cast<double>(reduced_count(x.sizes(), mask) - correction);
  Tensor centred = sub(x, mean(x, dims, true), 1);
  Tensor total = sum(square(centred), dims, keepdim, std::nullopt);
  return below > 0 ? div_scalar(total, Scalar(below))
                   : mul_scalar(total, Scalar(std::numeric_limits<double>::quiet_NaN()));
}
Tensor std_(const Tensor& x, const Dims& dims, int64_t correction, bool keepdim) {
  Tensor variance = var(x, dims, correction, keepdim);
  if (!variance.needs_grad()) return sqrt(variance);
  // Where all values are equal the slope counts as 0, as in PyTorch.
  Tensor zero = eq_scalar(variance, Scalar(0));
  return masked_fill(sqrt(masked_fill(variance, zero, Scalar(1.0))), zero, Scalar(0.0));
}

Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim) {
  if (!is_floating(x.dtype()))
    fail("norm", "needs a floating type, the tensor is ", name_of(x.dtype()), "; use .float().norm()");
  if (p == 1) return sum(abs(x), dims, keepdim, std::nullopt);
  if (std::isinf(p)) return p > 0 ? amax(abs(x), dims, keepdim) : amin(abs(x), dims, keepdim);
  if (p == 0) return sum(cast(ne_scalar(x, 0), x.dtype()), dims, keepdim, std::nullopt);
  if (p != 2) return pow_scalar(sum(pow_scalar(abs(x), Scalar(p)), dims, keepdim, std::nullopt), Scalar(1.0 / p));
  const uint32_t mask = reduced_mask(x, dims, "norm");
  Tensor out;
  {
    GradMode off(false);
    out = sqrt(sum(square(x), dims, keepdim, std::nullopt));
  }
  if (should_record(x)) {
    record(out, "LinalgVectorNormBackward", {x}, [saved = Saved(x), dims, mask](const Tensor& g) -> Grads {
      const Tensor& x = saved.get("LinalgVectorNormBackward");
      Tensor length = norm(x, 2, dims, true);
      Tensor zero = eq_scalar(length, 0);  // at 0 the slope counts as 0
      Tensor safe = masked_fill(length, zero, Scalar(1.0));
      return {mul(keep(g, x.sizes(), mask), masked_fill(div(x, safe), expand(zero, x.sizes()), Scalar(0.0)))};
    });
  }
  return out;
}

namespace {
Tensor truth(const Tensor& x, std::optional<int64_t> dim, bool keepdim, bool start, std::string_view op) {
  Tensor b = cast(x, DType::Bool);
  const uint32_t mask = reduced_mask(b, dim ? Dims{*dim} : Dims{}, op);
  Tensor out = empty(reduced_sizes(b.sizes(), mask, keepdim), DType::Bool);
  launch(
      [mask, start](const View& out, const In& b) {
        fold<bool, bool>(b, mask, out.data<bool>(), start, [start](bool a, bool v) { return start ? a && v : a || v; });
      },
      out, b);
  return out;
}
}  // namespace
Tensor any(const Tensor& x, std::optional<int64_t> dim, bool keepdim) { return truth(x, dim, keepdim, false, "any"); }
Tensor all(const Tensor& x, std::optional<int64_t> dim, bool keepdim) { return truth(x, dim, keepdim, true, "all"); }

Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim) {
  if (!is_floating(x.dtype())) return logsumexp(cast(x, DType::Float32), dims, keepdim);
  Tensor top;
  {
    GradMode off(false);
    const Dims kept = reduced_sizes(x.sizes(), reduced_mask(x, dims, "logsumexp"), true);
    top = x.numel() == 0 ? zeros(kept, x.dtype()) : amax(x, dims, true);
    top = masked_fill(top, eq_scalar(abs(top), Scalar(std::numeric_limits<double>::infinity())), Scalar(0.0));
  }
  Tensor inner = log(sum(exp(sub(x, top, 1)), dims, true, std::nullopt));
  Tensor out = add(inner, top, 1);
  return keepdim ? out : reshape(out, reduced_sizes(x.sizes(), reduced_mask(x, dims, "logsumexp"), false));
}

}  // namespace flint
