// The cases of cases.txt: arguments of an operation, and what PyTorch makes of them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "flint/scalar.h"
#include "flint/tensor.h"

namespace flint::testing {

struct Nothing {};
struct Argument;
using List = std::vector<Argument>;  // of tensors or Nothing
struct Argument {
  std::variant<Nothing, Tensor, bool, Scalar, std::string, std::vector<int64_t>, List> value;
};

struct Case {
  std::string op;
  int line = 0;
  double within = 0;  // how far from the 16-bit results one may lie
  List arguments;
  std::vector<Tensor> results, grads;
};

/// Throws std::runtime_error with the line where the file does not read.
std::vector<Case> read_cases(const std::string& path);

/// Every tensor among the arguments, in order.
std::vector<Tensor> tensors_of(const List& arguments);
/// The same arguments with `replace(tensor)` in the place of each tensor.
template <class F>
List with_tensors(const List& arguments, F&& replace) {
  List out;
  for (const Argument& a : arguments) {
    out.push_back(a);
    if (auto* t = std::get_if<Tensor>(&out.back().value))
      *t = replace(*t);
    else if (auto* l = std::get_if<List>(&out.back().value))
      *l = with_tensors(*l, replace);
  }
  return out;
}

}  // namespace flint::testing
