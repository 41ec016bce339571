// Every differentiable operation of the element-wise, shape, reduction and index families against central differences.
#include "support.h"

namespace flint::testing {
namespace {

Tensor ramp(const Dims& sizes, double from, double to) {
  Tensor t = linspace(from, to, std::max<int64_t>(1, sizes.numel()), DType::Float64);
  return reshape(sizes.numel() ? t : slice(t, 0, 0, 0, 1), sizes);
}

struct Case {
  const char* name;
  Function f;
  std::vector<Tensor> inputs;
  bool second = true;
};

std::vector<Case> unary_cases() {
  using V = const std::vector<Tensor>&;
  std::vector<Case> cases;
  auto both = [&](const char* name, Tensor (*f)(const Tensor&), double from, double to) {
    for (const Dims& sizes : {Dims{}, Dims{1}, Dims{0}, Dims{5}, Dims{2, 3}})
      cases.push_back({name, [f](V x) { return f(x[0]); }, {ramp(sizes, from, to)}});
    // Non-contiguous: a transposed view.
    cases.push_back({name, [f](V x) { return f(transpose(x[0], 0, 1)); }, {ramp({2, 3}, from, to)}});
  };
  both("neg", neg, -2, 2);
  both("abs", abs, -2.1, 1.9);
  both("square", square, -2, 2);
  both("exp", exp, -2, 2);
  both("expm1", expm1, -2, 2);
  both("log", log, 0.2, 3);
  both("log2", log2, 0.2, 3);
  both("log10", log10, 0.2, 3);
  both("log1p", log1p, -0.5, 3);
  both("sqrt", sqrt, 0.2, 3);
  both("rsqrt", rsqrt, 0.2, 3);
  both("reciprocal", reciprocal, 0.2, 3);
  both("sin", sin, -2, 2);
  both("cos", cos, -2, 2);
  both("tan", tan, -1, 1);
  both("tanh", tanh, -2, 2);
  both("sigmoid", sigmoid, -2, 2);
  both("erf", erf, -2, 2);
  both("frac", frac, 0.1, 0.9);
  both("clone", clone, -1, 1);
  both("contiguous", contiguous, -1, 1);
  return cases;
}

std::vector<Case> binary_cases() {
  using V = const std::vector<Tensor>&;
  std::vector<Case> cases;
  auto each = [&](const char* name, Function f) {
    cases.push_back({name, f, {ramp({2, 3}, 0.5, 2), ramp({2, 3}, 2.2, 0.7)}});
    cases.push_back({name, f, {ramp({2, 3}, 0.5, 2), ramp({3}, 2.2, 0.7)}});
    cases.push_back({name, f, {ramp({2, 1}, 0.5, 2), ramp({1, 3}, 2.2, 0.7)}});
    cases.push_back({name, f, {ramp({}, 0.5, 0.5), ramp({2, 2}, 2.2, 0.7)}});
  };
  each("add", [](V x) { return add(x[0], x[1], Scalar(1.5)); });
  each("sub", [](V x) { return sub(x[0], x[1], Scalar(1.5)); });
  each("mul", [](V x) { return mul(x[0], x[1]); });
  each("div", [](V x) { return div(x[0], x[1]); });
  each("pow", [](V x) { return pow(x[0], x[1]); });
  each("maximum", [](V x) { return maximum(x[0], x[1]); });
  each("minimum", [](V x) { return minimum(x[0], x[1]); });
  each("where", [](V x) { return where(gt_scalar(detach(x[0]), Scalar(1.0)), x[0], x[1]); });
  Tensor a = ramp({2, 3}, 0.4, 2.1);
  cases.push_back({"add_scalar", [](V x) { return add_scalar(x[0], Scalar(2.0)); }, {a}});
  cases.push_back({"rsub_scalar", [](V x) { return rsub_scalar(x[0], Scalar(2.0)); }, {a}});
  cases.push_back({"mul_scalar", [](V x) { return mul_scalar(x[0], Scalar(-2.5)); }, {a}});
  cases.push_back({"div_scalar", [](V x) { return div_scalar(x[0], Scalar(-2.5)); }, {a}});
  cases.push_back({"rdiv_scalar", [](V x) { return rdiv_scalar(x[0], Scalar(-2.5)); }, {a}});
  cases.push_back({"pow_scalar 3", [](V x) { return pow_scalar(x[0], Scalar(3)); }, {a}});
  cases.push_back({"pow_scalar 0.5", [](V x) { return pow_scalar(x[0], Scalar(0.5)); }, {a}});
  cases.push_back({"pow_scalar 2", [](V x) { return pow_scalar(x[0], Scalar(2)); }, {a}});
  cases.push_back({"rpow_scalar", [](V x) { return rpow_scalar(x[0], Scalar(2.0)); }, {a}});
  cases.push_back({"clamp", [](V x) { return clamp(x[0], 0.61, 1.8); }, {a}});
  cases.push_back(
      {"masked_fill", [](V x) { return masked_fill(x[0], gt_scalar(detach(x[0]), Scalar(1.0)), Scalar(7.0)); }, {a}});
  return cases;
}

std::vector<Case> reduce_cases() {
  using V = const std::vector<Tensor>&;
  Tensor a = ramp({2, 3, 4}, -1.3, 2.2);
  std::vector<Case> cases;
  for (const Dims& dims : {Dims{}, Dims{0}, Dims{-1}, Dims{0, 2}, Dims{1}}) {
    for (bool keep : {false, true}) {
      cases.push_back({"sum", [=](V x) { return sum(x[0], dims, keep, std::nullopt); }, {a}});
      cases.push_back({"mean", [=](V x) { return mean(x[0], dims, keep); }, {a}});
      cases.push_back({"var", [=](V x) { return var(x[0], dims, 1, keep); }, {a}});
      cases.push_back({"std", [=](V x) { return std_(x[0], dims, 1, keep); }, {a}});
      cases.push_back({"norm 2", [=](V x) { return norm(x[0], 2, dims, keep); }, {a}});
      cases.push_back({"norm 1", [=](V x) { return norm(x[0], 1, dims, keep); }, {a}});
      cases.push_back({"norm 3", [=](V x) { return norm(x[0], 3, dims, keep); }, {a}});
      cases.push_back({"amax", [=](V x) { return amax(x[0], dims, keep); }, {a}});
      cases.push_back({"logsumexp", [=](V x) { return logsumexp(x[0], dims, keep); }, {a}});
    }
  }
  for (int64_t dim : {0, 1, -1}) {
    cases.push_back({"prod", [=](V x) { return prod(x[0], dim, false); }, {a}});
    cases.push_back({"cumsum", [=](V x) { return cumsum(x[0], dim); }, {a}});
    cases.push_back({"max", [=](V x) { return std::get<0>(max_dim(x[0], dim, true)); }, {a}});
    cases.push_back({"min", [=](V x) { return std::get<0>(min_dim(x[0], dim, false)); }, {a}});
    cases.push_back({"sort", [=](V x) { return std::get<0>(sort(x[0], dim, true)); }, {a}});
    cases.push_back({"topk", [=](V x) { return std::get<0>(topk(x[0], 2, dim, true)); }, {a}});
    cases.push_back({"kthvalue", [=](V x) { return std::get<0>(kthvalue(x[0], 2, dim, false)); }, {a}});
  }
  cases.push_back({"prod of all", [](V x) { return prod(x[0], std::nullopt, false); }, {a}});
  cases.push_back({"prod with a zero",
                   [](V x) { return prod(x[0], std::nullopt, false); },
                   {of({3}, {2, 0, 3}, DType::Float64)},
                   false});
  cases.push_back(
      {"sum of a transposed view", [](V x) { return sum(transpose(x[0], 0, 2), {1}, false, std::nullopt); }, {a}});
  return cases;
}

std::vector<Case> shape_cases() {
  using V = const std::vector<Tensor>&;
  Tensor a = ramp({2, 3, 4}, -1.3, 2.2), ids = of({2}, {2, 0}, DType::Int64);
  Tensor grid = of({2, 3, 2}, {0, 3, 1, 2, 2, 0, 1, 1, 3, 3, 0, 2}, DType::Int64);
  return {
      {"reshape",
       [](V x) {
         return reshape(x[0], {4, -1});
       },
       {a}},
      {"reshape that copies",
       [](V x) {
         return reshape(permute(x[0], {2, 0, 1}), {8, 3});
       },
       {a}},
      {"flatten", [](V x) { return flatten(x[0], 1, -1); }, {a}},
      {"unsqueeze", [](V x) { return unsqueeze(x[0], -1); }, {a}},
      {"squeeze", [](V x) { return squeeze(x[0], std::nullopt); }, {ramp({1, 3, 1}, 0, 1)}},
      {"expand",
       [](V x) {
         return expand(x[0], {4, 3, 2});
       },
       {ramp({3, 1}, 0, 1)}},
      {"repeat",
       [](V x) {
         return repeat(x[0], {2, 1, 3});
       },
       {ramp({3, 2}, 0, 1)}},
      {"transpose", [](V x) { return transpose(x[0], 0, -1); }, {a}},
      {"permute",
       [](V x) {
         return permute(x[0], {2, 0, 1});
       },
       {a}},
      {"select", [](V x) { return mul(select(x[0], 1, -1), select(x[0], 1, 0)); }, {a}},
      {"slice", [](V x) { return square(slice(x[0], 2, 1, std::nullopt, 2)); }, {a}},
      {"cat",
       [](V x) {
         return square(cat({x[0], x[1]}, 1));
       },
       {a, ramp({2, 1, 4}, 0, 1)}},
      {"stack",
       [](V x) {
         return square(stack({x[0], x[1]}, 1));
       },
       {a, a}},
      {"split",
       [](V x) {
         return mul(split(x[0], {1, 2}, 1)[1], split(x[0], {2, 1}, 1)[0]);
       },
       {a}},
      {"flip",
       [](V x) {
         return square(flip(x[0], {0, 2}));
       },
       {a}},
      {"index_select", [ids](V x) { return square(index_select(x[0], 1, ids)); }, {a}},
      {"index_add", [ids](V x) { return square(index_add(x[0], 1, ids, x[1])); }, {a, ramp({2, 2, 4}, 0, 1)}},
      {"gather", [grid](V x) { return square(gather(x[0], 2, grid)); }, {a}},
      {"scatter",
       [](V x) {
         return square(scatter(x[0], 0, of({1, 3}, {1, 0, 1}, DType::Int64), x[1]));
       },
       {ramp({2, 3}, 0, 1), ramp({1, 3}, 2, 3)}},
      {"scatter_add",
       [](V x) {
         return square(scatter_add(x[0], 0, of({1, 3}, {1, 0, 1}, DType::Int64), x[1]));
       },
       {ramp({2, 3}, 0, 1), ramp({1, 3}, 2, 3)}},
      {"index",
       [ids](V x) {
         return square(index(x[0], {std::nullopt, ids, of({2}, {3, 3}, DType::Int64)}));
       },
       {a}},
      {"masked_select", [](V x) { return square(masked_select(x[0], gt_scalar(detach(x[0]), Scalar(0.0)))); }, {a}},
      {"cast", [](V x) { return cast(cast(x[0], DType::Float64), DType::Float64); }, {a}},
      {"in place after use",
       [](V x) {
         Tensor y = mul(x[0], x[0]);
         add_(y, x[0], Scalar(2));
         mul_scalar_(y, Scalar(3));
         return y;
       },
       {a}},
  };
}

void run(const std::vector<Case>& cases) {
  for (const Case& c : cases) check_gradient(c.name, c.f, c.inputs, c.second);
}

TEST(A10_Gradients, functions_of_one_tensor) { run(unary_cases()); }
TEST(A10_Gradients, arithmetic_of_two) { run(binary_cases()); }
TEST(A10_Gradients, reductions) { run(reduce_cases()); }
TEST(A10_Gradients, shapes_and_indices) { run(shape_cases()); }

}  // namespace
}  // namespace flint::testing
