// Batch normalisation of rows whose channels lie innermost: [rows, channels], dense.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// The loops for one instruction set. Sums are added to `double` values, one for each channel.
template <class T>
struct NormRows {
  /// Σ (x - origin) and Σ (x - origin)²: with an origin near the mean little is lost to rounding.
  void (*moments)(int64_t rows, int64_t channels, const T* x, const T* origin, double* sums, double* squares);
  /// y = x · scale + shift.
  void (*affine)(int64_t rows, int64_t channels, const T* x, const T* scale, const T* shift, T* y);
  /// Σ g and Σ g · (x - mean). Where `y` is not null, g counts only where y > 0.
  void (*gradient_sums)(int64_t rows, int64_t channels, const T* x, const T* g, const T* y, const T* mean, double* sums,
                        double* products);
  /// dx = by_g · g + by_x · x + constant, with g as above.
  void (*gradient)(int64_t rows, int64_t channels, const T* x, const T* g, const T* y, const T* by_g, const T* by_x,
                   const T* constant, T* dx);
};
template <class T>
const NormRows<T>& norm_portable();
template <class T>
const NormRows<T>& norm_avx2();
template <class T>
const NormRows<T>& norm_avx512();
/// Those of this processor. T: float, double.
template <class T>
const NormRows<T>& norm_rows();

}  // namespace flint::kernels
