// Steps that turn, shear and bend an image: each pixel is looked up where it comes from. The arithmetic is that of
// torchvision's affine and perspective grids and of PyTorch's grid_sample(align_corners=False), in float32.
#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "vision/step.h"

namespace flint::vision {
namespace {

using Matrix = std::array<double, 6>;
struct Center {
  explicit Center(Numbers& n) : given(n.truth()), x(n.next()), y(n.next()) {}
  bool given;
  double x, y;
};
/// What an affine step does about a center.
struct Turn {
  double angle = 0, translate_x = 0, translate_y = 0, scale = 1, shear_x = 0, shear_y = 0;
};

constexpr double kRadian = 3.14159265358979323846 / 180;

/// From the place of a pixel to its new place, or back (torchvision, _get_inverse_affine_matrix): about the center,
/// C · R(angle) · scale · shear · C^-1, then the translation.
Matrix matrix_of(double cx, double cy, const Turn& turn, bool back) {
  const double rot = turn.angle * kRadian, sx = turn.shear_x * kRadian, sy = turn.shear_y * kRadian;
  const double a = std::cos(rot - sy) / std::cos(sy), b = -(a * std::tan(sx) + std::sin(rot));
  const double c = std::sin(rot - sy) / std::cos(sy), d = std::cos(rot) - c * std::tan(sx);
  const double s = turn.scale, x = cx + turn.translate_x, y = cy + turn.translate_y;
  if (back) {
    Matrix m{d / s, -b / s, 0, -c / s, a / s, 0};
    m[2] = cx - m[0] * x - m[1] * y;
    m[5] = cy - m[3] * x - m[4] * y;
    return m;
  }
  Matrix m{a * s, b * s, 0, c * s, d * s, 0};
  m[2] = x - m[0] * cx - m[1] * cy;
  m[5] = y - m[3] * cx - m[4] * cy;
  return m;
}

template <class T>
T from_float(float value) {
  if constexpr (std::is_same_v<T, float>)
    return value;
  else
    return static_cast<uint8_t>(std::lrint(std::clamp(value, 0.0f, 255.0f)));
}

/// Where the pixels of one row come from, in pixels of the old image; and, for nearest pixels, at which place of its
/// memory, -1 outside.
struct Places {
  explicit Places(int64_t width) : x(static_cast<size_t>(width)), y(x.size()), at(x.size()) {}
  std::vector<float> x, y;
  std::vector<int32_t> at;
};

/// The whole number nearest to a coordinate, halves to the even one; -2 or less, or beyond the end, where it is
/// outside.
inline int32_t nearest(float v, float end) {
  constexpr float kRound = 12582912;  // 1.5 · 2^23: what is behind the point does not fit beside it
  v = v > -2 ? v : -2;                // NaN too
  v = v > end ? end : v;
  return static_cast<int32_t>((v + kRound) - kRound);
}

/// One row by nearest pixels. kChannels is 0 where it is not known beforehand.
template <class T, int kChannels>
void nearest_row(const Pixels<T>& in, Places& places, int64_t width, const T* outside, T* out) {
  const int64_t channels = kChannels > 0 ? kChannels : in.channels;
  const auto w = static_cast<float>(in.width), h = static_cast<float>(in.height);
  const auto columns = static_cast<uint32_t>(in.width), rows = static_cast<uint32_t>(in.height);
  const float *const xs = places.x.data(), *const ys = places.y.data();
  int32_t* const at = places.at.data();
  for (int64_t x = 0; x < width; ++x) {
    const auto ix = static_cast<uint32_t>(nearest(xs[x], w)), iy = static_cast<uint32_t>(nearest(ys[x], h));
    at[x] = ix < columns && iy < rows ? static_cast<int32_t>(iy * columns + ix) : -1;
  }
  const bool dense = in.row == in.width * channels;
  for (int64_t x = 0; x < width; ++x, out += channels) {
    const T* from = outside;
    if (at[x] >= 0) from = dense ? in.data + at[x] * channels : in.at(at[x] / in.width, at[x] % in.width);
    for (int64_t c = 0; c < channels; ++c) out[c] = from[c];
  }
}

/// One row by mixtures of the four pixels around.
template <class T, int kChannels>
void bilinear_row(const Pixels<T>& in, const Places& places, int64_t width, const T* filled, const float* outside,
                  T* out) {
  const int64_t channels = kChannels > 0 ? kChannels : in.channels;
  const auto w = static_cast<float>(in.width), h = static_cast<float>(in.height);
  for (int64_t x = 0; x < width; ++x, out += channels) {
    const float fx = places.x[x], fy = places.y[x];
    if (!(fx > -1 && fx < w && fy > -1 && fy < h)) {
      for (int64_t c = 0; c < channels; ++c) out[c] = filled[c];
      continue;
    }
    const auto ix = static_cast<int64_t>(fx + 1) - 1, iy = static_cast<int64_t>(fy + 1) - 1;  // rounded down
    const float tx = fx - static_cast<float>(ix), ty = fy - static_cast<float>(iy);
    const float shares[4] = {(1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty};
    float inside = 0, share[4];
    const T* from[4];
    for (int k = 0; k < 4; ++k) {
      const int64_t px = ix + (k & 1), py = iy + (k >> 1);
      const bool is = px >= 0 && px < in.width && py >= 0 && py < in.height;
      from[k] = in.at(is ? py : 0, is ? px : 0);
      share[k] = is ? shares[k] : 0;
      inside += share[k];
    }
    for (int64_t c = 0; c < channels; ++c) {
      float sum = 0;
      for (int k = 0; k < 4; ++k) sum += static_cast<float>(from[k][c]) * share[k];
      // torchvision mixes the edge with the fill by the share that is inside, once more.
      out[c] = from_float<T>((sum - outside[c]) * inside + outside[c]);
    }
  }
}

/// Fills an image of height x width from another: place(y, width, xs, ys) writes where in the old
/// image, in pixels, the pixels of row y lie.
template <class T, class Place>
void sample(Image& image, int64_t height, int64_t width, Interpolation how, const Fill& fill, const Place& place) {
  const Pixels<T> in = image.pixels<T>();
  const int64_t channels = in.channels;
  std::vector<float> outside(static_cast<size_t>(channels));
  std::vector<T> filled(outside.size());
  for (int64_t c = 0; c < channels; ++c) {
    outside[c] = fill_of(fill, c, channels);
    filled[c] = from_float<T>(outside[c]);
  }
  T* const out = image.fresh<T>(height, width, channels);
  Places places(width);
  auto rows = [&]<int kChannels>(std::integral_constant<int, kChannels>) {
    for (int64_t y = 0; y < height; ++y) {
      place(y, width, places.x.data(), places.y.data());
      T* const to = out + y * width * channels;
      if (how == Interpolation::Nearest)
        nearest_row<T, kChannels>(in, places, width, filled.data(), to);
      else
        bilinear_row<T, kChannels>(in, places, width, filled.data(), outside.data(), to);
    }
  };
  if (channels == 1)
    rows(std::integral_constant<int, 1>{});
  else if (channels == 3)
    rows(std::integral_constant<int, 3>{});
  else
    rows(std::integral_constant<int, 0>{});
  image.become<T>(out, height, width, channels);
}

template <class Place>
void warp(const Work& work, int64_t height, int64_t width, Interpolation how, const Fill& fill, const Place& place) {
  if (work.mask) how = Interpolation::Nearest;
  work.image.visit([&]<class T>(T) { sample<T>(work.image, height, width, how, work.mask ? Fill{} : fill, place); });
}

/// With a matrix that leads back to the old image, both about their middles.
void warp_affine(const Work& work, const Matrix& back, int64_t height, int64_t width, Interpolation how,
                 const Fill& fill) {
  const auto w = static_cast<float>(work.image.width()), h = static_cast<float>(work.image.height());
  float m[6];
  for (int i = 0; i < 6; ++i) m[i] = static_cast<float>(back[i]) / (i < 3 ? 0.5f * w : 0.5f * h);
  const float first_x = (1.0f - static_cast<float>(width)) * 0.5f, first_y = (1.0f - static_cast<float>(height)) * 0.5f;
  warp(work, height, width, how, fill, [&](int64_t y, int64_t count, float* __restrict xs, float* __restrict ys) {
    const float gy = first_y + static_cast<float>(y);
    for (int32_t x = 0; x < static_cast<int32_t>(count); ++x) {
      const float gx = first_x + static_cast<float>(x);
      xs[x] = ((gx * m[0] + gy * m[1] + m[2] + 1) * w - 1) / 2;
      ys[x] = ((gx * m[3] + gy * m[4] + m[5] + 1) * h - 1) / 2;
    }
  });
}

/// How far an image reaches after it was turned, in whole pixels (torchvision, _compute_affine_output_size).
std::pair<int64_t, int64_t> reach(const Matrix& back, int64_t height, int64_t width) {
  const float hw = 0.5f * static_cast<float>(width), hh = 0.5f * static_cast<float>(height);
  const float corners[4][2] = {{-hw, -hh}, {-hw, hh}, {hw, hh}, {hw, -hh}};
  auto extent = [&](int row, float half) {
    float low = INFINITY, high = -INFINITY;
    for (const auto& [x, y] : corners) {
      const float at = x * static_cast<float>(back[row]) + y * static_cast<float>(back[row + 1]) +
                       static_cast<float>(back[row + 2]) + half;
      low = std::min(low, at), high = std::max(high, at);
    }
    // What lies within a ten-thousandth of a whole number is that number.
    auto cut = [](float v) { return std::trunc(v * 1e4f) * 1e-4f; };
    return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(cut(high)) - std::floor(cut(low))));
  };
  const int64_t out_width = extent(0, hw);
  return {extent(3, hh), out_width};
}

/// The movement of points in an affine step; with `expand`, from the new upper left corner.
void moved(const Work& work, const Matrix& m, int64_t old_height, int64_t old_width, bool expand) {
  double left = 0, top = 0;
  if (expand) {
    left = top = INFINITY;
    for (double x : {0.0, static_cast<double>(old_width)})
      for (double y : {0.0, static_cast<double>(old_height)}) {
        left = std::min(left, m[0] * x + m[1] * y + m[2]);
        top = std::min(top, m[3] * x + m[4] * y + m[5]);
      }
  }
  work.moved({{m[0], m[1], m[2] - left, m[3], m[4], m[5] - top, 0, 0, 1}, work.image.height(), work.image.width()});
}

class RandomRotation final : public Step {
 public:
  RandomRotation(std::string_view name, Numbers& n)
      : Step(name),
        from_(n.next()),
        to_(n.next()),
        how_(n.one_of<Interpolation>()),
        expand_(n.truth()),
        center_(n),
        choices_(n.list()),
        fill_(n.list()) {}
  void run(const Work& work) const override {
    Draws draw = draws(work);
    const double angle = choices_.empty()
                             ? draw.between(from_, to_)
                             : choices_[static_cast<size_t>(draw.below(static_cast<int64_t>(choices_.size())))];
    work.note("angle", angle);
    const int64_t h = work.image.height(), w = work.image.width();
    rotate(work, angle);
    if (!work.trace) return;
    const double cx = center_.given ? center_.x : static_cast<double>(w) * 0.5;
    const double cy = center_.given ? center_.y : static_cast<double>(h) * 0.5;
    moved(work, matrix_of(cx, cy, {.angle = -angle}, false), h, w, expand_);
  }

