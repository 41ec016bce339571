// The segments before a JPEG's picture: its size, and the orientation that EXIF says it was taken in.
#include <cstring>

#include "vision/jpeg.h"

namespace flint::vision {
namespace {

/// A read beyond the end.
struct CutOff {};

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}
  uint8_t u8(size_t at) const { return part(at, 1)[0]; }
  uint32_t number(size_t at, int count, bool little) const {
    const Bytes digits = part(at, static_cast<size_t>(count));
    uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | digits[static_cast<size_t>(little ? count - 1 - i : i)];
    return value;
  }
  uint32_t u16(size_t at, bool little = false) const { return number(at, 2, little); }
  uint32_t u32(size_t at, bool little) const { return number(at, 4, little); }
  bool says(size_t at, const char* text) const {
    const Bytes found = part(at, std::strlen(text));
    return std::memcmp(found.data(), text, found.size()) == 0;
  }
  Bytes part(size_t at, size_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) throw CutOff{};
    return bytes_.subspan(at, count);
  }

 private:
  Bytes bytes_;
};

constexpr uint32_t kMostEntries = 4096;  // more than any camera writes

/// The entries that the library's own reader looks at. One that is broken makes all of them worthless.
bool looked_at(uint32_t tag) { return (tag >= 256 && tag <= 258) || tag == 274 || tag == 277 || tag == 339; }

/// The orientation in EXIF data, a small TIFF of its own; 1 where there is none or it is broken. Nothing where it is of
/// 64 bits, which cameras do not write.
std::optional<int> exif_orientation(Bytes exif) {
  constexpr uint32_t kOrientation = 274, kByte = 1, kShort = 3, kLong = 4, kLong64 = 16;
  try {
    const Reader data(exif);
    const uint32_t order = data.u16(0);
    if (order != 0x4949 && order != 0x4d4d) return 1;
    const bool little = order == 0x4949;
    const uint32_t version = data.u16(2, little);
    if (version == 43) return {};
    if (version != 42) return 1;
    const size_t at = data.u32(4, little);
    const uint32_t count = data.u16(at, little);
    if (count > kMostEntries) return 1;
    uint32_t found = 1;
    for (uint32_t i = 0; i < count; ++i) {
      const size_t entry = at + 2 + size_t{12} * i;
      if (!looked_at(data.u16(entry, little))) continue;
      const uint32_t type = data.u16(entry + 2, little), length = data.u32(entry + 4, little);
      if (type == kLong64) return {};
      if (length == 0 || (type != kByte && type != kShort && type != kLong)) continue;
      const int bytes = type == kByte ? 1 : type == kShort ? 2 : 4;
      const bool inside = uint64_t{length} * static_cast<uint64_t>(bytes) <= 4;
      const uint32_t value = data.number(inside ? entry + 8 : data.u32(entry + 8, little), bytes, little);
      if (data.u16(entry, little) == kOrientation) found = value;
    }
    return found >= 1 && found <= 8 ? static_cast<int>(found) : 1;
  } catch (CutOff) {
    return 1;
  }
}

/// Fill, TEM, RST0..7 and SOI stand alone.
bool alone(int marker) { return marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8); }
bool is_frame(int marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

std::optional<JpegHead> read_head(const Reader& data) {
  constexpr int kEnd = 0xd9, kPicture = 0xda, kApp1 = 0xe1;
  if (data.u16(0) != 0xffd8 || data.u8(2) != 0xff) return {};
  JpegHead head;
  bool framed = false, oriented = false;
  for (size_t at = 2;;) {
    while (data.u8(at) != 0xff) ++at;  // junk between segments: decoders pass over it
    while (data.u8(at) == 0xff) ++at;
    const int marker = data.u8(at++);
    if (alone(marker)) continue;
    if (marker == kPicture) break;
    const size_t length = data.u16(at);
    if (marker == kEnd || length < 2) return {};
    if (is_frame(marker)) {
      const int bits = data.u8(at + 2), channels = data.u8(at + 7);
      if (framed || marker > 0xc2 || bits != 8 || (channels != 1 && channels != 3)) return {};
      framed = true;
      head.height = data.u16(at + 3), head.width = data.u16(at + 5);
      if (head.height == 0 || head.width == 0) return {};
    } else if (marker == kApp1 && !oriented && length >= 8 && data.says(at + 2, "Exif")) {
      oriented = true;
      const auto orientation = exif_orientation(data.part(at + 8, length - 8));
      if (!orientation) return {};
      head.orientation = *orientation;
    }
    at += length;
  }
  if (!framed) return {};
  return head;
}

}  // namespace

std::optional<JpegHead> jpeg_head(Bytes file) {
  try {
    return read_head(Reader(file));
  } catch (CutOff) {
    return {};
  }
}

}  // namespace flint::vision
