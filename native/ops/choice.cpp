// Choosing by a mask, and casts.
#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/elementwise_rules.h"
#include "ops/iterate.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

namespace {
template <class T>
void where_rows(const Walk<4>& walk, const View& out, const In& c, const In& a, const In& b) {
  const int64_t so = walk.row_stride(0), sc = walk.row_stride(1), sa = walk.row_stride(2), sb = walk.row_stride(3);
  walk.each([&](const int64_t* o, int64_t n) {
    T* to = out.data<T>() + o[0];
    const bool* cond = c.data<bool>() + o[1];
    const T *x = a.data<T>() + o[2], *y = b.data<T>() + o[3];
    for (int64_t i = 0; i < n; ++i) to[i * so] = cond[i * sc] ? x[i * sa] : y[i * sb];
  });
}
}  // namespace

void check_mask(std::string_view op, const Tensor& mask) {
  if (mask.dtype() != DType::Bool)
    fail(op, "the mask must be bool, got ", name_of(mask.dtype()), "; compare, or convert it with .to('bool')");
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  if (condition.dtype() != DType::UInt8) check_mask("where", condition);
  Tensor c = as(condition, DType::Bool);
  DType common = common_dtype(a, b);
  Tensor x = as(a, common), y = as(b, common);
  Dims shape = broadcast_shapes(broadcast_shapes(a.sizes(), b.sizes(), "where"), c.sizes(), "where");
  Tensor out = empty(shape, common);
  launch(
      [walk = Walk<4>(shape, {&out, &c, &x, &y})](const View& out, const In& c, const In& x, const In& y) {
        visit_dtype(out.dtype(), [&](auto tag) { where_rows<decltype(tag)>(walk, out, c, x, y); });
      },
      out, c, x, y);
  if (should_record(a, b)) {
    record(out, "WhereBackward", {a, b}, [c, a = operand_of(a), b = operand_of(b)](const Tensor& g) -> Grads {
      Tensor zero = scalar_tensor(Scalar(0.0), g.dtype());
      return {a.needs ? a.fit(where(c, g, zero)) : Tensor(), b.needs ? b.fit(where(c, zero, g)) : Tensor()};
    });
  }
  return out;
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) {
  check_mask("masked_fill", mask);
  return where(mask, scalar_tensor(value, x.dtype()), x);
}

// ---- casts

namespace {
template <class From, class To>
To convert(From v) {
  if constexpr (std::is_same_v<To, From>)
    return v;
  else if constexpr (std::is_same_v<To, bool>)
    return v != From(0);
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Beyond the range, and for NaN, the smallest whole number: what x86 gives, instead of undefined behaviour.
    constexpr From low = static_cast<From>(std::numeric_limits<int64_t>::min());
    constexpr From high = static_cast<From>(9223372036854775807.0);
    return static_cast<To>(v >= low && v < high ? static_cast<int64_t>(v) : std::numeric_limits<int64_t>::min());
  } else
    return static_cast<To>(v);
}

template <class From, class To>
void cast_rows(const Walk<2>& walk, const View& out, const In& x) {
  const int64_t so = walk.row_stride(0), sx = walk.row_stride(1);
  walk.each([&](const int64_t* o, int64_t n) {
    To* to = out.data<To>() + o[0];
    const From* from = x.data<From>() + o[1];
    if (so == 1 && sx == 1)
      for (int64_t i = 0; i < n; ++i) to[i] = convert<From, To>(from[i]);
    else
      for (int64_t i = 0; i < n; ++i) to[i * so] = convert<From, To>(from[i * sx]);
  });
}

/// Between equal types, or float32 and a 16-bit type, or any two others.
void launch_cast(const Tensor& into, const Tensor& from) {
  launch(
      [walk = Walk<2>(into.sizes(), {&into, &from})](const View& into, const In& from) {
        auto cast = [&](auto f, auto t) { cast_rows<decltype(f), decltype(t)>(walk, into, from); };
        if (into.dtype() == from.dtype()) return visit_stored(into.dtype(), [&](auto t) { cast(t, t); });
        if (from.dtype() == DType::Float16) return cast(Half(), 0.f);
        if (from.dtype() == DType::BFloat16) return cast(BFloat16(), 0.f);
        if (into.dtype() == DType::Float16) return cast(0.f, Half());
        if (into.dtype() == DType::BFloat16) return cast(0.f, BFloat16());
        visit_dtype(from.dtype(), [&](auto f) { visit_dtype(into.dtype(), [&](auto t) { cast(f, t); }); });
      },
      into, from);
}

}  // namespace

void copy_values(const Tensor& into, const Tensor& from) {
  // To and from the 16-bit types by way of float32.
  const bool widens = is_half(from.dtype()) && into.dtype() != from.dtype() && into.dtype() != DType::Float32,
             narrows = is_half(into.dtype()) && into.dtype() != from.dtype() && from.dtype() != DType::Float32;
  if (!widens && !narrows) return launch_cast(into, from);
  Tensor wide = empty(from.sizes(), DType::Float32);
  launch_cast(wide, from);
  launch_cast(into, wide);
}

Tensor cast(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  Tensor out = empty(x.sizes(), dtype, result_strides(x.sizes(), {&x}));
  copy_values(out, x);
  if (is_floating(dtype) && should_record(x))
    record(out, "ToCopyBackward", {x}, [to = x.dtype()](const Tensor& g) -> Grads { return {cast(g, to)}; });
  return out;
}

}  // namespace flint
