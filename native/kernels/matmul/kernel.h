// Matrix products on raw memory: C = alpha * op(A) * op(B) + beta * C (+ bias), row-major.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// op(A) is m x k, op(B) is k x n, C is m x n. A transposed operand is stored as its transpose: op(A)[i][p] = a[p * lda
/// + i].
struct Gemm {
  int64_t m = 0, n = 0, k = 0;
  bool trans_a = false, trans_b = false;
  int64_t lda = 0, ldb = 0, ldc = 0;  // elements from one stored row to the next
  double alpha = 1, beta = 0;         // with beta 0, C is written without being read
  bool operator==(const Gemm&) const = default;
};

/// `bias` (n values added to each row of the result) may be null. T: float, double, int64_t, int32_t, uint8_t.
template <class T>
void gemm(const Gemm& g, const T* a, const T* b, T* c, const T* bias = nullptr);

/// `batch` products whose operands lie `step_*` elements apart (0 repeats one operand).
template <class T>
void gemm_batch(const Gemm& g, int64_t batch, const T* a, int64_t step_a, const T* b, int64_t step_b, T* c,
                int64_t step_c);

/// The blocked kernel alone, whatever oneDNN says: the oracle of the tests.
template <class T>
void gemm_portable(const Gemm& g, const T* a, const T* b, T* c, const T* bias = nullptr);

/// The oneDNN form; false when it does not serve this product. Chosen by the build: onednn.cpp or no_onednn.cpp.
bool gemm_onednn(const Gemm& g, const float* a, const float* b, float* c, const float* bias);

/// Whether this processor multiplies bfloat16, and oneDNN is there to do it.
bool bf16_products();
/// `batch` products of bfloat16 with bfloat16 results, summed in float32; alpha 1, beta 0. Only where bf16_products().
void gemm_bf16(const Gemm& g, int64_t batch, const void* a, int64_t step_a, const void* b, int64_t step_b, void* c,
               int64_t step_c, const void* bias);

/// One block of packed panels: c[MR][NR] += panel_a * panel_b over k; the row of the table for an instruction set.
template <class T>
struct MicroKernel {
  int rows, columns;
  void (*run)(int64_t k, const T* a, const T* b,
              T* tile);  // a: k x rows, b: k x columns, tile: rows x columns, overwritten
  /// Small products where packing does not pay, and B is not transposed.
  void (*small)(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b, int64_t ldb,
                T* row_sums);
  /// out[n] = the products of the row a[k] with n rows of B.
  void (*dots)(int64_t n, int64_t k, const T* a, const T* b, int64_t ldb, T* out);
};
template <class T>
const MicroKernel<T>& micro_portable();
template <class T>
const MicroKernel<T>& micro_avx2();
template <class T>
const MicroKernel<T>& micro_avx512();

}  // namespace flint::kernels
