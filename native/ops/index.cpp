// Indices are checked where they are used, so that a wrong one is an error that names it.
#include "ops/index.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/elementwise_rules.h"
#include "ops/iterate.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

Tensor as_indices(const Tensor& t, std::string_view op) {
  if (is_floating(t.dtype()) || t.dtype() == DType::Bool)
    fail(op, "indices must be whole numbers, got ", name_of(t.dtype()), "; use .long()");
  return contiguous(cast(detach(t), DType::Int64));
}

int64_t checked(int64_t i, int64_t n, std::string_view op, int dim) {
  if (i < -n || i >= n) fail(op, "index ", i, " is out of range for dimension ", dim, " of size ", n);
  return i < 0 ? i + n : i;
}

/// Products of the sizes before and behind a dimension of a row-major tensor.
struct Around {
  int64_t before = 1, behind = 1;
  Around(const Dims& sizes, int d) {
    for (int i = 0; i < d; ++i) before *= sizes[i];
    for (int i = d + 1; i < sizes.size(); ++i) behind *= sizes[i];
  }
};

void check_one_dimension(const Tensor& indices, std::string_view op) {
  if (indices.dim() > 1) fail(op, "indices must have one dimension, got shape ", indices.sizes());
}

}  // namespace

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& indices) {
  check_one_dimension(indices, "index_select");
  const int d = wrap_dim(dim, x.dim(), "index_select");
  if (x.dim() == 0) fail("index_select", "a 0-dimensional tensor has no dimension to select from");
  Tensor idx = as_indices(indices, "index_select"), from = contiguous(x);
  const int64_t count = idx.numel(), n = x.sizes()[d];
  Dims sizes = x.sizes();
  sizes[d] = count;
  Tensor out = empty(sizes, x.dtype());
  const Around around(x.sizes(), d);
  launch(
      [count, n, d, around](const View& out, const In& from, const In& idx) {
        const size_t bytes = static_cast<size_t>(around.behind) * size_of(from.dtype());
        const int64_t* ids = idx.data<int64_t>();
        for (int64_t i = 0; i < count; ++i) checked(ids[i], n, "index_select", d);
        const char* source = static_cast<const char*>(from.raw());
        char* to = static_cast<char*>(out.raw());
        const int64_t grain = 1 + kParallelElements / std::max<int64_t>(around.behind, 1);
        kernels::parallel(around.before * count, grain, [&](int64_t begin, int64_t end) {
          for (int64_t row = begin; row < end; ++row) {
            const int64_t i = row % count, at = ids[i] < 0 ? ids[i] + n : ids[i];
            std::memcpy(to + static_cast<size_t>(row) * bytes,
                        source + static_cast<size_t>(row / count * n + at) * bytes, bytes);
          }
        });
      },
      out, from, idx);
  if (should_record(x))
    record(out, "IndexSelectBackward", {x}, [from = x.sizes(), d, idx](const Tensor& g) -> Grads {
      return {index_add(zeros(from, g.dtype()), d, idx, g)};
    });
  return out;
}

Tensor index_add(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source) {
  check_one_dimension(indices, "index_add");
  const int d = wrap_dim(dim, x.dim(), "index_add");
  Tensor idx = as_indices(indices, "index_add"), add_in = contiguous(cast(source, x.dtype()));
  Dims wanted = x.sizes();
  wanted[d] = idx.numel();
  if (!(source.sizes() == wanted))
    fail("index_add", "the source has shape ", source.sizes(), ", but must have ", wanted);
  Tensor out = contiguous(clone(detach(x)));
  const Around around(x.sizes(), d);
  launch(
      [around, d, n = x.sizes()[d]](const View& out, const In& idx, const In& add_in) {
        visit_dtype(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t b = 0; b < around.before; ++b)
            for (int64_t i = 0; i < idx.numel(); ++i) {
              const int64_t at = checked(idx.data<int64_t>()[i], n, "index_add", d);
              T* to = out.data<T>() + (b * n + at) * around.behind;
              const T* from = add_in.data<T>() + (b * idx.numel() + i) * around.behind;
              for (int64_t k = 0; k < around.behind; ++k) to[k] = static_cast<T>(to[k] + from[k]);
            }
        });
      },
      out, idx, add_in);
  if (should_record(x, source))
    record(out, "IndexAddBackward", {x, source}, [d, idx](const Tensor& g) -> Grads {
      return {g, index_select(g, d, idx)};
    });
  return out;
}

