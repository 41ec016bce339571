// How operations meet the 16-bit types: whoever calls an operation by the registry calls it through here. Operands are
// widened to float32, and results narrowed again; inside autocast the products are given 16-bit operands.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "flint/runtime.h"
#include "flint/tensor.h"
#include "ops/elementwise.h"

namespace flint {

namespace widening {

template <size_t N>
constexpr bool among(std::string_view name, const std::string_view (&names)[N]) {
  for (std::string_view n : names)
    if (n == name) return true;
  return false;
}
/// What only moves or views memory takes every type as it is.
inline constexpr std::string_view kAnyType[] = {
    "empty",   "full",   "zeros",   "ones",   "alias",   "detach",   "clone",     "contiguous", "view",   "reshape",
    "flatten", "expand", "squeeze", "t",      "permute", "split",    "unsqueeze", "transpose",  "select", "slice",
    "narrow",  "chunk",  "unbind",  "unfold", "cast",    "diagonal", "copy_",     "fill_"};
/// What autocast gives 16-bit operands: products, where it pays.
inline constexpr std::string_view kLower[] = {"mm",
                                              "bmm",
                                              "mv",
                                              "matmul",
                                              "addmm",
                                              "linear",
                                              "conv1d",
                                              "conv2d",
                                              "conv3d",
                                              "conv_transpose1d",
                                              "conv_transpose2d",
                                              "conv_transpose3d",
                                              "scaled_dot_product_attention"};
/// What autocast keeps in float32: sums over many values, and functions that lose in 16 bits.
inline constexpr std::string_view kFull[] = {"softmax",
                                             "log_softmax",
                                             "cross_entropy",
                                             "nll_loss",
                                             "mse_loss",
                                             "l1_loss",
                                             "smooth_l1_loss",
                                             "kl_div",
                                             "exp",
                                             "log",
                                             "pow",
                                             "norm",
                                             "layer_norm",
                                             "group_norm",
                                             "batch_norm",
                                             "sum",
                                             "mean",
                                             "prod",
                                             "cumsum",
                                             "logsumexp",
                                             "var",
                                             "std",
                                             "binary_cross_entropy",
                                             "binary_cross_entropy_with_logits"};

/// Calls f(tensor&) for each defined tensor of an argument.
template <class F>
void visit(Tensor& t, F f) {
  if (t.defined()) f(t);
}
template <class T, class F>
void visit(std::optional<T>& t, F f) {
  if constexpr (requires { visit(*t, f); })
    if (t) visit(*t, f);
}
template <class T, class F>
void visit(std::vector<T>& all, F f) {
  if constexpr (std::is_same_v<T, Tensor> || std::is_same_v<T, std::optional<Tensor>>)
    for (T& t : all) visit(t, f);
}
template <class T, class F>
void visit(T&, F) {}

template <class Held, class F>
void each_tensor(Held& held, F f) {
  std::apply([&](auto&... a) { (visit(a, f), ...); }, held);
}

/// The type that results get: that of the floating operands when all of them have one 16-bit type. Operands without
/// dimensions count only where no other does.
struct Narrow {
  std::optional<DType> full, zero;
  bool mixed_full = false, mixed_zero = false;
  void see(const Tensor& t) {
    if (!is_floating(t.dtype())) return;
    std::optional<DType>& type = t.dim() ? full : zero;
    (t.dim() ? mixed_full : mixed_zero) |= type && *type != t.dtype();
    type = t.dtype();
  }
  std::optional<DType> result() const {
    if (full) return is_half(*full) && !mixed_full ? full : std::nullopt;
    return zero && is_half(*zero) && !mixed_zero ? zero : std::nullopt;
  }
};

inline Tensor narrowed(const Tensor& t, DType to) {
  return t.defined() && t.dtype() == DType::Float32 ? cast(t, to) : t;
}
inline double narrowed(double v, DType) { return v; }
inline std::vector<Tensor> narrowed(std::vector<Tensor> all, DType to) {
  for (Tensor& t : all) t = narrowed(t, to);
  return all;
}
template <class... T>
std::tuple<T...> narrowed(const std::tuple<T...>& all, DType to) {
  return std::apply([to](const T&... each) { return std::tuple<T...>{narrowed(each, to)...}; }, all);
}

/// A dtype that was asked for: a 16-bit one becomes float32 in the call, and says what the result becomes.
inline void ask(DType& dtype, std::optional<DType>& asked) {
  asked = dtype;
  if (is_half(dtype)) dtype = DType::Float32;
}
inline void ask(std::optional<DType>& dtype, std::optional<DType>& asked) {
  if (dtype) ask(*dtype, asked);
}
template <class T>
void ask(T&, std::optional<DType>&) {}

[[noreturn]] inline void refuse(std::string_view op, DType dtype) {
  fail(op, "does not change ", name_of(dtype), " tensors in place. Keep parameters in float32 and use autocast('",
       name_of(dtype), "', …) for the products");
}

template <class R, class... A, class Held>
R call(R (*fn)(A...), Held& held) {
  return std::apply([fn](auto&... a) -> R { return fn(a...); }, held);
}

template <class R, class... A, class Held>
[[gnu::cold, gnu::noinline]] R call_narrowing(std::string_view op, R (*fn)(A...), Held& held) {
  std::optional<DType> asked;
  std::apply([&](auto&... a) { (ask(a, asked), ...); }, held);
  Narrow narrow;
  each_tensor(held, [&](Tensor& t) { narrow.see(t); });
  const bool narrows = asked ? is_half(*asked) : narrow.result().has_value();
  const DType to = asked ? *asked : narrow.result().value_or(DType::Float32);
  Tensor target;
  each_tensor(held, [&](Tensor& t) {
    if (!target.defined()) target = t;
    if (!is_half(t.dtype())) return;
    if (op.ends_with("_step") || op.starts_with("clip_grad")) refuse(op, t.dtype());
    t = cast(t, DType::Float32);
  });
  if constexpr (std::is_same_v<R, Tensor>) {
    Tensor result = call(fn, held);
    if (op.ends_with("_")) return result.dtype() == target.dtype() ? target : copy_(target, result);
    return narrows ? narrowed(result, to) : result;
  } else if constexpr (std::is_void_v<R>) {
    call(fn, held);
  } else {
    return narrows ? narrowed(call(fn, held), to) : call(fn, held);
  }
}

/// Whether an argument asks for a 16-bit result.
inline bool asks_half(const DType& dtype) { return is_half(dtype); }
inline bool asks_half(const std::optional<DType>& dtype) { return dtype && is_half(*dtype); }
template <class T>
bool asks_half(const T&) {
  return false;
}

enum class Autocast { None, Lower, Full };

/// By signature and not by operation: the compiler makes one of it for all that are called alike.
template <class R, class... A, class Held>
R call_widening(std::string_view op, Autocast autocast, R (*fn)(A...), Held& held) {
  if (autocast != Autocast::None) {
    if (const std::optional<DType> type = autocast_type()) {
      const bool lower = autocast == Autocast::Lower;
      each_tensor(held, [&](Tensor& t) {
        if (is_half(t.dtype()) || (lower && t.dtype() == DType::Float32)) t = cast(t, lower ? *type : DType::Float32);
      });
    }
  }
  bool half = std::apply([](const auto&... a) { return (asks_half(a) || ...); }, held);
  each_tensor(held, [&half](const Tensor& t) { half = half || is_half(t.dtype()); });
  return half ? call_narrowing(op, fn, held) : call(fn, held);
}

}  // namespace widening

/// Calls `fn` with the arguments of the tuple `held`, which it may change. Without 16-bit types and outside autocast
/// this is the call itself.
template <class Row, class R, class... A, class Held>
R widened(R (*fn)(A...), Held& held) {
  using namespace widening;
  if constexpr (among(Row::name, kAnyType)) {
    return widening::call(fn, held);
  } else {
    constexpr Autocast autocast = among(Row::name, kLower)  ? Autocast::Lower
                                  : among(Row::name, kFull) ? Autocast::Full
                                                            : Autocast::None;
    return call_widening(Row::name, autocast, fn, held);
  }
}

}  // namespace flint
