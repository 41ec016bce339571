// The rules of backward: accumulation, freed graphs, leaves changed in place, saved values changed in place.
#include "flint/runtime.h"
#include "support.h"

namespace flint::testing {
namespace {

TEST(A1_Autograd, loss_of_a_square) {
  Tensor x = leaf(of({4}, {0, 1, 2, 3}));
  Tensor loss = square(rsub_scalar(sum(mul(x, x), {}, false, std::nullopt), Scalar(10.0)));
  backward(loss, {}, {});
  expect_close(Tensor(x.impl()->grad), {0, 16, 32, 48});
}

TEST(A4_Autograd, gradients_accumulate_when_the_graph_is_retained) {
  Tensor a = leaf(of({3}, {0.9741, 0.7026, 0.0407}));
  Tensor e = exp(a), p = div(e, sum(e, {0}, true, std::nullopt));
  backward(select(p, 0, 1), {}, {true, false});
  expect_close(Tensor(a.impl()->grad), {-0.1641, 0.2286, -0.0645});
  backward(select(p, 0, 2), {}, {});
  expect_close(Tensor(a.impl()->grad), {-0.2487, 0.1641, 0.0846});
}

TEST(A5_Autograd, a_second_backward_says_what_to_do) {
  Tensor x = leaf(of({2}, {1, 2}));
  Tensor y = sum(mul(x, x), {}, false, std::nullopt);
  backward(y, {}, {});
  expect_error([&] { backward(y, {}, {}); }, {"retainGraph", "freed"});
}

TEST(A6_Autograd, a_gradient_is_needed_for_more_than_one_element) {
  Tensor x = leaf(of({2}, {1, 2}));
  Tensor y = mul(x, x);
  expect_error([&] { backward(y, {}, {}); }, {"[2]", "sum()"});
  expect_error([&] { backward(y, of({3}, {1, 1, 1}), {}); }, {"[3]", "[2]"});
  backward(y, of({2}, {1, 10}), {});
  expect_close(Tensor(x.impl()->grad), {2, 40});
}

TEST(T8_InPlace, a_leaf_that_requires_grad_is_refused) {
  Tensor x = leaf(of({2}, {1, 2}));
  expect_error([&] { add_scalar_(x, Scalar(1)); }, {"leaf", "noGrad"});
  GradMode off(false);
  add_scalar_(x, Scalar(1));
  expect_close(x, {2, 3});
}

TEST(A2_Autograd, the_gradient_of_a_non_leaf_is_kept_when_asked_for) {
  Tensor x = leaf(of({2}, {1, 2}));
  Tensor y = mul_scalar(x, Scalar(3)), z = mul(y, y);
  retain_grad(y);
  backward(sum(z, {}, false, std::nullopt), {}, {true, false});
  expect_close(grad_of(y), {6, 12});
  EXPECT_FALSE(grad_of(z).defined());
  backward(sum(z, {}, false, std::nullopt), {}, {});
  expect_close(grad_of(y), {12, 24});
  expect_close(grad_of(x), {36, 72});
}

TEST(A2_Autograd, a_kept_gradient_is_that_of_the_values_after_a_change_in_place) {
  Tensor x = leaf(of({2}, {1, 2}));
  Tensor y = mul_scalar(x, Scalar(3));
  retain_grad(y);
  mul_scalar_(y, Scalar(5));
  backward(sum(mul_scalar(y, Scalar(2)), {}, false, std::nullopt), {}, {});
  expect_close(grad_of(y), {2, 2});
  expect_close(grad_of(x), {30, 30});
}

TEST(Autograd, an_infinite_gradient_through_a_step_is_zero) {
  for (auto step : {floor, ceil, trunc, flint::round, sign}) {
    Tensor x = leaf(of({2}, {1.5, -2.5}));
    backward(sum(mul_scalar(step(x), Scalar(INFINITY)), {}, false, std::nullopt), {}, {});
    expect_close(grad_of(x), {0, 0});
  }
}

TEST(Autograd, a_value_that_backward_needs_must_not_change) {
  Tensor x = leaf(of({2}, {1, 2}));
  Tensor y = exp(x), z = mul(y, y);
  {
    GradMode off(false);
    add_scalar_(y, Scalar(1));
  }
  expect_error([&] { backward(sum(z, {}, false, std::nullopt), {}, {}); }, {"in place", "MulBackward"});
}

TEST(T8_InPlace, a_change_through_a_view_is_a_change_of_the_tensor) {
  Tensor w = leaf(of({2}, {1, 2}));
  expect_error([&] { mul_scalar_(select(w, 0, 0), Scalar(3)); }, {"view of a leaf", "noGrad"});
  Tensor h = mul_scalar(w, Scalar(2.0));
  mul_scalar_(select(h, 0, 0), Scalar(3));
  expect_close(h, {6, 4});
  backward(sum(h, {}, false, std::nullopt), {}, {});
  expect_close(grad_of(w), {6, 2});

  Tensor v = leaf(of({2}, {1, 2})), b = zeros({3}, DType::Float32), tail = slice(b, 0, 1, 3, 1);
  copy_(slice(b, 0, 0, 2, 1), v);  // b has a history now, and so has its other view
  EXPECT_TRUE(b.needs_grad());
  EXPECT_TRUE(tail.needs_grad());
  backward(sum(mul_scalar(tail, Scalar(5)), {}, false, std::nullopt), {}, {});
  expect_close(grad_of(v), {0, 5});

  Tensor c = zeros({3}, DType::Float32);
  copy_(slice(c, 0, 0, 2, 1), detach(w));
  EXPECT_FALSE(c.needs_grad());
  mul_scalar_(detach(w), Scalar(2));
  expect_close(w, {2, 4});
}

TEST(T8_InPlace, what_backward_needs_may_not_be_changed_through_a_view) {
  Tensor x = leaf(of({3}, {1, 2, 3})), y = mul_scalar(x, Scalar(1)), z = mul(y, y);
  fill_(select(y, 0, 1), Scalar(7));
  expect_error([&] { backward(sum(z, {}, false, std::nullopt), {}, {}); }, {"MulBackward", "changed in place"});
}

TEST(Autograd, a_chain_of_a_hundred_thousand_nodes_is_freed_without_a_deep_stack) {
  Tensor x = leaf(of({1}, {1}));
  Tensor y = x;
  for (int i = 0; i < 100'000; ++i) y = add_scalar(y, Scalar(0.0));
  backward(y, {}, {});
  expect_close(Tensor(x.impl()->grad), {1});
}

TEST(Autograd, saved_memory_is_freed_by_backward) {
  const size_t before = live_bytes();
  {
    Tensor x = leaf(zeros({256, 256}, DType::Float32));
    Tensor y = x;
    for (int i = 0; i < 10; ++i) y = sigmoid(mul(y, y));
    Tensor loss = sum(y, {}, false, std::nullopt);
    backward(loss, {}, {});
    y = Tensor();
    EXPECT_LE(live_bytes(), before + 3 * 256 * 256 * 4 + 4096);
  }
  EXPECT_EQ(live_bytes(), before);
}

TEST(Autograd, grad_leaves_leaves_alone_and_names_unused_inputs) {
  Tensor x = leaf(of({1}, {3})), unused = leaf(of({1}, {1}));
  Tensor y = mul(x, x);
  expect_close(grad({y}, {x}, {}, {true, false}, false)[0], {6});
  EXPECT_FALSE(x.impl()->grad);
  expect_error([&] { grad({y}, {unused}, {}, {true, false}, false); }, {"allowUnused"});
}

TEST(A8_InPlace, a_result_that_its_own_derivative_needs_is_watched) {
  const std::function<Tensor(const Tensor&)> functions[] = {
      tanh,
      exp,
      sigmoid,
      sqrt,
      [](const Tensor& x) { return amax(x, {0}, false); },
      [](const Tensor& x) { return softmax(x, -1); },
      [](const Tensor& x) {
        return std::get<0>(rnn(x, {2}, zeros({1, 2, 2}, x.dtype()), {ones({2, 2}, x.dtype()), ones({2, 2}, x.dtype())},
                               false, 1, 0, false, false, "tanh"));
      }};
  for (const auto& f : functions) {
    Tensor y = f(leaf(of({2, 2}, {1, 2, 3, 5}, DType::Float64)));
    mul_scalar_(y, Scalar(2));
    expect_error([&] { backward(sum(y, {}, false, std::nullopt), {}, {}); }, {"changed in place"});
  }
}

}  // namespace
}  // namespace flint::testing
