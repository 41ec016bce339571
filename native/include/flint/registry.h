// A row for each operation: what the Node binding, the tests and the documentation walk, so that none is forgotten.
#pragma once

#include <string_view>
#include <tuple>

namespace flint {

/// `fn` is the public C++ function; the binding converts JS arguments from its signature. The vocabulary of signatures:
/// const Tensor&, std::optional<Tensor>, const std::vector<Tensor>&, int64_t, double, bool, Scalar, const Dims&,
/// std::optional<int64_t|double|DType|Dims>, DType, std::string_view; results Tensor, std::vector<Tensor>,
/// std::tuple<Tensor...>, void.
template <class Fn>
struct Op {
  std::string_view name;  // snake_case; JS sees camelCase, an in-place form keeps its trailing underscore
  Fn fn;
  std::string_view doc;  // one sentence: what, shapes
  bool differentiable = true;
};
template <class Fn>
Op(std::string_view, Fn, std::string_view) -> Op<Fn>;
template <class Fn>
Op(std::string_view, Fn, std::string_view, bool) -> Op<Fn>;

// Each ops/<family>.h defines `inline constexpr auto <family>_ops = std::tuple{Op{"exp", &exp, "..."}, ...};`
// and ops/all.h walks them all.

}  // namespace flint
