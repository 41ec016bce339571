// The blocked product: panels of both operands are packed so that the inner block reads memory in order.
#define FLINT_ISA_NAME portable
#define FLINT_VECTOR_BYTES 16
#define FLINT_TILE_ROWS 4
#include <algorithm>
#include <vector>

#include "kernels/isa.h"
#include "kernels/matmul/kernels.inc"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kDepth = 256;       // of k in one panel: a panel of B stays in the second-level cache
constexpr int64_t kWide = 1024;       // columns packed at once
constexpr int64_t kOneRow = 1 << 18;  // multiplications of one row with a matrix that the second-level cache holds
constexpr int64_t kSmall = 1 << 15;   // multiplications below which packing does not pay

template <class T>
const MicroKernel<T>& micro() {
  switch (best_isa()) {
    case Isa::Avx512:
      return micro_avx512<T>();
    case Isa::Avx2:
      return micro_avx2<T>();
    default:
      return micro_portable<T>();
  }
}

template <class T>
struct Operand {  // element (i, j) of op(X)
  const T* data;
  int64_t row, column;
  T at(int64_t i, int64_t j) const { return data[i * row + j * column]; }
};
template <class T>
Operand<T> operand(const T* data, int64_t ld, bool transposed) {
  return transposed ? Operand<T>{data, 1, ld} : Operand<T>{data, ld, 1};
}

/// What every path ends with: beta, bias and alpha applied to one finished row of products.
template <class T>
void store_row(const Gemm& g, const T* sums, int64_t columns, T* c, const T* bias, bool first) {
  T alpha = static_cast<T>(g.alpha), beta = static_cast<T>(g.beta);
  if (!first) {
    for (int64_t j = 0; j < columns; ++j) c[j] += alpha * sums[j];
  } else {
    for (int64_t j = 0; j < columns; ++j) {
      T value = alpha * sums[j];
      if (beta != T(0)) value += beta * c[j];
      if (bias) value += bias[j];
      c[j] = value;
    }
  }
}

template <class T>
void gemm_small(const Gemm& g, const T* a, const T* b, T* c, const T* bias) {
  Operand<T> A = operand(a, g.lda, g.trans_a), B = operand(b, g.ldb, g.trans_b);
  thread_local std::vector<T> sums;
  if (!g.trans_b && g.n > 1) {
    sums.resize(g.m * g.n);
    micro<T>().small(g.m, g.n, g.k, a, A.row, A.column, b, g.ldb, sums.data());
    for (int64_t i = 0; i < g.m; ++i) store_row(g, sums.data() + i * g.n, g.n, c + i * g.ldc, bias, true);
    return;
  }
  sums.resize(g.n);
  const bool rows_of_b = g.trans_b && A.column == 1 && g.k >= 8;
  for (int64_t i = 0; i < g.m; ++i) {
    if (rows_of_b) micro<T>().dots(g.n, g.k, a + i * A.row, b, g.ldb, sums.data());
    for (int64_t j = 0; j < g.n && !rows_of_b; ++j) {
      T s = 0;
      for (int64_t p = 0; p < g.k; ++p) s += A.at(i, p) * B.at(p, j);
      sums[j] = s;
    }
    store_row(g, sums.data(), g.n, c + i * g.ldc, bias, true);
  }
}

template <class T>
void pack_b(const Operand<T>& B, int64_t p0, int64_t depth, int64_t j0, int64_t columns, int step, T* out) {
  for (int64_t j = 0; j < columns; j += step) {
    int64_t width = std::min<int64_t>(step, columns - j);
    for (int64_t p = 0; p < depth; ++p, out += step) {
      for (int64_t q = 0; q < width; ++q) out[q] = B.at(p0 + p, j0 + j + q);
      for (int64_t q = width; q < step; ++q) out[q] = T(0);
    }
  }
}

template <class T>
void pack_a(const Operand<T>& A, int64_t i0, int64_t rows, int64_t p0, int64_t depth, int step, T* out) {
  for (int64_t p = 0; p < depth; ++p, out += step) {
    for (int64_t i = 0; i < rows; ++i) out[i] = A.at(i0 + i, p0 + p);
    for (int64_t i = rows; i < step; ++i) out[i] = T(0);
  }
}

