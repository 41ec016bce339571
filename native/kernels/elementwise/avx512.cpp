#define FLINT_ISA avx512
#include "kernels/elementwise/rows.inc"

namespace flint::kernels {
const Rows& avx512_rows() {
  static const Rows the = avx512::make_rows();
  return the;
}
}  // namespace flint::kernels
