// Splits a range over the threads when it is worth waking them: below `grain` items the calling thread does all.
#pragma once

#include <algorithm>
#include <cstdint>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace flint::kernels {

/// Calls f(begin, end) on disjoint parts of [0, n). `grain`: items that take about 20 microseconds.
/// The parts depend on the number of threads alone, so that sums made per part repeat exactly. `f` must not throw.
template <class F>
void parallel(int64_t n, int64_t grain, F&& f) {
  if (n <= 0) return;
#ifdef _OPENMP
  int64_t parts = std::min<int64_t>(omp_get_max_threads(), (n + grain - 1) / std::max<int64_t>(grain, 1));
  if (parts > 1 && !omp_in_parallel()) {
#pragma omp parallel num_threads(static_cast <int>(parts))
    {
      int64_t part = omp_get_thread_num(), count = omp_get_num_threads();
      int64_t begin = n * part / count, end = n * (part + 1) / count;
      if (begin < end) f(begin, end);
    }
    return;
  }
#endif
  f(int64_t{0}, n);
}

}  // namespace flint::kernels
