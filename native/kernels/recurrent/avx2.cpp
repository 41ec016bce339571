// Recurrent units for AVX2.
#define FLINT_ISA avx2
#include "kernels/recurrent/rows.inc"
