// Rows are taken in blocks, so that e^x runs over a long stretch even when a row has only ten classes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/elementwise/kernel.h"
#include "kernels/parallel.h"
#include "kernels/softmax/kernel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kBlock = 4096;       // elements in one block: stays in the first-level cache
constexpr int64_t kGrain = 16 * 1024;  // elements that pay for a second thread

template <class T>
void exp_all(const T* x, T* out, int64_t n) {
  rows().unary[static_cast<int>(Unary::Exp)][static_cast<int>(dtype_of<T>())](out, x, 1, 1, n, 0, 0);
}

/// Calls f(first row, count) for blocks of rows, by several threads when there are enough.
template <class F>
void blocks(int64_t rows, int64_t n, F&& f) {
  int64_t per = std::max<int64_t>(1, kBlock / std::max<int64_t>(n, 1));
  parallel(rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(n, 1)), [&](int64_t from, int64_t to) {
    for (int64_t r = from; r < to; r += per) f(r, std::min(per, to - r));
  });
}

/// out = x - max of its row. A row of -inf alone gives NaN, as its softmax is.
template <class T>
void shift(const T* x, T* out, int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; ++r, x += n, out += n) {
    T top = -std::numeric_limits<T>::infinity();
    for (int64_t j = 0; j < n; ++j) top = x[j] > top ? x[j] : top;
    for (int64_t j = 0; j < n; ++j) out[j] = x[j] - top;
  }
}

template <class T>
bool all_blind(const T* x, int64_t n) {
  return std::all_of(x, x + n, [](T v) { return v == -std::numeric_limits<T>::infinity(); });
}

template <class T>
T total(const T* x, int64_t n) {
  T s = 0;
#pragma omp simd reduction(+ : s)
  for (int64_t j = 0; j < n; ++j) s += x[j];
  return s;
}

}  // namespace

template <class T>
void softmax(const T* x, T* out, int64_t rows, int64_t n, bool zero_blind) {
  blocks(rows, n, [&](int64_t r, int64_t count) {
    T* y = out + r * n;
    shift(x + r * n, y, count, n);
    exp_all(y, y, count * n);
    for (int64_t i = 0; i < count; ++i, y += n) {
      const T sum = total(y, n);
      if (zero_blind && sum != sum && all_blind(x + (r + i) * n, n)) {
        std::fill_n(y, n, T(0));
        continue;
      }
      T scale = T(1) / sum;
      for (int64_t j = 0; j < n; ++j) y[j] *= scale;
    }
  });
}

template <class T>
void log_softmax(const T* x, T* out, int64_t rows, int64_t n) {
  blocks(rows, n, [&](int64_t r, int64_t count) {
    thread_local std::vector<T> buffer;
    if (static_cast<int64_t>(buffer.size()) < count * n) buffer.resize(count * n);
    T* y = out + r * n;
    shift(x + r * n, y, count, n);
    exp_all<T>(y, buffer.data(), count * n);
    for (int64_t i = 0; i < count; ++i, y += n) {
      T off = std::log(total(buffer.data() + i * n, n));
      for (int64_t j = 0; j < n; ++j) y[j] -= off;
    }
  });
}

template <class T>
void softmax_backward(const T* g, const T* y, T* dx, int64_t rows, int64_t n) {
  blocks(rows, n, [&](int64_t r, int64_t count) {
    for (int64_t i = r; i < r + count; ++i) {
      const T *gi = g + i * n, *yi = y + i * n;
      T s = 0;
#pragma omp simd reduction(+ : s)
      for (int64_t j = 0; j < n; ++j) s += gi[j] * yi[j];
      for (int64_t j = 0; j < n; ++j) dx[i * n + j] = yi[j] * (gi[j] - s);
    }
  });
}

template <class T>
void log_softmax_backward(const T* g, const T* y, T* dx, int64_t rows, int64_t n) {
  blocks(rows, n, [&](int64_t r, int64_t count) {
    exp_all(y + r * n, dx + r * n, count * n);
    for (int64_t i = r; i < r + count; ++i) {
      const T* gi = g + i * n;
      T s = total(gi, n);
      for (int64_t j = 0; j < n; ++j) dx[i * n + j] = gi[j] - dx[i * n + j] * s;
    }
  });
}

#define FLINT_SOFTMAX(T)                                                       \
  template void softmax<T>(const T*, T*, int64_t, int64_t, bool);              \
  template void log_softmax<T>(const T*, T*, int64_t, int64_t);                \
  template void softmax_backward<T>(const T*, const T*, T*, int64_t, int64_t); \
  template void log_softmax_backward<T>(const T*, const T*, T*, int64_t, int64_t);
FLINT_SOFTMAX(float)
FLINT_SOFTMAX(double)
#undef FLINT_SOFTMAX

}  // namespace flint::kernels
