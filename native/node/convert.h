// JavaScript values to C++ arguments and back, one specialisation for each word in the vocabulary of signatures.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "flint/dims.h"
#include "flint/dtype.h"
#include "flint/scalar.h"
#include "node/handle.h"

namespace flint::node {

/// Which argument of which operation is being read, for the message when it does not fit.
struct Place {
  std::string_view op;
  int index;
};

std::string_view kind_of(napi_env env, napi_value value);

[[noreturn]] inline void bad_argument(napi_env env, napi_value value, Place at, std::string_view wanted) {
  fail(at.op, "argument ", at.index + 1, " should be ", wanted, ", but is ", kind_of(env, value));
}

constexpr double kSafe = 9007199254740992.0;  // 2^53: the integers a JS number holds exactly

template <class T>
struct From;  // static T get(env, value, place)

template <>
struct From<Tensor> {
  static Tensor get(napi_env env, napi_value value, Place at) {
    Tensor t = unwrap_tensor(env, value);
    if (!t.defined()) bad_argument(env, value, at, "a tensor");
    return t;
  }
};
template <>
struct From<NodeHandle> {
  static NodeHandle get(napi_env env, napi_value value, Place at) {
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) bad_argument(env, value, at, "a node of a graph");
    return *static_cast<NodeHandle*>(data);
  }
};
template <>
struct From<double> {
  static double get(napi_env env, napi_value value, Place at) {
    double v;
    if (napi_get_value_double(env, value, &v) == napi_ok) return v;
    bad_argument(env, value, at, "a number");
  }
};
template <>
struct From<float> {
  static float get(napi_env env, napi_value value, Place at) {
    return static_cast<float>(From<double>::get(env, value, at));
  }
};
template <>
struct From<int64_t> {
  static int64_t get(napi_env env, napi_value value, Place at) {
    double v;
    if (napi_get_value_double(env, value, &v) == napi_ok) {
      if (std::trunc(v) != v || std::fabs(v) > kSafe)
        fail(at.op, "argument ", at.index + 1, " should be an integer, but is ", v);
      return static_cast<int64_t>(v);
    }
    int64_t big;
    bool lossless = false;
    if (napi_get_value_bigint_int64(env, value, &big, &lossless) == napi_ok && lossless) return big;
    bad_argument(env, value, at, "an integer");
  }
};
template <>
struct From<uint64_t> {
  static uint64_t get(napi_env env, napi_value value, Place at) {
    uint64_t big;
    bool lossless = false;
    if (napi_get_value_bigint_uint64(env, value, &big, &lossless) == napi_ok) return big;
    return static_cast<uint64_t>(From<int64_t>::get(env, value, at));
  }
};
template <>
struct From<int> {
  static int get(napi_env env, napi_value value, Place at) {
    return static_cast<int>(From<int64_t>::get(env, value, at));
  }
};
template <>
struct From<bool> {
  static bool get(napi_env env, napi_value value, Place at) {
    bool v;
    if (napi_get_value_bool(env, value, &v) == napi_ok) return v;
    bad_argument(env, value, at, "true or false");
  }
};
template <>
struct From<Scalar> {
  static Scalar get(napi_env env, napi_value value, Place at) {
    double v;
    if (napi_get_value_double(env, value, &v) == napi_ok) {
      bool whole = std::trunc(v) == v && std::fabs(v) <= kSafe && !(v == 0 && std::signbit(v));
      return whole ? Scalar(static_cast<int64_t>(v)) : Scalar(v);
    }
    bool b;
    if (napi_get_value_bool(env, value, &b) == napi_ok) return Scalar(static_cast<int64_t>(b));
    int64_t big;
    bool lossless = false;
    if (napi_get_value_bigint_int64(env, value, &big, &lossless) == napi_ok && lossless) return Scalar(big);
    bad_argument(env, value, at, "a number");
  }
};
template <>
struct From<std::string> {
  static std::string get(napi_env env, napi_value value, Place at) {
    size_t length = 0;
    if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
      bad_argument(env, value, at, "a string");
    std::string text(length, '\0');
    napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
    return text;
  }
};
template <>
struct From<DType> {
  static DType get(napi_env env, napi_value value, Place at) {
    return dtype_from_name(From<std::string>::get(env, value, at));
  }
};

