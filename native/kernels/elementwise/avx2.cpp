#define FLINT_ISA avx2
#include "kernels/elementwise/rows.inc"

namespace flint::kernels {
const Rows& avx2_rows() {
  static const Rows the = avx2::make_rows();
  return the;
}
}  // namespace flint::kernels