 private:
  void rotate(const Work& work, double angle) const {
    const int64_t h = work.image.height(), w = work.image.width();
    const double full = angle - 360 * std::floor(angle / 360);
    if (!center_.given) {
      if (full == 0) return;
      if (full == 180) return work.image.turn(2);
      if ((expand_ || h == w) && (full == 90 || full == 270)) return work.image.turn(full == 90 ? 1 : 3);
    }
    const double cx = center_.given ? center_.x - static_cast<double>(w) * 0.5 : 0;
    const double cy = center_.given ? center_.y - static_cast<double>(h) * 0.5 : 0;
    const Matrix back = matrix_of(cx, cy, {.angle = -full}, true);
    const auto [height, width] = expand_ ? reach(back, h, w) : std::pair{h, w};
    warp_affine(work, back, height, width, how_, fill_);
  }
  double from_, to_;
  Interpolation how_;
  bool expand_;
  Center center_;
  std::vector<double> choices_;
  Fill fill_;
};

class RandomAffine final : public Step {
 public:
  RandomAffine(std::string_view name, Numbers& n) : Step(name), center_(n) {
    for (double& v : degrees_) v = n.next();
    for (double& v : translate_) v = n.next();
    for (double& v : scale_) v = n.next();
    for (double& v : shear_) v = n.next();
    how_ = n.one_of<Interpolation>();
    fill_ = n.list();
  }
  void run(const Work& work) const override {
    const int64_t h = work.image.height(), w = work.image.width();
    Draws draw = draws(work);
    Turn turn;
    turn.angle = draw.between(degrees_[0], degrees_[1]);
    const double far_x = translate_[0] * static_cast<double>(w), far_y = translate_[1] * static_cast<double>(h);
    turn.translate_x = std::nearbyint(draw.between(-far_x, far_x)) + 0.0;  // no -0
    turn.translate_y = std::nearbyint(draw.between(-far_y, far_y)) + 0.0;
    turn.scale = draw.between(scale_[0], scale_[1]);
    turn.shear_x = draw.between(shear_[0], shear_[1]);
    turn.shear_y = draw.between(shear_[2], shear_[3]);
    work.note("angle", turn.angle);
    work.note("translate", {turn.translate_x, turn.translate_y});
    work.note("scale", turn.scale);
    work.note("shear", {turn.shear_x, turn.shear_y});
    const double mx = static_cast<double>(w) * 0.5, my = static_cast<double>(h) * 0.5;
    const double cx = center_.given ? center_.x : mx, cy = center_.given ? center_.y : my;
    warp_affine(work, matrix_of(cx - mx, cy - my, turn, true), h, w, how_, fill_);
    moved(work, matrix_of(cx, cy, turn, false), h, w, false);
  }

