// Which tiles there are, what is kept where, and who does it: a layer's tiles go through the frequencies in blocks that
// stay in the second-level cache.
#include "kernels/conv/winograd.h"

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/conv/weights.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kBlockFloats = 3 << 16;  // of a block's frequencies: what the second-level cache holds
constexpr int64_t kTaps = 9;

/// Memory that is kept from call to call; one for each use.
float* scratch(std::vector<float>& kept, int64_t elements) {
  if (kept.size() < static_cast<size_t>(elements)) kept.resize(static_cast<size_t>(elements));
  return kept.data();
}

/// From one frequency's floats to the next one's: whole pages and a line, since writing to 16 places that are whole
/// pages apart would crowd them into one set of the first-level cache.
int64_t apart(int64_t floats) {
  constexpr int64_t page = 1024;
  return (floats + page - 1) / page * page + kLineLanes;
}

/// The tiles of 2 x 2 results of all images.
struct Tiles {
  int64_t down, across, count;
  explicit Tiles(const Conv& s) : down((s.oh + 1) / 2), across((s.ow + 1) / 2), count(s.n * down * across) {}

  struct Place {
    int64_t image, y, x;  // of the first of the 2 x 2 results
  };
  Place place(int64_t tile) const { return {tile / (down * across), tile / across % down * 2, tile % across * 2}; }
};

/// The pixels of a tile, `side` x `side` from (y, x) on; `outside` stands for those that the image lacks.
template <int kSide, class T>
std::array<T*, kSide * kSide> pixels_of(T* image, int64_t h, int64_t w, int64_t channels, int64_t y, int64_t x,
                                        T* outside) {
  std::array<T*, kSide * kSide> found;
  for (int i = 0; i < kSide; ++i)
    for (int j = 0; j < kSide; ++j) {
      const bool inside = y + i >= 0 && y + i < h && x + j >= 0 && x + j < w;
      found[i * kSide + j] = inside ? image + ((y + i) * w + x + j) * channels : outside;
    }
  return found;
}

/// The weights' frequencies, [f][panel of results][c][kPanel]; for the gradient by the input c counts the results,
/// panels the inputs, and the taps are turned around. The weights are laid out here, the frequencies made by make().
class WeightFrequencies {
 public:
  WeightFrequencies(const WinogradKernel& kernel, const Conv& s, const float* weight, bool turned)
      : kernel_(kernel), rows_(turned ? s.o : s.c), columns_(turned ? s.c : s.o), turned_(turned) {
    static thread_local std::vector<float> kept, kept_blocked;
    out_ = scratch(kept, kFrequencies * step());
    float* blocked = scratch(kept_blocked, kTaps * rows_ * columns_);
    const WeightForm form{turned ? WeightForm::Kind::InputsOutside : WeightForm::Kind::OutputsInside, kLineLanes};
    parallel(s.o / kLineLanes, grain(), [&](int64_t from, int64_t to) {
      for (int64_t group = from; group < to; ++group) block_weights(form, s.o, s.c, kTaps, group, weight, blocked);
    });
    blocked_ = blocked;
  }

  /// Those of the strips of kLineLanes results between two.
  void make(int64_t from, int64_t to) const {
    for (int64_t strip = from; strip < to; ++strip) {
      const float* in = blocked_ + strip * kTaps * rows_ * kLineLanes;
      float* panel = out_ + strip * kLineLanes / kPanel * rows_ * kPanel + strip * kLineLanes % kPanel;
      if (!turned_) {
        kernel_.weight(in, rows_ * kLineLanes, rows_, false, panel, step());
        continue;
      }
      for (int64_t row = 0; row < rows_; row += kLineLanes)
        kernel_.weight(in + row * kTaps * kLineLanes, kLineLanes * kLineLanes, kLineLanes, true, panel + row * kPanel,
                       step());
    }
  }
  void make_all() const {
    parallel(columns_ / kLineLanes, grain(), [&](int64_t from, int64_t to) { make(from, to); });
  }

  const float* at(int64_t frequency, int64_t panel) const { return out_ + frequency * step() + panel * kPanel * rows_; }

 private:
  int64_t step() const { return apart(rows_ * columns_); }
  int64_t grain() const { return 1 + (1 << 15) / (kTaps * rows_ * kLineLanes); }
  const WinogradKernel& kernel_;
  int64_t rows_, columns_;
  bool turned_;
  float* out_;
  const float* blocked_;
};

