// A JS number on its way into an operation: it keeps whether it was written as an integer, which type promotion needs.
#pragma once

#include <cstdint>

namespace flint {

struct Scalar {
  double real = 0;
  int64_t integer = 0;
  bool is_integer = false;

  Scalar() = default;
  Scalar(double v) : real(v), integer(static_cast<int64_t>(v)) {}
  Scalar(int64_t v) : real(static_cast<double>(v)), integer(v), is_integer(true) {}
  Scalar(int v) : Scalar(static_cast<int64_t>(v)) {}
  template <class T>
  T to() const {
    return is_integer ? static_cast<T>(integer) : static_cast<T>(real);
  }
};

}  // namespace flint
