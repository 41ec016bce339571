// Weights of convolutions between PyTorch's order, [o][i][k] with k = kh · kw, and the blocked forms that oneDNN's
// kernels want. oneDNN's own conversion takes elements one by one; here whole registers are transposed.
#pragma once

#include <cstdint>

namespace flint::kernels {

struct WeightForm {
  enum class Kind {
    Unknown,
    OutputsInside,  // [o / block][k][i][block of o]
    InputsInside,   // [o / 16][i / 16][k][16 of o][16 of i]
    InputsOutside,  // [i / 16][o / 16][k][16 of o][16 of i]
    OutputsLast,    // [o / 16][i / 16][k][16 of i][16 of o]
  };
  Kind kind = Kind::Unknown;
  int64_t block = 16;
};

/// Whether this processor has the registers for it, and the sizes are whole blocks.
bool turns_weights(const WeightForm& form, int64_t o, int64_t i);
/// The 16 outputs of group `group` (0 <= group < o / 16) from `plain` into `blocked`. Not for OutputsLast.
void block_weights(const WeightForm& form, int64_t o, int64_t i, int64_t k, int64_t group, const float* plain,
                   float* blocked);
/// The other way, of OutputsLast.
void unblock_weights(int64_t i, int64_t k, int64_t group, const float* blocked, float* plain);

}  // namespace flint::kernels
