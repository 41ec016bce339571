// Resizing in two passes, rows first. Bytes are mixed in whole numbers as PyTorch does (aten, upsample_*_aa for uint8).
#include "vision/resize.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "kernels/resample/kernel.h"

namespace flint::vision {
namespace {

double triangle(double x) {
  x = std::fabs(x);
  return x < 1 ? 1 - x : 0;
}
/// Keys 1981, with the constant that PyTorch takes with and without antialiasing.
double cubic(double x, double a) {
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/// Whole shares of 2^precision, with as many bits as 16 hold.
void make_whole(Weights& w) {
  double largest = 0;
  for (float share : w.exact) largest = std::max<double>(largest, share);
  w.precision = 0;
  while (w.precision < 22 && 0.5 + largest * (1 << (w.precision + 1)) < (1 << 15)) ++w.precision;
  w.whole.resize(w.exact.size());
  for (size_t i = 0; i < w.exact.size(); ++i) {
    const double share = static_cast<double>(w.exact[i]) * (1 << w.precision);
    w.whole[i] = static_cast<int16_t>(share < 0 ? share - 0.5 : share + 0.5);
  }
}

/// The shares for resizing `in` entries to `out`.
void prepare(Weights& w, int64_t in, int64_t out, Interpolation interpolation, bool antialias) {
  if (w.in == in && w.out == out && w.interpolation == interpolation && w.antialias == antialias) return;
  w.in = -1;  // until all is done, since memory may be missing
  const bool is_cubic = interpolation == Interpolation::Bicubic;
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double reach = (is_cubic ? 2.0 : 1.0) * (antialias && scale > 1 ? scale : 1.0);
  const double shrink = antialias && scale > 1 ? 1 / scale : 1.0;
  const int64_t most = std::min<int64_t>(in, static_cast<int64_t>(std::ceil(reach)) * 2 + 1);
  std::vector<double> shares(static_cast<size_t>(out * most), 0.0);
  w.from.resize(out);
  w.taps = 1;
  for (int64_t i = 0; i < out; ++i) {
    const double center = scale * (static_cast<double>(i) + 0.5);
    int64_t first = static_cast<int64_t>(center - reach + 0.5), end = static_cast<int64_t>(center + reach + 0.5);
    if (!antialias) {
      // Entries beyond the ends stand for the last ones: their shares are added there.
      first = static_cast<int64_t>(std::floor(center - 0.5)) - (is_cubic ? 1 : 0);
      end = first + (is_cubic ? 4 : 2);
    }
    const int64_t from = std::clamp<int64_t>(first, 0, in - 1);
    const int64_t to = std::clamp<int64_t>(std::min(end, from + most), from + 1, in);
    double* const own = shares.data() + i * most;
    double total = 0;
    for (int64_t j = antialias ? from : first; j < (antialias ? to : end); ++j) {
      const double x = (static_cast<double>(j) - center + 0.5) * shrink;
      const double share = is_cubic ? cubic(x, antialias ? -0.5 : -0.75) : triangle(x);
      own[std::clamp(j, from, to - 1) - from] += share;
      total += share;
    }
    for (int64_t k = 0; k < to - from; ++k) own[k] = total != 0 ? own[k] / total : 0;
    w.from[i] = static_cast<int32_t>(from);
    w.taps = std::max(w.taps, to - from);
  }
  // All take as many inputs, some with a share of 0, so that the loops over them are of one length.
  w.exact.assign(static_cast<size_t>(out * w.taps), 0.0f);
  for (int64_t i = 0; i < out; ++i) {
    const int64_t back = std::max<int64_t>(0, w.from[i] + w.taps - in);
    w.from[i] -= static_cast<int32_t>(back);
    for (int64_t k = 0; k + back < w.taps; ++k)
      w.exact[i * w.taps + k + back] = static_cast<float>(k < most ? shares[i * most + k] : 0);
  }
  make_whole(w);
  w.in = in, w.out = out, w.interpolation = interpolation, w.antialias = antialias;
}

void across(const Pixels<uint8_t>& in, int64_t first, int64_t rows, const Weights& w, uint8_t* out) {
  for (int64_t y = 0; y < rows; ++y)
    kernels::mix_columns(in.at(first + y, 0), in.channels, w.from.data(), w.whole.data(), w.taps, w.precision, w.out,
                         out + y * w.out * in.channels);
}
void across(const Pixels<float>& in, int64_t first, int64_t rows, const Weights& w, float* out) {
  for (int64_t y = 0; y < rows; ++y)
    for (int64_t x = 0; x < w.out; ++x)
      for (int64_t c = 0; c < in.channels; ++c) {
        float sum = 0;
        for (int64_t k = 0; k < w.taps; ++k) sum += in.at(first + y, w.from[x] + k)[c] * w.exact[x * w.taps + k];
        *out++ = sum;
      }
}

void down(const uint8_t* in, int64_t first, int64_t row, const Weights& w, int64_t n, uint8_t* out) {
  for (int64_t y = 0; y < w.out; ++y)
    kernels::mix_rows(in + (w.from[y] - first) * row, row, w.whole.data() + y * w.taps, w.taps, w.precision, n,
                      out + y * n);
}
void down(const float* in, int64_t first, int64_t row, const Weights& w, int64_t n, float* out) {
  for (int64_t y = 0; y < w.out; ++y, out += n) {
    std::fill_n(out, n, 0.0f);
    for (int64_t k = 0; k < w.taps; ++k) {
      const float share = w.exact[y * w.taps + k];
      const float* from = in + (w.from[y] - first + k) * row;
      for (int64_t i = 0; i < n; ++i) out[i] += from[i] * share;
    }
  }
}

template <class T>
void mix(Image& image, int64_t height, int64_t width, Interpolation interpolation, bool antialias) {
  Scratch& scratch = image.scratch();
  Pixels<T> now = image.pixels<T>();
  int64_t first = 0;  // row of the image that `now` begins with
  if (width != now.width) {
    prepare(scratch.across, now.width, width, interpolation, antialias);
    int64_t rows = now.height;
    if (height != now.height) {
      prepare(scratch.down, now.height, height, interpolation, antialias);
      first = scratch.down.from.front();
      rows = scratch.down.from.back() + scratch.down.taps - first;
    }
    check_fits(rows, width, now.channels);
    const size_t wanted = static_cast<size_t>(rows * width * now.channels) * sizeof(T);
    if (height == now.height) {
      T* out = image.fresh<T>(height, width, now.channels);
      across(now, 0, rows, scratch.across, out);
      return image.become<T>(out, height, width, now.channels);
    }
    if (scratch.between.size() < wanted) scratch.between.resize(wanted);
    T* between = reinterpret_cast<T*>(scratch.between.data());
    across(now, first, rows, scratch.across, between);
    now = {between, rows, width, now.channels, width * now.channels};
  } else {
    prepare(scratch.down, now.height, height, interpolation, antialias);
  }
  T* out = image.fresh<T>(height, width, now.channels);
  down(now.data, first, now.row, scratch.down, width * now.channels, out);
  image.become<T>(out, height, width, now.channels);
}

}  // namespace

void resize(Image& image, int64_t height, int64_t width, Interpolation interpolation, bool antialias) {
  if (height == image.height() && width == image.width()) return;
  check_fits(height, width, image.channels());
  if (interpolation == Interpolation::Nearest) return image.pick(height, width);
  image.visit([&]<class T>(T) { mix<T>(image, height, width, interpolation, antialias); });
}

}  // namespace flint::vision
