// Keeps a library from sharing out what a thread of ours gives it.
#pragma once

#ifdef _OPENMP
#include <omp.h>
#endif

namespace flint::kernels {

/// As long as it lives, OpenMP regions that the calling thread begins have one thread.
class OneThread {
#ifdef _OPENMP
  int before_ = omp_get_max_threads();

 public:
  OneThread() {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~OneThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
#else
 public:
  OneThread() {}  // a user's constructor: no warning about an object that is not used
#endif
};

}  // namespace flint::kernels
