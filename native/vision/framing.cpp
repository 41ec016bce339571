// Steps that choose a part of an image, or its size; and the flips.
#include <algorithm>
#include <array>
#include <cmath>

#include "vision/resize.h"
#include "vision/step.h"

namespace flint::vision {
namespace {

void crop(const Work& work, int64_t top, int64_t left, int64_t height, int64_t width) {
  work.image.crop(top, left, height, width);
  work.moved(1, 1, static_cast<double>(-left), static_cast<double>(-top));
}

void resize_to(const Work& work, int64_t height, int64_t width, Interpolation interpolation, bool antialias) {
  const double x = static_cast<double>(width) / static_cast<double>(work.image.width());
  const double y = static_cast<double>(height) / static_cast<double>(work.image.height());
  resize(work.image, height, width, work.mask ? Interpolation::Nearest : interpolation, antialias);
  work.moved(x, y, 0, 0);
}

struct Size {
  explicit Size(Numbers& n) : height(n.whole()), width(n.whole()) {}
  int64_t height, width;
};
/// Left, top, right, bottom.
struct Padding {
  explicit Padding(Numbers& n) : left(n.whole()), top(n.whole()), right(n.whole()), bottom(n.whole()) {}
  int64_t left, top, right, bottom;
};

void pad(const Work& work, const Padding& p, PadMode mode, const Fill& fill) {
  work.image.pad(p.left, p.top, p.right, p.bottom, mode, work.mask ? Fill{} : fill);
  work.moved(1, 1, static_cast<double>(p.left), static_cast<double>(p.top));
}

class Resize final : public Step {
 public:
  Resize(std::string_view name, Numbers& n)
      : Step(name), size_(n), longest_(n.whole()), interpolation_(n.one_of<Interpolation>()), antialias_(n.truth()) {}
  void run(const Work& work) const override {
    const auto [height, width] = target(work.image.height(), work.image.width());
    work.note("height", height);
    work.note("width", width);
    resize_to(work, height, width, interpolation_, antialias_);
  }

 private:
  /// One number alone is the length of the shorter edge; the longer one keeps the proportion, up to the longest
  /// allowed.
  std::pair<int64_t, int64_t> target(int64_t height, int64_t width) const {
    if (size_.width > 0) return {size_.height, size_.width};
    const double shorter = static_cast<double>(std::min(height, width));
    const double longer = static_cast<double>(std::max(height, width));
    int64_t a = size_.height, b = static_cast<int64_t>(static_cast<double>(a) * longer / shorter);
    if (longest_ > 0 && b > longest_)
      a = static_cast<int64_t>(static_cast<double>(longest_ * a) / static_cast<double>(b)), b = longest_;
    a = std::max<int64_t>(a, 1);
    return width <= height ? std::pair{b, a} : std::pair{a, b};
  }
  Size size_;
  int64_t longest_;
  Interpolation interpolation_;
  bool antialias_;
};

class CenterCrop final : public Step {
 public:
  CenterCrop(std::string_view name, Numbers& n) : Step(name), size_(n) {}
  void run(const Work& work) const override {
    const int64_t top = start(work.image.height(), size_.height), left = start(work.image.width(), size_.width);
    work.note("top", top);
    work.note("left", left);
    crop(work, top, left, size_.height, size_.width);
  }

 private:
  static int64_t start(int64_t has, int64_t wants) {
    // A half is rounded to the even number where something is cut off, and down where something is added.
    if (wants > has) return -((wants - has) / 2);
    return std::lrint(static_cast<double>(has - wants) / 2);
  }
  Size size_;
};

class Pad final : public Step {
 public:
  Pad(std::string_view name, Numbers& n) : Step(name), padding_(n), mode_(n.one_of<PadMode>()), fill_(n.list()) {}
  void run(const Work& work) const override { pad(work, padding_, mode_, fill_); }

