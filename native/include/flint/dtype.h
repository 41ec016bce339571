// Element types and the one place that turns a run-time type into a C++ type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace flint {

enum class DType : uint8_t { Float32, Float64, Int64, Int32, UInt8, Bool };

constexpr size_t size_of(DType t) {
  switch (t) {
    case DType::Float32:
    case DType::Int32:
      return 4;
    case DType::Float64:
    case DType::Int64:
      return 8;
    default:
      return 1;
  }
}
constexpr bool is_floating(DType t) { return t == DType::Float32 || t == DType::Float64; }
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

/// Calls f(T{}) with the C++ type of `t`.
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
    default:
      return f(bool{});
  }
}
template <class F>
decltype(auto) visit_floating(DType t, F&& f) {
  return t == DType::Float64 ? f(double{}) : f(float{});
}

}  // namespace flint
