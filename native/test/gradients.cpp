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

TEST(A10_Gradients, in_place_through_views) {
  check_gradient("a row overwritten",
                 [](V x) {
                   Tensor y = mul_scalar(x[0], Scalar(2));
                   copy_(select(y, 0, 1), square(x[1]));
                   return mul(y, y);
                 },
                 {cube(), of({3, 4}, std::vector<double>(12, 0.7), DType::Float64)});
  check_gradient("a column scaled, then another view of it used",
                 [](V x) {
                   Tensor y = square(x[0]);
                   Tensor column = select(y, 2, 1), earlier = narrow(y, 2, 0, 2);
                   mul_scalar_(column, Scalar(3));
                   return mul(square(earlier), narrow(y, 2, 1, 2));
                 },
                 {cube()});
  check_gradient("a view of a view, of a permuted tensor, changed twice",
                 [](V x) {
                   Tensor y = mul_scalar(x[0], Scalar(1.5));
                   Tensor part = slice(select(permute(y, {2, 0, 1}), 0, -1), 1, 0, 3, 2);
                   add_(part, part, Scalar(2));
                   mul_(part, x[1]);
                   return square(add(y, reshape(y, {2, 3, 4}), Scalar(1)));
                 },
                 {cube(), of({2, 2}, {0.3, -1, 2, 0.5}, DType::Float64)});
  check_gradient("a view of zeros filled by parts",
                 [](V x) {
                   Tensor y = zeros({2, 4}, DType::Float64);
                   copy_(select(y, 0, 0), square(x[0]));
                   copy_(select(y, 0, 1), exp(x[0]));
                   fill_(select(y, 1, 2), Scalar(5));
                   return square(y);
                 },
                 {of({4}, {0.5, -1, 2, 0.1}, DType::Float64)});
  check_gradient("an expanded view used after a change",
                 [](V x) {
                   Tensor y = mul_scalar(x[0], Scalar(1));
                   Tensor wide = expand(reshape(y, {3, 1}), {3, 2});
                   mul_scalar_(select(y, 0, 0), Scalar(4));
                   return square(wide);
                 },
                 {of({3}, {0.5, -1, 2}, DType::Float64)});
}

}  // namespace
}  // namespace flint::testing