 private:
  Padding padding_;
  PadMode mode_;
  Fill fill_;
};

class RandomCrop final : public Step {
 public:
  RandomCrop(std::string_view name, Numbers& n)
      : Step(name), size_(n), padding_(n), if_needed_(n.truth()), mode_(n.one_of<PadMode>()), fill_(n.list()) {}
  void run(const Work& work) const override {
    Padding padding = padding_;
    const int64_t h = work.image.height() + padding.top + padding.bottom;
    const int64_t w = work.image.width() + padding.left + padding.right;
    const int64_t more_h = if_needed_ ? std::max<int64_t>(0, size_.height - h) : 0;
    const int64_t more_w = if_needed_ ? std::max<int64_t>(0, size_.width - w) : 0;
    padding.top += more_h, padding.bottom += more_h, padding.left += more_w, padding.right += more_w;
    const int64_t rows = h + 2 * more_h - size_.height, columns = w + 2 * more_w - size_.width;
    if (rows < 0 || columns < 0)
      fail("RandomCrop", "a crop of ", size_.height, " x ", size_.width, " does not fit an image of ", h, " x ", w,
           " (height x width, with its padding); give padIfNeeded: true, more padding, or a Resize before it");
    Draws draw = draws(work);
    const int64_t top = draw.below(rows + 1), left = draw.below(columns + 1);
    work.note("top", top);
    work.note("left", left);
    pad(work, padding, mode_, fill_);
    crop(work, top, left, size_.height, size_.width);
  }

 private:
  Size size_;
  Padding padding_;
  bool if_needed_;
  PadMode mode_;
  Fill fill_;
};

class RandomResizedCrop final : public Step {
 public:
  RandomResizedCrop(std::string_view name, Numbers& n)
      : Step(name),
        size_(n),
        scale_{n.next(), n.next()},
        ratio_{n.next(), n.next()},
        interpolation_(n.one_of<Interpolation>()),
        antialias_(n.truth()) {}
  void run(const Work& work) const override {
    const auto [top, left, height, width] = part(work);
    work.note("top", top);
    work.note("left", left);
    work.note("height", height);
    work.note("width", width);
    crop(work, top, left, height, width);
    resize_to(work, size_.height, size_.width, interpolation_, antialias_);
  }

 private:
  std::array<int64_t, 4> part(const Work& work) const {
    const int64_t height = work.image.height(), width = work.image.width();
    const double area = static_cast<double>(height * width);
    Draws draw = draws(work);
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double target = area * draw.between(scale_[0], scale_[1]);
      const double ratio = std::exp(draw.between(std::log(ratio_[0]), std::log(ratio_[1])));
      const int64_t w = std::lrint(std::sqrt(target * ratio)), h = std::lrint(std::sqrt(target / ratio));
      const uint32_t row = draw.bits(), column = draw.bits();
      if (w < 1 || w > width || h < 1 || h > height) continue;
      return {below(row, height - h + 1), below(column, width - w + 1), h, w};
    }
    const double ratio = static_cast<double>(width) / static_cast<double>(height);
    int64_t w = width, h = height;
    if (ratio < ratio_[0]) h = std::lrint(static_cast<double>(w) / ratio_[0]);
    if (ratio > ratio_[1]) w = std::lrint(static_cast<double>(h) * ratio_[1]);
    h = std::clamp<int64_t>(h, 1, height), w = std::clamp<int64_t>(w, 1, width);
    return {(height - h) / 2, (width - w) / 2, h, w};
  }
  static int64_t below(uint32_t bits, int64_t count) {
    return static_cast<int64_t>(uint64_t{bits} * static_cast<uint64_t>(count) >> 32);
  }
  Size size_;
  double scale_[2], ratio_[2];
  Interpolation interpolation_;
  bool antialias_;
};

class RandomHorizontalFlip final : public Step {
 public:
  RandomHorizontalFlip(std::string_view name, Numbers& n) : Step(name), p_(n.next()) {}
  void run(const Work& work) const override {
    const bool flipped = draws(work).chance(p_);
    work.note("flipped", flipped);
    if (!flipped) return;
    work.image.flip_columns();
    work.moved(-1, 1, static_cast<double>(work.image.width()), 0, -1, 0);
  }

 private:
  double p_;
};

class RandomVerticalFlip final : public Step {
 public:
  RandomVerticalFlip(std::string_view name, Numbers& n) : Step(name), p_(n.next()) {}
  void run(const Work& work) const override {
    const bool flipped = draws(work).chance(p_);
    work.note("flipped", flipped);
    if (!flipped) return;
    work.image.flip_rows();
    work.moved(1, -1, 0, static_cast<double>(work.image.height()), 0, -1);
  }

 private:
  double p_;
};

constexpr StepKind kinds[] = {
    {"Resize", make_step<Resize>},
    {"CenterCrop", make_step<CenterCrop>},
    {"Pad", make_step<Pad>},
    {"RandomCrop", make_step<RandomCrop>},
    {"RandomResizedCrop", make_step<RandomResizedCrop>},
    {"RandomHorizontalFlip", make_step<RandomHorizontalFlip>},
    {"RandomVerticalFlip", make_step<RandomVerticalFlip>},
};

}  // namespace

std::span<const StepKind> framing_steps() { return kinds; }

}  // namespace flint::vision
