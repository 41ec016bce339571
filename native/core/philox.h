// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four 32-bit words from a key and a
// counter.
#pragma once

#include <array>
#include <cstdint>

namespace flint {

/// Of a counter of four words.
inline std::array<uint32_t, 4> philox(uint64_t seed, std::array<uint32_t, 4> c) {
  uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t{0xD2511F53} * c[0], p1 = uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

inline std::array<uint32_t, 4> philox(uint64_t seed, uint64_t counter) {
  return philox(seed, {static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0});
}

/// [0, 1) with 24 random bits; [0, 1) with 53.
inline float uniform_float(uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1.0p-24f; }
inline double uniform_double(uint32_t high, uint32_t low) {
  return static_cast<double>((uint64_t{high} << 32 | low) >> 11) * 0x1.0p-53;
}

}  // namespace flint
