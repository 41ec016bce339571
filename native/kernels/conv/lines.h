// Convolution of few channels, line by line: with the channels innermost, the pixels that one line of the kernel covers
// lie together in memory, so that a line of results is a sum of kh small products, without gathering any patches.
#pragma once

#include "kernels/conv/kernel.h"
#include "kernels/conv/planar.h"

namespace flint::kernels {

/// Whether these kernels serve the shape, and beat the others on it (bench.cpp).
bool lines_take_forward(const Conv& s);
bool lines_take_backward_data(const Conv& s);
bool lines_take_backward_weight(const Conv& s);

/// As conv_forward, conv_backward_data and conv_backward_weight, of an `x` of any layout. The results do not depend on
/// the number of threads.
void lines_forward(const Conv& s, const float* x, ImageStrides at, const float* weight, const float* bias, float* y);
void lines_backward_data(const Conv& s, const float* g, const float* weight, float* dx);
void lines_backward_weight(const Conv& s, const float* x, ImageStrides at, const float* g, float* dweight);

constexpr int64_t kLineLanes = 16;
constexpr int64_t kLineVectors = 2;  // of kLineLanes: what one product is wide at most

/// c[i][j] (+)= the sum over `lines` and p < k of a[i · a_row + p · a_column + line · a_line] · b[p · b_column + line ·
/// b_line + j], for i < m and j < width, which is filled up to whole registers: b is read, and c written, so far.
struct LineProduct {
  int64_t m, width, lines, k;
  const float* a;
  int64_t a_row, a_column, a_line;
  const float* b;
  int64_t b_column, b_line;
  float* c;
  int64_t c_row;
  bool add = false;  // to c, at the end: what was summed before must not swallow the small first terms
};
struct LineKernel {
  void (*product)(const LineProduct& product);
  /// to[i] = from[index[i]].
  void (*permute)(const float* from, const int32_t* index, int64_t n, float* to);
  /// sums[i · shift + j] += products[i · row + j], for i < m and j < width.
  void (*add_shifted)(int64_t m, int64_t width, int64_t shift, const float* products, int64_t row, float* sums);
  /// out[i · o + j] = results[i · row + j] + bias[j]; `bias` may be null.
  void (*finish)(int64_t m, int64_t o, const float* results, int64_t row, const float* bias, float* out);
  /// `channels` lines of `pixels` pixels, `plane` apart, to one line with the channels innermost.
  void (*interleave)(int64_t pixels, int64_t channels, const float* planes, int64_t plane, float* out);
};
/// Null where the processor has no registers of kLineLanes floats.
const LineKernel* line_kernel();

}  // namespace flint::kernels
