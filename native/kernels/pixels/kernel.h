// Bytes of images to numbers.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// out[i] = bytes[i] · scale + shift.
void pixels_to_floats(const uint8_t* bytes, int64_t n, float scale, float shift, float* out);

/// The rows of the table for one instruction set.
void pixels_to_floats_portable(const uint8_t* bytes, int64_t n, float scale, float shift, float* out);
void pixels_to_floats_avx2(const uint8_t* bytes, int64_t n, float scale, float shift, float* out);
void pixels_to_floats_avx512(const uint8_t* bytes, int64_t n, float scale, float shift, float* out);

}  // namespace flint::kernels
