// Matrix product blocks for AVX512.
#define FLINT_ISA_NAME avx512
#define FLINT_VECTOR_BYTES 64
#define FLINT_TILE_ROWS 12
#include "kernels/matmul/kernels.inc"
