// Changes in place through views, while gradients are recorded. The tensor that a view shows gets a new history: its
// old values outside of the view, the changed ones inside. Its other views get theirs when they are next used.
#include "flint/autograd.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// Where a view lies in the memory of its base.
struct Region {
  Dims base_sizes, base_strides, sizes, strides;
  int64_t offset;  // from the base's first element
};

Tensor put(const Region& r, const Tensor& values);
Tensor take(const Region& r, const Tensor& whole);

Region region_of(const Tensor& view) {
  const TensorImpl* base = view.impl()->base.get();
  if (!Tensor(view.impl()->base).is_dense())
    fail("backward", "a view of a tensor with gaps in memory was changed in place while gradients are recorded. ",
         "Change a clone(), or build the result with cat(), where() or scatter()");
  return {base->sizes, base->strides, view.sizes(), view.strides(), view.impl()->offset - base->offset};
}

/// Memory laid out as the base, without history.
Tensor like_base(const Region& r, DType dtype) { return empty(r.base_sizes, dtype, r.base_strides); }
Tensor inside(const Region& r, const Tensor& whole) {
  return make_view(whole, r.sizes, r.strides, whole.impl()->offset + r.offset);
}

/// The part of [base] that the view shows.
Tensor take(const Region& r, const Tensor& whole) {
  Tensor laid = like_base(r, whole.dtype()), out;
  {
    GradMode off(false);
    copy_(laid, detach(whole));
    out = clone(inside(r, laid));
  }
  if (should_record(whole))
    record(out, "AsStridedBackward", {whole}, [r](const Tensor& g) -> Grads { return {put(r, g)}; });
  return out;
}

/// Zeros of the base's shape with the values where the view is; those that one place gets twice are added.
Tensor put(const Region& r, const Tensor& values) {
  Tensor out = like_base(r, values.dtype());
  {
    GradMode off(false);
    fill_(out, Scalar(0));
    Tensor source = detach(values);
    Region once = r;
    for (int d = 0; d < r.sizes.size(); ++d) {
      if (r.strides[d] != 0 || r.sizes[d] == 1) continue;
      source = cast(sum(source.dtype() == DType::Float64 ? source : cast(source, DType::Float32), {d}, true, {}),
                    values.dtype());
      once.sizes[d] = 1;
    }
    copy_(inside(once, out), source);
  }
  if (should_record(values))
    record(out, "AsStridedScatterBackward", {values}, [r](const Tensor& g) -> Grads { return {take(r, g)}; });
  return out;
}

/// [base] with zeros where the view is.
Tensor clear(const Region& r, const Tensor& whole) {
  Tensor out = like_base(r, whole.dtype());
  {
    GradMode off(false);
    copy_(out, detach(whole));
    fill_(inside(r, out), Scalar(0));
  }
  if (should_record(whole))
    record(out, "FillBackward", {whole}, [r](const Tensor& g) -> Grads { return {clear(r, g)}; });
  return out;
}

}  // namespace

void rebase_base(const Tensor& view) {
  const Region region = region_of(view);
  const Tensor base(view.impl()->base);
  link(make_node("CopySlices",
                 [region](const Tensor& g) -> Grads {
                   return {clear(region, g), take(region, g)};
                 }),
       {&base, 1}, std::vector<Tensor>{base, view});
  view.impl()->rebased = ++base.impl()->rebased;
}

void refresh_view(const Tensor& view) {
  const Tensor base(view.impl()->base);
  view.impl()->rebased = base.impl()->rebased;
  if (!base.needs_grad()) return;
  const Region region = region_of(view);
  view.impl()->rebasing = false;
  link(make_node("AsStridedBackward", [region](const Tensor& g) -> Grads { return {put(region, g)}; }), {&view, 1},
       std::vector<Tensor>{base});
}

}  // namespace flint
