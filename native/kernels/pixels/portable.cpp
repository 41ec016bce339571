// Pixels without special instructions, and the choice among all.
#define FLINT_ISA portable
#include "kernels/isa.h"
#include "kernels/pixels/rows.inc"

namespace flint::kernels {

void pixels_to_floats(const uint8_t* bytes, int64_t n, float scale, float shift, float* out) {
  switch (best_isa()) {
    case Isa::Avx512:
      return pixels_to_floats_avx512(bytes, n, scale, shift, out);
    case Isa::Avx2:
      return pixels_to_floats_avx2(bytes, n, scale, shift, out);
    default:
      return pixels_to_floats_portable(bytes, n, scale, shift, out);
  }
}

}  // namespace flint::kernels
