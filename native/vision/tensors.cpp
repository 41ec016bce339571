// Steps that make the tensor that the model gets, or change it.
#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "vision/step.h"

namespace flint::vision {
namespace {

struct UnitTable {
  std::array<float, 256> values;
  UnitTable() {
    for (int v = 0; v < 256; ++v) values[v] = static_cast<float>(v) / 255.0f;
  }
};
const UnitTable& unit_table() {
  static const UnitTable table;
  return table;
}

class ToTensor final : public Step {
 public:
  ToTensor(std::string_view name, Numbers&) : Step(name) {}
  void run(const Work& work) const override {
    if (work.mask || work.image.floats()) return;
    work.image.set_scale({unit_table().values.data(), 1});
  }
};

class Normalize final : public Step {
 public:
  Normalize(std::string_view name, Numbers& n) : Step(name), mean_(n.list()), std_(n.list()) {
    for (size_t c = 0; c < std_.size(); ++c)
      for (int v = 0; v < 256; ++v) tables_.push_back(value(static_cast<float>(v) / 255.0f, c));
  }
  void run(const Work& work) const override {
    if (work.mask) return;
    Image& image = work.image;
    const auto given = static_cast<int64_t>(mean_.size());
    if (given != 1 && given != image.channels())
      fail("Normalize", "the image has ", image.channels(), " channels, but mean and std have ", given,
           " values; give one for each channel");
    if (!image.floats()) fail("Normalize", "the image is still bytes in 0..255; put ToTensor() before Normalize");
    if (work.trace) note(*work.trace);
    if (image.scale().tables == unit_table().values.data()) return image.set_scale({tables_.data(), given});
    const Pixels<float> in = image.pixels<float>();
    float* const out = image.fresh<float>(in.height, in.width, in.channels);
    for (int64_t y = 0; y < in.height; ++y)
      for (int64_t x = 0; x < in.width; ++x)
        for (int64_t c = 0; c < in.channels; ++c)
          out[(y * in.width + x) * in.channels + c] = value(in.at(y, x)[c], given == 1 ? 0 : static_cast<size_t>(c));
    image.become<float>(out, in.height, in.width, in.channels);
  }

 private:
  void note(Trace& trace) const {
    for (size_t c = 0; c < trace.scale.size(); ++c) {
      const size_t k = mean_.size() == 1 ? 0 : std::min(c, mean_.size() - 1);
      trace.shift[c] += trace.scale[c] * mean_[k];
      trace.scale[c] *= std_[k];
    }
  }
  float value(float x, size_t c) const { return (x - static_cast<float>(mean_[c])) / static_cast<float>(std_[c]); }
  std::vector<double> mean_, std_;
  std::vector<float> tables_;
};

class RandomErasing final : public Step {
 public:
  RandomErasing(std::string_view name, Numbers& n)
      : Step(name),
        p_(n.next()),
        scale_{n.next(), n.next()},
        ratio_{n.next(), n.next()},
        noise_(n.truth()),
        value_(n.list()) {}
  void run(const Work& work) const override {
    if (work.mask) return;
    Draws draw = draws(work);
    const bool wanted = draw.chance(p_);
    int64_t box[4];
    const bool erased = wanted && choose(draw, work.image.height(), work.image.width(), box);
    work.note("erased", erased);
    if (!erased) return;
    work.note("top", box[0]);
    work.note("left", box[1]);
    work.note("height", box[2]);
    work.note("width", box[3]);
    work.image.visit([&]<class T>(T) { erase<T>(work.image, draw, box[0], box[1], box[2], box[3]); });
  }

 private:
  bool choose(Draws& draw, int64_t h, int64_t w, int64_t (&box)[4]) const {
    const double area = static_cast<double>(h * w);
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double target = area * draw.between(scale_[0], scale_[1]);
      const double ratio = std::exp(draw.between(std::log(ratio_[0]), std::log(ratio_[1])));
      box[2] = std::lrint(std::sqrt(target * ratio)), box[3] = std::lrint(std::sqrt(target / ratio));
      if (box[2] < 0 || box[3] < 0 || box[2] >= h || box[3] >= w) continue;
      box[0] = draw.below(h - box[2] + 1), box[1] = draw.below(w - box[3] + 1);
      return true;
    }
    return false;
  }
  template <class T>
  void erase(Image& image, Draws& draw, int64_t top, int64_t left, int64_t height, int64_t width) const {
    const Pixels<T> in = image.pixels<T>();
    T* const out = image.fresh<T>(in.height, in.width, in.channels);
    const int64_t row = in.width * in.channels;
    for (int64_t y = 0; y < in.height; ++y) {
      std::copy_n(in.at(y, 0), row, out + y * row);
      if (y < top || y >= top + height) continue;
      for (int64_t x = left; x < left + width; ++x)
        for (int64_t c = 0; c < in.channels; ++c) out[y * row + x * in.channels + c] = fresh<T>(draw, c, in.channels);
    }
    image.become<T>(out, in.height, in.width, in.channels);
  }
  template <class T>
  T fresh(Draws& draw, int64_t c, int64_t channels) const {
    if constexpr (std::is_same_v<T, float>)
      return noise_ ? static_cast<float>(draw.normal()) : fill_of(value_, c, channels);
    else
      return noise_ ? static_cast<T>(draw.below(256))
                    : static_cast<T>(std::clamp(fill_of(value_, c, channels), 0.0f, 255.0f));
  }
  double p_, scale_[2], ratio_[2];
  bool noise_;
  Fill value_;
};

constexpr StepKind kinds[] = {
    {"ToTensor", make_step<ToTensor>},
    {"Normalize", make_step<Normalize>},
    {"RandomErasing", make_step<RandomErasing>},
};

}  // namespace

std::span<const StepKind> tensor_steps() { return kinds; }

}  // namespace flint::vision
