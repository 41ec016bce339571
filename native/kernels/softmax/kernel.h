// softmax and log-softmax over rows that lie one after the other, and their derivatives.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// out may be x. Each of `rows` rows of `n` is treated by itself; a row's largest value is taken off first. T: float,
/// double.
/// A row of -inf alone gives NaN, or zeros where `zero_blind` is set.
template <class T>
void softmax(const T* x, T* out, int64_t rows, int64_t n, bool zero_blind = false);
template <class T>
void log_softmax(const T* x, T* out, int64_t rows, int64_t n);

/// dx = y (g - sum(g y)) where y is the result of softmax.
template <class T>
void softmax_backward(const T* g, const T* y, T* dx, int64_t rows, int64_t n);
/// dx = g - e^y sum(g) where y is the result of log_softmax.
template <class T>
void log_softmax_backward(const T* g, const T* y, T* dx, int64_t rows, int64_t n);

}  // namespace flint::kernels
