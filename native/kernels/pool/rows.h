// The inner loops of max pooling, one row of the table for each instruction set.
#pragma once

#include "kernels/pool/kernel.h"

namespace flint::kernels {

/// Both work on whole registers of channels and let the last one of a pixel run into the next, which is written after
/// it; so they are told how much memory there is, counted from the pointer beside it.
template <class T>
struct PoolRows {
  /// One row of maxima and their positions, of the window `row` of an image.
  void (*max)(const Pool& s, Window row, const T* image, int64_t readable, T* y, int32_t* index, int64_t writable);
  /// The rows of dx that the window `row` covers, where windows lie side by side: each element from its one window.
  void (*max_backward)(const Pool& s, Window row, const T* g, const int32_t* index, int64_t readable, T* image,
                       int64_t writable);
};
template <class T>
const PoolRows<T>& pool_rows_portable();
template <class T>
const PoolRows<T>& pool_rows_avx2();

}  // namespace flint::kernels
