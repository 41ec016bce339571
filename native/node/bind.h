// Makes a napi_callback of a C++ function: the arguments are converted from its signature at compile time.
#pragma once

#include <array>
#include <type_traits>
#include <utility>

#include "node/convert.h"
#include "node/errors.h"
#include "ops/called.h"

namespace flint::node {

/// An operation of the registry is called through the rules of the 16-bit types, a function of the addon as it is.
template <class Row, class R, class... A, class Arguments>
R call_row(R (*fn)(A...), Arguments&& arguments) {
  if constexpr (requires { Row::row; }) {
    return called<Row>(fn, arguments);
  } else {
    auto held = arguments();
    return std::apply([fn](auto&... a) -> R { return fn(a...); }, held);
  }
}

template <class Row, class R, class... A, size_t... N>
napi_value invoke_with(napi_env env, R (*fn)(A...), napi_value* values, std::index_sequence<N...>) {
  // Braces fix the order of conversion, so that the first argument that does not fit is the one reported.
  auto held = [&] {
    return std::tuple<Held<A>...>{From<Held<A>>::get(env, values[N], Place{Row::name, static_cast<int>(N)})...};
  };
  constexpr bool in_place = Row::name.size() > 0 && Row::name.back() == '_';
  if constexpr (std::is_void_v<R> || in_place) {
    call_row<Row>(fn, held);
    return nullptr;  // the library gives the first argument back: no second handle for the same tensor
  } else {
    return to_js(env, call_row<Row>(fn, held));
  }
}

/// A function that also wants the environment takes it first.
template <class Row, class R, class... A, size_t... N>
napi_value invoke_with(napi_env env, R (*fn)(napi_env, A...), napi_value* values, std::index_sequence<N...>) {
  std::tuple<Held<A>...> held{From<Held<A>>::get(env, values[N], Place{Row::name, static_cast<int>(N)})...};
  if constexpr (std::is_void_v<R>) {
    fn(env, std::get<N>(held)...);
    return nullptr;
  } else {
    return to_js(env, fn(env, std::get<N>(held)...));
  }
}

template <class R, class... A>
constexpr size_t arity(R (*)(A...)) {
  return sizeof...(A);
}
template <class R, class... A>
constexpr size_t arity(R (*)(napi_env, A...)) {
  return sizeof...(A);
}

/// `Row` has `static constexpr fn` and `static constexpr std::string_view name`.
template <class Row>
napi_value callback(napi_env env, napi_callback_info info) {
  constexpr size_t count = arity(Row::fn);
  std::array<napi_value, count == 0 ? 1 : count> values{};
  size_t given = count;
  napi_get_cb_info(env, info, &given, values.data(), nullptr, nullptr);
  try {
    return invoke_with<Row>(env, Row::fn, values.data(), std::make_index_sequence<count>{});
  } catch (...) {
    throw_to_js(env, Row::name);
    return nullptr;
  }
}

template <>
struct From<napi_value> {
  static napi_value get(napi_env, napi_value value, Place) { return value; }
};

template <size_t L>
struct Name {
  char text[L];
  constexpr Name(const char (&s)[L]) {
    for (size_t i = 0; i < L; ++i) text[i] = s[i];
  }
};
/// One of the addon's own functions.
template <auto Fn, Name N>
struct Own {
  static constexpr auto fn = Fn;
  static constexpr std::string_view name{N.text, sizeof(N.text) - 1};
};

inline void define(napi_env env, napi_value object, std::string_view name, napi_callback call) {
  napi_value fn;
  napi_create_function(env, name.data(), name.size(), call, nullptr, &fn);
  napi_value key;
  napi_create_string_utf8(env, name.data(), name.size(), &key);
  napi_set_property(env, object, key, fn);
}

template <Name N, auto Fn>
void define_own(napi_env env, napi_value exports) {
  define(env, exports, Own<Fn, N>::name, callback<Own<Fn, N>>);
}

void define_bytes(napi_env env, napi_value exports);
void define_attributes(napi_env env, napi_value exports);
void define_gradients(napi_env env, napi_value exports);
void define_engine(napi_env env, napi_value exports);
void define_tape(napi_env env, napi_value exports);
void define_ahead(napi_env env, napi_value exports);
void define_vision(napi_env env, napi_value exports);

}  // namespace flint::node
