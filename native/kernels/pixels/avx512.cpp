// Pixels for AVX-512.
#define FLINT_ISA avx512
#include "kernels/pixels/rows.inc"
