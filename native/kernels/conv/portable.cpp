// Convolution as a matrix product: each output position's patch is a row. NHWC makes a patch a few straight copies.
#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/conv/kernel.h"
#include "kernels/conv/lines.h"
#include "kernels/conv/patches.h"
#include "kernels/conv/winograd.h"
#include "kernels/isa.h"
#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kPatchElements = 1 << 20;  // of the patch matrix made at once

struct Plan {
  int64_t in, out, patch, rows, images;  // channels of a group, patch length, rows of an image, images at once
  explicit Plan(const Conv& s)
      : in(s.c / s.groups),
        out(s.o / s.groups),
        patch(s.kh * s.kw * in),
        rows(s.oh * s.ow),
        images(std::clamp<int64_t>(kPatchElements / std::max<int64_t>(1, rows * patch), 1, s.n)) {}
};

/// Calls f(x position or -1 outside, column) for each tap of the patch of output row `row` of image `image`.
template <class F>
void taps(const Conv& s, const Plan& plan, int64_t image, int64_t row, int64_t group, F&& f) {
  int64_t y0 = row / s.ow * s.sh - s.ph, x0 = row % s.ow * s.sw - s.pw;
  int64_t column = 0;
  for (int64_t i = 0; i < s.kh; ++i) {
    int64_t y = y0 + i * s.dh;
    for (int64_t j = 0; j < s.kw; ++j, column += plan.in) {
      int64_t x = x0 + j * s.dw;
      bool inside = y >= 0 && y < s.h && x >= 0 && x < s.w;
      f(inside ? ((image * s.h + y) * s.w + x) * s.c + group * plan.in : -1, column);
    }
  }
}

template <class T>
void gather(const Conv& s, const Plan& plan, int64_t first, int64_t images, int64_t group, const T* x, T* patches) {
  parallel(images * plan.rows, 1 + (1 << 15) / plan.patch, [&](int64_t from, int64_t to) {
    for (int64_t r = from; r < to; ++r) {
      T* row = patches + r * plan.patch;
      taps(s, plan, first + r / plan.rows, r % plan.rows, group, [&](int64_t at, int64_t column) {
        T* out = row + column;
        if (at < 0)
          for (int64_t q = 0; q < plan.in; ++q) out[q] = T(0);
        else
          for (int64_t q = 0; q < plan.in; ++q) out[q] = x[at + q];
      });
    }
  });
}

/// [out, in, kh, kw] of one group to [kh, kw, in, out], or back when `back`.
template <class T>
void turn_weight(const Conv& s, const Plan& plan, const T* from, T* to, bool back) {
  for (int64_t o = 0; o < plan.out; ++o)
    for (int64_t i = 0; i < plan.in; ++i)
      for (int64_t k = 0; k < s.kh * s.kw; ++k) {
        int64_t plain = (o * plan.in + i) * s.kh * s.kw + k, turned = (k * plan.in + i) * plan.out + o;
        if (back)
          to[plain] = from[turned];
        else
          to[turned] = from[plain];
      }
}

Gemm gemm_of(int64_t m, int64_t n, int64_t k, int64_t lda, int64_t ldb, int64_t ldc) {
  Gemm g;
  g.m = m, g.n = n, g.k = k, g.lda = lda, g.ldb = ldb, g.ldc = ldc;
  return g;
}

template <class T, class F>
void each_block(const Conv& s, const Plan& plan, F&& f) {
  for (int64_t first = 0; first < s.n; first += plan.images) f(first, std::min(plan.images, s.n - first));
}

}  // namespace

template <class T>
void conv_forward_portable(const Conv& s, const T* x, const T* weight, const T* bias, T* y) {
  Plan plan(s);
  std::vector<T> patches(plan.images * plan.rows * plan.patch), turned(plan.patch * plan.out);
  for (int64_t group = 0; group < s.groups; ++group) {
    turn_weight(s, plan, weight + group * plan.out * plan.patch, turned.data(), false);
    each_block<T>(s, plan, [&](int64_t first, int64_t images) {
      gather(s, plan, first, images, group, x, patches.data());
      Gemm g = gemm_of(images * plan.rows, plan.out, plan.patch, plan.patch, plan.out, s.o);
      gemm_portable(g, patches.data(), turned.data(), y + first * plan.rows * s.o + group * plan.out,
                    bias ? bias + group * plan.out : nullptr);
    });
  }
}

