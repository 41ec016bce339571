// Calling an operation of the registry from outside: by the rules of types, and with errors under its own name.
#pragma once

#include <string_view>

#include "flint/error.h"
#include "ops/widen.h"

namespace flint {

/// The name that a person knows an operation by: "add" of add_scalar, "max" of max_dim.
constexpr std::string_view known_name(std::string_view op) {
  const bool in_place = op.back() == '_';
  for (std::string_view form : {"_scalar", "_dim", "_value_", "_with_indices"}) {
    const size_t at = op.find(form);
    if (at != op.npos) return op.substr(0, at + (in_place ? 1 : 0));
  }
  return op;
}

/// Throws the error that is being handled, as one of `op`. Operations are made of others, whose names mean nothing to
/// the caller.
[[noreturn]] void rethrow_as(std::string_view op, const Error& error);

/// Calls `fn`, the function of `Row` (which has `static constexpr std::string_view name`), with the tuple of arguments
/// that `arguments()` gives.
template <class Row, class R, class... A, class Arguments>
R called(R (*fn)(A...), Arguments&& arguments) {
  try {
    auto held = arguments();
    return widened<Row>(fn, held);
  } catch (const Error& error) {
    rethrow_as(known_name(Row::name), error);
  }
}

}  // namespace flint
