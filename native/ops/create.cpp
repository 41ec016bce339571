// Constants, sequences and random numbers.
#include "ops/create.h"

#include <cmath>
#include <numeric>

#include "core/philox.h"
#include "flint/autograd.h"
#include "flint/launch.h"
#include "flint/runtime.h"
#include "kernels/random/kernel.h"
#include "ops/elementwise.h"
#include "ops/iterate.h"
#include "ops/shape.h"

namespace flint {

Tensor empty_tensor(const Dims& sizes, DType dtype) { return empty(sizes, dtype); }

Tensor full(const Dims& sizes, Scalar value, DType dtype) {
  Tensor t = empty(sizes, dtype);
  launch(
      [value](const View& t) {
        visit_stored(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          std::fill_n(t.data<T>(), t.numel(), value.to<T>());
        });
      },
      t);
  return t;
}
Tensor zeros(const Dims& sizes, DType dtype) { return full(sizes, 0, dtype); }
Tensor ones(const Dims& sizes, DType dtype) { return full(sizes, 1, dtype); }

Tensor arange(Scalar start, Scalar end, Scalar step, DType dtype) {
  if (step.real == 0) fail("arange", "the step cannot be 0");
  if ((end.real - start.real) * step.real < 0)
    fail("arange", "from ", start.real, " one does not reach ", end.real, " in steps of ", step.real);
  int64_t n = static_cast<int64_t>(std::ceil((end.real - start.real) / step.real));
  Tensor t = empty({n}, dtype);
  bool whole = start.is_integer && step.is_integer;
  launch(
      [start, step, whole, n](const View& t) {
        visit_dtype(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < n; ++i)
            t.data<T>()[i] = whole ? static_cast<T>(start.integer + i * step.integer)
                                   : static_cast<T>(start.real + static_cast<double>(i) * step.real);
        });
      },
      t);
  return t;
}

Tensor linspace(double start, double end, int64_t steps, DType dtype) {
  if (steps < 0) fail("linspace", "the number of steps cannot be negative, got ", steps);
  Tensor t = empty({steps}, dtype);
  double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  launch(
      [start, end, step, steps](const View& t) {
        visit_dtype(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          // Both halves are counted from their own end, so that the last value is exact.
          for (int64_t i = 0; i < steps; ++i)
            t.data<T>()[i] =
                static_cast<T>(i < steps / 2 || steps == 1 ? start + step * static_cast<double>(i)
                                                           : end - step * static_cast<double>(steps - 1 - i));
        });
      },
      t);
  return t;
}

Tensor logspace(double start, double end, int64_t steps, double base, DType dtype) {
  Tensor exponents = linspace(start, end, steps, DType::Float64);
  Tensor t = empty({steps}, dtype);
  launch(
      [base, steps](const View& t, const In& exponents) {
        visit_dtype(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < steps; ++i)
            t.data<T>()[i] = static_cast<T>(std::pow(base, exponents.data<double>()[i]));
        });
      },
      t, exponents);
  return t;
}

Tensor eye(int64_t rows, int64_t columns, DType dtype) {
  Tensor t = zeros({rows, columns}, dtype);
  launch(
      [rows, columns](const View& t) {
        visit_dtype(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < std::min(rows, columns); ++i) t.data<T>()[i * columns + i] = T(1);
        });
      },
      t);
  return t;
}

