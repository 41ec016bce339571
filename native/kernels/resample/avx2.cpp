// Resizing for AVX2.
#define FLINT_ISA avx2
#include "kernels/resample/rows.inc"
