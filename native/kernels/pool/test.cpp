// Max pooling by registers beside one element at a time: any number of channels, windows side by side or not.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/pool/kernel.h"
#include "kernels/pool/rows.h"

namespace flint::kernels {
namespace {

std::vector<Window> windows(int64_t size, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation) {
  std::vector<Window> all;
  for (int64_t begin = -pad; begin + dilation * (kernel - 1) < size + pad; begin += stride) {
    int64_t first = begin;
    while (first < 0) first += dilation;
    all.push_back({first, std::min(begin + dilation * (kernel - 1) + 1, size), dilation, kernel});
  }
  return all;
}

template <class T>
void compare(int64_t n, int64_t h, int64_t w, int64_t c, int64_t kernel, int64_t stride, int64_t pad,
             int64_t dilation) {
  const auto rows = windows(h, kernel, stride, pad, dilation), columns = windows(w, kernel, stride, pad, dilation);
  const Pool s{n, h, w, c, rows, columns};
  std::vector<T> x(static_cast<size_t>(n * h * w * c));
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(std::round(4 * std::sin(0.7 * static_cast<double>(i))));
  x[x.size() / 2] = std::numeric_limits<T>::quiet_NaN();
  const size_t outputs = static_cast<size_t>(n) * rows.size() * columns.size() * static_cast<size_t>(c);
  std::vector<T> y(outputs), want_y(outputs), g(outputs), dx(x.size(), T(99)), want_dx(x.size());
  std::vector<int32_t> index(outputs), want_index(outputs);
  for (size_t i = 0; i < outputs; ++i) g[i] = static_cast<T>(i % 17) + T(1);

  size_t at = 0;
  for (int64_t image = 0; image < n; ++image)
    for (const Window& row : rows)
      for (const Window& column : columns)
        for (int64_t q = 0; q < c; ++q, ++at) {
          T best = -std::numeric_limits<T>::infinity();
          int32_t where = -1;
          for (int64_t i = row.begin; i < row.end; i += row.step)
            for (int64_t j = column.begin; j < column.end; j += column.step) {
              const T v = x[static_cast<size_t>(((image * h + i) * w + j) * c + q)];
              if (where < 0 || v > best || std::isnan(v)) best = v, where = static_cast<int32_t>(i * w + j);
            }
          want_y[at] = best, want_index[at] = where;
          if (where >= 0) want_dx[static_cast<size_t>((image * h * w + where) * c + q)] += g[at];
        }
  max_pool(s, x.data(), y.data(), index.data());
  max_pool_backward(s, g.data(), index.data(), dx.data());
  for (size_t i = 0; i < outputs; ++i) {
    ASSERT_EQ(index[i], want_index[i]) << "at " << i << " with " << c << " channels";
    if (std::isnan(want_y[i]))
      ASSERT_TRUE(std::isnan(y[i]));
    else
      ASSERT_EQ(y[i], want_y[i]) << "at " << i << " with " << c << " channels";
  }
  ASSERT_EQ(dx, want_dx) << c << " channels, window " << kernel << ", stride " << stride;
}

TEST(MaxPool, EqualsOneElementAtATime) {
  for (int64_t c : {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 21}) {
    compare<float>(3, 8, 8, c, 2, 2, 0, 1);   // side by side
    compare<float>(2, 9, 11, c, 2, 2, 0, 1);  // the last row and column in no window
    compare<float>(1, 9, 9, c, 3, 3, 0, 1);
    compare<float>(2, 7, 8, c, 3, 2, 1, 1);   // overlapping, padded
    compare<float>(1, 9, 10, c, 2, 3, 0, 2);  // dilated
    compare<double>(2, 6, 7, c, 2, 2, 0, 1);
    compare<double>(1, 7, 6, c, 3, 1, 1, 1);
  }
  compare<float>(40, 32, 32, 3, 2, 2, 0, 1);  // enough for several threads
}

}  // namespace
}  // namespace flint::kernels
