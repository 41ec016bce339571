#include "test/registry/table.h"

#include <cstdio>

#include "kernels/linalg/kernel.h"
#include "test/registry/call.h"

namespace flint::testing {

const std::map<std::string_view, Entry>& registry() {
  static const auto rows = [] {
    std::map<std::string_view, Entry> map;
    each_row([&]<class R>(R) {
      map[R::name] = {[](const List& arguments) { return flint::testing::call<R>(R::row.fn, arguments); },
                      R::row.differentiable};
    });
    return map;
  }();
  return rows;
}

const std::vector<Case>& cases() {
  static const auto all = [] {
    std::vector<Case> read = read_cases(std::string(FLINT_NATIVE_DIR) + "/test/registry/cases.txt");
    if (!kernels::has_decompositions()) {
      std::printf("skipped: the cases of linalg, since the engine was built without Eigen\n");
      std::erase_if(read, [](const Case& c) { return c.op.starts_with("linalg_"); });
    }
    return read;
  }();
  return all;
}

}  // namespace flint::testing
