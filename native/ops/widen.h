// How operations meet the types that their kernels do not have: whoever calls an operation by the registry calls it
// through here. 16-bit operands are widened to float32, whole numbers in some operations to float64, and results
// narrowed again; inside autocast the products are given 16-bit operands.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "flint/runtime.h"
#include "flint/tensor.h"

namespace flint {
namespace widening {

/// What only moves or views memory takes every type as it is.
inline constexpr std::string_view kAnyType[] = {
    "empty",   "full",   "zeros",   "ones",   "alias",   "detach",   "clone",     "contiguous", "view",   "reshape",
    "flatten", "expand", "squeeze", "t",      "permute", "split",    "unsqueeze", "transpose",  "select", "slice",
    "narrow",  "chunk",  "unbind",  "unfold", "cast",    "diagonal", "copy_",     "fill_"};
/// Products, where 16 bits pay.
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
/// Sums over many values, and functions that lose in 16 bits.
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
                                             "sum",
                                             "batch_norm",
                                             "mean",
                                             "prod",
                                             "cumsum",
                                             "logsumexp",
                                             "var",
                                             "std",
                                             "binary_cross_entropy",
                                             "binary_cross_entropy_with_logits"};

template <size_t N>
constexpr bool among(std::string_view name, const std::string_view (&names)[N]) {
  for (std::string_view n : names)
    if (n == name) return true;
  return false;
}

/// What PyTorch computes in whole numbers too, although no network does: in float64, exact to 2^53.
inline constexpr std::string_view kWhole[] = {
    "conv1d",     "conv2d",     "conv3d",     "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "max_pool1d",
    "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d",       "avg_pool3d",       "hardtanh",         "relu_"};

/// Products that the engine has in bfloat16, where the processor has.
inline constexpr std::string_view kNarrow[] = {"mm", "bmm", "matmul", "linear", "conv2d"};

enum class Autocast { None, Lower, Full };
/// What autocast does with an operation: gives it 16-bit operands, keeps it in float32, or leaves it as it is.
constexpr Autocast autocast_of(std::string_view op) {
  return among(op, kLower) ? Autocast::Lower : among(op, kFull) ? Autocast::Full : Autocast::None;
}

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

/// How an operation is called.
struct Rule {
  Autocast autocast = Autocast::None;
  bool whole = false;   // whole numbers by way of float64
  bool narrow = false;  // bfloat16 as it is, where the processor multiplies it
};

/// What becomes of the results.
struct Narrowing {
  bool in_place = false;
  Tensor target;                                   // of an operation in place
  std::optional<DType> to;                         // the narrow type of wide results
  DType wide = DType::Float32;                     // the type that is narrowed
  std::vector<std::pair<Tensor, Tensor>> changed;  // operands that an optimizer changes, and the wide ones it was given
};
/// Casts the operands as autocast wants them.
void apply_autocast(Operands& operands, Autocast autocast);
/// Whether these are matrices of bfloat16 (the last may be a vector, a bias) that the processor can multiply as they
/// are.
bool are_narrow_matrices(const Operands& operands);
/// Whether the first tensor holds whole numbers.
bool is_whole(const Operands& operands);
/// Widens 16-bit operands, and dtypes that were asked for, to float32; `whole` numbers to float64.
Narrowing widen(std::string_view op, Operands& operands, bool whole);
/// Gives changed operands the values of the wide ones.
void write_back(const Narrowing& narrowing);
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
R call_widening(std::string_view op, widening::Rule rule, R (*fn)(A...), Held& held) {
  return std::apply(
      [&](auto&... a) -> R {
        const bool casts = rule.autocast != widening::Autocast::None;
        if (!casts && !rule.whole && !(widening::is_half_argument(a) || ...)) return fn(a...);
        widening::Operands operands;
        (operands.add(a), ...);
        if (casts) widening::apply_autocast(operands, rule.autocast);
        if (rule.narrow && widening::are_narrow_matrices(operands)) return fn(a...);
        const widening::Narrowing narrowing = widening::widen(op, operands, rule.whole && widening::is_whole(operands));
        if constexpr (std::is_void_v<R>) {
          fn(a...);
          widening::write_back(narrowing);
        } else {
          const R result = fn(a...);
          widening::write_back(narrowing);
          return widening::narrowed(result, narrowing);
        }
      },
      held);
}

/// `Row` has `static constexpr std::string_view name`.
template <class Row, class R, class... A, class Held>
R widened(R (*fn)(A...), Held& held) {
  if constexpr (widening::among(Row::name, widening::kAnyType)) {
    return std::apply([fn](auto&... a) -> R { return fn(a...); }, held);
  } else {
    constexpr widening::Autocast of_operation = widening::autocast_of(Row::name);
    widening::Rule rule{widening::Autocast::None, widening::among(Row::name, widening::kWhole),
                        widening::among(Row::name, widening::kNarrow)};
    if constexpr (of_operation != widening::Autocast::None)
      if (autocast_type()) rule.autocast = of_operation;
    return call_widening(Row::name, rule, fn, held);
  }
}

}  // namespace flint
