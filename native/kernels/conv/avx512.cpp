// Convolution of planes for AVX512.
#define FLINT_ISA_NAME avx512
#define FLINT_VECTOR_BYTES 64
#include "kernels/conv/planar.inc"
