// The lists of rows and columns, and the loops that read pixels through them.
#include "vision/image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

namespace flint::vision {
namespace {

constexpr int32_t kOutside = -1;

/// Which entry of 0..n-1 stands at place i of its continuation beyond both ends.
int64_t continued(int64_t i, int64_t n, PadMode mode) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case PadMode::Constant:
      return kOutside;
    case PadMode::Edge:
      return i < 0 ? 0 : n - 1;
    case PadMode::Reflect:
      return i < 0 ? -i : 2 * n - 2 - i;
    case PadMode::Symmetric:
      break;
  }
  const int64_t period = 2 * n, at = ((i % period) + period) % period;
  return at < n ? at : period - 1 - at;
}

Run run_of(const std::vector<int32_t>& list) {
  const auto n = static_cast<int64_t>(list.size());
  Run run;
  while (run.left < n && list[run.left] == kOutside) ++run.left;
  int64_t end = n;
  while (end > run.left && list[end - 1] == kOutside) --end;
  run.count = end - run.left;
  if (run.count > 0) run.first = list[run.left];
  if (run.count > 1) run.step = list[run.left + 1] - run.first;
  run.is = run.step == 1 || run.step == -1;
  for (int64_t i = 0; run.is && i < run.count; ++i) run.is = list[run.left + i] == run.first + i * run.step;
  return run;
}

}  // namespace

void check_fits(int64_t height, int64_t width, int64_t channels) {
  constexpr int64_t kMost = int64_t{1} << 29;
  if (height * width > kMost / channels)
    fail("transforms", "would become an image of ", height, " x ", width, " with ", channels,
         " channels, which is more than ", kMost, " values; give a smaller size or padding");
}

float fill_of(const Fill& fill, int64_t channel, int64_t channels) {
  if (fill.empty()) return 0;
  if (fill.size() == 1) return static_cast<float>(fill[0]);
  if (static_cast<int64_t>(fill.size()) != channels)
    fail("transforms", "fill has ", fill.size(), " numbers, but the image has ", channels,
         " channels; give one number, or one for each channel");
  return static_cast<float>(fill[channel]);
}

Image::Image(const Source& source, Scratch& scratch) : source_(source), scratch_(scratch) {
  reset_maps(source.height, source.width);
}

Image::Image(const Source& size, Scratch& scratch, Loader& loader) : Image(size, scratch) { loader_ = &loader; }

Image::~Image() {
  constexpr size_t kept = size_t{64} << 20;
  for (auto* buffer : {&scratch_.bytes[0], &scratch_.bytes[1], &scratch_.between})
    if (buffer->capacity() > kept) std::vector<uint8_t>().swap(*buffer);
}

void Image::load() {
  if (!loader_) return;
  // The rows or columns from the first to the last that some place of the image shows.
  auto span = [](const std::vector<int32_t>& list) -> std::pair<int64_t, int64_t> {
    int32_t first = INT32_MAX, last = kOutside;
    for (int32_t entry : list) {
      if (entry == kOutside) continue;
      first = std::min(first, entry), last = std::max(last, entry);
    }
    return last == kOutside ? std::pair<int64_t, int64_t>{0, 1} : std::pair<int64_t, int64_t>{first, last - first + 1};
  };
  auto shift = [](std::vector<int32_t>& list, int64_t by) {
    for (int32_t& entry : list)
      if (entry != kOutside) entry -= static_cast<int32_t>(by);
  };
  const auto [top, height] = span(scratch_.rows);
  const auto [left, width] = span(scratch_.columns);
  source_ = std::exchange(loader_, nullptr)->load({top, left, height, width});
  shift(scratch_.rows, top);
  shift(scratch_.columns, left);
}

void Image::reset_maps(int64_t height, int64_t width) {
  scratch_.rows.resize(height);
  scratch_.columns.resize(width);
  std::iota(scratch_.rows.begin(), scratch_.rows.end(), 0);
  std::iota(scratch_.columns.begin(), scratch_.columns.end(), 0);
  filled_ = false;
}

void Image::fill_with(const Fill& fill) {
  if (scale_.tables) settle();  // the fill is one of the values after the scale
  std::vector<float> wanted(source_.channels);
  for (int64_t c = 0; c < source_.channels; ++c) {
    wanted[c] = fill_of(fill, c, source_.channels);
    if (!source_.floats) wanted[c] = std::trunc(std::clamp(wanted[c], 0.0f, 255.0f));
  }
  if (filled_ && wanted != fill_) settle();
  fill_ = std::move(wanted);
  filled_ = true;
}

