// The two kinds of work that a recording looks into.
#include <algorithm>

#include "flint/launch.h"
#include "flint/runtime.h"
#include "kernels/outer/kernel.h"
#include "kernels/parallel.h"
#include "ops/iterate.h"

namespace flint {

void RowLoop::run_all(void* const* at) const {
  const int workers = count * cost < kParallelElements ? 1 : threads();
  kernels::for_pieces(count, workers, [&](int64_t begin, int64_t end) { run(at, begin, end); });
}

void OuterProduct::run(void* const* at) const {
  const kernels::Outer product{static_cast<const float*>(at[1]), static_cast<const float*>(at[2]), stride_a, stride_b};
  kernels::sum_of_outers(&product, 1, rows, columns, static_cast<float*>(at[0]));
}

}  // namespace flint
