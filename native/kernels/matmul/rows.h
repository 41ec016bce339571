// Sums over the rows of a matrix: what the gradient of a bias is.
#pragma once

#include <algorithm>
#include <cstdint>

namespace flint::kernels {

/// out[j] = sum over i of a[i * ld + j]. Rows are added in fours, always in the same order.
template <class T>
void column_sums(const T* a, int64_t rows, int64_t columns, int64_t ld, T* out) {
  std::fill(out, out + columns, T(0));
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const T* __restrict r0 = a + i * ld, * __restrict r1 = r0 + ld, * __restrict r2 = r1 + ld, * __restrict r3 = r2 + ld;
    for (int64_t j = 0; j < columns; ++j) out[j] += (r0[j] + r1[j]) + (r2[j] + r3[j]);
  }
  for (; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) out[j] += a[i * ld + j];
}

}  // namespace flint::kernels
