// Resizing for AVX-512.
#define FLINT_ISA avx512
#include "kernels/resample/rows.inc"
