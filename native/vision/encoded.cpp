// Reading files, and from the picture as it is stored to the image as it is shown.
#include "vision/encoded.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace flint::vision {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 30;  // of a file
constexpr size_t kKept = size_t{64} << 20;        // of one buffer from image to image
constexpr int64_t kLarge = 16'000'000;            // pixels, from which on images are decoded one at a time
constexpr char kBeginning[] = {'\xff', '\xd8', '\xff'};

/// The bytes of a file that begins like a JPEG.
void read_file(const Place& place, std::vector<uint8_t>& into) {
  std::ifstream file(place.path, std::ios::binary | std::ios::ate);
  if (!file) throw NotTaken{};
  const int64_t size = static_cast<int64_t>(file.tellg());
  const int64_t length = place.length < 0 ? size - place.from : place.length;
  if (size < 0 || place.from < 0 || length < 3 || length > kMostBytes || length > size - place.from) throw NotTaken{};
  char beginning[3];
  file.seekg(place.from);
  if (!file.read(beginning, 3) || !std::equal(beginning, beginning + 3, kBeginning)) throw NotTaken{};
  into.resize(static_cast<size_t>(length));
  std::copy_n(beginning, 3, into.begin());
  if (!file.read(reinterpret_cast<char*>(into.data()) + 3, length - 3)) throw NotTaken{};
}

/// Memory is bounded by one of the largest images, not by one for each thread.
std::mutex& large_images() {
  static auto* the = new std::mutex;
  return *the;
}

}  // namespace

Source Encoded::open(const Place& place, const Decoding& decoding) {
  decoding_ = decoding;
  if (place.bytes.defined()) {
    bytes_ = {place.bytes.data<uint8_t>(), static_cast<size_t>(place.bytes.numel())};
  } else {
    read_file(place, file_);
    bytes_ = file_;
  }
  const auto head = jpeg_head(bytes_);
  if (!jpeg_built_in() || !head || head->height * head->width > decoding.most_pixels) throw NotTaken{};
  head_ = *head;
  Source size;
  size.height = head_.height, size.width = head_.width, size.channels = decoding.channels;
  if (head_.orientation >= 5) std::swap(size.height, size.width);
  return size;
}

Source Encoded::load(const Part& part) {
  const int o = head_.orientation;
  const bool turned = o >= 5, from_right = o == 2 || o == 3 || o == 7 || o == 8,
             from_below = o == 3 || o == 4 || o == 6 || o == 7;
  Part stored = turned ? Part{part.left, part.top, part.width, part.height} : part;
  if (from_right) stored.left = head_.width - stored.left - stored.width;
  if (from_below) stored.top = head_.height - stored.top - stored.height;
  if (head_.height * head_.width > kLarge && !turn_.owns_lock()) turn_ = std::unique_lock(large_images());
  if (!decode_jpeg(bytes_, head_, stored, decoding_.channels, rows_)) throw NotTaken{};
  Source out;
  out.channels = decoding_.channels, out.channel = 1;
  out.height = part.height, out.width = part.width;
  out.row = rows_.width * out.channels, out.column = out.channels;
  const uint8_t* first = rows_.pixels.data() + (stored.left - rows_.left) * out.column;
  if (from_right) first += (stored.width - 1) * out.column, out.column = -out.column;
  if (from_below) first += (stored.height - 1) * out.row, out.row = -out.row;
  if (turned) std::swap(out.row, out.column);
  out.data = first;
  return out;
}

void Encoded::close() {
  bytes_ = {};
  for (auto* buffer : {&file_, &rows_.pixels})
    if (buffer->capacity() > kKept) std::vector<uint8_t>().swap(*buffer);
  if (turn_.owns_lock()) turn_.unlock();
}

}  // namespace flint::vision
