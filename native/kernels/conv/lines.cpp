// What surrounds the small products of lines.h: images padded into scratch memory, weights in the order of the lines,
// and the shares of the threads.
#include "kernels/conv/lines.h"

#include <algorithm>
#include <vector>

#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

constexpr int64_t kWidest = kLineVectors * kLineLanes;
constexpr int64_t kGroups = 16;                 // of images whose gradients are summed side by side
constexpr int64_t kGrainProducts = 300 * 1000;  // multiply-adds that take about 10 microseconds
constexpr int64_t kLargest = 1 << 22;           // floats of an image with its zeros, of which each thread keeps one

/// Memory of this thread that keeps its size between calls, one for each use.
enum class Use { Image, Weights, Sums, Line, Count };
float* scratch(Use use, int64_t count) {
  static thread_local std::vector<float> kept[static_cast<int>(Use::Count)];
  auto& found = kept[static_cast<int>(use)];
  if (static_cast<int64_t>(found.size()) < count) found.resize(static_cast<size_t>(count));
  return found.data();
}

int64_t filled_up(int64_t width) { return (width + kLineLanes - 1) / kLineLanes * kLineLanes; }

/// Images with their channels innermost and zeros around them, and room behind for whole registers.
struct Images {
  const Conv& s;
  const float* x;
  ImageStrides at;
  int64_t line, size;
  Images(const Conv& s, const float* x, ImageStrides at)
      : s(s), x(x), at(at), line((s.w + 2 * s.pw) * s.c), size(line * (s.h + 2 * s.ph) + kWidest) {}

  /// Image n: as it lies where it lies so already, else in the scratch memory. `beyond`: whether whole registers are
  /// read, for which there must be images behind it, or room.
  const float* get(int64_t n, bool beyond) const {
    const float* from = x + n * at.n;
    const bool dense = s.ph == 0 && s.pw == 0 && at.c == 1 && at.w == s.c && at.h == line;
    if (dense && !(beyond && (s.n - 1 - n) * at.n < kWidest)) return from;
    float* to = scratch(Use::Image, size);
    std::fill(to, to + s.ph * line + s.pw * s.c, 0.0f);
    for (int64_t y = 0; y < s.h; ++y) {
      float* pixels = to + (y + s.ph) * line + s.pw * s.c;
      copy_line(from + y * at.h, pixels);
      std::fill(pixels + s.w * s.c, pixels + line, 0.0f);  // to the right, and to the left of the next one
    }
    std::fill(to + (s.ph + s.h) * line, to + size, 0.0f);
    return to;
  }

 private:
  void copy_line(const float* from, float* to) const {
    if (at.c == 1 && at.w == s.c) {
      std::copy(from, from + s.w * s.c, to);
    } else if (at.w == 1) {
      line_kernel()->interleave(s.w, s.c, from, at.c, to);
    } else {
      for (int64_t i = 0; i < s.w; ++i)
        for (int64_t c = 0; c < s.c; ++c) to[i * s.c + c] = from[i * at.w + c * at.c];
    }
  }
};

/// Where the weights of one output lie, [c][kh][kw], in the order of the lines: [kh][kw · c].
std::vector<int32_t> line_order(const Conv& s) {
  std::vector<int32_t> order(static_cast<size_t>(s.c * s.kh * s.kw));
  for (int64_t ky = 0, i = 0; ky < s.kh; ++ky)
    for (int64_t kx = 0; kx < s.kw; ++kx)
      for (int64_t c = 0; c < s.c; ++c, ++i) order[i] = static_cast<int32_t>((c * s.kh + ky) * s.kw + kx);
  return order;
}

bool serves(const Conv& s) {
  return line_kernel() && s.groups == 1 && s.sh == 1 && s.sw == 1 && s.dh == 1 && s.dw == 1 && s.ph < s.kh &&
         s.pw < s.kw && (s.h + 2 * s.ph) * (s.w + 2 * s.pw) * s.c <= kLargest;
}
/// Whether a line of that width leaves few lanes of its registers empty.
bool fills(int64_t width, double part) {
  return width <= kWidest && static_cast<double>(width) >= part * static_cast<double>(filled_up(width));
}

}  // namespace

bool lines_take_forward(const Conv& s) {
  return serves(s) && s.o <= kLineLanes && fills(s.o, 0.75) && s.c * s.kw <= 2 * kWidest;
}
bool lines_take_backward_data(const Conv& s) { return serves(s) && fills(s.c * s.kw, 0.9) && s.o <= kWidest; }
bool lines_take_backward_weight(const Conv& s) { return serves(s) && fills(s.c * s.kw, 0.75) && s.o <= kWidest; }