 private:
  Center center_;
  double degrees_[2], translate_[2], scale_[2], shear_[4];
  Interpolation how_;
  Fill fill_;
};

/// The eight coefficients that lead from the new corners to the old ones: an 8 x 8 system by elimination with pivots.
std::array<double, 8> perspective(const double (&from)[4][2], const double (&to)[4][2]) {
  double a[8][9] = {};
  for (int i = 0; i < 4; ++i) {
    const double x = from[i][0], y = from[i][1], u = to[i][0], v = to[i][1];
    const double first[9] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u}, second[9] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    std::copy_n(first, 9, a[2 * i]);
    std::copy_n(second, 9, a[2 * i + 1]);
  }
  for (int k = 0; k < 8; ++k) {
    int pivot = k;
    for (int i = k + 1; i < 8; ++i)
      if (std::fabs(a[i][k]) > std::fabs(a[pivot][k])) pivot = i;
    std::swap_ranges(a[k], a[k] + 9, a[pivot]);
    for (int i = 0; i < 8; ++i) {
      if (i == k || a[k][k] == 0) continue;
      const double factor = a[i][k] / a[k][k];
      for (int j = k; j < 9; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  std::array<double, 8> out;
  for (int k = 0; k < 8; ++k) out[k] = a[k][k] == 0 ? 0 : a[k][8] / a[k][k];
  return out;
}

class RandomPerspective final : public Step {
 public:
  RandomPerspective(std::string_view name, Numbers& n)
      : Step(name), distortion_(n.next()), p_(n.next()), how_(n.one_of<Interpolation>()), fill_(n.list()) {}
  void run(const Work& work) const override {
    const int64_t h = work.image.height(), w = work.image.width();
    Draws draw = draws(work);
    const bool applied = draw.chance(p_);
    const int64_t far_x = static_cast<int64_t>(distortion_ * static_cast<double>(w / 2)) + 1;
    const int64_t far_y = static_cast<int64_t>(distortion_ * static_cast<double>(h / 2)) + 1;
    const auto right = static_cast<double>(w - 1), bottom = static_cast<double>(h - 1);
    const double old[4][2] = {{0, 0}, {right, 0}, {right, bottom}, {0, bottom}};
    double now[4][2];
    for (int i = 0; i < 4; ++i) {
      const auto x = static_cast<double>(draw.below(far_x)), y = static_cast<double>(draw.below(far_y));
      now[i][0] = old[i][0] == 0 ? x : right - x;
      now[i][1] = old[i][1] == 0 ? y : bottom - y;
    }
    work.note("applied", applied);
    if (!applied) return;
    work.note("corners", {now[0][0], now[0][1], now[1][0], now[1][1], now[2][0], now[2][1], now[3][0], now[3][1]});
    bend(work, perspective(now, old));
    const auto forward = perspective(old, now);
    work.moved(
        {{forward[0], forward[1], forward[2], forward[3], forward[4], forward[5], forward[6], forward[7], 1}, h, w});
  }

 private:
  void bend(const Work& work, const std::array<double, 8>& back) const {
    const int64_t h = work.image.height(), w = work.image.width();
    const auto fw = static_cast<float>(w), fh = static_cast<float>(h);
    float m[8];
    for (int i = 0; i < 8; ++i) m[i] = static_cast<float>(back[i]) / (i < 3 ? 0.5f * fw : i < 6 ? 0.5f * fh : 1.0f);
    warp(work, h, w, how_, fill_, [&](int64_t y, int64_t count, float* __restrict xs, float* __restrict ys) {
      const float gy = static_cast<float>(y) + 0.5f;
      for (int32_t x = 0; x < static_cast<int32_t>(count); ++x) {
        const float gx = static_cast<float>(x) + 0.5f, below = gx * m[6] + gy * m[7] + 1.0f;
        const float nx = (gx * m[0] + gy * m[1] + m[2]) / below - 1.0f;
        const float ny = (gx * m[3] + gy * m[4] + m[5]) / below - 1.0f;
        xs[x] = ((nx + 1) * fw - 1) / 2;
        ys[x] = ((ny + 1) * fh - 1) / 2;
      }
    });
  }
  double distortion_, p_;
  Interpolation how_;
  Fill fill_;
};

constexpr StepKind kinds[] = {
    {"RandomRotation", make_step<RandomRotation>},
    {"RandomAffine", make_step<RandomAffine>},
    {"RandomPerspective", make_step<RandomPerspective>},
};

}  // namespace

std::span<const StepKind> warp_steps() { return kinds; }

}  // namespace flint::vision
