// Views share storage; what cannot be a view copies. Derivatives are the reverse rearrangements.
#include "ops/shape.h"

#include "flint/autograd.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/iterate.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace flint {

int wrap_dim(int64_t dim, int dims, std::string_view op) {
  const int n = dims == 0 ? 1 : dims;
  if (dim < -n || dim >= n)
    fail(op, "there is no dimension ", dim, ": the tensor has ", dims, ", so it must be in ", -n, "..", n - 1);
  return static_cast<int>(dim < 0 ? dim + n : dim);
}

namespace {

/// Sizes with -1 worked out; an error when the numbers of elements differ.
Dims infer_sizes(const Tensor& x, const Dims& sizes, std::string_view op) {
  Dims out = sizes;
  int unknown = -1;
  int64_t known = 1;
  for (int i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == -1) {
      if (unknown >= 0) fail(op, "only one size can be -1, got ", sizes);
      unknown = i;
    } else if (sizes[i] < 0) {
      fail(op, "a size cannot be negative, got ", sizes);
    } else {
      known *= sizes[i];
    }
  }
  if (unknown >= 0 && known > 0 && x.numel() % known == 0) out[unknown] = x.numel() / known;
  if ((unknown >= 0 && out[unknown] < 0) || out.numel() != x.numel())
    fail(op, "shape ", sizes, " does not hold the ", x.numel(), " elements of a tensor of shape ", x.sizes());
  return out;
}

/// Strides that show `x` with other sizes without copying, where there are such.
std::optional<Dims> view_strides(const Tensor& x, const Dims& sizes) {
  if (x.numel() == 0) return contiguous_strides(sizes);
  Dims strides(sizes.size(), 1);
  int to = sizes.size() - 1;
  int64_t base = 1;
  if (x.dim() > 0) base = x.strides()[x.dim() - 1];
  int64_t have = 1, used = 1;
  for (int from = x.dim() - 1; from >= 0; --from) {
    have *= x.sizes()[from];
    // The block of dimensions that lie one behind another in memory ends here.
    if (from == 0 || (x.sizes()[from - 1] != 1 && x.strides()[from - 1] != have * base)) {
      while (to >= 0 && (used < have || sizes[to] == 1)) {
        strides[to] = used * base;
        used *= sizes[to--];
      }
      if (used != have) return std::nullopt;
      if (from > 0) {
        base = x.strides()[from - 1];
        have = used = 1;
      }
    }
  }
  return to < 0 ? std::optional(strides) : std::nullopt;
}

Tensor viewed(const Tensor& x, const Dims& sizes, const Dims& strides, std::string_view node) {
  return recorded_view(node, x, sizes, strides, x.impl()->offset,
                       [from = x.sizes()](const Tensor& g) { return reshape(g, from); });
}

}  // namespace

Tensor alias(const Tensor& x) {
  return recorded_view("AliasBackward", x, x.sizes(), x.strides(), x.impl()->offset, [](const Tensor& g) { return g; });
}
Tensor detach(const Tensor& x) { return make_view(x, x.sizes(), x.strides(), x.impl()->offset); }

