// Derivatives of operations one after another, where what one keeps meets what another changes. Single operations are
// checked through the registry.
#include "support.h"

namespace flint::testing {
namespace {

using V = const std::vector<Tensor>&;

Tensor cube() { return reshape(linspace(-1.3, 2.2, 24, DType::Float64), {2, 3, 4}); }

TEST(A10_Gradients, in_place_after_use) {
  check_gradient("in place after use",
                 [](V x) {
                   Tensor y = mul(x[0], x[0]);
                   add_(y, x[0], Scalar(2));
                   mul_scalar_(y, Scalar(3));
                   return y;
                 },
                 {cube()});
}

TEST(A10_Gradients, one_tensor_by_several_paths) {
  check_gradient("parts of one tensor",
                 [](V x) {
                   return mul(split(x[0], {1, 2}, 1)[1], split(x[0], {2, 1}, 1)[0]);
                 },
                 {cube()});
  check_gradient("rows of one tensor", [](V x) { return mul(select(x[0], 1, -1), select(x[0], 1, 0)); }, {cube()});
}

TEST(A10_Gradients, through_views_that_are_copied) {
  check_gradient("reshape of a permuted view",
                 [](V x) {
                   return square(reshape(permute(x[0], {2, 0, 1}), {8, 3}));
                 },
                 {cube()});
}

TEST(A10_Gradients, only_the_result_that_is_used_counts) {
  check_gradient("values of sort", [](V x) { return square(std::get<0>(sort(x[0], 2, true))); }, {cube()});
}

}  // namespace
}  // namespace flint::testing