namespace {

constexpr int64_t kGroupsAtOnce = 256;  // whose words stay in the nearest cache

/// Calls fill(i, words) for each group of `width` elements, group g from counter g: the same whatever the threads.
template <class F>
void for_each_group(int64_t n, int width, F&& fill) {
  const int64_t groups = (n + width - 1) / width;
  const GeneratorState start = reserve_random(static_cast<uint64_t>(groups));
  kernels::parallel(groups, kParallelElements / 8, [&](int64_t begin, int64_t end) {
    uint32_t words[4 * kGroupsAtOnce];
    for (int64_t from = begin; from < end; from += kGroupsAtOnce) {
      const int64_t count = std::min(kGroupsAtOnce, end - from);
      kernels::random_words(start.seed, start.counter + static_cast<uint64_t>(from), count, words);
      for (int64_t g = 0; g < count; ++g) fill((from + g) * width, words + 4 * g);
    }
  });
}

template <class T>
void fill_uniform(T* out, int64_t n, double low, double high) {
  constexpr int width = std::is_same_v<T, double> ? 2 : 4;
  const T scale = static_cast<T>(high - low), shift = static_cast<T>(low);
  for_each_group(n, width, [&](int64_t at, const uint32_t* w) {
    for (int k = 0; k < width && at + k < n; ++k) {
      T u = width == 2 ? static_cast<T>(uniform_double(w[2 * k], w[2 * k + 1])) : static_cast<T>(uniform_float(w[k]));
      out[at + k] = u * scale + shift;
    }
  });
}

/// Box-Muller: two uniform numbers give two normal ones.
template <class T>
void fill_normal(T* out, int64_t n, double mean, double std) {
  for_each_group(n, 2, [&](int64_t at, const uint32_t* w) {
    double radius = std::sqrt(-2.0 * std::log(1.0 - uniform_double(w[0], w[1])));
    double angle = 6.283185307179586477 * uniform_double(w[2], w[3]);
    out[at] = static_cast<T>(mean + std * radius * std::cos(angle));
    if (at + 1 < n) out[at + 1] = static_cast<T>(mean + std * radius * std::sin(angle));
  });
}

/// Runs f on a row-major tensor of the same shape and type, and copies the result where `x` lies otherwise.
template <class F>
Tensor fill_floating(const Tensor& x, std::string_view op, F f) {
  if (!is_floating(x.dtype())) fail(op, "needs a floating type, the tensor is ", name_of(x.dtype()));
  check_in_place(x, op);
  Tensor flat = x.is_contiguous() ? x : empty(x.sizes(), x.dtype());
  launch_random(
      [f](const View& flat) {
        visit_floating(flat.dtype(), [&](auto tag) { f(flat.data<decltype(tag)>(), flat.numel()); });
      },
      flat);
  if (!(flat == x)) {
    GradMode off(false);
    copy_(x, flat);
  }
  return x;
}

}  // namespace

Tensor uniform_(const Tensor& x, double low, double high) {
  if (low > high) fail("uniform_", "the lower bound ", low, " is above the upper bound ", high);
  return fill_floating(x, "uniform_", [low, high](auto* out, int64_t n) { fill_uniform(out, n, low, high); });
}
Tensor normal_(const Tensor& x, double mean, double std) {
  if (std < 0) fail("normal_", "a standard deviation cannot be negative, got ", std);
  return fill_floating(x, "normal_", [mean, std](auto* out, int64_t n) { fill_normal(out, n, mean, std); });
}
Tensor rand(const Dims& sizes, DType dtype) { return uniform_(empty(sizes, dtype), 0, 1); }
Tensor randn(const Dims& sizes, DType dtype) { return normal_(empty(sizes, dtype), 0, 1); }

Tensor randint(int64_t low, int64_t high, const Dims& sizes, DType dtype) {
  if (low >= high) fail("randint", "the lower bound ", low, " must be below the upper bound ", high);
  Tensor t = empty(sizes, dtype);
  const uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  launch_random(
      [low, range](const View& t) {
        visit_dtype(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for_each_group(t.numel(), 2, [&](int64_t at, const uint32_t* w) {
            for (int k = 0; k < 2 && at + k < t.numel(); ++k) {
              uint64_t bits = uint64_t{w[2 * k]} << 32 | w[2 * k + 1];
              // The high word of a 128-bit product is uniform to one part in 2^64/range.
              t.data<T>()[at + k] =
                  static_cast<T>(low + static_cast<int64_t>(static_cast<unsigned __int128>(bits) * range >> 64));
            }
          });
        });
      },
      t);
  return t;
}

Tensor randperm(int64_t n) {
  if (n < 0) fail("randperm", "n cannot be negative, got ", n);
  Tensor t = empty({n}, DType::Int64);
  launch_random(
      [n](const View& t) {
        int64_t* p = t.data<int64_t>();
        std::iota(p, p + n, 0);
        // Fisher-Yates. 32 bits choose among few, uniform to one part in 2^32/n; 64 bits among many.
        const GeneratorState start = reserve_random(static_cast<uint64_t>(n));
        const int width = n <= int64_t{1} << 16 ? 4 : 2;
        uint32_t words[4 * kGroupsAtOnce];
        for (int64_t i = n - 1, drawn = 0; i > 0; --i, ++drawn) {
          const int64_t place = drawn % (width * kGroupsAtOnce);
          if (place == 0)
            kernels::random_words(start.seed, start.counter + static_cast<uint64_t>(drawn / width),
                                  std::min(kGroupsAtOnce, (i + width - 1) / width), words);
          const uint64_t among = static_cast<uint64_t>(i + 1);
          const uint64_t j =
              width == 4 ? words[place] * among >> 32
                         : static_cast<uint64_t>(
                               static_cast<unsigned __int128>(uint64_t{words[2 * place]} << 32 | words[2 * place + 1]) *
                                   among >>
                               64);
          std::swap(p[i], p[j]);
        }
      },
      t);
  return t;
}

Tensor bernoulli(const Tensor& probability) {
  Tensor u = rand(probability.sizes(), probability.dtype());
  return cast(lt(u, probability), probability.dtype());
}

}  // namespace flint
