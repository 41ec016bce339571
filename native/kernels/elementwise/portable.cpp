#define FLINT_ISA portable
#include "kernels/elementwise/rows.inc"

namespace flint::kernels {
const Rows& portable_rows() {
  static const Rows the = portable::make_rows();
  return the;
}
}  // namespace flint::kernels
