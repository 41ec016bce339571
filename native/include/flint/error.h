// Errors a person can act on: which operation, what came in, what to do. Never an abort.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace flint {

/// Thrown for every user error. `what()` reads "[op] sentence" and is passed unchanged to the script.
class Error : public std::runtime_error {
 public:
  Error(std::string_view op, std::string_view sentence)
      : std::runtime_error("[" + std::string(op) + "] " + std::string(sentence)), op_(op) {}
  const std::string& op() const { return op_; }

 private:
  std::string op_;
};

/// Throws Error(op, parts joined). Parts are anything an ostream takes, and Dims.
template <class... Parts>
[[noreturn]] void fail(std::string_view op, const Parts&... parts) {
  std::ostringstream out;
  auto put = [&out](const auto& part) {
    if constexpr (requires { part.str(); })
      out << part.str();
    else
      out << part;
  };
  (put(parts), ...);
  throw Error(op, out.str());
}

}  // namespace flint