Tensor clone(const Tensor& x) {
  Tensor out = empty(x.sizes(), x.dtype(), result_strides(x.sizes(), {&x}));
  {
    GradMode off(false);
    copy_(out, detach(x));
  }
  if (should_record(x)) record(out, "CloneBackward", {x}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}

Tensor contiguous(const Tensor& x) {
  if (x.is_contiguous()) return x;
  Tensor out = empty(x.sizes(), x.dtype());
  {
    GradMode off(false);
    copy_(out, detach(x));
  }
  if (should_record(x)) record(out, "CloneBackward", {x}, [](const Tensor& g) -> Grads { return {g}; });
  return out;
}

Tensor view(const Tensor& x, const Dims& sizes) {
  Dims wanted = infer_sizes(x, sizes, "view");
  auto strides = view_strides(x, wanted);
  // Images lie with their channels innermost because the engine likes it so; code that knows nothing of it may view
  // them.
  if (!strides && x.dim() == 4 && x.is_channels_last())
    return viewed(contiguous(x), wanted, contiguous_strides(wanted), "ViewBackward");
  if (!strides)
    fail("view", "a tensor of shape ", x.sizes(), " with strides ", x.strides(), " cannot be shown as ", wanted,
         " without copying. Use reshape(), which copies when it must");
  return viewed(x, wanted, *strides, "ViewBackward");
}

Tensor reshape(const Tensor& x, const Dims& sizes) {
  Dims wanted = infer_sizes(x, sizes, "reshape");
  if (wanted == x.sizes()) return x;
  if (auto strides = view_strides(x, wanted)) return viewed(x, wanted, *strides, "ViewBackward");
  return viewed(contiguous(x), wanted, contiguous_strides(wanted), "ViewBackward");
}

Tensor flatten(const Tensor& x, int64_t start, int64_t end) {
  const int a = wrap_dim(start, x.dim(), "flatten"), b = wrap_dim(end, x.dim(), "flatten");
  if (a > b) fail("flatten", "the first dimension (", a, ") must not come after the last (", b, ")");
  if (x.dim() == 0) return reshape(x, {1});
  Dims sizes;
  int64_t merged = 1;
  for (int i = 0; i < x.dim(); ++i) {
    if (i < a || i > b)
      sizes.push_back(x.sizes()[i]);
    else {
      merged *= x.sizes()[i];
      if (i == b) sizes.push_back(merged);
    }
  }
  return reshape(x, sizes);
}

Tensor squeeze(const Tensor& x, std::optional<int64_t> dim) {
  Dims sizes, strides;
  const int only = dim ? wrap_dim(*dim, x.dim(), "squeeze") : -1;
  for (int i = 0; i < x.dim(); ++i) {
    if (x.sizes()[i] == 1 && (only < 0 || only == i)) continue;
    sizes.push_back(x.sizes()[i]);
    strides.push_back(x.strides()[i]);
  }
  return viewed(x, sizes, strides, "SqueezeBackward");
}

Tensor unsqueeze(const Tensor& x, int64_t dim) {
  const int at = wrap_dim(dim, x.dim() + 1, "unsqueeze");
  Dims sizes = x.sizes(), strides = x.strides();
  strides.insert(at, at < x.dim() ? sizes[at] * strides[at] : 1);
  sizes.insert(at, 1);
  return viewed(x, sizes, strides, "UnsqueezeBackward");
}

Tensor expand(const Tensor& x, const Dims& sizes) {
  const int extra = sizes.size() - x.dim();
  if (extra < 0) fail("expand", "shape ", sizes, " must not have fewer dimensions than the tensor, ", x.sizes());
  Dims out = sizes, strides(sizes.size(), 0);
  for (int i = 0; i < sizes.size(); ++i) {
    int64_t have = i < extra ? 1 : x.sizes()[i - extra];
    if (sizes[i] == -1) {
      if (i < extra)
        fail("expand", "-1 keeps a size, which dimension ", i, " of ", sizes,
             " does not have yet: it is new and needs a number");
      out[i] = have;
    }
    if (have != out[i] && have != 1)
      fail("expand", "shape ", x.sizes(), " cannot be expanded to ", sizes, ": dimension ", i, " is ", have,
           ", and only size 1 can be repeated");
    strides[i] = have == 1 && out[i] != 1 ? 0 : i < extra ? 0 : x.strides()[i - extra];
  }
  return recorded_view("ExpandBackward", x, out, strides, x.impl()->offset,
                       [from = x.sizes()](const Tensor& g) { return sum_to_size(g, from); });
}

Tensor repeat(const Tensor& x, const Dims& times) {
  const int extra = times.size() - x.dim();
  if (extra < 0) fail("repeat", "needs a number for each of the ", x.dim(), " dimensions, got ", times);
  Tensor out = x;
  for (int i = 0; i < extra; ++i) out = unsqueeze(out, 0);
  for (int d = 0; d < times.size(); ++d) {
    if (times[d] < 0) fail("repeat", "a number of times cannot be negative, got ", times);
    if (times[d] == 1) continue;
    if (times[d] == 0) {
      out = slice(out, d, 0, 0, 1);
      continue;
    }
    out = cat(std::vector<Tensor>(static_cast<size_t>(times[d]), out), d);
  }
  return out == x ? clone(x) : out;
}

Tensor transpose(const Tensor& x, int64_t a, int64_t b) {
  const int i = wrap_dim(a, x.dim(), "transpose"), j = wrap_dim(b, x.dim(), "transpose");
  Dims sizes = x.sizes(), strides = x.strides();
  if (x.dim() > 0) {
    std::swap(sizes[i], sizes[j]);
    std::swap(strides[i], strides[j]);
  }
  return recorded_view("TransposeBackward", x, sizes, strides, x.impl()->offset,
                       [i, j](const Tensor& g) { return transpose(g, i, j); });
}

Tensor t(const Tensor& x) {
  if (x.dim() > 2)
    fail("t", "takes at most two dimensions, the tensor has shape ", x.sizes(), "; use transpose or permute");
  if (x.dim() < 2) return alias(x);
  Dims sizes{x.size(1), x.size(0)}, strides{x.strides()[1], x.strides()[0]};
  return recorded_view("TBackward", x, sizes, strides, x.impl()->offset, [](const Tensor& g) { return t(g); });
}

Tensor permute(const Tensor& x, const Dims& dims) {
  if (dims.size() != x.dim()) fail("permute", "needs each of the ", x.dim(), " dimensions once, got ", dims);
  Dims sizes(x.dim(), 0), strides(x.dim(), 0), inverse(x.dim(), -1);
  for (int i = 0; i < x.dim(); ++i) {
    int d = wrap_dim(dims[i], x.dim(), "permute");
    if (inverse[d] >= 0) fail("permute", "dimension ", d, " is named twice in ", dims);
    inverse[d] = i;
    sizes[i] = x.sizes()[d];
    strides[i] = x.strides()[d];
  }
  return recorded_view("PermuteBackward", x, sizes, strides, x.impl()->offset,
                       [inverse](const Tensor& g) { return permute(g, inverse); });
}

Tensor select(const Tensor& x, int64_t dim, int64_t index) {
  if (x.dim() == 0) fail("select", "a 0-dimensional tensor cannot be indexed; use item() for its value");
  const int d = wrap_dim(dim, x.dim(), "select");
  const int64_t n = x.sizes()[d];
  if (index < -n || index >= n) fail("select", "index ", index, " is out of range for dimension ", d, " of size ", n);
  const int64_t i = index < 0 ? index + n : index;
  Dims sizes = x.sizes(), strides = x.strides();
  sizes.erase(d);
  strides.erase(d);
  return recorded_view("SelectBackward", x, sizes, strides, x.impl()->offset + i * x.strides()[d],
                       [from = x.sizes(), d, i](const Tensor& g) {
                         Tensor out = zeros(from, g.dtype());
                         return grad_enabled() ? index_add(out, d, full({1}, Scalar(i), DType::Int64), unsqueeze(g, d))
                                               : (copy_(select(out, d, i), g), out);
                       });
}

Tensor slice(const Tensor& x, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) {
  if (x.dim() == 0) fail("slice", "a 0-dimensional tensor cannot be sliced");
  if (step <= 0) fail("slice", "the step must be positive, got ", step, "; use flip() to reverse");
  const int d = wrap_dim(dim, x.dim(), "slice");
  const int64_t n = x.sizes()[d];
  auto bound = [n](int64_t v) { return std::clamp<int64_t>(v < 0 ? v + n : v, 0, n); };
  const int64_t from = bound(start.value_or(0)), to = std::max(from, bound(end.value_or(n)));
  Dims sizes = x.sizes(), strides = x.strides();
  sizes[d] = (to - from + step - 1) / step;
  strides[d] *= step;
  return recorded_view("SliceBackward", x, sizes, strides, x.impl()->offset + from * x.strides()[d],
                       [full_sizes = x.sizes(), d, from, to, step](const Tensor& g) {
                         Tensor out = zeros(full_sizes, g.dtype());
                         if (grad_enabled())
                           return index_add(out, d, arange(Scalar(from), Scalar(to), Scalar(step), DType::Int64), g);
                         copy_(slice(out, d, from, to, step), g);
                         return out;
                       });
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  const int d = wrap_dim(dim, x.dim(), "narrow");
  if (start < 0 || length < 0 || start + length > x.size(d))
    fail("narrow", start, "..", start + length, " is outside of dimension ", d, " of size ", x.size(d));
  return slice(x, d, start, start + length, 1);
}

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim) {
  if (tensors.empty()) fail("cat", "needs at least one tensor, got none");
  const Tensor& first = tensors[0];
  if (first.dim() == 0) fail("cat", "0-dimensional tensors cannot be joined; use stack()");
  const int d = wrap_dim(dim, first.dim(), "cat");
  Dims sizes = first.sizes();
  sizes[d] = 0;
  DType dtype = first.dtype();
  bool recorded = false;
  for (const Tensor& t : tensors) {
    dtype = promote(dtype, t.dtype());
    recorded = recorded || should_record(t);
    bool fits = t.dim() == first.dim();
    for (int i = 0; fits && i < t.dim(); ++i) fits = i == d || t.sizes()[i] == first.sizes()[i];
    if (!fits)
      fail("cat", "shapes ", first.sizes(), " and ", t.sizes(), " must be alike in all but dimension ", d,
           ", along which they are joined");
    sizes[d] += t.sizes()[d];
  }
  Tensor out = empty(sizes, dtype);
  std::vector<int64_t> lengths;
  {
    GradMode off(false);
    int64_t from = 0;
    for (const Tensor& t : tensors) {
      if (t.size(d) > 0) copy_(narrow(out, d, from, t.size(d)), detach(t));
      lengths.push_back(t.size(d));
      from += t.size(d);
    }
  }
  if (recorded) {
    record(out, "CatBackward", tensors, [lengths, d](const Tensor& g) -> Grads {
      Grads grads;
      int64_t from = 0;
      for (int64_t n : lengths) {
        grads.push_back(narrow(g, d, from, n));
        from += n;
      }
      return grads;
    });
  }
  return out;
}

