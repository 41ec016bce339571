// Random words for AVX2.
#define FLINT_ISA avx2
#include "kernels/random/rows.inc"
