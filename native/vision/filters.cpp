// Steps in which a pixel takes something of its neighbours: blurring and sharpening.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "vision/step.h"

namespace flint::vision {
namespace {

/// Weights of a Gaussian over `size` entries, as torchvision takes them: exp(-(x / sigma)^2) for x up to
/// (size - 1) / sqrt(8), with sum 1.
std::vector<float> gaussian(int64_t size, double sigma) {
  std::vector<float> weights(static_cast<size_t>(size));
  const double reach = static_cast<double>(size - 1) / (2 * std::sqrt(2.0));
  double sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    const double x = size == 1 ? -reach : -reach + 2 * reach * static_cast<double>(i) / static_cast<double>(size - 1);
    weights[i] = static_cast<float>(std::exp(-(x / sigma) * (x / sigma)));
    sum += weights[i];
  }
  for (float& weight : weights) weight = static_cast<float>(weight / sum);
  return weights;
}

/// Place i of a row that is mirrored at its ends, without repeating them.
int64_t reflected(int64_t i, int64_t n) { return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i; }

template <class T>
void blur(Image& image, const std::vector<float>& across, const std::vector<float>& down) {
  const Pixels<T> in = image.pixels<T>();
  const int64_t h = in.height, w = in.width, channels = in.channels, row = w * channels;
  const auto rx = static_cast<int64_t>(across.size()) / 2, ry = static_cast<int64_t>(down.size()) / 2;
  if (rx >= w || ry >= h)
    fail("GaussianBlur", "a kernel of ", across.size(), " x ", down.size(), " is too large for an image of ", w, " x ",
         h, " (width x height): its half must be less than the image; use a smaller kernelSize");
  std::vector<float> between(static_cast<size_t>(h * row)), padded(static_cast<size_t>((w + 2 * rx) * channels));
  for (int64_t y = 0; y < h; ++y) {
    for (int64_t x = -rx; x < w + rx; ++x)
      for (int64_t c = 0; c < channels; ++c)
        padded[(x + rx) * channels + c] = static_cast<float>(in.at(y, reflected(x, w))[c]);
    float* const out = between.data() + y * row;
    for (size_t k = 0; k < across.size(); ++k) {
      const float weight = across[k];
      const float* const from = padded.data() + static_cast<int64_t>(k) * channels;
      for (int64_t i = 0; i < row; ++i) out[i] += from[i] * weight;
    }
  }
  T* const out = image.fresh<T>(h, w, channels);
  std::vector<float> sum(static_cast<size_t>(row));
  for (int64_t y = 0; y < h; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (size_t k = 0; k < down.size(); ++k) {
      const float weight = down[k];
      const float* const from = between.data() + reflected(y + static_cast<int64_t>(k) - ry, h) * row;
      for (int64_t i = 0; i < row; ++i) sum[i] += from[i] * weight;
    }
    for (int64_t i = 0; i < row; ++i)
      out[y * row + i] = std::is_same_v<T, float>
                             ? static_cast<T>(sum[i])
                             : static_cast<T>(std::clamp(static_cast<float>(std::lrint(sum[i])), 0.0f, 255.0f));
  }
  image.become<T>(out, h, w, channels);
}

class GaussianBlur final : public Step {
 public:
  GaussianBlur(std::string_view name, Numbers& n)
      : Step(name), across_(n.whole()), down_(n.whole()), sigma_{n.next(), n.next()} {}
  void run(const Work& work) const override {
    if (work.mask) return;
    const double sigma = draws(work).between(sigma_[0], sigma_[1]);
    work.note("sigma", sigma);
    work.image.visit([&]<class T>(T) { blur<T>(work.image, gaussian(across_, sigma), gaussian(down_, sigma)); });
  }

 private:
  int64_t across_, down_;
  double sigma_[2];
};

/// Away from (factor > 1) or towards (factor < 1) the image smoothed by 1 1 1 / 1 5 1 / 1 1 1; the border stays.
template <class T>
void sharpen(Image& image, float factor) {
  const Pixels<T> in = image.pixels<T>();
  constexpr bool kBytes = std::is_same_v<T, uint8_t>;
  const int64_t channels = in.channels, row = in.width * channels;
  T* const out = image.fresh<T>(in.height, in.width, channels);
  for (int64_t y = 0; y < in.height; ++y) {
    const T* const now = in.at(y, 0);
    std::copy_n(now, row, out + y * row);
    if (y == 0 || y == in.height - 1) continue;
    const T *const above = in.at(y - 1, 0), *const below = in.at(y + 1, 0);
    for (int64_t i = channels; i < row - channels; ++i) {
      float sum = 5 * static_cast<float>(now[i]);
      for (int64_t d : {-channels, int64_t{0}, channels})
        sum += static_cast<float>(above[i + d]) + static_cast<float>(below[i + d]);
      sum += static_cast<float>(now[i - channels]) + static_cast<float>(now[i + channels]);
      const float value = static_cast<float>(now[i]);
      const float smooth = kBytes ? static_cast<float>(std::lrint(sum / 13)) : sum / 13;
      out[y * row + i] =
          static_cast<T>(std::clamp(value + (smooth - value) * (1 - factor), 0.0f, kBytes ? 255.0f : 1.0f));
    }
  }
  image.become<T>(out, in.height, in.width, channels);
}

class RandomAdjustSharpness final : public Step {
 public:
  RandomAdjustSharpness(std::string_view name, Numbers& n) : Step(name), factor_(n.next()), p_(n.next()) {}
  void run(const Work& work) const override {
    if (work.mask) return;
    const bool applied = draws(work).chance(p_);
    work.note("applied", applied);
    if (!applied || work.image.height() <= 2 || work.image.width() <= 2) return;
    work.image.visit([&]<class T>(T) { sharpen<T>(work.image, static_cast<float>(factor_)); });
  }

 private:
  double factor_, p_;
};

constexpr StepKind kinds[] = {
    {"GaussianBlur", make_step<GaussianBlur>},
    {"RandomAdjustSharpness", make_step<RandomAdjustSharpness>},
};

}  // namespace

std::span<const StepKind> filter_steps() { return kinds; }

}  // namespace flint::vision
