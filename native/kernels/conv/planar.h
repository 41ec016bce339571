// Convolution of images with few channels, the first layer of most networks: a register holds neighbouring pixels of
// one plane, since a handful of channels would leave most of its lanes empty.
#pragma once

#include <cstdint>

#include "kernels/conv/kernel.h"

namespace flint::kernels {

/// Where the values of an image tensor lie, in elements: it may have any layout.
struct ImageStrides {
  int64_t n, c, h, w;
};

/// Whether these kernels serve the shape, and beat the general ones on it. T: float, double.
template <class T>
bool planar_takes_forward(const Conv& s);
template <class T>
bool planar_takes_backward_weight(const Conv& s);

/// As conv_forward and conv_backward_weight, of an `x` of any layout. The result does not depend on the number of
/// threads.
template <class T>
void planar_forward(const Conv& s, const T* x, ImageStrides at, const T* weight, const T* bias, T* y);
template <class T>
void planar_backward_weight(const Conv& s, const T* x, ImageStrides at, const T* g, T* dweight);

/// Rows of pixels; one row of the table for each instruction set. Planes are padded so that whole registers may be
/// read.
template <class T>
struct PlanarKernel {
  int lanes;
  /// One row of the result, [ow][o], from kh rows of c planes.
  void (*forward)(const Conv& s, const T* x, int64_t x_row, int64_t x_plane, const T* weight, const T* bias, T* y);
  /// Adds to sums [o][kw][lanes] the products of the rows of one plane with those of g, for one row of the kernel.
  void (*weight)(const Conv& s, const T* x, int64_t x_row, const T* g, int64_t g_row, int64_t g_plane, T* sums);
  /// out[i] = the sum of the lanes of sums[0][i], sums[1][i] ... up to sums[groups - 1][i].
  void (*total)(int64_t groups, int64_t count, const T* sums, T* out);
};
template <class T>
const PlanarKernel<T>& planar_portable();
template <class T>
const PlanarKernel<T>& planar_avx2();
template <class T>
const PlanarKernel<T>& planar_avx512();

}  // namespace flint::kernels
