// Blocks of 16 x 16 floats, transposed in registers.
#include <algorithm>

#include "kernels/conv/weights.h"
#include "kernels/isa.h"

#ifdef __AVX512F__
// The header leaves what a mask takes nothing of uninitialised, on purpose, which GCC 12 warns of where it is inlined.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

namespace flint::kernels {
namespace {

constexpr int64_t kSide = 16;

/// out[c][r] = in[r][c]; rows of `in` and of `out` lie where the functions say.
template <class In, class Out>
void transpose(In&& in, Out&& out) {
  __m512 r[16], t[16], u[16];
  for (int i = 0; i < 16; ++i) r[i] = _mm512_loadu_ps(in(i));
  for (int i = 0; i < 8; ++i) {
    t[2 * i] = _mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]);
  }
  auto low = [](__m512 a, __m512 b) {
    return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
  };
  auto high = [](__m512 a, __m512 b) {
    return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
  };
  for (int i = 0; i < 16; i += 4) {
    u[i] = low(t[i], t[i + 2]);
    u[i + 1] = high(t[i], t[i + 2]);
    u[i + 2] = low(t[i + 1], t[i + 3]);
    u[i + 3] = high(t[i + 1], t[i + 3]);
  }
  // u[i + j] has in its quarter q the column 4 q + j of rows i to i + 3.
  for (int j = 0; j < 4; ++j) {
    const __m512 a = _mm512_shuffle_f32x4(u[j], u[4 + j], 0x88), b = _mm512_shuffle_f32x4(u[8 + j], u[12 + j], 0x88),
                 c = _mm512_shuffle_f32x4(u[j], u[4 + j], 0xdd), d = _mm512_shuffle_f32x4(u[8 + j], u[12 + j], 0xdd);
    _mm512_storeu_ps(out(j), _mm512_shuffle_f32x4(a, b, 0x88));
    _mm512_storeu_ps(out(4 + j), _mm512_shuffle_f32x4(c, d, 0x88));
    _mm512_storeu_ps(out(8 + j), _mm512_shuffle_f32x4(a, b, 0xdd));
    _mm512_storeu_ps(out(12 + j), _mm512_shuffle_f32x4(c, d, 0xdd));
  }
}

/// 16 outputs of one block of inputs, [16 o][16 i][k] with `row` floats between outputs, as [k][16 o][16 i].
void inputs_inside(const float* plain, int64_t row, int64_t k, float* blocked) {
  constexpr int64_t most = 49;  // positions whose rows fit the scratch
  alignas(64) float by_output[kSide * most * kSide];
  for (int64_t p = 0; p < kSide * k; p += kSide)
    transpose([&](int64_t o) { return plain + o * row + p; }, [&](int64_t q) { return by_output + (p + q) * kSide; });
  for (int64_t at = 0; at < k; ++at)
    transpose([&](int64_t i) { return by_output + (i * k + at) * kSide; },
              [&](int64_t o) { return blocked + (at * kSide + o) * kSide; });
}

}  // namespace

bool turns_weights(const WeightForm& form, int64_t o, int64_t i) {
  return form.kind != WeightForm::Kind::Unknown && best_isa() == Isa::Avx512 && o % form.block == 0 && i % kSide == 0;
}

void block_weights(const WeightForm& form, int64_t o, int64_t i, int64_t k, int64_t group, const float* plain,
                   float* blocked) {
  const int64_t row = i * k;
  plain += group * kSide * row;
  if (form.kind == WeightForm::Kind::OutputsInside) {
    float* to = blocked + group * kSide / form.block * form.block * row + group * kSide % form.block;
    for (int64_t p = 0; p < row; p += kSide)
      transpose([&](int64_t r) { return plain + r * row + p; },
                [&](int64_t q) { return to + ((p + q) % k * i + (p + q) / k) * form.block; });
    return;
  }
  for (int64_t b = 0; b < i / kSide; ++b) {
    const int64_t place =
        form.kind == WeightForm::Kind::InputsInside ? group * (i / kSide) + b : b * (o / kSide) + group;
    inputs_inside(plain + b * kSide * k, row, k, blocked + place * k * kSide * kSide);
  }
}

void unblock_weights(int64_t i, int64_t k, int64_t group, const float* blocked, float* plain) {
  const int64_t row = i * k;
  blocked += group * row * kSide;
  plain += group * kSide * row;
  for (int64_t p = 0; p < row; p += kSide)
    transpose(
        [&](int64_t q) {
          const int64_t input = (p + q) / k, at = (p + q) % k;
          return blocked + (input / kSide * k * kSide + at * kSide + input % kSide) * kSide;
        },
        [&](int64_t r) { return plain + r * row + p; });
}

}  // namespace flint::kernels

#else

namespace flint::kernels {

bool turns_weights(const WeightForm&, int64_t, int64_t) { return false; }
void block_weights(const WeightForm&, int64_t, int64_t, int64_t, int64_t, const float*, float*) {}
void unblock_weights(int64_t, int64_t, int64_t, const float*, float*) {}

}  // namespace flint::kernels

#endif
