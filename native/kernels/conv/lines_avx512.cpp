// The small products of a line, for AVX-512.
#include <array>
#include <cstddef>
#include <utility>

#include "kernels/conv/lines.h"
#include "kernels/isa.h"

#ifdef __AVX512F__

namespace flint::kernels {
namespace {

typedef float Vector __attribute__((vector_size(64), aligned(4), may_alias));
static_assert(sizeof(Vector) == kLineLanes * sizeof(float));

Vector load(const float* p) { return *reinterpret_cast<const Vector*>(p); }
void store(float* p, Vector v) { *reinterpret_cast<Vector*>(p) = v; }

constexpr int kMostRows = 12;  // 24 sums of two registers, and two of b beside them

template <int kRows, int kVectors>
void block(const LineProduct& p, const float* a, float* c) {
  constexpr int kTriples = (kRows + 2) / 3;  // every third row: the two after it are reached by their distance
  Vector sum[kRows][kVectors] = {};
  const float* b = p.b;
  for (int64_t line = 0; line < p.lines; ++line, a += p.a_line, b += p.b_line) {
    const float* from[kTriples];
#pragma GCC unroll 4
    for (int i = 0; i < kTriples; ++i) from[i] = a + 3 * i * p.a_row;
    const float* at = b;
    for (int64_t k = 0; k < p.k; ++k, at += p.b_column) {
      Vector of_b[kVectors];
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) of_b[v] = load(at + v * kLineLanes);
#pragma GCC unroll 12
      for (int i = 0; i < kRows; ++i) {
        const float value = from[i / 3][i % 3 * p.a_row];
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sum[i][v] += value * of_b[v];
      }
#pragma GCC unroll 4
      for (int i = 0; i < kTriples; ++i) from[i] += p.a_column;
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      float* to = c + i * p.c_row + v * kLineLanes;
      store(to, p.add ? load(to) + sum[i][v] : sum[i][v]);
    }
}

template <int kVectors, int... kRows>
constexpr auto blocks(std::integer_sequence<int, kRows...>) {
  return std::array{&block<kRows + 1, kVectors>...};
}

void product(const LineProduct& p) {
  static constexpr auto one = blocks<1>(std::make_integer_sequence<int, kMostRows>{}),
                        two = blocks<2>(std::make_integer_sequence<int, kMostRows>{});
  const auto& table = p.width > kLineLanes ? two : one;
  // Blocks of like height: a low last one would leave the processor waiting for its sums.
  const int64_t count = (p.m + kMostRows - 1) / kMostRows;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = p.m * i / count, rows = p.m * (i + 1) / count - first;
    table[static_cast<std::size_t>(rows - 1)](p, p.a + first * p.a_row, p.c + first * p.c_row);
  }
}

void permute(const float* from, const int32_t* index, int64_t n, float* to) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] = from[index[i]];
}

void add_shifted(int64_t m, int64_t width, int64_t shift, const float* products, int64_t row, float* sums) {
  for (int64_t i = 0; i < m; ++i, products += row, sums += shift)
#pragma GCC ivdep
    for (int64_t j = 0; j < width; ++j) sums[j] += products[j];
}

void finish(int64_t m, int64_t o, const float* results, int64_t row, const float* bias, float* out) {
  for (int64_t i = 0; i < m; ++i, results += row, out += o) {
    if (bias)
#pragma GCC ivdep
      for (int64_t j = 0; j < o; ++j) out[j] = results[j] + bias[j];
    else
#pragma GCC ivdep
      for (int64_t j = 0; j < o; ++j) out[j] = results[j];
  }
}

template <int kChannels>
void interleave_of(int64_t pixels, const float* planes, int64_t plane, float* out) {
#pragma GCC ivdep
  for (int64_t i = 0; i < pixels; ++i)
#pragma GCC unroll 4
    for (int c = 0; c < kChannels; ++c) out[i * kChannels + c] = planes[c * plane + i];
}

void interleave(int64_t pixels, int64_t channels, const float* planes, int64_t plane, float* out) {
  switch (channels) {
    case 1:
      return interleave_of<1>(pixels, planes, plane, out);
    case 2:
      return interleave_of<2>(pixels, planes, plane, out);
    case 3:
      return interleave_of<3>(pixels, planes, plane, out);
    case 4:
      return interleave_of<4>(pixels, planes, plane, out);
    default:
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t i = 0; i < pixels; ++i) out[i * channels + c] = planes[c * plane + i];
  }
}

}  // namespace

const LineKernel* line_kernel() {
  static constexpr LineKernel the{product, permute, add_shifted, finish, interleave};
  return best_isa() == Isa::Avx512 ? &the : nullptr;
}

}  // namespace flint::kernels

#else

namespace flint::kernels {

const LineKernel* line_kernel() { return nullptr; }

}  // namespace flint::kernels

#endif