template <class T>
void gemm_blocked(const Gemm& g, const T* a, const T* b, T* c, const T* bias) {
  const MicroKernel<T>& kernel = micro<T>();
  Operand<T> A = operand(a, g.lda, g.trans_a), B = operand(b, g.ldb, g.trans_b);
  thread_local std::vector<T> panel_b;
  for (int64_t j0 = 0; j0 < g.n; j0 += kWide) {
    int64_t columns = std::min(kWide, g.n - j0);
    int64_t strips = (columns + kernel.columns - 1) / kernel.columns;
    for (int64_t p0 = 0; p0 < g.k; p0 += kDepth) {
      int64_t depth = std::min(kDepth, g.k - p0);
      panel_b.resize(strips * kernel.columns * depth);
      T* packed_b = panel_b.data();
      parallel(strips, 1 + (1 << 13) / (kernel.columns * depth), [&](int64_t from, int64_t to) {
        int64_t end = std::min(columns, to * kernel.columns);
        pack_b(B, p0, depth, j0 + from * kernel.columns, end - from * kernel.columns, kernel.columns,
               packed_b + from * kernel.columns * depth);
      });
      int64_t blocks = (g.m + kernel.rows - 1) / kernel.rows;
      int64_t grain = 1 + (1 << 19) / (kernel.rows * columns * depth);
      parallel(blocks, grain, [&](int64_t from, int64_t to) {
        thread_local std::vector<T> panel_a, tile;
        panel_a.resize(kernel.rows * depth);
        tile.resize(kernel.rows * kernel.columns);
        for (int64_t block = from; block < to; ++block) {
          int64_t i0 = block * kernel.rows, rows = std::min<int64_t>(kernel.rows, g.m - i0);
          pack_a(A, i0, rows, p0, depth, kernel.rows, panel_a.data());
          for (int64_t s = 0; s < strips; ++s) {
            kernel.run(depth, panel_a.data(), packed_b + s * kernel.columns * depth, tile.data());
            int64_t j = s * kernel.columns, width = std::min<int64_t>(kernel.columns, columns - j);
            for (int64_t i = 0; i < rows; ++i)
              store_row(g, tile.data() + i * kernel.columns, width, c + (i0 + i) * g.ldc + j0 + j,
                        bias ? bias + j0 + j : nullptr, p0 == 0);
          }
        }
      });
    }
  }
}

}  // namespace

template <class T>
void gemm_portable(const Gemm& g, const T* a, const T* b, T* c, const T* bias) {
  if (g.m == 0 || g.n == 0) return;
  if (g.k == 0 || g.m * g.n * g.k <= kSmall)
    gemm_small(g, a, b, c, bias);
  else
    gemm_blocked(g, a, b, c, bias);
}

template <class T>
void gemm(const Gemm& g, const T* a, const T* b, T* c, const T* bias) {
  if constexpr (sizeof(T) == 4 && T(0.5) != T(0)) {
    // oneDNN takes about a microsecond before it begins, and has nothing to block where there is one row.
    const int64_t work = g.m * g.n * g.k;
    if (g.m == 1 && work <= kOneRow && !(g.trans_a && g.lda != 1)) return gemm_small(g, a, b, c, bias);
    if (work > (1 << 12) && onednn_enabled() && gemm_onednn(g, a, b, c, bias)) return;
  }
  gemm_portable(g, a, b, c, bias);
}

template <class T>
void gemm_batch(const Gemm& g, int64_t batch, const T* a, int64_t step_a, const T* b, int64_t step_b, T* c,
                int64_t step_c) {
  int64_t work = g.m * g.n * std::max<int64_t>(g.k, 1);
  auto run = [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) gemm(g, a + i * step_a, b + i * step_b, c + i * step_c);
  };
  // Large products use the threads themselves; many small ones share them out.
  if (work > (1 << 20))
    run(0, batch);
  else
    parallel(batch, 1 + (1 << 19) / std::max<int64_t>(work, 1), run);
}

#define FLINT_GEMM(T)                                                            \
  template void gemm<T>(const Gemm&, const T*, const T*, T*, const T*);          \
  template void gemm_portable<T>(const Gemm&, const T*, const T*, T*, const T*); \
  template void gemm_batch<T>(const Gemm&, int64_t, const T*, int64_t, const T*, int64_t, T*, int64_t);
FLINT_GEMM(float)
FLINT_GEMM(double)
FLINT_GEMM(int64_t)
FLINT_GEMM(int32_t)
FLINT_GEMM(uint8_t)
#undef FLINT_GEMM

}  // namespace flint::kernels
