// What each element-wise operation does to one element. Written without branches where a vector unit should run it.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace flint::kernels::FLINT_ISA {

/// e^x for float: x = n·ln2 + r, a polynomial on r (Cephes' coefficients), 2^n put into the exponent bits. Within 2
/// ulp.
inline float fast_exp(float x) {
  float c = x > 88.7228391f ? 88.7228391f : x;
  c = c < -87.3365479f ? -87.3365479f : c;
  float n = std::floor(c * 1.44269504f + 0.5f);
  float r = c - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1.0f;
  // Two steps, since 2^128 does not fit one exponent.
  int32_t whole = static_cast<int32_t>(n == n ? n : 0.0f);
  int32_t half = whole / 2;
  float scale = std::bit_cast<float>((half + 127) << 23) * 1.0f;
  float rest = std::bit_cast<float>((whole - half + 127) << 23);
  y = y * scale * rest;
  y = x > 88.7228391f ? std::numeric_limits<float>::infinity() : y;
  return x < -87.3365479f ? 0.0f : y;
}

/// ln x for float: exponent and mantissa apart, Cephes' polynomial on the mantissa.
inline float fast_log(float x) {
  int32_t bits = std::bit_cast<int32_t>(x);
  float e = static_cast<float>((bits >> 23) - 126);
  float m = std::bit_cast<float>((bits & 0x007fffff) | 0x3f000000);
  bool small = m < 0.707106781f;
  e = small ? e - 1.0f : e;
  m = small ? m + m - 1.0f : m - 1.0f;
  float z = m * m;
  float y = 7.0376836292e-2f;
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z - 2.12194440e-4f * e - 0.5f * z;
  float r = m + y + 0.693359375f * e;
  r = x > 3.4e38f ? x : r;  // infinity stays
  r = x == 0.0f ? -std::numeric_limits<float>::infinity() : r;
  r = x < 0.0f ? std::numeric_limits<float>::quiet_NaN() : r;
  return x != x ? x : r;
}

inline float fast_tanh(float x) {
  float a = std::fabs(x);
  float e = fast_exp(-2.0f * a);
  float far = (1.0f - e) / (1.0f + e);
  float z = x * x;
  float y = -5.70498872745e-3f;
  y = y * z + 2.06390887954e-2f;
  y = y * z - 5.37397155531e-2f;
  y = y * z + 1.33314422036e-1f;
  y = y * z - 3.33332819422e-1f;
  y = y * z * x + x;
  return a < 0.625f ? y : std::copysign(far, x);
}

template <class T>
T exp_of(T x) {
  return std::exp(x);
}
inline float exp_of(float x) { return fast_exp(x); }
template <class T>
T log_of(T x) {
  return std::log(x);
}
inline float log_of(float x) { return fast_log(x); }
template <class T>
T tanh_of(T x) {
  return std::tanh(x);
}
inline float tanh_of(float x) { return fast_tanh(x); }
template <class T>
T sigmoid_of(T x) {
  return T(1) / (T(1) + exp_of(-x));
}

// A functor is Name::f(x, p, q) or Name::f(a, b, p, q); `integers` says whether whole-number types are taken.
#define FLINT_UNARY(Name, takes_integers, expression) \
  struct Name {                                       \
    static constexpr bool integers = takes_integers;  \
    template <class T>                                \
    static T f(T x, T p, T q) {                       \
      return expression;                              \
    }                                                 \
  };
