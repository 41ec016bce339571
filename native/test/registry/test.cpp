// Every operation of the registry beside PyTorch's values (cases.txt), its derivatives beside PyTorch's and beside
// central differences of first and second order, and over operands that lie otherwise in memory.
#include <cstdio>
#include <map>
#include <set>

#include "kernels/isa.h"
#include "kernels/linalg/kernel.h"
#include "test/registry/table.h"
#include "test/support.h"

namespace flint::testing {
namespace {

/// What a file of values cannot hold: chance, and memory that nobody wrote. tensors.cpp and networks.cpp test them.
const std::set<std::string_view> kWithoutValues = {"empty",    "rand",      "randn",    "randint",
                                                   "randperm", "bernoulli", "uniform_", "normal_"};

bool changes_arguments(const Case& c) {
  return c.op.ends_with("_") || c.op.ends_with("_step") || c.op.starts_with("clip_grad");
}

/// The arguments anew, so that what is changed in place is ours alone.
List fresh(const List& arguments) {
  return with_tensors(arguments, [](const Tensor& t) { return clone(detach(t)); });
}

/// How far two values may lie apart, relative to the larger of 1 and the value, by what their type holds; 16-bit cases
/// say it themselves.
double tolerance(DType dtype, const Case& c) {
  if (is_half(dtype)) return c.within > 0 ? c.within : dtype == DType::Float16 ? 1.1e-3 : 8e-3;
  return dtype == DType::Float32 ? 2e-5 : dtype == DType::Float64 ? 1e-10 : 0;
}

/// All that this program compares with PyTorch's values, and the largest differences. Printed at its end.
class Compared : public ::testing::Environment {
 public:
  enum Kind { Result, Gradient };
  static Compared& here() {
    static auto* the = new Compared;  // the framework deletes it
    return *the;
  }
  void add(Kind kind, DType dtype, double error, const std::string& where) {
    ++count_[kind];
    Worst& most = worst_[{std::string(name_of(dtype)), kind}];
    if (error > most.error) most = {error, where};
  }
  void TearDown() override {
    if (count_[Result] == 0) return;
    std::printf("%lld results and %lld gradients compared with PyTorch's\n", static_cast<long long>(count_[Result]),
                static_cast<long long>(count_[Gradient]));
    for (const auto& [key, most] : worst_)
      std::printf("  %-8s %-9s largest relative error %.2g%s%s\n", key.first.c_str(),
                  key.second == Result ? "results" : "gradients", most.error, most.error > 0 ? ", in " : "",
                  most.where.c_str());
  }

 private:
  struct Worst {
    double error = 0;
    std::string where;
  };
  int64_t count_[2] = {};
  std::map<std::pair<std::string, Kind>, Worst> worst_;
};
const ::testing::Environment* const kCompared = ::testing::AddGlobalTestEnvironment(&Compared::here());

void expect_equal(const Tensor& got, const Tensor& wanted, const Case& c, const std::string& what,
                  Compared::Kind kind = Compared::Result) {
  ASSERT_EQ(name_of(got.dtype()), name_of(wanted.dtype())) << what;
  ASSERT_EQ(got.sizes().str(), wanted.sizes().str()) << what;
  const std::vector<double> a = values(got), b = values(wanted);
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(b[i]) || std::isinf(b[i]) || a[i] == b[i]) {
      EXPECT_TRUE(std::isnan(b[i]) ? std::isnan(a[i]) : a[i] == b[i])
          << what << ", element " << i << ": " << a[i] << " instead of " << b[i];
      Compared::here().add(kind, wanted.dtype(), 0, what);
      continue;
    }
    const double error = std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i]));
    Compared::here().add(kind, wanted.dtype(), error, what);
    EXPECT_LE(error, tolerance(wanted.dtype(), c))
        << what << ", element " << i << ": " << a[i] << " instead of " << b[i];
  }
}

std::string name_of_case(const Case& c) { return c.op + " (cases.txt:" + std::to_string(c.line) + ")"; }

Tensor weights(const Tensor& like) {
  Tensor w = empty(like.sizes(), like.dtype());
  visit_floating(like.dtype(), [&](auto tag) {
    for (int64_t i = 0; i < w.numel(); ++i)
      w.data<decltype(tag)>()[i] = static_cast<decltype(tag)>((7 * i + 3) % 11 - 5) / 5;
  });
  return w;
}

/// sum(results * weights) over the results that have a history; undefined when none has.
Tensor weighted(const std::vector<Tensor>& results) {
  Tensor total;
  for (const Tensor& y : results) {
    if (!is_floating(y.dtype()) || !y.needs_grad()) continue;
    Tensor wide = is_half(y.dtype()) ? cast(y, DType::Float32) : y;
    Tensor part = sum(mul(wide, weights(wide)), {}, false, std::nullopt);
    total = total.defined() ? add(total, part, 1) : part;
  }
  return total;
}

