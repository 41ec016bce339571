// Batch normalisation for AVX2.
#define FLINT_ISA avx2
#include "kernels/norm/rows.inc"