void Image::pad(int64_t left, int64_t top, int64_t right, int64_t bottom, PadMode mode, const Fill& fill) {
  if (left == 0 && top == 0 && right == 0 && bottom == 0) return;
  if (mode == PadMode::Constant) fill_with(fill);
  auto extend = [&](std::vector<int32_t>& list, int64_t before, int64_t after, const char* side) {
    const auto n = static_cast<int64_t>(list.size());
    if (mode == PadMode::Reflect && std::max(before, after) >= n)
      fail("transforms", "a padding of ", std::max(before, after), " cannot be reflected from ", n, " pixels of ", side,
           "; use less than that, or paddingMode 'symmetric'");
    if (n + before + after < 1) fail("transforms", "a padding of ", before, " and ", after, " leaves no ", side);
    scratch_.spare.resize(n + before + after);
    for (int64_t i = 0; i < n + before + after; ++i) {
      const int64_t from = continued(i - before, n, mode);
      scratch_.spare[i] = from < 0 ? kOutside : list[from];
    }
    std::swap(list, scratch_.spare);
  };
  extend(scratch_.rows, top, bottom, "height");
  extend(scratch_.columns, left, right, "width");
  check_fits(height(), width(), channels());
}

void Image::crop(int64_t top, int64_t left, int64_t height, int64_t width) {
  if (top < 0 || left < 0 || top + height > this->height() || left + width > this->width()) {
    pad(std::max<int64_t>(0, -left), std::max<int64_t>(0, -top), std::max<int64_t>(0, left + width - this->width()),
        std::max<int64_t>(0, top + height - this->height()), PadMode::Constant, {});
    top = std::max<int64_t>(0, top), left = std::max<int64_t>(0, left);
  }
  auto cut = [](std::vector<int32_t>& list, int64_t from, int64_t count) {
    if (from > 0) std::copy_n(list.begin() + from, count, list.begin());
    list.resize(count);
  };
  cut(scratch_.rows, top, height);
  cut(scratch_.columns, left, width);
}

void Image::flip_rows() { std::reverse(scratch_.rows.begin(), scratch_.rows.end()); }
void Image::flip_columns() { std::reverse(scratch_.columns.begin(), scratch_.columns.end()); }

void Image::turn(int quarters) {
  if (quarters == 2) {
    flip_rows();
    flip_columns();
    return;
  }
  load();
  std::swap(scratch_.rows, scratch_.columns);
  std::swap(source_.row, source_.column);
  std::swap(source_.height, source_.width);
  if (quarters == 1)
    flip_rows();
  else
    flip_columns();
}

void Image::pick(int64_t height, int64_t width) {
  check_fits(height, width, channels());
  auto spread = [&](std::vector<int32_t>& list, int64_t count) {
    const auto n = static_cast<int64_t>(list.size());
    const float scale = static_cast<float>(n) / static_cast<float>(count);
    scratch_.spare.resize(count);
    for (int64_t i = 0; i < count; ++i)
      scratch_.spare[i] = list[std::min(n - 1, static_cast<int64_t>(static_cast<float>(i) * scale))];
    std::swap(list, scratch_.spare);
  };
  if (height != this->height()) spread(scratch_.rows, height);
  if (width != this->width()) spread(scratch_.columns, width);
}

/// Whether the pixels can be read in place: whole rows and columns from somewhere on.
bool Image::unmoved() const {
  if (filled_ || scale_.tables || source_.column != source_.channels || source_.row < 0) return false;
  if (source_.channels > 1 && source_.channel != 1) return false;
  auto rising = [](const std::vector<int32_t>& list) {
    for (size_t i = 1; i < list.size(); ++i)
      if (list[i] != list[0] + static_cast<int32_t>(i)) return false;
    return true;
  };
  return rising(scratch_.columns) && rising(scratch_.rows);
}

/// One row of one channel, `apart` elements from one value to the next: convert(value, channel) of each.
template <class In, class Out, class Convert>
void Image::row_of(int64_t y, int64_t c, const Run& run, const Convert& convert, Out* out, int64_t apart) const {
  const int64_t w = width(), step = source_.column;
  const Out outside = filled_ ? convert.fill(fill_[c], c) : Out{};
  auto fill = [&](int64_t from, int64_t to) {
    for (int64_t x = from; x < to; ++x) out[x * apart] = outside;
  };
  if (scratch_.rows[y] == kOutside) return fill(0, w);
  const In* row = static_cast<const In*>(source_.data) + scratch_.rows[y] * source_.row + c * source_.channel;
  if (!run.is) {
    for (int64_t x = 0; x < w; ++x) {
      const int32_t from = scratch_.columns[x];
      out[x * apart] = from == kOutside ? outside : convert(row[from * step], c);
    }
    return;
  }
  fill(0, run.left);
  fill(run.left + run.count, w);
  out += run.left * apart;
  row += run.first * step;
  const int64_t stride = run.step * step;
  if (stride == 1 && apart == 1)
    for (int64_t x = 0; x < run.count; ++x) out[x] = convert(row[x], c);
  else if (apart == 1)
    for (int64_t x = 0; x < run.count; ++x) out[x] = convert(row[x * stride], c);
  else
    for (int64_t x = 0; x < run.count; ++x) out[x * apart] = convert(row[x * stride], c);
}