FLINT_UNARY(Neg, true, static_cast<T>(-x))
FLINT_UNARY(Abs, true, (x < T(0) ? static_cast<T>(-x) : x))
FLINT_UNARY(Sign, true, static_cast<T>((x > T(0)) - (x < T(0))))
FLINT_UNARY(Square, true, static_cast<T>(x* x))
FLINT_UNARY(Exp, false, exp_of(x))
FLINT_UNARY(Expm1, false, std::expm1(x))
FLINT_UNARY(Log, false, log_of(x))
FLINT_UNARY(Log2, false, std::log2(x))
FLINT_UNARY(Log10, false, std::log10(x))
FLINT_UNARY(Log1p, false, std::log1p(x))
FLINT_UNARY(Sqrt, false, std::sqrt(x))
FLINT_UNARY(Rsqrt, false, T(1) / std::sqrt(x))
FLINT_UNARY(Reciprocal, false, T(1) / x)
FLINT_UNARY(Sin, false, std::sin(x))
FLINT_UNARY(Cos, false, std::cos(x))
FLINT_UNARY(Tan, false, std::tan(x))
FLINT_UNARY(Asin, false, std::asin(x))
FLINT_UNARY(Acos, false, std::acos(x))
FLINT_UNARY(Atan, false, std::atan(x))
FLINT_UNARY(Sinh, false, std::sinh(x))
FLINT_UNARY(Cosh, false, std::cosh(x))
FLINT_UNARY(Asinh, false, std::asinh(x))
FLINT_UNARY(Acosh, false, std::acosh(x))
FLINT_UNARY(Atanh, false, std::atanh(x))
FLINT_UNARY(Tanh, false, tanh_of(x))
FLINT_UNARY(Sigmoid, false, sigmoid_of(x))
FLINT_UNARY(Erf, false, std::erf(x))
FLINT_UNARY(Erfc, false, std::erfc(x))
FLINT_UNARY(Floor, false, std::floor(x))
FLINT_UNARY(Ceil, false, std::ceil(x))
FLINT_UNARY(Trunc, false, std::trunc(x))
FLINT_UNARY(Frac, false, x - std::trunc(x))
FLINT_UNARY(Round, false, std::nearbyint(x))
FLINT_UNARY(Relu, true, (x < T(0) ? T(0) : x))
FLINT_UNARY(LeakyRelu, false, (x < T(0) ? x * p : x))
FLINT_UNARY(Elu, false, (x < T(0) ? p * (exp_of(x) - T(1)) : x))
FLINT_UNARY(Gelu, false, x* T(0.5) * (T(1) + std::erf(x * T(0.70710678118654752440))))
FLINT_UNARY(GeluTanh, false, x* T(0.5) * (T(1) + tanh_of(T(0.79788456080286535588) * (x + T(0.044715) * x * x * x))))
FLINT_UNARY(Silu, false, x* sigmoid_of(x))
FLINT_UNARY(Softplus, false, (x * p > q ? x : std::log1p(exp_of(x * p)) / p))
FLINT_UNARY(Hardtanh, true, (x < p ? p : x > q ? q : x))
#undef FLINT_UNARY

#define FLINT_BINARY(Name, takes_integers, expression) \
  struct Name {                                        \
    static constexpr bool integers = takes_integers;   \
    template <class T>                                 \
    static T f(T a, T b, T p, T q) {                   \
      return expression;                               \
    }                                                  \
  };
FLINT_BINARY(Add, true, static_cast<T>(a + b * p))
FLINT_BINARY(Sub, true, static_cast<T>(a - b * p))
FLINT_BINARY(Mul, true, static_cast<T>(a* b))
FLINT_BINARY(Div, false, a / b)
FLINT_BINARY(Maximum, true, (a != a ? a : (a > b ? a : b)))
FLINT_BINARY(Minimum, true, (a != a ? a : (a < b ? a : b)))
FLINT_BINARY(ReluGrad, false, (b > T(0) ? a : T(0)))
FLINT_BINARY(LeakyReluGrad, false, (b > T(0) ? a : a * p))
FLINT_BINARY(EluGrad, false, (b > T(0) ? a : a * p * exp_of(b)))
FLINT_BINARY(SiluGrad, false, a* sigmoid_of(b) * (T(1) + b * (T(1) - sigmoid_of(b))))
FLINT_BINARY(SoftplusGrad, false, (b * p > q ? a : a * sigmoid_of(b * p)))
FLINT_BINARY(TanhGrad, false, a*(T(1) - b * b))
FLINT_BINARY(SigmoidGrad, false, a* b*(T(1) - b))
FLINT_BINARY(HardtanhGrad, false, (b > p && b < q ? a : T(0)))
FLINT_BINARY(GeluGrad, false,
             a*(T(0.5) * (T(1) + std::erf(b * T(0.70710678118654752440))) +
                b * T(0.39894228040143267794) * exp_of(T(-0.5) * b * b)))
#undef FLINT_BINARY

