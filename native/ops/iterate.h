// Walking strided tensors together: dimensions of size 1 dropped, neighbours merged, rows handed to a kernel.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "flint/dims.h"
#include "flint/runtime.h"
#include "flint/tensor.h"
#include "kernels/parallel.h"

namespace flint {

/// Elements of cheap work below which a second thread costs more than it brings (about 20 microseconds).
constexpr int64_t kParallelElements = 64 * 1024;

/// The common walk of K tensors that broadcast to `sizes`; strides in elements, 0 where one is repeated.
template <int K>
struct Walk {
  int dims = 0;
  int64_t sizes[Dims::kMax];
  int64_t strides[K][Dims::kMax];

  Walk(const Dims& shape, const std::array<const Tensor*, K>& tensors)
      : Walk(shape, layouts_of(tensors, std::make_index_sequence<K>())) {}
  Walk(const Dims& shape, const std::array<const Layout*, K>& tensors) {
    int order[Dims::kMax], n = 0;
    int64_t raw[K][Dims::kMax];
    for (int d = 0; d < shape.size(); ++d) {
      if (shape[d] == 1) continue;
      order[n] = d;
      for (int k = 0; k < K; ++k) {
        int at = d - (shape.size() - tensors[k]->sizes.size());
        raw[k][d] = at < 0 || tensors[k]->sizes[at] == 1 ? 0 : tensors[k]->strides[at];
      }
      ++n;
    }
    // The first tensor decides the order in memory, so that a channels-last result is written straight through.
    std::stable_sort(order, order + n, [&](int a, int b) { return raw[0][a] > raw[0][b]; });
    for (int i = 0; i < n; ++i) {
      int d = order[i];
      bool merges = dims > 0;
      for (int k = 0; merges && k < K; ++k) merges = strides[k][dims - 1] == raw[k][d] * shape[d];
      if (merges) {
        sizes[dims - 1] *= shape[d];
        for (int k = 0; k < K; ++k) strides[k][dims - 1] = raw[k][d];
      } else {
        sizes[dims] = shape[d];
        for (int k = 0; k < K; ++k) strides[k][dims] = raw[k][d];
        ++dims;
      }
    }
    if (dims == 0) {
      dims = 1;
      sizes[0] = shape.numel();
      for (int k = 0; k < K; ++k) strides[k][0] = 0;
    }
  }

  template <size_t... I>
  static std::array<const Layout*, K> layouts_of(const std::array<const Tensor*, K>& tensors,
                                                 std::index_sequence<I...>) {
    return {tensors[I]->impl()...};
  }
  int64_t row() const { return sizes[dims - 1]; }
  int64_t row_stride(int k) const { return strides[k][dims - 1]; }
  int64_t outer() const {
    int64_t n = 1;
    for (int d = 0; d + 1 < dims; ++d) n *= sizes[d];
    return n;
  }

  /// Calls f(offsets, count) for each row between two positions of the flattened outer space.
  template <class F>
  void rows(int64_t from, int64_t to, F&& f) const {
    if (from >= to) return;  // there may be a size of 0 to divide by
    int64_t index[Dims::kMax] = {}, at[K] = {};
    int64_t rest = from;
    for (int d = dims - 2; d >= 0; --d) {
      index[d] = rest % sizes[d];
      rest /= sizes[d];
      for (int k = 0; k < K; ++k) at[k] += index[d] * strides[k][d];
    }
    for (int64_t r = from; r < to; ++r) {
      f(at, row());
      for (int d = dims - 2; d >= 0; --d) {
        for (int k = 0; k < K; ++k) at[k] += strides[k][d];
        if (++index[d] < sizes[d]) break;
        for (int k = 0; k < K; ++k) at[k] -= index[d] * strides[k][d];
        index[d] = 0;
      }
    }
  }

  /// Calls f(offsets, count) over everything, by several threads when there is enough of it. `cost`: in cheap elements.
  template <class F>
  void each(F&& f, int64_t cost = 1) const {
    const int64_t outer_rows = outer(), n = row(), total = outer_rows * n;
    if (total == 0) return;
    const int workers = total * cost < kParallelElements ? 1 : threads();
    if (workers == 1) return rows(0, outer_rows, f);
    if (outer_rows >= workers)
      return kernels::for_parts(workers,
                                [&](int64_t w) { rows(outer_rows * w / workers, outer_rows * (w + 1) / workers, f); });
    // Few long rows: cut each of them.
    rows(0, outer_rows, [&](const int64_t* at, int64_t count) {
      kernels::for_pieces(count, workers, [&](int64_t begin, int64_t end) {
        int64_t moved[K];
        for (int k = 0; k < K; ++k) moved[k] = at[k] + begin * row_stride(k);
        f(moved, end - begin);
      });
    });
  }
};

/// The shape that two tensors broadcast to; an error naming both shapes and the dimension that clashes.
Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op);
/// Strides for a result of this shape: those of an operand that is dense and has it, else row-major.
Dims result_strides(const Dims& shape, std::initializer_list<const Tensor*> operands);

}  // namespace flint
