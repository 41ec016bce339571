// Element types and the one place that turns a run-time type into a C++ type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "flint/half.h"

namespace flint {

enum class DType : uint8_t { Float32, Float64, Int64, Int32, UInt8, Bool, Float16, BFloat16 };
constexpr int kDTypes = 8;

constexpr size_t size_of(DType t) {
  switch (t) {
    case DType::Float32:
    case DType::Int32:
      return 4;
    case DType::Float64:
    case DType::Int64:
      return 8;
    case DType::Float16:
    case DType::BFloat16:
      return 2;
    default:
      return 1;
  }
}
/// Stored in 16 bits; arithmetic on them is done in float32 (ops/widen.h).
constexpr bool is_half(DType t) { return t == DType::Float16 || t == DType::BFloat16; }
constexpr bool is_floating(DType t) { return t == DType::Float32 || t == DType::Float64 || is_half(t); }
std::string_view name_of(DType t);  // "float32", ...
DType dtype_from_name(std::string_view name);
/// PyTorch's promotion for two tensors of equal rank category.
DType promote(DType a, DType b);

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>)
    return DType::Float32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::Float64;
  else if constexpr (std::is_same_v<T, int64_t>)
    return DType::Int64;
  else if constexpr (std::is_same_v<T, int32_t>)
    return DType::Int32;
  else if constexpr (std::is_same_v<T, uint8_t>)
    return DType::UInt8;
  else
    return DType::Bool;
}

/// An error: where only wider types can come.
[[noreturn]] void refuse_half(DType t);

/// Calls f(T{}) with the C++ type of `t`, which is not a 16-bit one.
template <class F>
decltype(auto) visit_dtype(DType t, F&& f) {
  switch (t) {
    case DType::Float32:
      return f(float{});
    case DType::Float64:
      return f(double{});
    case DType::Int64:
      return f(int64_t{});
    case DType::Int32:
      return f(int32_t{});
    case DType::UInt8:
      return f(uint8_t{});
    case DType::Bool:
      return f(bool{});
    default:
      refuse_half(t);
  }
}
template <class F>
decltype(auto) visit_floating(DType t, F&& f) {
  if (is_half(t)) refuse_half(t);
  return t == DType::Float64 ? f(double{}) : f(float{});
}
/// As visit_dtype, the 16-bit types too: for what moves values without computing.
template <class F>
decltype(auto) visit_stored(DType t, F&& f) {
  if (t == DType::Float16) return f(Half{});
  if (t == DType::BFloat16) return f(BFloat16{});
  return visit_dtype(t, std::forward<F>(f));
}

}  // namespace flint
