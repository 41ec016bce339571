// Errors under the name of the operation that was called.
#include "ops/called.h"

#include <string>

namespace flint {

void rethrow_as(std::string_view op, const Error& error) {
  if (error.op() == op) throw;
  const std::string what = error.what();
  std::string sentence = what.substr(error.op().size() + 3);
  const bool of_an_operation = error.op() != "shape" && error.op() != "dtype" && error.op() != "memory";
  if (of_an_operation) sentence += " (in " + error.op() + ")";
  throw Error(op, sentence);
}

}  // namespace flint