namespace {

/// Visits each element of `indices` with the flat offsets of it and of what it points at in a row-major `sizes`.
template <class F>
void each_pointed(const Dims& sizes, int d, const In& indices, std::string_view op, F&& f) {
  const Dims& shape = indices.sizes();
  const Dims strides = contiguous_strides(sizes);
  const int64_t* ids = indices.data<int64_t>();
  int64_t at[Dims::kMax] = {};
  for (int64_t flat = 0, total = indices.numel(); flat < total; ++flat) {
    int64_t offset = 0;
    for (int i = 0; i < shape.size(); ++i)
      offset += (i == d ? checked(ids[flat], sizes[d], op, d) : at[i]) * strides[i];
    f(flat, offset);
    for (int i = shape.size() - 1; i >= 0; --i) {
      if (++at[i] < shape[i]) break;
      at[i] = 0;
    }
  }
}

void check_index_shape(const Tensor& x, int d, const Tensor& indices, std::string_view op) {
  bool fits = indices.dim() == x.dim();
  for (int i = 0; fits && i < x.dim(); ++i) fits = i == d || indices.sizes()[i] <= x.sizes()[i];
  if (!fits)
    fail(op, "indices of shape ", indices.sizes(), " do not fit a tensor of shape ", x.sizes(),
         ": they need as many dimensions, none of them larger but dimension ", d);
}

Tensor scattered(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source, bool adds,
                 std::string_view op) {
  const int d = wrap_dim(dim, x.dim(), op);
  Tensor idx = as_indices(indices, op);
  check_index_shape(x, d, idx, op);
  Tensor from = cast(detach(source), x.dtype());
  for (int i = 0; i < idx.dim(); ++i)
    if (from.dim() != idx.dim() || from.sizes()[i] < idx.sizes()[i])
      fail(op, "the source of shape ", source.sizes(), " must be at least as large as the indices, ", idx.sizes());
  for (int i = 0; i < idx.dim(); ++i) from = narrow(from, i, 0, idx.sizes()[i]);
  from = contiguous(from);
  Tensor out = contiguous(clone(detach(x)));
  launch(
      [d, op, adds](const View& out, const In& idx, const In& from) {
        visit_dtype(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          each_pointed(out.sizes(), d, idx, op, [&](int64_t flat, int64_t offset) {
            T& to = out.data<T>()[offset];
            to = static_cast<T>(adds ? to + from.data<T>()[flat] : from.data<T>()[flat]);
          });
        });
      },
      out, idx, from);
  if (should_record(x, source)) {
    record(out, adds ? "ScatterAddBackward" : "ScatterBackward", {x, source},
           [d, idx, adds, shape = source.sizes()](const Tensor& g) -> Grads {
             Tensor to_x = adds ? g : scattered(g, d, idx, zeros(idx.sizes(), g.dtype()), false, "scatter");
             Tensor to_source = gather(g, d, idx);
             if (!(to_source.sizes() == shape)) {
               Tensor padded = zeros(shape, g.dtype()), part = padded;
               for (int i = 0; i < idx.dim(); ++i) part = narrow(part, i, 0, idx.sizes()[i]);
               copy_(part, to_source);
               to_source = padded;
             }
             return {to_x, to_source};
           });
  }
  return out;
}

}  // namespace

Tensor gather(const Tensor& x, int64_t dim, const Tensor& indices) {
  const int d = wrap_dim(dim, x.dim(), "gather");
  Tensor idx = as_indices(indices, "gather");
  check_index_shape(x, d, idx, "gather");
  Tensor from = contiguous(x), out = empty(idx.sizes(), x.dtype());
  launch(
      [d](const View& out, const In& from, const In& idx) {
        visit_dtype(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          each_pointed(from.sizes(), d, idx, "gather",
                       [&](int64_t flat, int64_t offset) { out.data<T>()[flat] = from.data<T>()[offset]; });
        });
      },
      out, from, idx);
  if (should_record(x))
    record(out, "GatherBackward", {x}, [from = x.sizes(), d, idx](const Tensor& g) -> Grads {
      return {scatter_add(zeros(from, g.dtype()), d, idx, g)};
    });
  return out;
}

