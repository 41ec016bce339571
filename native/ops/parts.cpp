// Diagonals, triangles, windows, borders.
#include "ops/parts.h"

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/iterate.h"
#include "ops/shape.h"
#include "ops/view.h"

namespace flint {
namespace {

/// Zeros of the given shape with `values` on a diagonal: the derivative of diagonal, and the other way round.
Tensor on_diagonal(const Tensor& values, const Dims& sizes, int64_t offset, int d1, int d2) {
  Tensor out = zeros(sizes, values.dtype());
  {
    GradMode off(false);
    copy_(diagonal(out, offset, d1, d2), detach(values));
  }
  if (should_record(values))
    record(out, "DiagonalScatterBackward", {values},
           [offset, d1, d2](const Tensor& g) -> Grads { return {diagonal(g, offset, d1, d2)}; });
  return out;
}

/// Copies where column - row is at most (lower) or at least (upper) the offset.
Tensor triangle(const Tensor& x, int64_t offset, bool lower, std::string_view op, std::string_view node) {
  if (x.dim() < 2) fail(op, "needs at least two dimensions, the tensor has shape ", x.sizes());
  Tensor in = contiguous(detach(x)), out = empty(x.sizes(), x.dtype());
  const int64_t rows = x.size(-2), columns = x.size(-1), matrices = x.numel() > 0 ? x.numel() / (rows * columns) : 0;
  launch(
      [rows, columns, matrices, offset, lower](const View& out, const In& in) {
        visit_dtype(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t m = 0; m < matrices; ++m)
            for (int64_t i = 0; i < rows; ++i) {
              const T* from = in.data<T>() + (m * rows + i) * columns;
              T* to = out.data<T>() + (m * rows + i) * columns;
              const int64_t edge = std::clamp<int64_t>(i + offset + (lower ? 1 : 0), 0, columns);
              for (int64_t j = 0; j < columns; ++j) to[j] = (j < edge) == lower ? from[j] : T(0);
            }
        });
      },
      out, in);
  if (should_record(x))
    record(out, node, {x},
           [offset, lower](const Tensor& g) -> Grads { return {lower ? tril(g, offset) : triu(g, offset)}; });
  return out;
}

}  // namespace

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int a = wrap_dim(dim1, x.dim(), "diagonal"), b = wrap_dim(dim2, x.dim(), "diagonal");
  if (x.dim() < 2 || a == b) fail("diagonal", "needs two different dimensions of a tensor of shape ", x.sizes());
  const int64_t skip_rows = std::max<int64_t>(-offset, 0), skip_columns = std::max<int64_t>(offset, 0);
  const int64_t n = std::max<int64_t>(0, std::min(x.size(a) - skip_rows, x.size(b) - skip_columns));
  Dims sizes, strides;
  for (int i = 0; i < x.dim(); ++i)
    if (i != a && i != b) sizes.push_back(x.size(i)), strides.push_back(x.strides()[i]);
  sizes.push_back(n);
  strides.push_back(x.strides()[a] + x.strides()[b]);
  const int64_t start = n ? skip_rows * x.strides()[a] + skip_columns * x.strides()[b] : 0;
  return recorded_view(
      "DiagonalBackward", x, sizes, strides, x.impl()->offset + start,
      [from = x.sizes(), offset, a, b](const Tensor& g) { return on_diagonal(g, from, offset, a, b); });
}

Tensor diag(const Tensor& x, int64_t offset) {
  if (x.dim() == 1) {
    const int64_t n = x.size(0) + std::abs(offset);
    return on_diagonal(x, {n, n}, offset, 0, 1);
  }
  if (x.dim() != 2) fail("diag", "takes a vector or a matrix, the tensor has shape ", x.sizes(), "; use diagonal()");
  return clone(diagonal(x, offset, 0, 1));
}

