// Outer products for AVX2.
#define FLINT_ISA avx2
#include "kernels/outer/rows.inc"