template <class In, class Out, class Convert>
void Image::planes(Out* out, const Convert& convert) const {
  const Run run = run_of(scratch_.columns);
  for (int64_t c = 0; c < source_.channels; ++c)
    for (int64_t y = 0; y < height(); ++y, out += width()) row_of<In>(y, c, run, convert, out, 1);
}

namespace {

/// As it is.
template <class T>
struct Same {
  T operator()(T value, int64_t) const { return value; }
  T fill(float value, int64_t) const { return static_cast<T>(value); }
};
/// By the table of its channel.
struct Scaled {
  Scale scale;
  const float* table(int64_t c) const { return scale.tables + (scale.count > 1 ? c * 256 : 0); }
  float operator()(uint8_t value, int64_t c) const { return table(c)[value]; }
  float fill(float value, int64_t c) const { return table(c)[static_cast<uint8_t>(value)]; }
};

}  // namespace

void Image::write(float* out) {
  load();
  if (source_.floats) return planes<float>(out, Same<float>{});
  planes<uint8_t>(out, Scaled{scale_});
}
void Image::write(uint8_t* out) {
  load();
  planes<uint8_t>(out, Same<uint8_t>{});
}

void Image::write_interleaved(uint8_t* out) {
  load();
  if (unmoved()) {
    const auto in = pixels<uint8_t>();
    const int64_t row = in.width * in.channels;
    for (int64_t y = 0; y < in.height; ++y, out += row) std::copy_n(in.at(y, 0), row, out);
    return;
  }
  const auto* data = static_cast<const uint8_t*>(source_.data);
  for (int64_t y = 0; y < height(); ++y) {
    for (int64_t x = 0; x < width(); ++x) {
      const int32_t from_row = scratch_.rows[y], from_column = scratch_.columns[x];
      const bool outside = from_row == kOutside || from_column == kOutside;
      for (int64_t c = 0; c < source_.channels; ++c)
        *out++ = outside ? static_cast<uint8_t>(fill_[c])
                         : data[from_row * source_.row + from_column * source_.column + c * source_.channel];
    }
  }
}

/// Writes the image as it is now, so that its lists and its scale become the simple ones.
void Image::settle() {
  load();
  const int64_t h = height(), w = width(), channels = source_.channels;
  const Run run = run_of(scratch_.columns);
  auto copy = [&]<class In, class Out>(In, Out, const auto& convert) {
    Out* out = fresh<Out>(h, w, channels);
    for (int64_t y = 0; y < h; ++y)
      for (int64_t c = 0; c < channels; ++c) row_of<In>(y, c, run, convert, out + y * w * channels + c, channels);
    become<Out>(out, h, w, channels);
  };
  if (source_.floats)
    copy(float{}, float{}, Same<float>{});
  else if (scale_.tables)
    copy(uint8_t{}, float{}, Scaled{scale_});
  else
    copy(uint8_t{}, uint8_t{}, Same<uint8_t>{});
}

template <class T>
Pixels<T> Image::pixels() {
  load();
  if (!unmoved()) settle();
  const auto* data = static_cast<const T*>(source_.data);
  if (height() > 0 && width() > 0) data += scratch_.rows[0] * source_.row + scratch_.columns[0] * source_.column;
  return {data, height(), width(), source_.channels, source_.row};
}

template <class T>
T* Image::fresh(int64_t height, int64_t width, int64_t channels) {
  check_fits(height, width, channels);
  // The buffer that the image does not lie in.
  const auto* now = static_cast<const uint8_t*>(source_.data);
  auto& first = scratch_.bytes[0];
  auto& buffer = !first.empty() && now >= first.data() && now < first.data() + first.size() ? scratch_.bytes[1] : first;
  const size_t wanted = static_cast<size_t>(height * width * channels) * sizeof(T) + 64;
  if (buffer.size() < wanted) buffer.resize(wanted);
  return reinterpret_cast<T*>(buffer.data());
}

template <class T>
void Image::become(const T* data, int64_t height, int64_t width, int64_t channels) {
  source_ = {data, std::is_same_v<T, float>, height, width, channels, width * channels, channels, 1};
  scale_ = {};
  reset_maps(height, width);
}

template Pixels<uint8_t> Image::pixels();
template Pixels<float> Image::pixels();
template uint8_t* Image::fresh(int64_t, int64_t, int64_t);
template float* Image::fresh(int64_t, int64_t, int64_t);
template void Image::become(const uint8_t*, int64_t, int64_t, int64_t);
template void Image::become(const float*, int64_t, int64_t, int64_t);

}  // namespace flint::vision
