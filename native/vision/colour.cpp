// Steps that change colours and move nothing. What depends on one byte alone goes through a table of 256.
#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "vision/step.h"

namespace flint::vision {
namespace {

/// Values reach from 0 to this.
template <class T>
constexpr float kTop = std::is_same_v<T, float> ? 1.0f : 255.0f;

/// Between 0 and the top; a byte loses what is behind the point, as torchvision's do.
template <class T>
T limited(float value) {
  return static_cast<T>(std::clamp(value, 0.0f, kTop<T>));
}

void check_colours(std::string_view op, int64_t channels) {
  if (channels != 1 && channels != 3)
    fail(op, "works on images of 1 or 3 channels, this one has ", channels, "; convert it to RGB or grey first");
}

/// Each value by itself: f(value).
template <class T, class F>
void each(Image& image, const F& f) {
  const Pixels<T> in = image.pixels<T>();
  const int64_t row = in.width * in.channels;
  T* const out = image.fresh<T>(in.height, in.width, in.channels);
  if constexpr (std::is_same_v<T, uint8_t>) {
    std::array<uint8_t, 256> table;
    for (int v = 0; v < 256; ++v) table[v] = f(static_cast<uint8_t>(v));
    for (int64_t y = 0; y < in.height; ++y)
      for (int64_t i = 0; i < row; ++i) out[y * row + i] = table[in.data[y * in.row + i]];
  } else {
    for (int64_t y = 0; y < in.height; ++y)
      for (int64_t i = 0; i < row; ++i) out[y * row + i] = f(in.data[y * in.row + i]);
  }
  image.become<T>(out, in.height, in.width, in.channels);
}

/// Each pixel of three channels by itself: f(in, out).
template <class T, class F>
void each_pixel(Image& image, int64_t channels, const F& f) {
  const Pixels<T> in = image.pixels<T>();
  T* const out = image.fresh<T>(in.height, in.width, channels);
  for (int64_t y = 0; y < in.height; ++y)
    for (int64_t x = 0; x < in.width; ++x) f(in.at(y, x), out + (y * in.width + x) * channels);
  image.become<T>(out, in.height, in.width, channels);
}

/// Luma as torchvision takes it (ITU-R BT.601).
template <class T>
float grey_of(const T* pixel) {
  return static_cast<float>(pixel[0]) * 0.2989f + static_cast<float>(pixel[1]) * 0.587f +
         static_cast<float>(pixel[2]) * 0.114f;
}
/// The grey that colours are mixed with: of bytes a whole number.
template <class T>
float whole_grey(const T* pixel) {
  return std::is_same_v<T, float> ? grey_of(pixel) : std::floor(grey_of(pixel));
}

void adjust_brightness(Image& image, float factor) {
  image.visit([&]<class T>(T) { each<T>(image, [&](T v) { return limited<T>(static_cast<float>(v) * factor); }); });
}

void adjust_contrast(Image& image, float factor) {
  image.visit([&]<class T>(T) {
    const Pixels<T> in = image.pixels<T>();
    double sum = 0;
    for (int64_t y = 0; y < in.height; ++y)
      for (int64_t x = 0; x < in.width; ++x)
        sum += in.channels == 3 ? whole_grey(in.at(y, x)) : static_cast<float>(*in.at(y, x));
    const float mean = static_cast<float>(sum / static_cast<double>(in.height * in.width)) * (1 - factor);
    each<T>(image, [&](T v) { return limited<T>(static_cast<float>(v) * factor + mean); });
  });
}

void adjust_saturation(Image& image, float factor) {
  if (image.channels() == 1) return;
  image.visit([&]<class T>(T) {
    each_pixel<T>(image, 3, [&](const T* in, T* out) {
      const float grey = whole_grey(in) * (1 - factor);
      for (int c = 0; c < 3; ++c) out[c] = limited<T>(static_cast<float>(in[c]) * factor + grey);
    });
  });
}

/// Adds to the hue of a colour in 0..1, by way of HSV (Smith 1978; the form is Pillow's and torchvision's).
void shift_hue(const float (&in)[3], float shift, float (&out)[3]) {
  const float r = in[0], g = in[1], b = in[2];
  const float high = std::max({r, g, b}), low = std::min({r, g, b}), range = high - low;
  const float saturation = range == 0 ? 0 : range / high, divisor = range == 0 ? 1 : range;
  const float rc = (high - r) / divisor, gc = (high - g) / divisor, bc = (high - b) / divisor;
  float hue = high == r ? bc - gc : high == g ? 2 + rc - bc : 4 + gc - rc;
  hue = std::fmod(hue * (1.0f / 6.0f) + 1, 1.0f) + shift;
  hue -= std::floor(hue);
  const float sixth = hue * 6, part = std::floor(sixth), f = sixth - part;
  const float p = std::clamp((1 - saturation) * high, 0.0f, 1.0f);
  const float q = std::clamp((1 - saturation * f) * high, 0.0f, 1.0f);
  const float t = std::clamp((saturation * f + (1 - saturation)) * high, 0.0f, 1.0f);
  const float sectors[6][3] = {{high, t, p}, {q, high, p}, {p, high, t}, {p, q, high}, {t, p, high}, {high, p, q}};
  // NaN and infinity have no hue.
  const int sector = part >= 0 && part <= 6 ? static_cast<int>(part) % 6 : 0;
  std::copy_n(sectors[sector], 3, out);
}

void adjust_hue(Image& image, float shift) {
  if (image.channels() == 1) return;
  image.visit([&]<class T>(T) {
    each_pixel<T>(image, 3, [&](const T* in, T* out) {
      constexpr float kScale = 1.0f / kTop<T>;
      const float from[3] = {static_cast<float>(in[0]) * kScale, static_cast<float>(in[1]) * kScale,
                             static_cast<float>(in[2]) * kScale};
      float to[3];
      shift_hue(from, shift, to);
      // A byte for each 256th part, the last one with its end.
      for (int c = 0; c < 3; ++c) out[c] = std::is_same_v<T, float> ? to[c] : limited<T>(to[c] * (256.0f - 1e-3f));
    });
  });
}

class ColorJitter final : public Step {
 public:
  ColorJitter(std::string_view name, Numbers& n) : Step(name) {
    for (auto& range : ranges_)
      for (double& end : range) end = n.next();
  }
  void run(const Work& work) const override {
    if (work.mask) return;
    Draws draw = draws(work);
    std::array<int, 4> order{0, 1, 2, 3};
    for (int i = 3; i > 0; --i) std::swap(order[i], order[draw.below(i + 1)]);
    float factors[4];
    // Every factor is drawn, also where it cannot vary: a slider moves its own value alone.
    for (int i = 0; i < 4; ++i) factors[i] = static_cast<float>(draw.between(ranges_[i][0], ranges_[i][1]));
    for (int i = 0; i < 4; ++i)
      if (active(i)) work.note(kNames[i], static_cast<double>(factors[i]));
    work.note("order", {double(order[0]), double(order[1]), double(order[2]), double(order[3])});
    for (int i : order) {
      if (!active(i)) continue;
      check_colours("ColorJitter", work.image.channels());
      kAdjust[i](work.image, factors[i]);
    }
  }

