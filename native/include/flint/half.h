// The two 16-bit floating types. They are stored; arithmetic is done in float32.
#pragma once

#include <bit>
#include <cstdint>

namespace flint {

/// IEEE 754 binary16: 5 bits of exponent, 10 of fraction. Conversion rounds to nearest, halves to even.
struct Half {
  uint16_t bits = 0;

  Half() = default;
  explicit Half(float value) {
    const uint32_t f = std::bit_cast<uint32_t>(value), sign = (f >> 16) & 0x8000, magnitude = f & 0x7fffffff;
    if (magnitude > 0x7f800000) {  // NaN
      bits = static_cast<uint16_t>(sign | 0x7e00);
    } else if (magnitude >= 0x477ff000) {  // rounds beyond the largest, 65504
      bits = static_cast<uint16_t>(sign | 0x7c00);
    } else if (magnitude < 0x38800000) {  // subnormal: let the addition of a float round at the last bit of a half
      const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
      bits = static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000));
    } else {
      const uint32_t odd = (magnitude >> 13) & 1;
      bits = static_cast<uint16_t>(sign | ((magnitude - 0x38000000 + 0xfff + odd) >> 13));
    }
  }
  explicit Half(double value) : Half(static_cast<float>(value)) {}
  explicit Half(int64_t value) : Half(static_cast<float>(value)) {}
  explicit operator float() const {
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16, exponent = (bits >> 10) & 0x1f;
    const uint32_t fraction = bits & 0x3ff;
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000 | fraction << 13);
    if (exponent) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | fraction << 13);
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
  }
};

/// The upper half of a float32: its range with 7 bits of fraction. Conversion rounds to nearest, halves to even.
struct BFloat16 {
  uint16_t bits = 0;

  BFloat16() = default;
  explicit BFloat16(float value) {
    const uint32_t f = std::bit_cast<uint32_t>(value);
    bits = value != value ? 0x7fc0 : static_cast<uint16_t>((f + 0x7fff + ((f >> 16) & 1)) >> 16);
  }
  explicit BFloat16(double value) : BFloat16(static_cast<float>(value)) {}
  explicit BFloat16(int64_t value) : BFloat16(static_cast<float>(value)) {}
  explicit operator float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }
};

}  // namespace flint
