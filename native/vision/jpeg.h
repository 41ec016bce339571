// JPEG files in memory, decoded in whole or in part: by libjpeg-turbo (jpeg.cpp), or not at all where the build has
// none (no_jpeg.cpp). Whatever is not taken here, damaged files too, is left to other decoders, which then say what is
// wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vision/image.h"

namespace flint::vision {

using Bytes = std::span<const uint8_t>;

/// Whether this build decodes JPEG.
bool jpeg_built_in();

/// What a file says before its picture.
struct JpegHead {
  int64_t height = 0, width = 0;  // as stored
  int orientation = 1;            // EXIF's, 1..8
};
/// Of a file that the decoder may take: grey, or of three colours, with 8 bits and Huffman codes.
std::optional<JpegHead> jpeg_head(Bytes file);

/// Decoded rows side by side; `left` is the column of the picture that they begin with.
struct JpegRows {
  std::vector<uint8_t> pixels;
  int64_t left = 0, width = 0;
};
/// Decodes a part of the stored picture, with some columns more on both sides, as 1 channel (of a colour picture: its
/// luma by ITU-R 601, as Pillow's) or 3. The pixels are those of the whole picture, to the last bit. False where the
/// picture ends too early or cannot be decoded.
bool decode_jpeg(Bytes file, const JpegHead& head, const Part& part, int64_t channels, JpegRows& out);

}  // namespace flint::vision
