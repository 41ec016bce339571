// An image on its way through the steps. Cropping, padding, flipping and turning copy no pixels: they change two lists
// that say which row and column of the pixels in memory each row and column of the image is. Pixels are written when a
// step needs them, or at the end, straight into the batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flint/error.h"

namespace flint::vision {

/// Pixels in memory, uint8 or float32; distances in elements.
struct Source {
  const void* data = nullptr;
  bool floats = false;
  int64_t height = 0, width = 0, channels = 0;
  int64_t row = 0, column = 0, channel = 0;
};

/// A rectangle of an image.
struct Part {
  int64_t top = 0, left = 0, height = 0, width = 0;
};

/// Pixels that are made when a step first needs them: of a file that is still to be decoded, say.
class Loader {
 public:
  virtual ~Loader() = default;
  /// The pixels of a part, which stay where they are until the next call.
  virtual Source load(const Part& part) = 0;
};

/// Pixels side by side, channels inside; `row` elements from one row to the next.
template <class T>
struct Pixels {
  const T* data;
  int64_t height, width, channels, row;
  const T* at(int64_t y, int64_t x) const { return data + y * row + x * channels; }
};

enum class PadMode { Constant, Edge, Reflect, Symmetric };
enum class Interpolation { Nearest, Bilinear, Bicubic };

/// Where outside is filled: one number, or one for each channel.
using Fill = std::vector<double>;

/// For each output of a resized row or column: from which input on it is made of `taps` of them, and their shares.
struct Weights {
  int64_t in = -1, out = -1, taps = 0;
  Interpolation interpolation = Interpolation::Nearest;
  bool antialias = false;
  int precision = 0;
  std::vector<int32_t> from;
  std::vector<int16_t> whole;  // of 2^precision
  std::vector<float> exact;
};

/// Memory that the images of one thread use one after another. What a large one needed ends with it.
struct Scratch {
  std::vector<uint8_t> bytes[2];
  std::vector<uint8_t> between;  // rows that were resized in one direction
  std::vector<int32_t> rows, columns, spare;
  Weights across, down;
};

/// What happens to bytes at the end: a table of 256 for each channel, or one for all.
struct Scale {
  const float* tables = nullptr;
  int64_t count = 0;
};

/// How a list of columns can be read without looking at it: `left` outside, then `count` entries from `first` in steps
/// of one up or down, then outside again.
struct Run {
  int64_t left = 0, count = 0, first = 0, step = 1;
  bool is = false;
};

class Image {
 public:
  Image(const Source& source, Scratch& scratch);
  /// An image whose pixels are loaded when they are needed, and only those that are part of it by then. `size` tells
  /// height, width and channels; they will be bytes.
  Image(const Source& size, Scratch& scratch, Loader& loader);
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  int64_t height() const { return static_cast<int64_t>(scratch_.rows.size()); }
  int64_t width() const { return static_cast<int64_t>(scratch_.columns.size()); }
  int64_t channels() const { return source_.channels; }
  /// Whether its values are floats, in memory or by the scale that they will get.
  bool floats() const { return source_.floats || scale_.tables; }
  /// Whether its pixels in memory are bytes.
  bool of_bytes() const { return !source_.floats; }
  Scratch& scratch() { return scratch_; }

  /// The part from (top, left) on; what lies outside of the image becomes 0.
  void crop(int64_t top, int64_t left, int64_t height, int64_t width);
  void pad(int64_t left, int64_t top, int64_t right, int64_t bottom, PadMode mode, const Fill& fill);
  void flip_rows();
  void flip_columns();
  /// Counterclockwise by `quarters` right angles.
  void turn(int quarters);
  /// The nearest pixels, as a smaller or larger image.
  void pick(int64_t height, int64_t width);

  /// Bytes become floats by a table; only of an image of bytes.
  void set_scale(Scale scale) { scale_ = scale; }
  const Scale& scale() const { return scale_; }

  /// The pixels as they are now. T is uint8_t or float, as floats() says.
  template <class T>
  Pixels<T> pixels();
  /// Where a step writes the pixels that become(…) then makes the image's.
  template <class T>
  T* fresh(int64_t height, int64_t width, int64_t channels);
  template <class T>
  void become(const T* data, int64_t height, int64_t width, int64_t channels);

  /// Calls f(uint8_t{}) or f(float{}), as the values are.
  template <class F>
  void visit(F&& f) {
    if (floats())
      f(float{});
    else
      f(uint8_t{});
  }

  /// Gets its pixels, where they are still to be loaded.
  void load();
  /// Writes all values, channel after channel; as floats, or bytes where floats() is false.
  void write(float* out);
  void write(uint8_t* out);
  /// The same with channels inside: the bytes, also those that a scale will make floats of.
  void write_interleaved(uint8_t* out);

 private:
  void settle();
  void reset_maps(int64_t height, int64_t width);
  bool unmoved() const;
  void fill_with(const Fill& fill);
  template <class In, class Out, class Convert>
  void row_of(int64_t y, int64_t c, const Run& run, const Convert& convert, Out* out, int64_t apart) const;
  template <class In, class Out, class Convert>
  void planes(Out* out, const Convert& convert) const;

  Source source_;
  Scratch& scratch_;
  Loader* loader_ = nullptr;  // until its pixels are there
  Scale scale_;
  std::vector<float> fill_;
  bool filled_ = false;  // some row or column lies outside
};

/// Throws where an image of this size would take more memory than any model needs: a slip in a number, most likely.
void check_fits(int64_t height, int64_t width, int64_t channels);

/// The fill of one channel.
float fill_of(const Fill& fill, int64_t channel, int64_t channels);

}  // namespace flint::vision