 private:
  static constexpr std::string_view kNames[4] = {"brightness", "contrast", "saturation", "hue"};
  static constexpr void (*kAdjust[4])(Image&, float) = {adjust_brightness, adjust_contrast, adjust_saturation,
                                                        adjust_hue};
  bool active(int i) const {
    const double neutral = i == 3 ? 0 : 1;
    return ranges_[i][0] != neutral || ranges_[i][1] != neutral;
  }
  double ranges_[4][2];
};

void make_grey(const Work& work, std::string_view op, int64_t wanted) {
  Image& image = work.image;
  const int64_t channels = image.channels();
  check_colours(op, channels);
  if (channels == 1 && wanted == 1) return;
  image.visit([&]<class T>(T) {
    each_pixel<T>(image, wanted, [&](const T* in, T* out) {
      const T grey = channels == 1 ? in[0] : static_cast<T>(grey_of(in));
      for (int64_t c = 0; c < wanted; ++c) out[c] = grey;
    });
  });
}

class Grayscale final : public Step {
 public:
  Grayscale(std::string_view name, Numbers& n) : Step(name), channels_(n.whole()) {}
  void run(const Work& work) const override {
    if (!work.mask) make_grey(work, "Grayscale", channels_);
  }

 private:
  int64_t channels_;
};

/// A step that does its work with a probability.
class Chance : public Step {
 public:
  Chance(std::string_view name, double p) : Step(name), p_(p) {}
  void run(const Work& work) const final {
    if (work.mask) return;
    const bool applied = draws(work).chance(p_);
    work.note("applied", applied);
    if (applied) apply(work);
  }
  virtual void apply(const Work& work) const = 0;

 private:
  double p_;
};

class RandomGrayscale final : public Chance {
 public:
  RandomGrayscale(std::string_view name, Numbers& n) : Chance(name, n.next()) {}
  void apply(const Work& work) const override { make_grey(work, "RandomGrayscale", work.image.channels()); }
};

template <class T>
T inverted(T value) {
  return static_cast<T>(kTop<T> - static_cast<float>(value));
}

class RandomInvert final : public Chance {
 public:
  RandomInvert(std::string_view name, Numbers& n) : Chance(name, n.next()) {}
  void apply(const Work& work) const override {
    work.image.visit([&]<class T>(T) { each<T>(work.image, inverted<T>); });
  }
};

class RandomPosterize final : public Chance {
 public:
  RandomPosterize(std::string_view name, Numbers& n) : RandomPosterize(name, n.whole(), n) {}
  void apply(const Work& work) const override {
    const float levels = static_cast<float>(1 << bits_);
    const int mask = ((1 << bits_) - 1) << (8 - bits_);
    work.image.visit([&]<class T>(T) {
      each<T>(work.image, [&](T v) {
        if constexpr (std::is_same_v<T, uint8_t>)
          return static_cast<T>(v & mask);
        else
          return std::clamp(std::floor(v * levels), 0.0f, levels - 1) / levels;
      });
    });
  }