struct GeluTanhGrad {
  static constexpr bool integers = false;
  template <class T>
  static T f(T a, T b, T, T) {
    T u = T(0.79788456080286535588) * (b + T(0.044715) * b * b * b);
    T t = tanh_of(u);
    T du = T(0.79788456080286535588) * (T(1) + T(3 * 0.044715) * b * b);
    return a * (T(0.5) * (T(1) + t) + T(0.5) * b * (T(1) - t * t) * du);
  }
};
struct Pow {
  static constexpr bool integers = true;
  template <class T>
  static T f(T a, T b, T, T) {
    if constexpr (std::is_floating_point_v<T>) {
      return std::pow(a, b);
    } else {
      // One over a whole number is whole for 1 and -1 only; PyTorch gives 0 for the rest.
      if (b < 0) return a == T(1) ? T(1) : a == static_cast<T>(-1) ? (b % 2 ? a : T(1)) : T(0);
      T result = 1;
      for (; b > 0; b = static_cast<T>(b / 2), a = static_cast<T>(a * a))
        if (b % 2) result = static_cast<T>(result * a);
      return result;
    }
  }
};
/// Python's: the sign follows the divisor.
struct Remainder {
  static constexpr bool integers = true;
  template <class T>
  static T f(T a, T b, T, T) {
    if constexpr (std::is_floating_point_v<T>) {
      T r = std::fmod(a, b);
      return r != T(0) && (r < T(0)) != (b < T(0)) ? r + b : r;
    } else {
      if (b == 0) return 0;  // the operation has checked and refused it
      T r = static_cast<T>(a % b);
      return r != 0 && (r < 0) != (b < 0) ? static_cast<T>(r + b) : r;
    }
  }
};

/// The greatest whole number not above a / b. For floats PyTorch's way through the remainder, which does not round up
/// to a quotient that is not reached.
struct FloorDivide {
  static constexpr bool integers = true;
  template <class T>
  static T f(T a, T b, T, T) {
    if constexpr (std::is_floating_point_v<T>) {
      if (b == T(0)) return a / b;
      T rest = std::fmod(a, b), quotient = (a - rest) / b;
      if (rest != T(0) && (b < T(0)) != (rest < T(0))) quotient -= T(1);
      if (quotient == T(0)) return std::copysign(T(0), a / b);
      T whole = std::floor(quotient);
      return quotient - whole > T(0.5) ? whole + T(1) : whole;
    } else {
      if (b == 0) return 0;  // the operation has checked and refused it
      T quotient = static_cast<T>(a / b);
      return a % b != 0 && (a < 0) != (b < 0) ? static_cast<T>(quotient - 1) : quotient;
    }
  }
};
/// C's: the sign follows the dividend.
struct Fmod {
  static constexpr bool integers = true;
  template <class T>
  static T f(T a, T b, T, T) {
    if constexpr (std::is_floating_point_v<T>)
      return std::fmod(a, b);
    else
      return b == 0 ? T(0) : static_cast<T>(a % b);
  }
};
struct Atan2 {
  static constexpr bool integers = false;
  template <class T>
  static T f(T a, T b, T, T) {
    return std::atan2(a, b);
  }
};
struct LogAddExp {
  static constexpr bool integers = false;
  template <class T>
  static T f(T a, T b, T, T) {
    if (std::isinf(a) && a == b) return a;
    T top = a != a || a > b ? a : b;
    return top + std::log1p(std::exp(-std::fabs(a - b)));
  }
};

// Operations on bits are of whole numbers only, and have no number of their own.
#define FLINT_BITS(Name, arguments, expression) \
  struct Name {                                 \
    static constexpr bool only_integers = true; \
    static constexpr bool integers = true;      \
    template <class T>                          \
    static T f arguments {                      \
      return static_cast<T>(expression);        \
    }                                           \
  };
FLINT_BITS(BitNot, (T a, T, T), ~a)
FLINT_BITS(BitAnd, (T a, T b, T, T), a& b)
FLINT_BITS(BitOr, (T a, T b, T, T), a | b)
FLINT_BITS(BitXor, (T a, T b, T, T), a ^ b)
// A shift by more than the width, or by less than nothing, is undefined in C; here everything is shifted out.
FLINT_BITS(ShiftLeft, (T a, T b, T, T), b < T(0) || b >= T(8 * sizeof(T)) ? T(0) : static_cast<uint64_t>(a) << b)
FLINT_BITS(ShiftRight, (T a, T b, T, T), b < T(0) || b >= T(8 * sizeof(T)) ? (a < T(0) ? T(-1) : T(0)) : a >> b)
#undef FLINT_BITS

#define FLINT_COMPARE(Name, expression) \
  struct Name {                         \
    template <class T>                  \
    static bool f(T a, T b) {           \
      return expression;                \
    }                                   \
  };
FLINT_COMPARE(Eq, a == b)
FLINT_COMPARE(Ne, a != b)
FLINT_COMPARE(Lt, a < b)
FLINT_COMPARE(Le, a <= b)
FLINT_COMPARE(Gt, a > b)
FLINT_COMPARE(Ge, a >= b)
FLINT_COMPARE(And, a != T(0) && b != T(0))
FLINT_COMPARE(Or, a != T(0) || b != T(0))
#undef FLINT_COMPARE

}  // namespace flint::kernels::FLINT_ISA
