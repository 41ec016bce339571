// Convolution of planes for AVX2.
#define FLINT_ISA_NAME avx2
#define FLINT_VECTOR_BYTES 32
#include "kernels/conv/planar.inc"