/// The frequencies of `channels` channels of one tile of x, one after the other; x is where the first of them begins.
void input_of(const WinogradKernel& kernel, const Conv& s, const Tiles::Place& at, const float* x, int64_t channels,
              const float* zeros, float* out, int64_t step) {
  const auto pixels = pixels_of<4>(x + at.image * s.h * s.w * s.c, s.h, s.w, s.c, at.y - s.ph, at.x - s.pw, zeros);
  kernel.input(pixels.data(), channels, out, step);
}

/// y = x convolved, s.c channels to s.o: of the tiles between two, the panels of results between two.
void convolve_tiles(const WinogradKernel& kernel, const Conv& s, const Tiles& tiles, int64_t begin, int64_t end,
                    int64_t first_panel, int64_t last_panel, const float* x, const WeightFrequencies& weights,
                    const float* bias, float* y) {
  static thread_local std::vector<float> kept;
  const auto product = line_kernel()->product;
  const std::vector<float> zeros(static_cast<size_t>(s.c));
  const int64_t results = (last_panel - first_panel) * kPanel, offset = first_panel * kPanel,
                fits = std::max<int64_t>(1, kBlockFloats / (kFrequencies * (s.c + results))),
                blocks = (end - begin + fits - 1) / fits;
  y += offset;
  if (bias) bias += offset;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t first = begin + (end - begin) * b / blocks, count = begin + (end - begin) * (b + 1) / blocks - first,
                  in_step = apart(count * s.c), out_step = apart(count * results);
    float *in = scratch(kept, kFrequencies * (in_step + out_step)), *out = in + kFrequencies * in_step;
    for (int64_t t = 0; t < count; ++t)
      input_of(kernel, s, tiles.place(first + t), x, s.c, zeros.data(), in + t * s.c, in_step);
    for (int64_t f = 0; f < kFrequencies; ++f)
      for (int64_t panel = first_panel; panel < last_panel; ++panel)
        product({count, kPanel, 1, s.c, in + f * in_step, s.c, 1, 0, weights.at(f, panel), kPanel, 0,
                 out + f * out_step + (panel - first_panel) * kPanel, results});
    for (int64_t t = 0; t < count; ++t) {
      const auto at = tiles.place(first + t);
      const auto pixels = pixels_of<2, float>(y + at.image * s.oh * s.ow * s.o, s.oh, s.ow, s.o, at.y, at.x, nullptr);
      kernel.output(out + t * results, out_step, results, bias, pixels.data());
    }
  }
}

/// y = x convolved, s.c channels to s.o. Threads share the tiles; where those are fewer than results, the results, if
/// there are panels for all threads: then none needs the frequencies of another's weights, and each computes those of
/// all tiles.
void convolve(const WinogradKernel& kernel, const Conv& s, const float* x, const WeightFrequencies& weights,
              const float* bias, float* y) {
  const Tiles tiles(s);
  const int64_t panels = s.o / kPanel;
  if (tiles.count < s.o && panels >= threads()) {
    parallel(panels, 1, [&](int64_t from, int64_t to) {
      weights.make(from * (kPanel / kLineLanes), to * (kPanel / kLineLanes));
      convolve_tiles(kernel, s, tiles, 0, tiles.count, from, to, x, weights, bias, y);
    });
    return;
  }
  weights.make_all();
  parallel(tiles.count, 1, [&](int64_t from, int64_t to) {
    convolve_tiles(kernel, s, tiles, from, to, 0, panels, x, weights, bias, y);
  });
}

/// Inputs and panels of results whose weights one thread sees to. Each takes all tiles: what it then computes more than
/// once is little beside products of what other threads would have to send.
struct Share {
  int64_t first_input, inputs, first_panel, panels;
};

