// Resizing without special instructions, and the choice among all.
#define FLINT_ISA portable
#include "kernels/isa.h"
#include "kernels/resample/rows.inc"

namespace flint::kernels {

void mix_rows(const uint8_t* rows, int64_t distance, const int16_t* weights, int64_t taps, int precision, int64_t n,
              uint8_t* out) {
  switch (best_isa()) {
    case Isa::Avx512:
      return mix_rows_avx512(rows, distance, weights, taps, precision, n, out);
    case Isa::Avx2:
      return mix_rows_avx2(rows, distance, weights, taps, precision, n, out);
    default:
      return mix_rows_portable(rows, distance, weights, taps, precision, n, out);
  }
}

void mix_columns(const uint8_t* row, int64_t channels, const int32_t* from, const int16_t* weights, int64_t taps,
                 int precision, int64_t n, uint8_t* out) {
  switch (best_isa()) {
    case Isa::Avx512:
      return mix_columns_avx512(row, channels, from, weights, taps, precision, n, out);
    case Isa::Avx2:
      return mix_columns_avx2(row, channels, from, weights, taps, precision, n, out);
    default:
      return mix_columns_portable(row, channels, from, weights, taps, precision, n, out);
  }
}

}  // namespace flint::kernels
