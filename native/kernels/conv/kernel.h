// 2-D convolution on raw memory: activations NHWC, weights [out, in / groups, kh, kw] row-major.
#pragma once

#include <cstdint>

namespace flint::kernels {

struct Conv {
  int64_t n, c, h, w;      // input
  int64_t o, oh, ow;       // output
  int64_t kh, kw;          // kernel
  int64_t sh, sw, ph, pw;  // stride, padding (the same on both sides)
  int64_t dh, dw;          // dilation, 1 = none
  int64_t groups;
  bool operator==(const Conv&) const = default;
};

/// `bias` [o] may be null. T: float, double.
template <class T>
void conv_forward(const Conv& s, const T* x, const T* weight, const T* bias, T* y);
template <class T>
void conv_backward_data(const Conv& s, const T* g, const T* weight, T* dx);
template <class T>
void conv_backward_weight(const Conv& s, const T* x, const T* g, T* dweight);

/// The built-in kernels alone: patches gathered into a matrix, and a matrix product.
template <class T>
void conv_forward_portable(const Conv& s, const T* x, const T* weight, const T* bias, T* y);
template <class T>
void conv_backward_data_portable(const Conv& s, const T* g, const T* weight, T* dx);
template <class T>
void conv_backward_weight_portable(const Conv& s, const T* x, const T* g, T* dweight);

/// The oneDNN forms; false when they do not serve this shape. Chosen by the build.
bool conv_forward_onednn(const Conv& s, const float* x, const float* weight, const float* bias, float* y);
bool conv_backward_data_onednn(const Conv& s, const float* g, const float* weight, float* dx);
bool conv_backward_weight_onednn(const Conv& s, const float* x, const float* g, float* dweight);

/// All operands bfloat16, summed in float32. Only where bf16_products() (kernels/matmul/kernel.h); false for a shape
/// that oneDNN refuses.
bool conv_forward_bf16(const Conv& s, const void* x, const void* weight, const void* bias, void* y);
bool conv_backward_data_bf16(const Conv& s, const void* g, const void* weight, void* dx);
bool conv_backward_weight_bf16(const Conv& s, const void* x, const void* g, void* dweight);

}  // namespace flint::kernels