/// The gradient by the weights of a share at every frequency, [f][panel of o][c][kPanel] with `step` floats from f to
/// f, summed over chunks of tiles that stay in the cache.
void products_of_tiles(const WinogradKernel& kernel, const Conv& s, const Share& mine, const float* x, const float* g,
                       float* sums, int64_t step) {
  static thread_local std::vector<float> kept;
  const auto product = line_kernel()->product;
  const Tiles tiles(s);
  const std::vector<float> zeros(static_cast<size_t>(std::max(s.c, s.o)));
  const int64_t fits = std::max<int64_t>(1, kBlockFloats / (kFrequencies * (s.c + s.o))),
                chunks = (tiles.count + fits - 1) / fits, results = mine.panels * kPanel;
  x += mine.first_input;
  g += mine.first_panel * kPanel;
  sums += (mine.first_panel * s.c + mine.first_input) * kPanel;
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const int64_t first = tiles.count * chunk / chunks, count = tiles.count * (chunk + 1) / chunks - first,
                  in_step = apart(count * mine.inputs), grad_step = apart(count * results);
    float *in = scratch(kept, kFrequencies * (in_step + grad_step)), *grad = in + kFrequencies * in_step;
    for (int64_t t = 0; t < count; ++t) {
      const auto at = tiles.place(first + t);
      input_of(kernel, s, at, x, mine.inputs, zeros.data(), in + t * mine.inputs, in_step);
      const auto pixels = pixels_of<2>(g + at.image * s.oh * s.ow * s.o, s.oh, s.ow, s.o, at.y, at.x, zeros.data());
      kernel.gradient(pixels.data(), results, grad + t * kPanel, grad_step, count * kPanel);
    }
    for (int64_t f = 0; f < kFrequencies; ++f)
      for (int64_t panel = 0; panel < mine.panels; ++panel)
        product({mine.inputs, kPanel, 1, count, in + f * in_step, 1, mine.inputs, 0,
                 grad + f * grad_step + panel * count * kPanel, kPanel, 0, sums + f * step + panel * s.c * kPanel,
                 kPanel, chunk > 0});
  }
}

}  // namespace

bool winograd_takes(const Conv& s) {
  constexpr int64_t least = 64, fewest_tiles = 32;
  constexpr int64_t most_weights = 1 << 20;  // times 16 frequencies, kept from call to call: 64 MiB
  const bool form = s.groups == 1 && s.kh == 3 && s.kw == 3 && s.sh == 1 && s.sw == 1 && s.dh == 1 && s.dw == 1 &&
                    s.ph <= 2 && s.pw <= 2;
  return form && s.c % kPanel == 0 && s.o % kPanel == 0 && std::min(s.c, s.o) >= least && s.c * s.o <= most_weights &&
         Tiles(s).count >= fewest_tiles && winograd_kernel();
}

void winograd_forward(const Conv& s, const float* x, const float* weight, const float* bias, float* y) {
  const WinogradKernel& kernel = *winograd_kernel();
  convolve(kernel, s, x, WeightFrequencies(kernel, s, weight, false), bias, y);
}

void winograd_backward_data(const Conv& s, const float* g, const float* weight, float* dx) {
  const WinogradKernel& kernel = *winograd_kernel();
  Conv back = s;
  std::swap(back.c, back.o), std::swap(back.h, back.oh), std::swap(back.w, back.ow);
  back.ph = 2 - s.ph, back.pw = 2 - s.pw;
  convolve(kernel, back, g, WeightFrequencies(kernel, s, weight, true), nullptr, dx);
}

void winograd_backward_weight(const Conv& s, const float* x, const float* g, float* dweight) {
  static thread_local std::vector<float> kept_sums, kept_blocked;
  const WinogradKernel& kernel = *winograd_kernel();
  const int64_t step = apart(s.c * s.o);
  float *sums = scratch(kept_sums, kFrequencies * step), *blocked = scratch(kept_blocked, kTaps * s.c * s.o);
  const int64_t panels = s.o / kPanel, strips = s.c / kLineLanes,
                worth = 1 + (kFrequencies * Tiles(s).count * s.c * s.o >> 20),
                parts = std::min<int64_t>(threads(), worth), across = std::min(parts, panels),
                down = std::min(parts / across, strips);
  for_parts(across * down, [&](int64_t part) {
    const int64_t i = part % across, j = part / across, panel = panels * i / across, strip = strips * j / down;
    const Share mine{strip * kLineLanes, (strips * (j + 1) / down - strip) * kLineLanes, panel,
                     panels * (i + 1) / across - panel};
    products_of_tiles(kernel, s, mine, x, g, sums, step);
  });
  parallel(s.o / kLineLanes, 1 + (1 << 15) / (kTaps * s.c * kLineLanes), [&](int64_t from, int64_t to) {
    for (int64_t group = from; group < to; ++group) {
      const float* panel = sums + group * kLineLanes / kPanel * s.c * kPanel + group * kLineLanes % kPanel;
      for (int64_t c = 0; c < s.c; c += kLineLanes)
        kernel.weight_back(panel + c * kPanel, step, kLineLanes, blocked + (group * s.c + c) * kTaps * kLineLanes,
                           kLineLanes * kLineLanes);
      unblock_weights(s.c, kTaps, group, blocked, dweight);
    }
  });
}

}  // namespace flint::kernels
