// Weighted sums of bytes for resizing: shares are whole numbers of 2^precision, results are rounded to bytes.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// out[i] = sum of weights[k] · rows[k · distance + i] over `taps` rows, i in [0, n).
void mix_rows(const uint8_t* rows, int64_t distance, const int16_t* weights, int64_t taps, int precision, int64_t n,
              uint8_t* out);
/// One row of pixels with `channels` values: pixel x of `out` is the weighted sum of `taps` pixels from from[x] on; its
/// weights are at weights + x · taps.
void mix_columns(const uint8_t* row, int64_t channels, const int32_t* from, const int16_t* weights, int64_t taps,
                 int precision, int64_t n, uint8_t* out);

/// The rows of the table for one instruction set.
void mix_rows_portable(const uint8_t* rows, int64_t distance, const int16_t* weights, int64_t taps, int precision,
                       int64_t n, uint8_t* out);
void mix_rows_avx2(const uint8_t* rows, int64_t distance, const int16_t* weights, int64_t taps, int precision,
                   int64_t n, uint8_t* out);
void mix_rows_avx512(const uint8_t* rows, int64_t distance, const int16_t* weights, int64_t taps, int precision,
                     int64_t n, uint8_t* out);
void mix_columns_portable(const uint8_t* row, int64_t channels, const int32_t* from, const int16_t* weights,
                          int64_t taps, int precision, int64_t n, uint8_t* out);
void mix_columns_avx2(const uint8_t* row, int64_t channels, const int32_t* from, const int16_t* weights, int64_t taps,
                      int precision, int64_t n, uint8_t* out);
void mix_columns_avx512(const uint8_t* row, int64_t channels, const int32_t* from, const int16_t* weights, int64_t taps,
                        int precision, int64_t n, uint8_t* out);

}  // namespace flint::kernels