 private:
  RandomPosterize(std::string_view name, int64_t bits, Numbers& n) : Chance(name, n.next()), bits_(bits) {}
  int64_t bits_;
};

class RandomSolarize final : public Chance {
 public:
  RandomSolarize(std::string_view name, Numbers& n) : RandomSolarize(name, n.next(), n) {}
  void apply(const Work& work) const override {
    work.image.visit([&]<class T>(T) {
      if (threshold_ > kTop<T>)
        fail("RandomSolarize", "the threshold ", threshold_, " is above the largest value ", kTop<T>,
             " of this image; after ToTensor values reach from 0 to 1");
      each<T>(work.image, [&](T v) { return static_cast<double>(v) >= threshold_ ? inverted(v) : v; });
    });
  }

 private:
  RandomSolarize(std::string_view name, double threshold, Numbers& n) : Chance(name, n.next()), threshold_(threshold) {}
  double threshold_;
};

/// The values of one channel, one after another: f(value) for each, read or written.
template <class T, class F>
void each_of_channel(T* data, int64_t pixels, int64_t channels, int64_t channel, const F& f) {
  for (int64_t i = 0; i < pixels; ++i) f(data[i * channels + channel]);
}

/// A copy of the pixels without gaps, which becomes the image's.
template <class T>
T* own_copy(Image& image) {
  const Pixels<T> in = image.pixels<T>();
  T* const out = image.fresh<T>(in.height, in.width, in.channels);
  for (int64_t y = 0; y < in.height; ++y)
    std::copy_n(in.at(y, 0), in.width * in.channels, out + y * in.width * in.channels);
  image.become<T>(out, in.height, in.width, in.channels);
  return out;
}

class RandomAutocontrast final : public Chance {
 public:
  RandomAutocontrast(std::string_view name, Numbers& n) : Chance(name, n.next()) {}
  void apply(const Work& work) const override {
    check_colours("RandomAutocontrast", work.image.channels());
    work.image.visit([&]<class T>(T) {
      const int64_t channels = work.image.channels(), pixels = work.image.height() * work.image.width();
      T* const data = own_copy<T>(work.image);
      for (int64_t c = 0; c < channels; ++c) {
        float low = INFINITY, high = -INFINITY;
        each_of_channel(data, pixels, channels, c, [&](T& v) {
          low = std::min(low, static_cast<float>(v)), high = std::max(high, static_cast<float>(v));
        });
        if (low == high) continue;
        const float scale = (high - low) * (1.0f / kTop<T>);
        each_of_channel(data, pixels, channels, c,
                        [&](T& v) { v = limited<T>((static_cast<float>(v) - low) / scale); });
      }
    });
  }
};

/// The table that spreads the values of a histogram evenly (Pillow, ImageOps.equalize); false where it changes nothing.
bool equalizing(const std::array<int64_t, 256>& histogram, int64_t pixels, std::array<uint8_t, 256>& table) {
  int last = 255;
  while (last > 0 && histogram[last] == 0) --last;
  const int64_t step = (pixels - histogram[last]) / 255;
  if (step == 0) return false;
  int64_t sum = step / 2;
  for (int v = 0; v < 256; ++v) {
    table[v] = static_cast<uint8_t>(std::min<int64_t>(255, sum / step));
    sum += histogram[v];
  }
  return true;
}

class RandomEqualize final : public Chance {
 public:
  RandomEqualize(std::string_view name, Numbers& n) : Chance(name, n.next()) {}
  void apply(const Work& work) const override {
    work.image.visit([&]<class T>(T) {
      const int64_t channels = work.image.channels(), pixels = work.image.height() * work.image.width();
      T* const data = own_copy<T>(work.image);
      auto byte = [](T v) { return std::is_same_v<T, float> ? limited<uint8_t>(v * (256.0f - 1e-3f)) : uint8_t(v); };
      for (int64_t c = 0; c < channels; ++c) {
        std::array<int64_t, 256> histogram{};
        std::array<uint8_t, 256> table;
        each_of_channel(data, pixels, channels, c, [&](T& v) { ++histogram[byte(v)]; });
        if (!equalizing(histogram, pixels, table)) continue;
        each_of_channel(data, pixels, channels, c, [&](T& v) {
          v = std::is_same_v<T, float> ? static_cast<T>(static_cast<float>(table[byte(v)]) * (1.0f / 255.0f))
                                       : static_cast<T>(table[byte(v)]);
        });
      }
    });
  }
};

constexpr StepKind kinds[] = {
    {"ColorJitter", make_step<ColorJitter>},
    {"Grayscale", make_step<Grayscale>},
    {"RandomGrayscale", make_step<RandomGrayscale>},
    {"RandomInvert", make_step<RandomInvert>},
    {"RandomPosterize", make_step<RandomPosterize>},
    {"RandomSolarize", make_step<RandomSolarize>},
    {"RandomAutocontrast", make_step<RandomAutocontrast>},
    {"RandomEqualize", make_step<RandomEqualize>},
};

}  // namespace

std::span<const StepKind> colour_steps() { return kinds; }

}  // namespace flint::vision
