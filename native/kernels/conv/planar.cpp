// What surrounds the loops of planar.inc: planes padded into scratch memory, and the shares of the threads.
#include "kernels/conv/planar.h"

#include <algorithm>
#include <vector>

#include "kernels/isa.h"
#include "kernels/parallel.h"

#define FLINT_ISA_NAME portable
#define FLINT_VECTOR_BYTES 16
#include "kernels/conv/planar.inc"

namespace flint::kernels {
namespace {

constexpr int64_t kGroups = 16;                 // of images whose gradients are summed side by side
constexpr int64_t kGrainProducts = 600 * 1000;  // multiply-adds that take about 20 microseconds
constexpr int64_t kLargest = 1 << 22;           // values of an image with its zeros, of which each thread keeps one

template <class T>
const PlanarKernel<T>& kernel() {
  switch (best_isa()) {
    case Isa::Avx512:
      return planar_avx512<T>();
    case Isa::Avx2:
      return planar_avx2<T>();
    default:
      return planar_portable<T>();
  }
}

/// Sizes of the padded planes: a row holds whole registers of results and what the kernel covers beyond them.
struct Planes {
  int64_t row, height, plane, image;
  int64_t g_row, g_plane, g_image;
  Planes(const Conv& s, int64_t lanes)
      : row((s.ow + 2 * lanes - 1) / (2 * lanes) * (2 * lanes) + s.kw - 1),
        height(s.h + 2 * s.ph),
        plane(row * height),
        image(plane * s.c),
        g_row((s.ow + lanes - 1) / lanes * lanes),
        g_plane(g_row * s.oh),
        g_image(g_plane * s.o) {}
};

/// One image as zero-padded planes.
template <class T>
void pad_image(const Conv& s, const Planes& p, const T* x, ImageStrides at, T* planes) {
  std::fill(planes, planes + p.image, T(0));
  for (int64_t c = 0; c < s.c; ++c)
    for (int64_t y = 0; y < s.h; ++y) {
      const T* from = x + c * at.c + y * at.h;
      T* to = planes + c * p.plane + (y + s.ph) * p.row + s.pw;
      if (at.w == 1)
        std::copy(from, from + s.w, to);
      else
        for (int64_t i = 0; i < s.w; ++i) to[i] = from[i * at.w];
    }
}

/// The gradient of one image, NHWC, as planes whose rows end in zeros.
template <class T>
void split_gradient(const Conv& s, const Planes& p, const T* g, T* planes) {
  for (int64_t o = 0; o < s.o; ++o)
    for (int64_t y = 0; y < s.oh; ++y) {
      const T* from = g + y * s.ow * s.o + o;
      T* to = planes + o * p.g_plane + y * p.g_row;
      for (int64_t i = 0; i < s.ow; ++i) to[i] = from[i * s.o];
      std::fill(to + s.ow, to + p.g_row, T(0));
    }
}

/// Memory of this thread that keeps its size between calls. `slot`: 0, 1 or 2.
template <class T>
T* scratch(int slot, int64_t count) {
  static thread_local std::vector<T> kept[3];
  if (static_cast<int64_t>(kept[slot].size()) < count) kept[slot].resize(count);
  return kept[slot].data();
}

bool serves(const Conv& s) {
  return s.groups == 1 && s.sh == 1 && s.sw == 1 && s.dh == 1 && s.dw == 1 && s.kw <= kMaxKernelWidth && s.c <= 4 &&
         s.o <= 16 && s.ow >= 8 && (s.h + 2 * s.ph) * (s.w + 2 * s.pw) * s.c <= kLargest;
}

/// oneDNN's registers hold the channels of the result: it loses where there are few.
template <class T>
bool onednn_rivals() {
  return sizeof(T) == 4 && onednn_enabled();
}

}  // namespace

template <class T>
bool planar_takes_forward(const Conv& s) {
  return serves(s) && (!onednn_rivals<T>() || s.o <= 10);
}
template <class T>
bool planar_takes_backward_weight(const Conv& s) {
  // The gradient must first be cut into planes, which pays when many taps use them.
  return serves(s) && (!onednn_rivals<T>() || (s.o <= 6 && s.kw >= 5));
}

template <class T>
void planar_forward(const Conv& s, const T* x, ImageStrides at, const T* weight, const T* bias, T* y) {
  const PlanarKernel<T>& k = kernel<T>();
  const Planes p(s, k.lanes);
  const int64_t row_products = s.ow * s.o * s.c * s.kh * s.kw;
  parallel(s.n * s.oh, 1 + kGrainProducts / row_products, [&](int64_t from, int64_t to) {
    T* planes = scratch<T>(0, p.image);
    for (int64_t r = from; r < to; ++r) {
      const int64_t n = r / s.oh, row = r % s.oh;
      if (r == from || row == 0) pad_image(s, p, x + n * at.n, at, planes);
      k.forward(s, planes + row * p.row, p.row, p.plane, weight, bias, y + r * s.ow * s.o);
    }
  });
}

template <class T>
void planar_backward_weight(const Conv& s, const T* x, ImageStrides at, const T* g, T* dweight) {
  const PlanarKernel<T>& k = kernel<T>();
  const Planes p(s, k.lanes);
  const int64_t rows = s.c * s.kh, row_sums = s.o * s.kw * k.lanes, image_products = s.oh * s.ow * s.o * rows * s.kw;
  // The groups depend on the shape alone, and so do the sums, however many threads share them.
  const int64_t groups = std::min<int64_t>(s.n, kGroups);
  T* sums = scratch<T>(2, groups * rows * row_sums);
  parallel(groups, 1 + kGrainProducts * groups / (image_products * s.n), [&](int64_t from, int64_t to) {
    T *planes = scratch<T>(0, p.image), *gs = scratch<T>(1, p.g_image);
    for (int64_t group = from; group < to; ++group) {
      T* own = sums + group * rows * row_sums;
      std::fill(own, own + rows * row_sums, T(0));
      for (int64_t n = s.n * group / groups; n < s.n * (group + 1) / groups; ++n) {
        pad_image(s, p, x + n * at.n, at, planes);
        split_gradient(s, p, g + n * s.oh * s.ow * s.o, gs);
        for (int64_t r = 0; r < rows; ++r)
          k.weight(s, planes + r / s.kh * p.plane + r % s.kh * p.row, p.row, gs, p.g_row, p.g_plane,
                   own + r * row_sums);
      }
    }
  });
  T* totals = scratch<T>(1, rows * s.o * s.kw);
  k.total(groups, rows * s.o * s.kw, sums, totals);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t o = 0; o < s.o; ++o) std::copy_n(totals + (r * s.o + o) * s.kw, s.kw, dweight + (o * rows + r) * s.kw);
}

#define FLINT_PLANAR_FORMS(T)                                                                   \
  template bool planar_takes_forward<T>(const Conv&);                                           \
  template bool planar_takes_backward_weight<T>(const Conv&);                                   \
                                                                                                \
  template void planar_forward<T>(const Conv&, const T*, ImageStrides, const T*, const T*, T*); \
  template void planar_backward_weight<T>(const Conv&, const T*, ImageStrides, const T*, T*);
FLINT_PLANAR_FORMS(float)
FLINT_PLANAR_FORMS(double)
#undef FLINT_PLANAR_FORMS

}  // namespace flint::kernels
