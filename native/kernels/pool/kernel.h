// Pooling over windows. Images are [n, h, w, c] in memory; row-major [n, c, h, w] is the same with n·c images of one
// channel.
#pragma once

#include <cstdint>
#include <span>

namespace flint::kernels {

/// The inputs begin, begin + step, ... below end that one output row (or column) looks at; `size` divides a mean.
struct Window {
  int64_t begin, end, step, size;
};
struct Pool {
  int64_t n, h, w, c;
  std::span<const Window> rows, columns;  // one for each output row and column
};

/// `index` gets the position y·w + x of each maximum. NaN wins. T: float, double.
template <class T>
void max_pool(const Pool& s, const T* x, T* y, int32_t* index);
/// dx (zeroed here) gets each gradient at the position of its maximum.
template <class T>
void max_pool_backward(const Pool& s, const T* g, const int32_t* index, T* dx);
/// y = x at the position of each maximum: the derivative of max_pool_backward.
template <class T>
void max_pool_gather(const Pool& s, const T* x, const int32_t* index, T* y);
template <class T>
void avg_pool(const Pool& s, const T* x, T* y);
template <class T>
void avg_pool_backward(const Pool& s, const T* g, T* dx);

}  // namespace flint::kernels
