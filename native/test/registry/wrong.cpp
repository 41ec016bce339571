// Arguments that make no sense: every operation either takes them or says what is wrong, and never does worse.
#include <gtest/gtest.h>

#include "flint/error.h"
#include "flint/runtime.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"
#include "test/registry/table.h"

namespace flint::testing {
namespace {

/// What stands in the place of one argument.
std::vector<Argument> strange(const Argument& a) {
  std::vector<Argument> out;
  if (const Tensor* t = std::get_if<Tensor>(&a.value)) {
    for (const Dims& sizes : {Dims{}, Dims{0}, Dims{7}, Dims{2, 0, 3}, Dims{5, 1, 3, 2}, Dims(8, 1)})
      out.push_back({full(sizes, Scalar(1), t->dtype())});
    for (DType dtype : {DType::Float32, DType::Int64, DType::UInt8, DType::Bool, DType::BFloat16})
      if (dtype != t->dtype()) out.push_back({cast(detach(*t), dtype)});
    if (!is_floating(t->dtype()) && t->dtype() != DType::Bool)  // indices that are out of range
      for (int64_t v : {-1000, -1, 1000}) out.push_back({full(t->sizes(), Scalar(v), t->dtype())});
    out.push_back({full(t->sizes(), Scalar(std::numeric_limits<double>::quiet_NaN()), DType::Float64)});
  } else if (std::holds_alternative<Scalar>(a.value)) {
    for (double v : {-1000.0, -1.0, 0.0, 9.0, 1000.0, 0.5}) {
      const auto whole = static_cast<int64_t>(v);
      out.push_back({static_cast<double>(whole) == v ? Scalar(whole) : Scalar(v)});
    }
  } else if (const auto* dims = std::get_if<std::vector<int64_t>>(&a.value)) {
    out.push_back({std::vector<int64_t>{}});
    out.push_back({std::vector<int64_t>(9, 1)});
    for (int64_t v : {-1000, -1, 0, 7}) out.push_back({std::vector<int64_t>(dims->size(), v)});
  } else if (std::holds_alternative<std::string>(a.value)) {
    out.push_back({std::string("no such word")});
  } else if (const List* list = std::get_if<List>(&a.value)) {
    out.push_back({List{}});
    if (!list->empty())
      for (const Argument& other : strange((*list)[0])) {
        List changed = *list;
        changed[0] = other;
        out.push_back({changed});
      }
  }
  return out;
}

List copies(const List& arguments) {
  return with_tensors(arguments, [](const Tensor& t) { return clone(detach(t)); });
}

TEST(Errors, wrong_arguments_of_every_operation_are_said) {
  set_memory_limit(live_bytes() + (size_t{256} << 20));
  long long calls = 0, refused = 0;
  std::string last;
  for (const Case& c : cases()) {
    if (c.op == last) continue;  // one case of each operation
    last = c.op;
    for (size_t i = 0; i < c.arguments.size(); ++i) {
      for (const Argument& other : strange(c.arguments[i])) {
        List changed = c.arguments;
        changed[i] = other;
        const List arguments = copies(changed);
        ++calls;
        try {
          registry().at(c.op).call(arguments);
        } catch (const Error& e) {
          ++refused;
          const std::string said = e.what();
          EXPECT_TRUE(said.starts_with("[") && said.size() > said.find(']') + 15)
              << c.op << ", argument " << i << ": \"" << said << "\"";
        } catch (const std::bad_variant_access&) {
          // a word where a number is wanted: the binding's conversion says so before the operation is called
        } catch (const std::exception& e) {
          ADD_FAILURE() << c.op << ", argument " << i << ": " << e.what();
        }
      }
    }
  }
  set_memory_limit(0);
  std::printf("%lld calls with wrong arguments, %lld refused in words\n", calls, refused);
}

}  // namespace
}  // namespace flint::testing
