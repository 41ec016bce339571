// The loops of Winograd's filtering for AVX-512. B, A and G are the matrices of the paper, of a tile's input, result
// and weights.
#include "kernels/conv/winograd.h"
#include "kernels/isa.h"

#ifdef __AVX512F__

namespace flint::kernels {
namespace {

typedef float Vector __attribute__((vector_size(64), aligned(4), may_alias));
static_assert(sizeof(Vector) == kLineLanes * sizeof(float));

Vector load(const float* p) { return *reinterpret_cast<const Vector*>(p); }
void store(float* p, Vector v) { *reinterpret_cast<Vector*>(p) = v; }

void input(const float* const* pixels, int64_t channels, float* out, int64_t step) {
  for (int64_t c = 0; c < channels; c += kLineLanes) {
    Vector t[4][4];  // B^T of the tile: rows combined
#pragma GCC unroll 4
    for (int x = 0; x < 4; ++x) {
      const Vector d0 = load(pixels[x] + c), d1 = load(pixels[4 + x] + c), d2 = load(pixels[8 + x] + c),
                   d3 = load(pixels[12 + x] + c);
      t[0][x] = d0 - d2, t[1][x] = d1 + d2, t[2][x] = d2 - d1, t[3][x] = d1 - d3;
    }
    float* to = out + c;
#pragma GCC unroll 4
    for (int y = 0; y < 4; ++y, to += 4 * step) {
      store(to, t[y][0] - t[y][2]);
      store(to + step, t[y][1] + t[y][2]);
      store(to + 2 * step, t[y][2] - t[y][1]);
      store(to + 3 * step, t[y][1] - t[y][3]);
    }
  }
}

void output(const float* in, int64_t step, int64_t channels, const float* bias, float* const* pixels) {
  for (int64_t c = 0; c < channels; c += kLineLanes) {
    Vector t[2][4];  // A^T of the frequencies: rows combined
#pragma GCC unroll 4
    for (int x = 0; x < 4; ++x) {
      const float* at = in + x * step + c;
      const Vector m1 = load(at + 4 * step), m2 = load(at + 8 * step);
      t[0][x] = load(at) + m1 + m2, t[1][x] = m1 - m2 - load(at + 12 * step);
    }
    const Vector start = bias ? load(bias + c) : Vector{};
#pragma GCC unroll 2
    for (int y = 0; y < 2; ++y) {
      if (pixels[2 * y]) store(pixels[2 * y] + c, t[y][0] + t[y][1] + t[y][2] + start);
      if (pixels[2 * y + 1]) store(pixels[2 * y + 1] + c, t[y][1] - t[y][2] - t[y][3] + start);
    }
  }
}

void gradient(const float* const* pixels, int64_t channels, float* out, int64_t step, int64_t panel_step) {
  for (int64_t c = 0; c < channels; c += kLineLanes) {
    Vector t[4][2];  // A of the gradient: rows combined
#pragma GCC unroll 2
    for (int x = 0; x < 2; ++x) {
      const Vector d0 = load(pixels[x] + c), d1 = load(pixels[2 + x] + c);
      t[0][x] = d0, t[1][x] = d0 + d1, t[2][x] = d0 - d1, t[3][x] = -d1;
    }
    float* to = out + c / kPanel * panel_step + c % kPanel;
#pragma GCC unroll 4
    for (int y = 0; y < 4; ++y, to += 4 * step) {
      store(to, t[y][0]);
      store(to + step, t[y][0] + t[y][1]);
      store(to + 2 * step, t[y][0] - t[y][1]);
      store(to + 3 * step, -t[y][1]);
    }
  }
}

void weight(const float* taps, int64_t tap, int64_t rows, bool turned, float* out, int64_t step) {
  for (int64_t row = 0; row < rows; ++row, taps += kLineLanes, out += kPanel) {
    Vector t[4][3];  // G of the weights: rows combined
#pragma GCC unroll 3
    for (int x = 0; x < 3; ++x) {
      const int64_t at[3] = {turned ? 8 - x : x, turned ? 5 - x : 3 + x, turned ? 2 - x : 6 + x};
      const Vector g0 = load(taps + at[0] * tap), g1 = load(taps + at[1] * tap), g2 = load(taps + at[2] * tap);
      const Vector outer = 0.5f * (g0 + g2), inner = 0.5f * g1;
      t[0][x] = g0, t[1][x] = outer + inner, t[2][x] = outer - inner, t[3][x] = g2;
    }
    float* to = out;
#pragma GCC unroll 4
    for (int y = 0; y < 4; ++y, to += 4 * step) {
      const Vector outer = 0.5f * (t[y][0] + t[y][2]), inner = 0.5f * t[y][1];
      store(to, t[y][0]);
      store(to + step, outer + inner);
      store(to + 2 * step, outer - inner);
      store(to + 3 * step, t[y][2]);
    }
  }
}

void weight_back(const float* in, int64_t step, int64_t rows, float* taps, int64_t tap) {
  for (int64_t row = 0; row < rows; ++row, taps += kLineLanes, in += kPanel) {
    Vector t[3][4];  // G^T of the frequencies: rows combined
#pragma GCC unroll 4
    for (int x = 0; x < 4; ++x) {
      const float* at = in + x * step;
      const Vector s1 = 0.5f * load(at + 4 * step), s2 = 0.5f * load(at + 8 * step);
      t[0][x] = load(at) + s1 + s2, t[1][x] = s1 - s2, t[2][x] = s1 + s2 + load(at + 12 * step);
    }
#pragma GCC unroll 3
    for (int y = 0; y < 3; ++y) {
      const Vector s1 = 0.5f * t[y][1], s2 = 0.5f * t[y][2];
      store(taps + 3 * y * tap, t[y][0] + s1 + s2);
      store(taps + (3 * y + 1) * tap, s1 - s2);
      store(taps + (3 * y + 2) * tap, s1 + s2 + t[y][3]);
    }
  }
}

}  // namespace

const WinogradKernel* winograd_kernel() {
  static constexpr WinogradKernel the{input, output, gradient, weight, weight_back};
  return best_isa() == Isa::Avx512 ? &the : nullptr;
}

}  // namespace flint::kernels

#else

namespace flint::kernels {

const WinogradKernel* winograd_kernel() { return nullptr; }

}  // namespace flint::kernels

#endif
