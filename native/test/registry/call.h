// Calls an operation of the registry by name with arguments that were read from a file: each is converted to the type
// that the C++ function asks for, as the Node binding does with JavaScript's.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include "ops/all.h"
#include "ops/called.h"
#include "test/registry/read.h"

namespace flint::testing {

template <class T>
struct Convert;
template <>
struct Convert<Tensor> {
  static Tensor get(const Argument& a) { return std::get<Tensor>(a.value); }
};
template <>
struct Convert<Scalar> {
  static Scalar get(const Argument& a) { return std::get<Scalar>(a.value); }
};
template <>
struct Convert<double> {
  static double get(const Argument& a) { return std::get<Scalar>(a.value).real; }
};
template <>
struct Convert<int64_t> {
  static int64_t get(const Argument& a) { return std::get<Scalar>(a.value).integer; }
};
template <>
struct Convert<bool> {
  static bool get(const Argument& a) { return std::get<bool>(a.value); }
};
template <>
struct Convert<std::string_view> {
  static std::string_view get(const Argument& a) { return std::get<std::string>(a.value); }
};
template <>
struct Convert<DType> {
  static DType get(const Argument& a) { return dtype_from_name(std::get<std::string>(a.value)); }
};
template <>
struct Convert<Dims> {
  static Dims get(const Argument& a) { return Dims(std::span<const int64_t>(std::get<std::vector<int64_t>>(a.value))); }
};
template <>
struct Convert<std::vector<int64_t>> {
  static std::vector<int64_t> get(const Argument& a) { return std::get<std::vector<int64_t>>(a.value); }
};
template <class T>
struct Convert<std::optional<T>> {
  static std::optional<T> get(const Argument& a) {
    if (std::holds_alternative<Nothing>(a.value)) return std::nullopt;
    return Convert<T>::get(a);
  }
};
template <class T>
struct Convert<std::vector<T>> {
  static std::vector<T> get(const Argument& a) {
    std::vector<T> out;
    for (const Argument& item : std::get<List>(a.value)) out.push_back(Convert<T>::get(item));
    return out;
  }
};

inline std::vector<Tensor> results_of(Tensor t) { return {std::move(t)}; }
inline std::vector<Tensor> results_of(std::vector<Tensor> t) { return t; }
template <class... T>
std::vector<Tensor> results_of(std::tuple<T...> t) {
  return std::apply([](auto... each) { return std::vector<Tensor>{each...}; }, t);
}

/// Calls through the rules of the 16-bit types, as the binding does.
template <class Row, class R, class... Args>
std::vector<Tensor> call(R (*fn)(Args...), const List& arguments) {
  if (arguments.size() != sizeof...(Args))
    throw std::runtime_error("the case has " + std::to_string(arguments.size()) + " arguments, the function " +
                             std::to_string(sizeof...(Args)));
  return [&]<size_t... I>(std::index_sequence<I...>) {
    auto held = [&] { return std::tuple<std::decay_t<Args>...>{Convert<std::decay_t<Args>>::get(arguments[I])...}; };
    if constexpr (std::is_void_v<R>) {
      called<Row>(fn, held);
      return tensors_of(arguments);
    } else {
      std::vector<Tensor> results = results_of(called<Row>(fn, held));
      if (Row::name == "clip_grad_norm")  // it also changes its arguments
        for (const Tensor& t : tensors_of(arguments)) results.push_back(t);
      return results;
    }
  }
  (std::index_sequence_for<Args...>());
}

}  // namespace flint::testing