Tensor scatter(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source) {
  return scattered(x, dim, indices, source, false, "scatter");
}
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source) {
  return scattered(x, dim, indices, source, true, "scatter_add");
}
Tensor scatter_(const Tensor& x, int64_t dim, const Tensor& indices, const Tensor& source) {
  return copy_(x, scattered(should_record(x) ? alias(x) : x, dim, indices, source, false, "scatter_"));
}
Tensor scatter_value_(const Tensor& x, int64_t dim, const Tensor& indices, Scalar value) {
  return scatter_(x, dim, indices, expand(scalar_tensor(value, x.dtype()), indices.sizes()));
}

// ---- by several index tensors

namespace {

/// Index tensors brought to one shape, masks turned into indices; and the tensor with the indexed dimensions in front.
struct Prepared {
  Tensor moved;       // x, indexed dimensions first
  Tensor flat;        // which row of the merged leading dimensions, int64, one dimension
  Dims picked;        // the common shape of the indices
  Dims order;         // the permutation that made `moved`
  int indexed = 0;    // how many leading dimensions of `moved` are indexed
  int result_at = 0;  // where the picked dimensions stand in the result
};

Prepared prepare(const Tensor& x, const std::vector<std::optional<Tensor>>& indices, std::string_view op) {
  std::vector<Tensor> picks;
  std::vector<int> dims;
  int d = 0;
  for (const auto& entry : indices) {
    if (!entry) {
      ++d;
      continue;
    }
    if (entry->dtype() == DType::Bool) {
      for (int i = 0; i < entry->dim(); ++i)
        if (d + i >= x.dim() || entry->sizes()[i] != x.sizes()[d + i])
          fail(op, "a mask of shape ", entry->sizes(), " does not fit a tensor of shape ", x.sizes(), " at dimension ",
               d);
      Tensor found = nonzero(*entry);
      for (int i = 0; i < entry->dim(); ++i) {
        picks.push_back(contiguous(select(found, 1, i)));
        dims.push_back(d++);
      }
      continue;
    }
    picks.push_back(as_indices(*entry, op));
    dims.push_back(d++);
  }
  if (d > x.dim()) fail(op, "a tensor of shape ", x.sizes(), " takes at most ", x.dim(), " indices, got ", d);
  if (picks.empty()) fail(op, "needs at least one index tensor, got none");
  Prepared p;
  p.picked = picks[0].sizes();
  for (const Tensor& t : picks) p.picked = broadcast_shapes(p.picked, t.sizes(), op);
  p.indexed = static_cast<int>(dims.size());
  bool adjacent = true;
  for (size_t i = 1; i < dims.size(); ++i) adjacent = adjacent && dims[i] == dims[i - 1] + 1;
  p.result_at = adjacent ? dims[0] : 0;
  for (int i : dims) p.order.push_back(i);
  for (int i = 0; i < x.dim(); ++i)
    if (std::find(dims.begin(), dims.end(), i) == dims.end()) p.order.push_back(i);
  p.moved = permute(x, p.order);
  p.flat = zeros({p.picked.numel()}, DType::Int64);
  for (size_t k = 0; k < picks.size(); ++k) {
    const int64_t n = x.sizes()[dims[k]];
    launch(
        [n, op, dim = dims[k]](const View& flat, const In& spread) {
          for (int64_t i = 0; i < flat.numel(); ++i) {
            int64_t& at = flat.data<int64_t>()[i];
            at = at * n + checked(spread.data<int64_t>()[i], n, op, dim);
          }
        },
        p.flat, contiguous(expand(picks[k], p.picked)));
  }
  return p;
}

Dims rest_sizes(const Prepared& p) {
  Dims rest;
  for (int i = p.indexed; i < p.moved.dim(); ++i) rest.push_back(p.moved.sizes()[i]);
  return rest;
}

/// How many rows there are to pick from.
int64_t places(const Prepared& p) {
  int64_t count = 1;
  for (int i = 0; i < p.indexed; ++i) count *= p.moved.sizes()[i];
  return count;
}

/// The permutation that takes [picked..., rest...] to the result's order.
Dims result_order(const Prepared& p) {
  Dims order;
  const int picked = p.picked.size(), rest = p.moved.dim() - p.indexed;
  for (int i = 0; i < p.result_at; ++i) order.push_back(picked + i);
  for (int i = 0; i < picked; ++i) order.push_back(i);
  for (int i = p.result_at; i < rest; ++i) order.push_back(picked + i);
  return order;
}

}  // namespace