Tensor stack(const std::vector<Tensor>& tensors, int64_t dim) {
  if (tensors.empty()) fail("stack", "needs at least one tensor, got none");
  std::vector<Tensor> raised;
  for (const Tensor& t : tensors) {
    if (!(t.sizes() == tensors[0].sizes()))
      fail("stack", "shapes must be equal, got ", tensors[0].sizes(), " and ", t.sizes());
    raised.push_back(unsqueeze(t, dim));
  }
  return cat(raised, dim < 0 ? dim + tensors[0].dim() + 1 : dim);
}

std::vector<Tensor> split(const Tensor& x, const std::vector<int64_t>& lengths, int64_t dim) {
  const int d = wrap_dim(dim, x.dim(), "split");
  int64_t sum = 0;
  for (int64_t n : lengths) sum += n;
  if (sum != x.size(d))
    fail("split", "the lengths must add up to ", x.size(d), ", the size of dimension ", d, ", got ", sum);
  std::vector<Tensor> parts;
  int64_t from = 0;
  for (int64_t n : lengths) {
    parts.push_back(narrow(x, d, from, n));
    from += n;
  }
  return parts;
}

std::vector<Tensor> chunk(const Tensor& x, int64_t count, int64_t dim) {
  if (count <= 0) fail("chunk", "needs a positive number of pieces, got ", count);
  const int d = wrap_dim(dim, x.dim(), "chunk");
  const int64_t n = x.size(d), length = std::max<int64_t>(1, (n + count - 1) / count);
  std::vector<Tensor> parts;
  if (n == 0) {
    for (int64_t i = 0; i < count; ++i) parts.push_back(narrow(x, d, 0, 0));
    return parts;
  }
  for (int64_t from = 0; from < n; from += length) parts.push_back(narrow(x, d, from, std::min(length, n - from)));
  return parts;
}

std::vector<Tensor> unbind(const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim(), "unbind");
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < x.size(d); ++i) parts.push_back(select(x, d, i));
  return parts;
}

Tensor flip(const Tensor& x, const Dims& dims) {
  if (x.dim() == 0) {
    for (int64_t d : dims) wrap_dim(d, 0, "flip");
    return clone(x);
  }
  Tensor out = x;
  for (int64_t dim : dims) {
    const int d = wrap_dim(dim, x.dim(), "flip");
    const int64_t n = x.size(d);
    Tensor order = n > 0 ? arange(Scalar(n - 1), Scalar(int64_t{-1}), Scalar(int64_t{-1}), DType::Int64)
                         : arange(Scalar(0), Scalar(0), Scalar(1), DType::Int64);
    out = index_select(out, d, order);
  }
  return out == x ? clone(x) : out;
}

}  // namespace flint
