// Pooling loops with the channels innermost, so that they vectorise when an image lies channels_last.
#include "kernels/pool/kernel.h"

#include <algorithm>
#include <limits>

#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kGrain = 32 * 1024;

/// Calls f(output offset, image offset, row window, column window) for each output position; images shared among
/// threads.
template <class F>
void each(const Pool& s, F&& f) {
  int64_t outputs = static_cast<int64_t>(s.rows.size() * s.columns.size()) * s.c, inputs = s.h * s.w * s.c;
  parallel(s.n, 1 + kGrain / std::max<int64_t>(inputs, 1), [&](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; ++n) {
      int64_t at = n * outputs;
      for (const Window& row : s.rows)
        for (const Window& column : s.columns) {
          f(at, n * inputs, row, column);
          at += s.c;
        }
    }
  });
}

}  // namespace

template <class T>
void max_pool(const Pool& s, const T* x, T* y, int32_t* index) {
  each(s, [&](int64_t at, int64_t image, const Window& row, const Window& column) {
    T* out = y + at;
    int32_t* where = index + at;
    bool first = true;
    for (int64_t i = row.begin; i < row.end; i += row.step)
      for (int64_t j = column.begin; j < column.end; j += column.step) {
        const T* in = x + image + (i * s.w + j) * s.c;
        int32_t place = static_cast<int32_t>(i * s.w + j);
        if (first) {
          for (int64_t q = 0; q < s.c; ++q) out[q] = in[q], where[q] = place;
          first = false;
          continue;
        }
        for (int64_t q = 0; q < s.c; ++q) {
          bool larger = in[q] > out[q] || in[q] != in[q];
          out[q] = larger ? in[q] : out[q];
          where[q] = larger ? place : where[q];
        }
      }
    if (first)
      for (int64_t q = 0; q < s.c; ++q) out[q] = -std::numeric_limits<T>::infinity(), where[q] = -1;
  });
}

template <class T>
void max_pool_backward(const Pool& s, const T* g, const int32_t* index, T* dx) {
  std::fill(dx, dx + s.n * s.h * s.w * s.c, T(0));
  each(s, [&](int64_t at, int64_t image, const Window&, const Window&) {
    for (int64_t q = 0; q < s.c; ++q)
      if (index[at + q] >= 0) dx[image + index[at + q] * s.c + q] += g[at + q];
  });
}

template <class T>
void max_pool_gather(const Pool& s, const T* x, const int32_t* index, T* y) {
  each(s, [&](int64_t at, int64_t image, const Window&, const Window&) {
    for (int64_t q = 0; q < s.c; ++q) y[at + q] = index[at + q] >= 0 ? x[image + index[at + q] * s.c + q] : T(0);
  });
}

template <class T>
void avg_pool(const Pool& s, const T* x, T* y) {
  each(s, [&](int64_t at, int64_t image, const Window& row, const Window& column) {
    T* out = y + at;
    std::fill(out, out + s.c, T(0));
    for (int64_t i = row.begin; i < row.end; i += row.step)
      for (int64_t j = column.begin; j < column.end; j += column.step) {
        const T* in = x + image + (i * s.w + j) * s.c;
        for (int64_t q = 0; q < s.c; ++q) out[q] += in[q];
      }
    T scale = T(1) / static_cast<T>(row.size * column.size);
    for (int64_t q = 0; q < s.c; ++q) out[q] *= scale;
  });
}

template <class T>
void avg_pool_backward(const Pool& s, const T* g, T* dx) {
  std::fill(dx, dx + s.n * s.h * s.w * s.c, T(0));
  each(s, [&](int64_t at, int64_t image, const Window& row, const Window& column) {
    T scale = T(1) / static_cast<T>(row.size * column.size);
    for (int64_t i = row.begin; i < row.end; i += row.step)
      for (int64_t j = column.begin; j < column.end; j += column.step) {
        T* into = dx + image + (i * s.w + j) * s.c;
        for (int64_t q = 0; q < s.c; ++q) into[q] += g[at + q] * scale;
      }
  });
}

#define FLINT_POOL(T)                                                            \
  template void max_pool<T>(const Pool&, const T*, T*, int32_t*);                \
  template void max_pool_backward<T>(const Pool&, const T*, const int32_t*, T*); \
  template void max_pool_gather<T>(const Pool&, const T*, const int32_t*, T*);   \
  template void avg_pool<T>(const Pool&, const T*, T*);                          \
  template void avg_pool_backward<T>(const Pool&, const T*, T*);
FLINT_POOL(float)
FLINT_POOL(double)
#undef FLINT_POOL

}  // namespace flint::kernels
