// Random numbers of one card for one sample: a function of the seed, the epoch, the sample and the card's name alone,
// so that no other card, thread or batch can change them.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "core/philox.h"

namespace flint::vision {

/// FNV-1a of a card's name, such as "RandomCrop#0".
inline uint64_t hash_of(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// Which pass over which sample this is.
struct Moment {
  uint64_t seed = 0;
  uint32_t epoch = 0;
  uint64_t sample = 0;
};

class Draws {
 public:
  Draws(const Moment& at, uint64_t card) : at_(at) {
    const auto mixed = philox(at.seed, card);
    key_ = uint64_t{mixed[1]} << 32 | mixed[0];
  }
  uint32_t bits() {
    if (next_ == 4) {
      words_ = philox(
          key_, {static_cast<uint32_t>(at_.sample), static_cast<uint32_t>(at_.sample >> 32), at_.epoch, group_++});
      next_ = 0;
    }
    return words_[next_++];
  }
  /// [0, 1)
  double uniform() {
    const uint32_t high = bits();
    return uniform_double(high, bits());
  }
  double between(double from, double to) { return from + (to - from) * uniform(); }
  bool chance(double p) { return uniform() < p; }
  /// 0 .. count - 1
  int64_t below(int64_t count) { return static_cast<int64_t>(uint64_t{bits()} * static_cast<uint64_t>(count) >> 32); }
  /// Standard normal (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * 3.14159265358979323846 * uniform());
  }

 private:
  Moment at_;
  uint64_t key_;
  uint32_t group_ = 0;
  std::array<uint32_t, 4> words_{};
  int next_ = 4;
};

}  // namespace flint::vision
