// Pixels for AVX2.
#define FLINT_ISA avx2
#include "kernels/pixels/rows.inc"
