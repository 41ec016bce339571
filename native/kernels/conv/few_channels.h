// Convolution of few channels, of images of any layout: by lines (lines.h) or by planes (planar.h), whichever is
// faster.
#pragma once

#include "kernels/conv/planar.h"

namespace flint::kernels {

/// Whether one of them serves the shape, and beats the general kernels on it. T: float, double.
template <class T>
bool few_channels_take_forward(const Conv& s);
template <class T>
bool few_channels_take_backward_weight(const Conv& s);

/// As conv_forward and conv_backward_weight.
template <class T>
void few_channels_forward(const Conv& s, const T* x, ImageStrides at, const T* weight, const T* bias, T* y);
template <class T>
void few_channels_backward_weight(const Conv& s, const T* x, ImageStrides at, const T* g, T* dweight);

}  // namespace flint::kernels
