// Recurrent units without special instructions, and the choice among all.
#define FLINT_ISA portable
#include "kernels/isa.h"
#include "kernels/recurrent/rows.inc"

namespace flint::kernels {

template <class T>
const RecurrentRows<T>& recurrent_rows() {
  switch (best_isa()) {
    case Isa::Avx512:
      return recurrent_avx512<T>();
    case Isa::Avx2:
      return recurrent_avx2<T>();
    default:
      return recurrent_portable<T>();
  }
}
template const RecurrentRows<float>& recurrent_rows<float>();
template const RecurrentRows<double>& recurrent_rows<double>();

}  // namespace flint::kernels
