// Convolution with 3 x 3 kernels by Winograd's minimal filtering, F(2 x 2, 3 x 3) of Lavin and Gray 2016
// (arXiv:1509.09308): 16 multiplications give 2 x 2 results instead of 36. Rounding errors are about twice those of
// the plain sums.
#pragma once

#include "kernels/conv/lines.h"

namespace flint::kernels {

/// Whether these kernels serve the shape, and beat the general ones on it (bench.cpp).
bool winograd_takes(const Conv& s);

/// As conv_forward, conv_backward_data and conv_backward_weight. The result does not depend on the number of threads.
void winograd_forward(const Conv& s, const float* x, const float* weight, const float* bias, float* y);
void winograd_backward_data(const Conv& s, const float* g, const float* weight, float* dx);
void winograd_backward_weight(const Conv& s, const float* x, const float* g, float* dweight);

constexpr int64_t kFrequencies = 16;                   // of a tile of 4 x 4 pixels
constexpr int64_t kPanel = kLineVectors * kLineLanes;  // channels side by side in a packed operand

/// The loops, over registers of kLineLanes floats. Frequency f of what lies at p is at p + f · step.
struct WinogradKernel {
  /// A tile of 4 x 4 pixels to its frequencies.
  void (*input)(const float* const* pixels, int64_t channels, float* out, int64_t step);
  /// Frequencies to 2 x 2 pixels. A null pixel lies outside. `bias` may be null.
  void (*output)(const float* in, int64_t step, int64_t channels, const float* bias, float* const* pixels);
  /// The gradient of 2 x 2 pixels to frequencies; kPanel channels lie together, then comes the next panel.
  void (*gradient)(const float* const* pixels, int64_t channels, float* out, int64_t step, int64_t panel_step);
  /// 9 taps of `rows` rows of kLineLanes weights, taps `tap` floats apart, to frequencies whose rows are kPanel apart;
  /// the taps in turned order where `turned`. And back, of the gradient.
  void (*weight)(const float* taps, int64_t tap, int64_t rows, bool turned, float* out, int64_t step);
  void (*weight_back)(const float* in, int64_t step, int64_t rows, float* taps, int64_t tap);
};
/// Null where the processor has no registers of 16 floats.
const WinogradKernel* winograd_kernel();

}  // namespace flint::kernels
