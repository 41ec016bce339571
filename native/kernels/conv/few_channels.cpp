// The choice between lines and planes.
#include "kernels/conv/few_channels.h"

#include <type_traits>

#include "kernels/conv/lines.h"

namespace flint::kernels {
namespace {

template <class T>
constexpr bool kHasLines = std::is_same_v<T, float>;

}  // namespace

template <class T>
bool few_channels_take_forward(const Conv& s) {
  return (kHasLines<T> && lines_take_forward(s)) || planar_takes_forward<T>(s);
}
template <class T>
bool few_channels_take_backward_weight(const Conv& s) {
  return (kHasLines<T> && lines_take_backward_weight(s)) || planar_takes_backward_weight<T>(s);
}

template <class T>
void few_channels_forward(const Conv& s, const T* x, ImageStrides at, const T* weight, const T* bias, T* y) {
  if constexpr (kHasLines<T>)
    if (lines_take_forward(s)) return lines_forward(s, x, at, weight, bias, y);
  planar_forward<T>(s, x, at, weight, bias, y);
}
template <class T>
void few_channels_backward_weight(const Conv& s, const T* x, ImageStrides at, const T* g, T* dweight) {
  if constexpr (kHasLines<T>)
    if (lines_take_backward_weight(s)) return lines_backward_weight(s, x, at, g, dweight);
  planar_backward_weight<T>(s, x, at, g, dweight);
}

#define FLINT_FEW_CHANNELS(T)                                                                         \
  template bool few_channels_take_forward<T>(const Conv&);                                            \
  template bool few_channels_take_backward_weight<T>(const Conv&);                                    \
  template void few_channels_forward<T>(const Conv&, const T*, ImageStrides, const T*, const T*, T*); \
  template void few_channels_backward_weight<T>(const Conv&, const T*, ImageStrides, const T*, T*);
FLINT_FEW_CHANNELS(float)
FLINT_FEW_CHANNELS(double)
#undef FLINT_FEW_CHANNELS

}  // namespace flint::kernels
