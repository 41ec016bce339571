// Random words without special instructions, and the choice among all.
#define FLINT_ISA portable
#include <algorithm>

#include "kernels/isa.h"
#include "kernels/random/rows.inc"

namespace flint::kernels {

void random_words(uint64_t seed, uint64_t counter, int64_t groups, uint32_t* words) {
  const Isa isa = best_isa();
  auto* const row = isa == Isa::Avx512 ? random_words_avx512
                    : isa == Isa::Avx2 ? random_words_avx2
                                       : random_words_portable;
  int64_t g = 0;
  for (; g + kRandomGroups <= groups; g += kRandomGroups) row(seed, counter + static_cast<uint64_t>(g), words + 4 * g);
  if (g == groups) return;
  uint32_t rest[4 * kRandomGroups];
  row(seed, counter + static_cast<uint64_t>(g), rest);
  std::copy_n(rest, 4 * (groups - g), words + 4 * g);
}

}  // namespace flint::kernels