/// Calls f(i, element) for each element of a JS array.
template <class F>
void each_element(napi_env env, napi_value value, Place at, std::string_view wanted, F&& f) {
  uint32_t length = 0;
  if (napi_get_array_length(env, value, &length) != napi_ok) bad_argument(env, value, at, wanted);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    if (napi_get_element(env, value, i, &element) != napi_ok) bad_argument(env, value, at, wanted);
    f(i, element);
  }
}

template <>
struct From<Dims> {
  static Dims get(napi_env env, napi_value value, Place at) {
    Dims dims;
    each_element(env, value, at, "an array of integers",
                 [&](uint32_t, napi_value v) { dims.push_back(From<int64_t>::get(env, v, at)); });
    return dims;
  }
};
template <class T>
struct From<std::vector<T>> {
  static std::vector<T> get(napi_env env, napi_value value, Place at) {
    std::vector<T> items;
    each_element(env, value, at, "an array",
                 [&](uint32_t, napi_value v) { items.push_back(From<T>::get(env, v, at)); });
    return items;
  }
};
template <class T>
struct From<std::optional<T>> {
  static std::optional<T> get(napi_env env, napi_value value, Place at) {
    napi_valuetype type;
    napi_typeof(env, value, &type);
    if (type == napi_undefined || type == napi_null) return std::nullopt;
    return From<T>::get(env, value, at);
  }
};

/// What is kept while the call runs, for a parameter declared as P.
template <class P>
struct Holder {
  using type = std::remove_cvref_t<P>;
};
template <>
struct Holder<std::string_view> {
  using type = std::string;
};
template <>
struct Holder<std::optional<std::string_view>> {
  using type = std::optional<std::string>;
};
template <class P>
using Held = typename Holder<std::remove_cvref_t<P>>::type;

inline napi_value to_js(napi_env env, const Tensor& t) { return wrap_tensor(env, t); }
inline napi_value to_js(napi_env env, const NodeHandle& n) { return wrap_node(env, n); }
inline napi_value to_js(napi_env, napi_value v) { return v; }
inline napi_value to_js(napi_env env, bool v) {
  napi_value out;
  napi_get_boolean(env, v, &out);
  return out;
}
inline napi_value to_js(napi_env env, double v) {
  napi_value out;
  napi_create_double(env, v, &out);
  return out;
}
inline napi_value to_js(napi_env env, int64_t v) {
  if (std::fabs(static_cast<double>(v)) > kSafe)
    fail("item", "the value ", v, " is beyond 2^53 and does not fit a JavaScript number without loss");
  return to_js(env, static_cast<double>(v));
}
inline napi_value to_js(napi_env env, size_t v) { return to_js(env, static_cast<double>(v)); }
inline napi_value to_js(napi_env env, int v) { return to_js(env, static_cast<double>(v)); }
inline napi_value to_js(napi_env env, std::string_view v) {
  napi_value out;
  napi_create_string_utf8(env, v.data(), v.size(), &out);
  return out;
}
inline napi_value to_js(napi_env env, const std::string& v) { return to_js(env, std::string_view(v)); }

template <class T>
napi_value to_js(napi_env env, const std::optional<T>& v) {
  if (v) return to_js(env, *v);
  napi_value out;
  napi_get_undefined(env, &out);
  return out;
}
template <class Items>
napi_value array_to_js(napi_env env, const Items& items) {
  napi_value out;
  napi_create_array_with_length(env, static_cast<size_t>(items.size()), &out);
  uint32_t i = 0;
  for (const auto& item : items) napi_set_element(env, out, i++, to_js(env, item));
  return out;
}
inline napi_value to_js(napi_env env, const Dims& d) { return array_to_js(env, d); }
template <class T>
napi_value to_js(napi_env env, const std::vector<T>& v) {
  return array_to_js(env, v);
}
template <class... T>
napi_value to_js(napi_env env, const std::tuple<T...>& v) {
  napi_value out;
  napi_create_array_with_length(env, sizeof...(T), &out);
  std::apply(
      [&](const auto&... item) {
        uint32_t i = 0;
        (napi_set_element(env, out, i++, to_js(env, item)), ...);
      },
      v);
  return out;
}
template <class A, class B>
napi_value to_js(napi_env env, const std::pair<A, B>& v) {
  return to_js(env, std::make_tuple(v.first, v.second));
}

}  // namespace flint::node
