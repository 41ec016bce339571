// Outer products of vectors and their sums, each product and each sum rounded by itself: a sum of many at once has the
// bits of one after the other.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// a[i · stride_a] · b[j · stride_b].
struct Outer {
  const float *a, *b;
  int64_t stride_a, stride_b;
};

/// out[i][j] = ((first + second) + third) + …, of `count` ≥ 1 products; `out` [rows, columns] row-major.
void sum_of_outers(const Outer* products, int64_t count, int64_t rows, int64_t columns, float* out);

/// The rows of the table for one instruction set: rows `from` to `to`; the vectors b lie without gaps.
using OuterRows = void (*)(const Outer* products, int64_t count, int64_t from, int64_t to, int64_t columns, float* out);
void outer_rows_portable(const Outer* products, int64_t count, int64_t from, int64_t to, int64_t columns, float* out);
void outer_rows_avx2(const Outer* products, int64_t count, int64_t from, int64_t to, int64_t columns, float* out);
void outer_rows_avx512(const Outer* products, int64_t count, int64_t from, int64_t to, int64_t columns, float* out);

}  // namespace flint::kernels
