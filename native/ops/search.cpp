// Binary search.
#include "ops/search.h"

#include <algorithm>

#include "flint/launch.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {

Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right) {
  const bool shared = sorted.dim() == 1;
  bool fits = sorted.dim() >= 1 && (shared || sorted.dim() == values.dim());
  for (int d = 0; fits && !shared && d + 1 < sorted.dim(); ++d) fits = sorted.size(d) == values.size(d);
  if (!fits)
    fail("searchsorted", "the sorted tensor must be a vector, or have the leading dimensions of the values; got ",
         sorted.sizes(), " and ", values.sizes());
  const DType dtype = promote(sorted.dtype(), values.dtype());
  Tensor order = contiguous(cast(detach(sorted), dtype)), wanted = contiguous(cast(detach(values), dtype));
  Tensor out = empty(values.sizes(), DType::Int64);
  const int64_t n = sorted.size(-1), each = shared ? wanted.numel() : values.size(-1);
  launch(
      [shared, right, n, each](const View& out, const In& order, const In& wanted) {
        visit_dtype(order.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < wanted.numel(); ++i) {
            const T* begin = order.data<T>() + (shared ? 0 : i / each * n);
            const T value = wanted.data<T>()[i];
            out.data<int64_t>()[i] =
                (right ? std::upper_bound(begin, begin + n, value) : std::lower_bound(begin, begin + n, value)) - begin;
          }
        });
      },
      out, order, wanted);
  return out;
}

}  // namespace flint