template <class T>
void conv_backward_data_portable(const Conv& s, const T* grad, const T* weight, T* dx) {
  Plan plan(s);
  std::fill(dx, dx + s.n * s.h * s.w * s.c, T(0));
  std::vector<T> patches(plan.images * plan.rows * plan.patch), turned(plan.patch * plan.out);
  for (int64_t group = 0; group < s.groups; ++group) {
    turn_weight(s, plan, weight + group * plan.out * plan.patch, turned.data(), false);
    each_block<T>(s, plan, [&](int64_t first, int64_t images) {
      Gemm g = gemm_of(images * plan.rows, plan.patch, plan.out, s.o, plan.out, plan.patch);
      g.trans_b = true;
      gemm_portable(g, grad + first * plan.rows * s.o + group * plan.out, turned.data(), patches.data());
      parallel(images, 1 + (1 << 15) / (plan.rows * plan.patch), [&](int64_t from, int64_t to) {
        for (int64_t r = from * plan.rows; r < to * plan.rows; ++r) {
          const T* row = patches.data() + r * plan.patch;
          taps(s, plan, first + r / plan.rows, r % plan.rows, group, [&](int64_t at, int64_t column) {
            if (at < 0) return;
            for (int64_t q = 0; q < plan.in; ++q) dx[at + q] += row[column + q];
          });
        }
      });
    });
  }
}

template <class T>
void conv_backward_weight_portable(const Conv& s, const T* x, const T* grad, T* dweight) {
  Plan plan(s);
  std::vector<T> patches(plan.images * plan.rows * plan.patch), turned(plan.patch * plan.out);
  for (int64_t group = 0; group < s.groups; ++group) {
    std::fill(turned.begin(), turned.end(), T(0));
    each_block<T>(s, plan, [&](int64_t first, int64_t images) {
      gather(s, plan, first, images, group, x, patches.data());
      Gemm g = gemm_of(plan.patch, plan.out, images * plan.rows, plan.patch, s.o, plan.out);
      g.trans_a = true;
      g.beta = 1;
      gemm_portable(g, patches.data(), grad + first * plan.rows * s.o + group * plan.out, turned.data());
    });
    turn_weight(s, plan, turned.data(), dweight + group * plan.out * plan.patch, true);
  }
}

template <class T>
void conv_forward(const Conv& s, const T* x, const T* weight, const T* bias, T* y) {
  if constexpr (sizeof(T) == 4) {
    if (patches_take(s, false)) return patches_forward(s, x, weight, bias, y);
    if (winograd_takes(s)) return winograd_forward(s, x, weight, bias, y);
    if (onednn_enabled() && conv_forward_onednn(s, x, weight, bias, y)) return;
  }
  conv_forward_portable(s, x, weight, bias, y);
}
template <class T>
void conv_backward_data(const Conv& s, const T* g, const T* weight, T* dx) {
  if constexpr (sizeof(T) == 4) {
    if (patches_take(s, true)) return patches_backward_data(s, g, weight, dx);
    if (winograd_takes(s)) return winograd_backward_data(s, g, weight, dx);
    if (lines_take_backward_data(s)) return lines_backward_data(s, g, weight, dx);
    if (onednn_enabled() && conv_backward_data_onednn(s, g, weight, dx)) return;
  }
  conv_backward_data_portable(s, g, weight, dx);
}
template <class T>
void conv_backward_weight(const Conv& s, const T* x, const T* g, T* dweight) {
  if constexpr (sizeof(T) == 4) {
    if (patches_take(s, true)) return patches_backward_weight(s, x, g, dweight);
    if (winograd_takes(s)) return winograd_backward_weight(s, x, g, dweight);
    if (onednn_enabled() && conv_backward_weight_onednn(s, x, g, dweight)) return;
  }
  conv_backward_weight_portable(s, x, g, dweight);
}

#define FLINT_CONV(T)                                                                    \
  template void conv_forward<T>(const Conv&, const T*, const T*, const T*, T*);          \
  template void conv_backward_data<T>(const Conv&, const T*, const T*, T*);              \
  template void conv_backward_weight<T>(const Conv&, const T*, const T*, T*);            \
  template void conv_forward_portable<T>(const Conv&, const T*, const T*, const T*, T*); \
  template void conv_backward_data_portable<T>(const Conv&, const T*, const T*, T*);     \
  template void conv_backward_weight_portable<T>(const Conv&, const T*, const T*, T*);
FLINT_CONV(float)
FLINT_CONV(double)
#undef FLINT_CONV

}  // namespace flint::kernels
