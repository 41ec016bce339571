// Optimizer steps for AVX2.
#define FLINT_OPTIM optim_avx2
#include "kernels/optim/kernels.inc"
