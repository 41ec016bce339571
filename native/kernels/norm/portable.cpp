// Batch normalisation without special instructions, and the choice among all.
#define FLINT_ISA portable
#include "kernels/isa.h"
#include "kernels/norm/rows.inc"

namespace flint::kernels {

template <class T>
const NormRows<T>& norm_rows() {
  switch (best_isa()) {
    case Isa::Avx512:
      return norm_avx512<T>();
    case Isa::Avx2:
      return norm_avx2<T>();
    default:
      return norm_portable<T>();
  }
}
template const NormRows<float>& norm_rows<float>();
template const NormRows<double>& norm_rows<double>();

}  // namespace flint::kernels
