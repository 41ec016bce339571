// Outer products for AVX-512.
#define FLINT_ISA avx512
#include "kernels/outer/rows.inc"
