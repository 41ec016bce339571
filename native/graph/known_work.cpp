// A loop over elements, cut among threads at multiples of 64 elements: whole cache lines, and the same vectors as
// uncut.
#include <algorithm>

#include "flint/launch.h"
#include "flint/runtime.h"
#include "kernels/outer/kernel.h"
#include "kernels/parallel.h"
#include "ops/iterate.h"

namespace flint {

void RowLoop::run_all(void* const* at) const {
  const int workers = count * cost < kParallelElements ? 1 : threads();
  if (workers == 1) return run(at, 0, count);
  const int64_t piece = (count / workers + 63) / 64 * 64;
  kernels::for_parts(workers, [&](int64_t w) {
    const int64_t begin = std::min(count, piece * w), end = w == workers - 1 ? count : std::min(count, piece * (w + 1));
    if (begin < end) run(at, begin, end);
  });
}

void OuterProduct::run(void* const* at) const {
  const kernels::Outer product{static_cast<const float*>(at[1]), static_cast<const float*>(at[2]), stride_a, stride_b};
  kernels::sum_of_outers(&product, 1, rows, columns, static_cast<float*>(at[0]));
}

}  // namespace flint
