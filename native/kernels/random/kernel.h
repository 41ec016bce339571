// Random words in bulk: Philox4x32-10 (core/philox.h) of many counters side by side.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// Groups that one call to a row of the table makes.
constexpr int64_t kRandomGroups = 16;

/// words[4 g + k] = word k of counter + g, for 0 <= g < groups.
void random_words(uint64_t seed, uint64_t counter, int64_t groups, uint32_t* words);

/// The rows of the table for one instruction set: kRandomGroups groups.
void random_words_portable(uint64_t seed, uint64_t counter, uint32_t* words);
void random_words_avx2(uint64_t seed, uint64_t counter, uint32_t* words);
void random_words_avx512(uint64_t seed, uint64_t counter, uint32_t* words);

}  // namespace flint::kernels
