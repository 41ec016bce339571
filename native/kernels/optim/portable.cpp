// Optimizer steps for any processor, and the choice among the instruction sets.
#define FLINT_OPTIM optim_portable
#include "kernels/optim/kernels.inc"

#include "kernels/isa.h"

namespace flint::kernels {

template <class T>
const OptimKernels<T>& optim_kernels() {
  switch (best_isa()) {
    case Isa::Avx512:
      return optim_avx512<T>();
    case Isa::Avx2:
      return optim_avx2<T>();
    default:
      return optim_portable<T>();
  }
}
template const OptimKernels<float>& optim_kernels<float>();
template const OptimKernels<double>& optim_kernels<double>();

}  // namespace flint::kernels
