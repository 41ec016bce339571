// Pooling for AVX2; wider registers would hold more channels than small networks have.
#define FLINT_ISA_NAME avx2
#define FLINT_VECTOR_BYTES 32
#include "kernels/pool/rows.inc"