Tensor index(const Tensor& x, const std::vector<std::optional<Tensor>>& indices) {
  Prepared p = prepare(x, indices, "index");
  Dims rest = rest_sizes(p), merged{places(p)}, sizes = p.picked;
  for (int64_t s : rest) {
    merged.push_back(s);
    sizes.push_back(s);
  }
  Tensor rows = reshape(p.moved, merged);
  return permute(reshape(index_select(rows, 0, p.flat), sizes), result_order(p));
}

Tensor index_put_(const Tensor& x, const std::vector<std::optional<Tensor>>& indices, const Tensor& values) {
  Tensor before = should_record(x, values) ? alias(x) : detach(x);
  Prepared p = prepare(before, indices, "index_put_");
  Dims rest = rest_sizes(p), order = result_order(p), sizes = p.picked;
  for (int64_t s : rest) sizes.push_back(s);
  Dims shown(order.size(), 0), inverse(order.size(), 0);
  for (int i = 0; i < order.size(); ++i) {
    shown[i] = sizes[order[i]];
    inverse[order[i]] = i;
  }
  // Values in the order [picked..., rest...], as rows to be written.
  Tensor spread = permute(expand(values, shown), inverse);
  const int64_t row = rest.numel(), count = p.picked.numel();
  Tensor rows = reshape(contiguous(p.moved), {places(p), row});
  Tensor ids = expand(unsqueeze(p.flat, 1), {count, row});
  Tensor written = scatter(rows, 0, ids, reshape(contiguous(spread), {count, row}));
  Dims back(p.order.size(), 0);
  for (int i = 0; i < p.order.size(); ++i) back[p.order[i]] = i;
  return copy_(x, permute(reshape(written, p.moved.sizes()), back));
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check_mask("masked_select", mask);
  Dims shape = broadcast_shapes(x.sizes(), mask.sizes(), "masked_select");
  return index(expand(x, shape), {expand(cast(mask, DType::Bool), shape)});
}

Tensor nonzero(const Tensor& x) {
  Tensor flags = contiguous(ne_scalar(detach(x), 0));
  const bool* p = flags.data<bool>();
  const int64_t n = flags.numel(), count = std::count(p, p + n, true);
  Tensor out = empty({count, x.dim()}, DType::Int64);
  const Dims strides = contiguous_strides(x.sizes());
  int64_t row = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (!p[i]) continue;
    for (int d = 0; d < x.dim(); ++d) out.data<int64_t>()[row * x.dim() + d] = i / strides[d] % x.sizes()[d];
    ++row;
  }
  return out;
}

Tensor one_hot(const Tensor& labels, int64_t classes) {
  Tensor ids = as_indices(labels, "one_hot");
  if (classes < 0) {  // as many as the labels say
    int64_t most = -1;
    for (int64_t i = 0; i < ids.numel(); ++i) most = std::max(most, ids.data<int64_t>()[i]);
    classes = most + 1;
  }
  Dims sizes = labels.sizes();
  sizes.push_back(classes);
  Tensor out = empty(sizes, DType::Int64);
  launch(
      [classes](const View& out, const In& ids) {
        int64_t* to = out.data<int64_t>();
        std::fill_n(to, out.numel(), 0);
        for (int64_t i = 0; i < ids.numel(); ++i, to += classes) {
          const int64_t v = ids.data<int64_t>()[i];
          if (v < 0) fail("one_hot", "a class cannot be negative, got ", v);
          if (v >= classes)
            fail("one_hot", "class ", v, " does not fit into ", classes, " classes: they are counted from 0");
          to[v] = 1;
        }
      },
      out, ids);
  return out;
}

Tensor bincount(const Tensor& x, int64_t least) {
  check_one_dimension(x, "bincount");
  Tensor ids = as_indices(x, "bincount");
  int64_t n = least;
  for (int64_t i = 0; i < ids.numel(); ++i) {
    if (ids.data<int64_t>()[i] < 0)
      fail("bincount", "the numbers to count must not be negative, got ", ids.data<int64_t>()[i]);
    n = std::max(n, ids.data<int64_t>()[i] + 1);
  }
  Tensor out = zeros({n}, DType::Int64);
  for (int64_t i = 0; i < ids.numel(); ++i) ++out.data<int64_t>()[ids.data<int64_t>()[i]];
  return out;
}

}  // namespace flint