void lines_forward(const Conv& s, const float* x, ImageStrides at, const float* weight, const float* bias, float* y) {
  const LineKernel& kernel = *line_kernel();
  const int64_t width = filled_up(s.o), line = s.kw * s.c, taps = s.kh * line;
  const std::vector<int32_t> order = line_order(s);
  std::vector<int32_t> outputs(static_cast<size_t>(s.o));
  for (int64_t o = 0; o < s.o; ++o) outputs[o] = static_cast<int32_t>(o * taps);
  float* weights = scratch(Use::Weights, taps * width);
  for (int64_t i = 0; i < taps; ++i) kernel.permute(weight + order[i], outputs.data(), s.o, weights + i * width);
  const Images images(s, x, at);
  parallel(s.n * s.oh, 1 + kGrainProducts / (s.ow * s.o * taps), [&](int64_t from, int64_t to) {
    float* results = scratch(Use::Line, s.ow * width);
    const float* image = nullptr;
    for (int64_t r = from; r < to; ++r) {
      const int64_t n = r / s.oh, row = r % s.oh;
      if (r == from || row == 0) image = images.get(n, false);
      kernel.product({s.ow, s.o, s.kh, line, image + row * images.line, s.c, 1, images.line, weights, width,
                      line * width, results, width});
      kernel.finish(s.ow, s.o, results, width, bias, y + r * s.ow * s.o);
    }
  });
}

void lines_backward_data(const Conv& s, const float* g, const float* weight, float* dx) {
  const LineKernel& kernel = *line_kernel();
  const int64_t line = s.kw * s.c, width = filled_up(line), taps = s.kh * line;
  const int64_t padded_line = (s.w + 2 * s.pw) * s.c + kWidest;
  const std::vector<int32_t> order = line_order(s);
  // The lines of the kernel upside down: a line of x meets the results from the one above it to the one below.
  float* weights = scratch(Use::Weights, s.kh * s.o * width);
  for (int64_t o = 0; o < s.o; ++o)
    for (int64_t ky = 0; ky < s.kh; ++ky)
      kernel.permute(weight + o * taps, order.data() + ky * line, line, weights + ((s.kh - 1 - ky) * s.o + o) * width);
  parallel(s.n * s.h, 1 + kGrainProducts / (s.ow * s.o * taps), [&](int64_t from, int64_t to) {
    float *products = scratch(Use::Line, s.ow * width), *sums = scratch(Use::Sums, padded_line);
    for (int64_t r = from; r < to; ++r) {
      const int64_t n = r / s.h, row = r % s.h + s.ph;  // among the padded lines
      const int64_t first = std::max<int64_t>(0, row - s.kh + 1), last = std::min(s.oh - 1, row);
      std::fill(sums, sums + padded_line, 0.0f);
      if (first <= last) {
        kernel.product({s.ow, line, last - first + 1, s.o, g + (n * s.oh + first) * s.ow * s.o, s.o, 1, s.ow * s.o,
                        weights + (first - row + s.kh - 1) * s.o * width, width, s.o * width, products, width});
        kernel.add_shifted(s.ow, line, s.c, products, width, sums);
      }
      std::copy_n(sums + s.pw * s.c, s.w * s.c, dx + r * s.w * s.c);
    }
  });
}

void lines_backward_weight(const Conv& s, const float* x, ImageStrides at, const float* g, float* dweight) {
  const LineKernel& kernel = *line_kernel();
  const int64_t line = s.kw * s.c, width = filled_up(line), taps = s.kh * line, all = s.kh * s.o * width;
  // The groups depend on the shape alone, and so do the sums, however many threads share them.
  const int64_t groups = std::min<int64_t>(s.n, kGroups), products = s.n * s.oh * s.ow * s.o * taps;
  const Images images(s, x, at);
  float* sums = scratch(Use::Sums, groups * all);
  parallel(groups, 1 + kGrainProducts * groups / products, [&](int64_t from, int64_t to) {
    for (int64_t group = from; group < to; ++group) {
      float* total = sums + group * all;
      const int64_t first = s.n * group / groups;
      for (int64_t n = first; n < s.n * (group + 1) / groups; ++n) {
        const float* image = images.get(n, true);
        for (int64_t ky = 0; ky < s.kh; ++ky) {
          kernel.product({s.o, line, s.oh, s.ow, g + n * s.oh * s.ow * s.o, 1, s.o, s.ow * s.o,
                          image + ky * images.line, s.c, images.line, total + ky * s.o * width, width, n > first});
        }
      }
    }
  });
  for (int64_t group = 1; group < groups; ++group) kernel.add_shifted(1, all, 0, sums + group * all, 0, sums);
  const std::vector<int32_t> order = line_order(s);
  std::vector<int32_t> back(static_cast<size_t>(taps));
  for (int64_t i = 0; i < taps; ++i) back[order[i]] = static_cast<int32_t>(i / line * s.o * width + i % line);
  for (int64_t o = 0; o < s.o; ++o) kernel.permute(sums + o * width, back.data(), taps, dweight + o * taps);
}

}  // namespace flint::kernels
