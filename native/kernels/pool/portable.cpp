// Pooling loops with the channels innermost, so that they vectorise when an image lies channels_last.
#include <algorithm>

#include "kernels/isa.h"
#include "kernels/parallel.h"

#define FLINT_ISA_NAME portable
#define FLINT_VECTOR_BYTES 16
#include "kernels/pool/rows.inc"

namespace flint::kernels {
namespace {

constexpr int64_t kGrain = 8 * 1024;

template <class T>
const PoolRows<T>& rows() {
  return best_isa() == Isa::Portable ? pool_rows_portable<T>() : pool_rows_avx2<T>();
}

/// Whether the windows cover what they cover once each, from the first place on.
bool side_by_side(std::span<const Window> windows) {
  int64_t at = 0;
  for (const Window& w : windows) {
    if (w.begin != at || w.end <= w.begin || w.step != 1) return false;
    at = w.end;
  }
  return at > 0;
}

/// Calls f(first image, end), with the images shared among threads.
template <class F>
void images(const Pool& s, F&& f) {
  parallel(s.n, 1 + kGrain / std::max<int64_t>(s.h * s.w * s.c, 1), f);
}

/// Calls f(output offset, image offset, row window, column window) for each output position; images shared among
/// threads.
template <class F>
void each(const Pool& s, F&& f) {
  int64_t outputs = static_cast<int64_t>(s.rows.size() * s.columns.size()) * s.c, inputs = s.h * s.w * s.c;
  images(s, [&](int64_t from, int64_t to) {
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
  const int64_t width = static_cast<int64_t>(s.columns.size()) * s.c,
                outputs = static_cast<int64_t>(s.rows.size()) * width, inputs = s.h * s.w * s.c;
  images(s, [&](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; ++n)
      for (size_t r = 0; r < s.rows.size(); ++r) {
        const int64_t at = n * outputs + static_cast<int64_t>(r) * width;
        rows<T>().max(s, s.rows[r], x + n * inputs, (s.n - n) * inputs, y + at, index + at, to * outputs - at);
      }
  });
}

template <class T>
void max_pool_backward(const Pool& s, const T* g, const int32_t* index, T* dx) {
  const int64_t width = static_cast<int64_t>(s.columns.size()) * s.c,
                outputs = static_cast<int64_t>(s.rows.size()) * width, inputs = s.h * s.w * s.c;
  if (!side_by_side(s.rows) || !side_by_side(s.columns)) {
    std::fill(dx, dx + s.n * inputs, T(0));
    each(s, [&](int64_t at, int64_t image, const Window&, const Window&) {
      for (int64_t q = 0; q < s.c; ++q)
        if (index[at + q] >= 0) dx[image + index[at + q] * s.c + q] += g[at + q];
    });
    return;
  }
  images(s, [&](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; ++n) {
      T* image = dx + n * inputs;
      for (size_t r = 0; r < s.rows.size(); ++r) {
        const int64_t at = n * outputs + static_cast<int64_t>(r) * width;
        rows<T>().max_backward(s, s.rows[r], g + at, index + at, s.n * outputs - at, image, (to - n) * inputs);
      }
      std::fill(image + s.rows.back().end * s.w * s.c, image + inputs, T(0));
    }
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
