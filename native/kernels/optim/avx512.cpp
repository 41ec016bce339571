// Optimizer steps for AVX-512.
#define FLINT_OPTIM optim_avx512
#include "kernels/optim/kernels.inc"
