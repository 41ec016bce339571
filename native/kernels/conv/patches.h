// Convolution of few pixels with many weights, the last layers of a network: the patches of the image become a matrix,
// and the weights are multiplied as they lie. Every other form would lay millions of weights out anew for a handful
// of pixels.
#pragma once

#include "kernels/conv/kernel.h"

namespace flint::kernels {

/// Whether these kernels beat the general ones on the shape, as bench.cpp measured; `backward`: for the gradients.
bool patches_take(const Conv& s, bool backward);

/// As conv_forward, conv_backward_data and conv_backward_weight; groups must be 1.
void patches_forward(const Conv& s, const float* x, const float* weight, const float* bias, float* y);
void patches_backward_data(const Conv& s, const float* g, const float* weight, float* dx);
void patches_backward_weight(const Conv& s, const float* x, const float* g, float* dweight);

}  // namespace flint::kernels
