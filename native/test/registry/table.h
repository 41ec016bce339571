// Every operation by its name, called with arguments that were read from a file or made up.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "test/registry/read.h"

namespace flint::testing {

struct Entry {
  std::function<std::vector<Tensor>(const List&)> call;
  bool differentiable;
};
/// The registry; calls go through the rules of the 16-bit types, as the binding's do.
const std::map<std::string_view, Entry>& registry();
/// The cases of cases.txt, read once.
const std::vector<Case>& cases();

}  // namespace flint::testing