/// Calls with a copy in the place of the operand that an in-place form changes, since a leaf may not be.
std::vector<Tensor> run(const Case& c, const List& arguments) {
  List given = arguments;
  if (c.op.ends_with("_"))
    if (auto* t = std::get_if<Tensor>(&given[0].value)) *t = clone(*t);
  return registry().at(c.op).call(given);
}

void compare_results(const Case& c, const List& arguments, const std::string& what) {
  std::vector<Tensor> results = registry().at(c.op).call(arguments);
  ASSERT_EQ(results.size(), c.results.size()) << what;
  for (size_t i = 0; i < results.size(); ++i) expect_equal(results[i], c.results[i], c, what);
}

TEST(A10_Registry, no_operation_is_forgotten) {
  std::set<std::string_view> covered, with_gradients;
  for (const Case& c : cases()) {
    EXPECT_TRUE(registry().count(c.op)) << c.op << " is not in the registry";
    covered.insert(c.op);
    if (!c.grads.empty()) with_gradients.insert(c.op);
  }
  for (const auto& [name, row] : registry()) {
    if (kWithoutValues.count(name) || (name.starts_with("linalg_") && !kernels::has_decompositions())) continue;
    EXPECT_TRUE(covered.count(name)) << name << " has no case: add one to cases.py";
    EXPECT_TRUE(with_gradients.count(name) || !row.differentiable) << name << " has no case with gradients";
  }
}

TEST(A10_Registry, no_shape_is_forgotten) {
  // PyTorch refuses these, or answers NaN.
  const std::set<std::string_view> never_empty = {"avg_pool3d", "batch_norm", "conv_transpose1d",
                                                  "group_norm", "max_pool3d", "resample"},
                                   never_single = {"batch_norm", "group_norm"};
  std::set<std::string_view> graded, empty, single, many;
  for (const Case& c : cases()) {
    const std::vector<Tensor> tensors = tensors_of(c.arguments);
    if (c.grads.empty() || tensors.empty() || tensors[0].dtype() != DType::Float64) continue;
    graded.insert(c.op);
    if (tensors[0].numel() == 1) single.insert(c.op);
    for (const Tensor& t : tensors) (t.numel() == 0 ? empty : t.numel() > 1 ? many : graded).insert(c.op);
  }
  for (std::string_view op : graded) {
    EXPECT_TRUE(many.count(op)) << op << " has no case of many elements";
    EXPECT_TRUE(single.count(op) || never_single.count(op)) << op << " has no case of one element";
    EXPECT_TRUE(empty.count(op) || never_empty.count(op)) << op << " has no case of no element";
  }
}

TEST(A10_Registry, values_are_those_of_pytorch) {
  for (const Case& c : cases()) {
    try {
      compare_results(c, fresh(c.arguments), name_of_case(c));
    } catch (const std::exception& e) {
      ADD_FAILURE() << name_of_case(c) << ": " << e.what();
    }
  }
  std::printf("%zu operations in the registry\n", registry().size());
  std::printf("%zu cases beside PyTorch's\n", cases().size());
}

Tensor as_it_is(const Tensor& t) { return t; }
/// The same values with the dimensions stored in reverse.
Tensor reversed(const Tensor& t) {
  Dims back(t.dim(), 0);
  for (int i = 0; i < t.dim(); ++i) back[i] = t.dim() - 1 - i;
  return permute(clone(permute(t, back)), back);
}
/// The same values with a gap after each.
Tensor spread(const Tensor& t) {
  if (is_half(t.dtype())) return t;
  return select(stack({t, t}, t.dim()), t.dim(), 1);
}
/// The same values with the channels of an image innermost.
Tensor last(const Tensor& t) {
  if (t.dim() != 4) return t;
  return copy_(empty(t.sizes(), t.dtype(), channels_last_strides(t.sizes())), t);
}

TEST(A10_Registry, operands_may_lie_anyhow_in_memory) {
  for (const Case& c : cases()) {
    if (changes_arguments(c) || c.op == "view") continue;
    try {
      compare_results(c, with_tensors(c.arguments, reversed), name_of_case(c) + " with dimensions reversed");
      compare_results(c, with_tensors(c.arguments, spread), name_of_case(c) + " with gaps");
      compare_results(c, with_tensors(c.arguments, last), name_of_case(c) + " with channels last");
    } catch (const std::exception& e) {
      ADD_FAILURE() << name_of_case(c) << ": " << e.what();
    }
  }
}

TEST(A10_Registry, built_in_kernels_give_the_same) {
  const bool before = kernels::set_onednn_enabled(false);
  for (const Case& c : cases()) compare_results(c, fresh(c.arguments), name_of_case(c) + " without oneDNN");
  kernels::set_onednn_enabled(before);
}

