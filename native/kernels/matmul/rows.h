// Sums over the rows of a matrix: what the gradient of a bias is.
#pragma once

#include <algorithm>
#include <cstdint>

namespace flint::kernels {

/// Of few columns without gaps: eight rows are one, so that whole registers are added.
template <class T>
void narrow_column_sums(const T* a, int64_t rows, int64_t columns, T* out) {
  constexpr int64_t together = 8, most = 16 * together;
  T sums[most] = {};
  const int64_t width = together * columns, whole = rows / together;
  for (int64_t i = 0; i < whole; ++i)
    for (int64_t j = 0; j < width; ++j) sums[j] += a[i * width + j];
  for (int64_t i = whole * together; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) sums[j] += a[i * columns + j];
  for (int64_t j = 0; j < columns; ++j) {
    T total = 0;
    for (int64_t k = 0; k < together; ++k) total += sums[k * columns + j];
    out[j] = total;
  }
}

/// out[j] = sum over i of a[i * ld + j], always in the same order.
template <class T>
void column_sums(const T* a, int64_t rows, int64_t columns, int64_t ld, T* out) {
  if (columns < 16 && ld == columns && rows >= 16) return narrow_column_sums(a, rows, columns, out);
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
