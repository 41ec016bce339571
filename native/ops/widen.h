// How operations meet the 16-bit types: whoever calls an operation by the registry calls it through here. Operands are
// widened to float32, and results narrowed again; inside autocast the products are given 16-bit operands.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "flint/tensor.h"

namespace flint {
namespace widening {

enum class Autocast { None, Lower, Full };
/// What autocast does with an operation: gives it 16-bit operands, keeps it in float32, or leaves it as it is.
Autocast autocast_of(std::string_view op);
/// Whether an operation takes every type as it is: what only moves or views memory.
bool takes_any_type(std::string_view op);

// The arguments of a call, whatever their types: tensors, alone and in lists, and dtypes; the rest does not matter
// here.

inline bool is_half_argument(const Tensor& t) { return t.defined() && is_half(t.dtype()); }
inline bool is_half_argument(const std::optional<Tensor>& t) { return t && is_half_argument(*t); }
inline bool is_half_argument(const DType& dtype) { return is_half(dtype); }
inline bool is_half_argument(const std::optional<DType>& dtype) { return dtype && is_half(*dtype); }
inline bool is_half_argument(const std::vector<Tensor>& all) {
  for (const Tensor& t : all)
    if (is_half_argument(t)) return true;
  return false;
}
inline bool is_half_argument(const std::vector<std::optional<Tensor>>& all) {
  for (const auto& t : all)
    if (is_half_argument(t)) return true;
  return false;
}
template <class T>
bool is_half_argument(const T&) {
  return false;
}

/// Where the tensors and dtypes of a call lie.
struct Operands {
  std::vector<Tensor*> tensors;
  std::vector<DType*> dtypes;

  void add(Tensor& t) {
    if (t.defined()) tensors.push_back(&t);
  }
  void add(std::optional<Tensor>& t) {
    if (t) add(*t);
  }
  void add(std::vector<Tensor>& all) {
    for (Tensor& t : all) add(t);
  }
  void add(std::vector<std::optional<Tensor>>& all) {
    for (auto& t : all) add(t);
  }
  void add(DType& dtype) { dtypes.push_back(&dtype); }
  void add(std::optional<DType>& dtype) {
    if (dtype) add(*dtype);
  }
  template <class T>
  void add(T&) {}
};

/// What becomes of the results.
struct Narrowing {
  bool in_place = false;
  Tensor target;            // of an operation in place
  std::optional<DType> to;  // the 16-bit type of float32 results
};
/// Casts the operands as autocast wants them.
void apply_autocast(Operands& operands, Autocast autocast);
/// Widens 16-bit operands, and dtypes that were asked for, to float32.
Narrowing widen(std::string_view op, Operands& operands);
Tensor narrowed(const Tensor& result, const Narrowing& narrowing);

inline double narrowed(double v, const Narrowing&) { return v; }
inline std::vector<Tensor> narrowed(std::vector<Tensor> all, const Narrowing& narrowing) {
  for (Tensor& t : all) t = narrowed(t, narrowing);
  return all;
}
template <class... T>
std::tuple<T...> narrowed(const std::tuple<T...>& all, const Narrowing& narrowing) {
  return std::apply([&](const T&... each) { return std::tuple<T...>{narrowed(each, narrowing)...}; }, all);
}

}  // namespace widening

/// Calls `fn` with the arguments of the tuple `held`, which it may change. Without 16-bit types and outside autocast
/// this is the call itself. It depends on the signature alone: the compiler makes one for all operations that are
/// called alike.
template <class R, class... A, class Held>
R call_widening(std::string_view op, widening::Autocast autocast, R (*fn)(A...), Held& held) {
  return std::apply(
      [&](auto&... a) -> R {
        const bool casts = autocast != widening::Autocast::None;
        if (!casts && !(widening::is_half_argument(a) || ...)) return fn(a...);
        widening::Operands operands;
        (operands.add(a), ...);
        if (casts) widening::apply_autocast(operands, autocast);
        const widening::Narrowing narrowing = widening::widen(op, operands);
        if constexpr (std::is_void_v<R>)
          fn(a...);
        else
          return widening::narrowed(fn(a...), narrowing);
      },
      held);
}

/// The autocast that is on in this thread and concerns the operation.
widening::Autocast current_autocast(widening::Autocast of_operation);

/// `Row` has `static constexpr std::string_view name`.
template <class Row, class R, class... A, class Held>
R widened(R (*fn)(A...), Held& held) {
  static const bool any_type = widening::takes_any_type(Row::name);
  static const widening::Autocast autocast = widening::autocast_of(Row::name);
  if (any_type) return std::apply([fn](auto&... a) -> R { return fn(a...); }, held);
  return call_widening(Row::name, current_autocast(autocast), fn, held);
}

}  // namespace flint