void compare_gradients(const Case& c, const std::string& what, Tensor (*lay)(const Tensor&)) {
  std::vector<Tensor> leaves;
  List arguments = with_tensors(c.arguments, [&](const Tensor& t) {
    if (!is_floating(t.dtype()) || leaves.size() == c.grads.size()) return t;
    leaves.push_back(leaf(lay(t)));
    return leaves.back();
  });
  Tensor total = weighted(run(c, arguments));
  ASSERT_TRUE(total.defined()) << what << ": no result has a history";
  backward(total, {}, {});
  ASSERT_EQ(leaves.size(), c.grads.size()) << what;
  for (size_t i = 0; i < leaves.size(); ++i) {
    Tensor grad = grad_of(leaves[i]);
    expect_equal(grad.defined() ? grad : zeros(leaves[i].sizes(), leaves[i].dtype()), c.grads[i], c,
                 what + ", gradient " + std::to_string(i), Compared::Gradient);
  }
}

TEST(A10_Registry, gradients_are_those_of_pytorch) {
  for (const Case& c : cases()) {
    if (c.grads.empty()) continue;
    try {
      compare_gradients(c, name_of_case(c), clone);
      compare_gradients(c, name_of_case(c) + " with channels last", [](const Tensor& t) { return last(clone(t)); });
      const bool before = kernels::set_onednn_enabled(false);
      compare_gradients(c, name_of_case(c) + " without oneDNN", clone);
      kernels::set_onednn_enabled(before);
    } catch (const std::exception& e) {
      ADD_FAILURE() << name_of_case(c) << ": " << e.what();
    }
  }
}

/// After an operation its result is doubled in place, or its operands are overwritten: its derivative is as before, or
/// says that it cannot be had; never another number.
void change_after(const Case& c, bool result) {
  std::vector<Tensor> leaves, operands;
  List arguments = with_tensors(c.arguments, [&](const Tensor& t) {
    if (!is_floating(t.dtype()) || leaves.size() == c.grads.size()) return t;
    leaves.push_back(leaf(clone(t)));
    operands.push_back(mul_scalar(leaves.back(), Scalar(1.0)));
    return operands.back();
  });
  std::vector<Tensor> results = registry().at(c.op).call(arguments);
  if (results.size() != 1 || !results[0].needs_grad()) return;
  const double factor = result ? 2 : 1;
  // What does not depend on the operands any more is measured before they are overwritten.
  if (result) mul_scalar_(results[0], Scalar(2.0));
  Tensor total = result ? weighted(results) : weighted({clone(results[0])});
  if (!result) {
    GradMode off(false);
    for (const Tensor& t : operands) fill_(t, Scalar(0.37));
  }
  try {
    backward(total, {}, {});
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("in place"), std::string::npos) << name_of_case(c) << ": " << e.what();
    return;
  }
  for (size_t i = 0; i < leaves.size(); ++i) {
    Tensor grad = grad_of(leaves[i]);
    expect_equal(mul_scalar(grad.defined() ? grad : zeros(leaves[i].sizes(), leaves[i].dtype()), Scalar(1 / factor)),
                 c.grads[i], c, name_of_case(c) + (result ? " with its result doubled" : " with operands overwritten"),
                 Compared::Gradient);
  }
}

TEST(A10_Registry, a_change_in_place_is_refused_or_does_no_harm) {
  for (const Case& c : cases()) {
    const std::vector<Tensor> tensors = tensors_of(c.arguments);
    if (c.grads.empty() || changes_arguments(c) || tensors[0].dtype() != DType::Float64) continue;
    for (bool result : {true, false}) {
      try {
        change_after(c, result);
      } catch (const Error& e) {
        // The result shows memory that cannot be written: one element expanded to many.
        if (c.op != "expand") ADD_FAILURE() << name_of_case(c) << ": " << e.what();
      }
    }
  }
}

TEST(A10_Registry, gradients_are_those_of_differences_in_first_and_second_order) {
  int checked = 0;
  std::set<std::string_view> operations;
  for (const Case& c : cases()) {
    std::vector<Tensor> inputs = tensors_of(c.arguments);
    const bool all_double = std::none_of(inputs.begin(), inputs.end(), [](const Tensor& t) {
      return is_floating(t.dtype()) && t.dtype() != DType::Float64;
    });
    if (c.grads.empty() || !all_double) continue;
    for (Tensor (*lay)(const Tensor&) : {as_it_is, reversed, spread}) {
      // In another layout the function is the same of the values, and so are its derivatives.
      if (lay != as_it_is && (changes_arguments(c) || c.op == "view")) continue;
      Function f = [&c, lay](const std::vector<Tensor>& moved) {
        size_t next = 0;
        List arguments = with_tensors(c.arguments, [&](const Tensor&) { return lay(moved[next++]); });
        std::vector<Tensor> parts;
        for (const Tensor& y : run(c, arguments))
          if (is_floating(y.dtype())) parts.push_back(flatten(y, 0, -1));
        return parts.size() == 1 ? parts[0] : cat(parts, 0);
      };
      check_gradient(name_of_case(c) + (lay == as_it_is   ? ""
                                        : lay == reversed ? " reversed"
                                                          : " with gaps"),
                     f, inputs);
      ++checked;
    }
    operations.insert(c.op);
  }
  std::printf("%d cases checked by differences, first and second order, of %zu operations\n", checked,
              operations.size());
}

}  // namespace
}  // namespace flint::testing
