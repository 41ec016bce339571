// Matrix product blocks for AVX2.
#define FLINT_ISA_NAME avx2
#define FLINT_VECTOR_BYTES 32
#define FLINT_TILE_ROWS 6
#include "kernels/matmul/kernels.inc"