Tensor tril(const Tensor& x, int64_t offset) { return triangle(x, offset, true, "tril", "TrilBackward"); }
Tensor triu(const Tensor& x, int64_t offset) { return triangle(x, offset, false, "triu", "TriuBackward"); }

Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step) {
  const int d = wrap_dim(dim, x.dim(), "unfold");
  const int64_t length = x.dim() == 0 ? 1 : x.size(d);
  if (size < 0 || size > length)
    fail("unfold", "windows of ", size, " do not fit into dimension ", d, " of size ", length);
  if (step < 1) fail("unfold", "the step must be positive, got ", step);
  Dims sizes = x.sizes(), strides = x.strides();
  const int64_t stride = x.dim() == 0 ? 1 : strides[d], windows = (length - size) / step + 1;
  if (x.dim() > 0) {
    sizes[d] = windows;
    strides[d] = stride * step;
  }
  sizes.push_back(size);
  strides.push_back(stride);
  return recorded_view("UnfoldBackward", x, sizes, strides, x.impl()->offset,
                       [from = x.sizes(), d, size, step, windows](const Tensor& g) {
                         if (from.size() == 0) return reshape(g, {});
                         // Each window's elements are added back where they came from.
                         Tensor starts = mul_scalar(arange(0, windows, 1, DType::Int64), Scalar(step));
                         Tensor places = add(unsqueeze(starts, 1), arange(0, size, 1, DType::Int64), 1);
                         Dims order;
                         for (int i = 0; i <= d; ++i) order.push_back(i);
                         order.push_back(g.dim() - 1);
                         for (int i = d + 1; i < g.dim() - 1; ++i) order.push_back(i);
                         Dims merged = from;
                         merged[d] = windows * size;
                         return index_add(zeros(from, g.dtype()), d, reshape(places, {-1}),
                                          reshape(permute(g, order), merged));
                       });
}

Tensor pad(const Tensor& x, const Dims& padding, Scalar value) {
  if (padding.size() % 2 || padding.size() / 2 > x.dim())
    fail("pad", "needs a pair of widths for each of the last dimensions of a tensor of shape ", x.sizes(), ", got ",
         padding);
  Dims sizes = x.sizes();
  for (int i = 0; i < padding.size() / 2; ++i) {
    const int d = x.dim() - 1 - i;
    sizes[d] += padding[2 * i] + padding[2 * i + 1];
    if (sizes[d] < 0)
      fail("pad", "the widths ", padding, " cannot cut more than there is of a tensor of shape ", x.sizes());
  }
  Tensor out = full(sizes, value, x.dtype());
  {
    GradMode off(false);
    Tensor from = detach(x), to = out;
    for (int i = 0; i < padding.size() / 2; ++i) {
      const int d = x.dim() - 1 - i;
      const int64_t before = padding[2 * i], after = padding[2 * i + 1];
      from = slice(from, d, std::max<int64_t>(-before, 0), x.size(d) - std::max<int64_t>(-after, 0), 1);
      to = slice(to, d, std::max<int64_t>(before, 0), sizes[d] - std::max<int64_t>(after, 0), 1);
    }
    copy_(to, from);
  }
  if (should_record(x)) {
    Dims back = padding;
    for (int i = 0; i < back.size(); ++i) back[i] = -back[i];
    record(out, "ConstantPadNdBackward", {x}, [back](const Tensor& g) -> Grads { return {pad(g, back, Scalar(0.0))}; });
  }
  return out;
}

Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims) {
  if (dims.empty() && shifts.size() == 1) return reshape(roll(flatten(x, 0, -1), shifts, {0}), x.sizes());
  if (shifts.size() != dims.size())
    fail("roll", "needs a shift for each dimension, got ", shifts, " for the dimensions ", dims);
  Tensor out = x;
  for (int i = 0; i < dims.size(); ++i) {
    const int d = wrap_dim(dims[i], x.dim(), "roll");
    const int64_t n = x.size(d), shift = n ? ((shifts[i] % n) + n) % n : 0;
    if (shift) out = cat({narrow(out, d, n - shift, shift), narrow(out, d, 0, n - shift)}, d);
  }
  return out == x ? clone(x) : out;
}

}  // namespace flint
