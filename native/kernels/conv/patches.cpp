// A patch is [c][kh][kw], the order of a weight's row, so that neither weights nor their gradient are turned.
#include "kernels/conv/patches.h"

#include <algorithm>
#include <vector>

#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kFewRows = 8;           // patches for which the product takes the weights as its right operand
constexpr int64_t kGrainElements = 8192;  // gathered in about 10 microseconds

struct Sizes {
  int64_t taps, patch, rows, pixels;  // rows: patches of all images
  explicit Sizes(const Conv& s)
      : taps(s.kh * s.kw), patch(s.c * taps), rows(s.n * s.oh * s.ow), pixels(s.n * s.h * s.w) {}
};

/// Which pixel each tap of each patch meets, [taps][rows]; -1 outside of the image.
std::vector<int32_t> met_pixels(const Conv& s, const Sizes& z) {
  std::vector<int32_t> met(static_cast<size_t>(z.taps * z.rows));
  for (int64_t t = 0; t < z.taps; ++t)
    for (int64_t r = 0; r < z.rows; ++r) {
      const int64_t image = r / (s.oh * s.ow), y = r / s.ow % s.oh * s.sh - s.ph + t / s.kw * s.dh,
                    x = r % s.ow * s.sw - s.pw + t % s.kw * s.dw;
      const bool inside = y >= 0 && y < s.h && x >= 0 && x < s.w;
      met[t * z.rows + r] = inside ? static_cast<int32_t>((image * s.h + y) * s.w + x) : -1;
    }
  return met;
}

/// Kept by each thread from call to call: fresh memory of this size would be cleared by the system each time.
float* scratch(int which, int64_t elements) {
  thread_local std::vector<float> kept[2];
  auto& found = kept[which];
  if (found.size() < static_cast<size_t>(elements)) found.resize(static_cast<size_t>(elements));
  return found.data();
}

/// to[column][row] = from[row][column].
void transpose(const float* from, int64_t rows, int64_t columns, float* to) {
  constexpr int64_t block = 16;
  const int64_t bands = (columns + block - 1) / block;
  parallel(bands, 1 + kGrainElements / (rows * block), [&](int64_t first, int64_t last) {
    for (int64_t c0 = first * block; c0 < std::min(columns, last * block); c0 += block)
      for (int64_t r0 = 0; r0 < rows; r0 += block)
        for (int64_t c = c0; c < std::min(columns, c0 + block); ++c)
          for (int64_t r = r0; r < std::min(rows, r0 + block); ++r) to[c * rows + r] = from[r * columns + c];
  });
}

/// The patches side by side, [patch][rows], of an image [pixels][c].
void gather_columns(const Conv& s, const Sizes& z, const float* x, float* columns) {
  float* planes = scratch(1, z.pixels * s.c);
  transpose(x, z.pixels, s.c, planes);
  const std::vector<int32_t> met = met_pixels(s, z);
  parallel(s.c, 1 + kGrainElements / (z.taps * z.rows), [&](int64_t from, int64_t to) {
    for (int64_t c = from; c < to; ++c) {
      const float* plane = planes + c * z.pixels;
      for (int64_t t = 0; t < z.taps; ++t) {
        const int32_t* at = met.data() + t * z.rows;
        float* out = columns + (c * z.taps + t) * z.rows;
        for (int64_t r = 0; r < z.rows; ++r) out[r] = at[r] < 0 ? 0.0f : plane[at[r]];
      }
    }
  });
}

/// The patches one below the other, [rows][patch].
void gather_rows(const Conv& s, const Sizes& z, const float* x, float* rows) {
  const std::vector<int32_t> met = met_pixels(s, z);
  parallel(z.rows, 1 + kGrainElements / z.patch, [&](int64_t from, int64_t to) {
    for (int64_t r = from; r < to; ++r)
      for (int64_t t = 0; t < z.taps; ++t) {
        const int32_t at = met[t * z.rows + r];
        float* out = rows + r * z.patch + t;
        const float* in = x + at * s.c;
        for (int64_t c = 0; c < s.c; ++c) out[c * z.taps] = at < 0 ? 0.0f : in[c];
      }
  });
}

Gemm product(int64_t m, int64_t n, int64_t k, bool trans_a, bool trans_b) {
  Gemm g;
  g.m = m, g.n = n, g.k = k, g.trans_a = trans_a, g.trans_b = trans_b;
  g.lda = trans_a ? m : k, g.ldb = trans_b ? k : n, g.ldc = n;
  return g;
}

}  // namespace

bool patches_take(const Conv& s, bool backward) {
  constexpr int64_t many = 1 << 17, most_patches = 1 << 22, tiny_image = 4, small_image = 16, few_rows = 32;
  const Sizes z(s);
  if (s.groups != 1 || s.o * z.patch < many || z.rows * z.patch > most_patches ||
      z.pixels * std::max(s.c, z.taps) > most_patches)
    return false;
  const int64_t image = s.oh * s.ow;
  return image <= tiny_image || (image <= small_image && (z.rows <= few_rows || (backward && s.sh > 1)));
}

void patches_forward(const Conv& s, const float* x, const float* weight, const float* bias, float* y) {
  const Sizes z(s);
  float* patches = scratch(0, z.patch * z.rows);
  if (z.rows <= kFewRows) {
    gather_rows(s, z, x, patches);
    return gemm<float>(product(z.rows, s.o, z.patch, false, true), patches, weight, y, bias);
  }
  gather_columns(s, z, x, patches);
  float* turned = scratch(1, std::max(z.pixels * s.c, s.o * z.rows));
  gemm<float>(product(s.o, z.rows, z.patch, false, false), weight, patches, turned);
  transpose(turned, s.o, z.rows, y);
  if (!bias) return;
  for (int64_t r = 0; r < z.rows; ++r)
    for (int64_t o = 0; o < s.o; ++o) y[r * s.o + o] += bias[o];
}

void patches_backward_data(const Conv& s, const float* g, const float* weight, float* dx) {
  const Sizes z(s);
  float* patches = scratch(0, z.patch * z.rows);
  gemm<float>(product(z.rows, z.patch, s.o, false, false), g, weight, patches);
  // Turned around, so that each pixel collects from its patches, and no two threads write to one.
  const std::vector<int32_t> met = met_pixels(s, z);
  std::vector<int32_t> of_pixel(static_cast<size_t>(z.pixels * z.taps), -1);
  for (int64_t t = 0; t < z.taps; ++t)
    for (int64_t r = 0; r < z.rows; ++r)
      if (const int32_t pixel = met[t * z.rows + r]; pixel >= 0) of_pixel[pixel * z.taps + t] = static_cast<int32_t>(r);
  parallel(z.pixels, 1 + kGrainElements / z.patch, [&](int64_t from, int64_t to) {
    std::fill(dx + from * s.c, dx + to * s.c, 0.0f);
    for (int64_t pixel = from; pixel < to; ++pixel)
      for (int64_t t = 0; t < z.taps; ++t) {
        const int32_t row = of_pixel[pixel * z.taps + t];
        if (row < 0) continue;
        const float* in = patches + row * z.patch + t;
        for (int64_t c = 0; c < s.c; ++c) dx[pixel * s.c + c] += in[c * z.taps];
      }
  });
}

void patches_backward_weight(const Conv& s, const float* x, const float* g, float* dweight) {
  const Sizes z(s);
  float* patches = scratch(0, z.patch * z.rows);
  gather_rows(s, z, x, patches);
  gemm<float>(product(s.o, z.patch, z.rows, true, false), g, patches, dweight);
}

}  // namespace flint::kernels
