// Images that are still encoded, in files or in memory: read and decoded by whoever needs their pixels.
#pragma once

#include <mutex>
#include <string>

#include "flint/tensor.h"
#include "vision/jpeg.h"

namespace flint::vision {

/// Where an encoded image is: a file, a part of one, or bytes in memory.
struct Place {
  std::string path;
  int64_t from = 0;
  int64_t length = -1;  // up to the file's end
  Tensor bytes;         // uint8; where it is defined, there is no file
};

/// What images become, and how large they may be.
struct Decoding {
  int64_t channels = 3;  // 3, or 1 for grey
  int64_t most_pixels = 100'000'000;
};

/// Thrown for an image that this build does not decode: of another kind, damaged, or too large.
struct NotTaken {};

/// One image after another of a thread.
class Encoded final : public Loader {
 public:
  /// Reads an image's bytes and what they say of it: the size as it is shown. Throws NotTaken.
  Source open(const Place& place, const Decoding& decoding);
  /// Decodes a part, upright. Throws NotTaken.
  Source load(const Part& part) override;
  /// Gives back the memory of a large image, and lets the next large one begin.
  void close();

 private:
  Decoding decoding_;
  Bytes bytes_;
  std::vector<uint8_t> file_;
  JpegHead head_;
  JpegRows rows_;
  std::unique_lock<std::mutex> turn_;  // of a large image
};

}  // namespace flint::vision
