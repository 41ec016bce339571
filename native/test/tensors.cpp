// Shapes, views, types, broadcasting, memory, randomness: the seed rows T, on the engine itself.
#include "flint/runtime.h"
#include "support.h"

namespace flint::testing {
namespace {

TEST(T1_Create, sequences) {
  expect_close(arange(0, 10, 2, DType::Int64), {0, 2, 4, 6, 8});
  expect_close(linspace(0, 10, 4, DType::Float32), {0, 3.3333, 6.6667, 10});
  Tensor l = logspace(0, -1, 10, 10, DType::Float32);
  EXPECT_FLOAT_EQ(l.data<float>()[0], 1);
  EXPECT_FLOAT_EQ(l.data<float>()[9], 0.1f);
  EXPECT_EQ(eye(3, 4, DType::Float32).sizes(), (Dims{3, 4}));
  expect_error([] { arange(0, 10, 0, DType::Int64); }, {"step"});
}

TEST(T1_Create, random_numbers_have_their_distribution) {
  manual_seed(1);
  Tensor u = rand({100'000}, DType::Float32), n = randn({100'000}, DType::Float32);
  EXPECT_NEAR(values(mean(u, {}, false))[0], 0.5, 0.01);
  EXPECT_GE(values(amin(u, {}, false))[0], 0);
  EXPECT_LT(values(amax(u, {}, false))[0], 1);
  EXPECT_NEAR(values(mean(n, {}, false))[0], 0, 0.02);
  EXPECT_NEAR(values(var(n, {}, 1, false))[0], 1, 0.02);
  Tensor k = randint(1, 10, {10'000}, DType::Int64);
  EXPECT_EQ(values(amin(k, {}, false))[0], 1);
  EXPECT_EQ(values(amax(k, {}, false))[0], 9);
  expect_close(std::get<0>(sort(randperm(10), 0, false)), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST(T1_Create, a_seed_gives_the_same_values_on_any_number_of_threads) {
  const int before = threads();
  auto draw = [](int count) {
    set_threads(count);
    manual_seed(42);
    return values(randn({300'001}, DType::Float32));
  };
  EXPECT_EQ(draw(1), draw(2));
  set_threads(before);
}

TEST(T4_Index, views_share_memory) {
  Tensor t = zeros({4, 3, 28, 30}, DType::Float32);
  EXPECT_EQ(select(t, 0, 0).sizes(), (Dims{3, 28, 30}));
  Tensor s = slice(slice(t, 2, 0, 28, 2), 3, 0, 30, 2);
  EXPECT_EQ(s.sizes(), (Dims{4, 3, 14, 15}));
  fill_(select(t, 1, 1), Scalar(2));
  EXPECT_FLOAT_EQ(values(sum(s, {}, false, std::nullopt))[0], 2 * 4 * 14 * 15);
  expect_error([&] { select(t, 0, 4); }, {"index 4", "size 4"});
  expect_close(index(of({4}, {5, 6, 7, 8}), {of({2}, {-1, 0}, DType::Int64)}), {8, 5});
  Tensor m = of({2, 2}, {1, -2, -3, 4});
  expect_close(masked_select(m, gt_scalar(m, 0)), {1, 4});
  index_put_(m, {lt_scalar(m, 0)}, of({}, {0}));
  expect_close(m, {1, 0, 0, 4});
}

TEST(T5_Reshape, views_where_strides_allow) {
  Tensor x = zeros({4, 1, 28, 28}, DType::Float32);
  EXPECT_EQ(view(x, {4, 784}).impl()->storage, x.impl()->storage);
  Tensor e = expand(unsqueeze(unsqueeze(unsqueeze(zeros({32}, DType::Float32), 0), -1), -1), {4, 32, 14, 14});
  EXPECT_EQ(e.sizes(), (Dims{4, 32, 14, 14}));
  EXPECT_LE(e.impl()->storage->bytes(), 128u);
  EXPECT_EQ(permute(zeros({4, 3, 28, 32}, DType::Float32), {0, 2, 3, 1}).sizes(), (Dims{4, 28, 32, 3}));
  expect_error([&] { view(permute(zeros({2, 3, 4}, DType::Float32), {2, 0, 1}), {24}); }, {"view", "reshape()"});
  expect_error([&] { view(x, {5, -1}); }, {"3136"});
  // What a convolution gives lies channels-last; PyTorch programs view it all the same.
  Dims image{2, 3, 4, 5};
  Tensor laid = empty(image, DType::Float32, channels_last_strides(image));
  copy_(laid, reshape(arange(0, 120, 1, DType::Float32), image));
  expect_close(view(laid, {2, 60}), values(arange(0, 120, 1, DType::Float32)));
}

TEST(T6_Broadcast, the_clash_is_named) {
  EXPECT_EQ(add(zeros({4, 32, 14, 14}, DType::Float32), zeros({1, 32, 1, 1}, DType::Float32), 1).sizes(),
            (Dims{4, 32, 14, 14}));
  expect_error(
      [] {
        add(zeros({2, 3}, DType::Float32), zeros({2, 4}, DType::Float32), 1);
      },
      {"[2, 3]", "[2, 4]", "dimension 1"});
}

TEST(T7_Join, cat_stack_split) {
  EXPECT_EQ(cat({zeros({4, 3, 32, 32}, DType::Float32), zeros({5, 3, 32, 32}, DType::Float32)}, 0).size(0), 9);
  EXPECT_EQ(stack({zeros({4, 3, 16, 32}, DType::Float32), zeros({4, 3, 16, 32}, DType::Float32)}, 2).sizes(),
            (Dims{4, 3, 2, 16, 32}));
  EXPECT_EQ(split(zeros({5, 6}, DType::Float32), {2, 3}, 0)[1].sizes(), (Dims{3, 6}));
  expect_error([] { cat({zeros({2, 3}, DType::Float32), zeros({2, 4}, DType::Float32)}, 0); }, {"[2, 3]", "[2, 4]"});
}

TEST(T8_Arithmetic, rounding_and_types) {
  Tensor x = of({}, {3.14});
  expect_close(floor(x), {3});
  expect_close(ceil(x), {4});
  expect_close(frac(x), {0.14});
  EXPECT_EQ(div(of({1}, {1}, DType::Int64), of({1}, {2}, DType::Int64)).dtype(), DType::Float32);
  EXPECT_EQ(add_scalar(of({1}, {1}, DType::Int64), Scalar(1.5)).dtype(), DType::Float32);
  EXPECT_EQ(add(of({1}, {1}, DType::Float32), of({}, {1}, DType::Float64), 1).dtype(), DType::Float32);
  expect_close(remainder(of({2}, {-7, 7}, DType::Int64), of({2}, {3, -3}, DType::Int64)), {2, -2});
  expect_error([] { remainder(of({1}, {1}, DType::Int64), of({1}, {0}, DType::Int64)); }, {"by 0"});
}

TEST(T10_Reduce, norms_of_a_cube) {
  Tensor x = reshape(arange(1, 9, 1, DType::Float32), {2, 2, 2});
  expect_close(norm(x, 1, {0}, false), {6, 8, 10, 12});
  expect_close(norm(x, 1, {1}, false), {4, 6, 12, 14});
  expect_close(norm(x, 1, {2}, false), {3, 7, 11, 15});
  auto [values8, index8] = kthvalue(reshape(x, {-1}), 8, 0, false);
  expect_close(values8, {8});
  expect_close(index8, {7});
}

TEST(Reduce, float32_sums_are_as_exact_as_pairwise) {
  Tensor x = full({10'000'001}, Scalar(0.1), DType::Float32);
  EXPECT_NEAR(values(sum(x, {}, false, std::nullopt))[0], 10'000'001 * static_cast<double>(0.1f), 2.0);
  Tensor columns = full({100'000, 3}, Scalar(0.1), DType::Float32);
  expect_close(sum(columns, {0}, false, std::nullopt), {10'000, 10'000, 10'000}, 3e-6);
}

TEST(Elementwise, special_values) {
  const double inf = INFINITY, nan = NAN;
  Tensor x = of({7}, {0, -0.0, 1, inf, -inf, nan, -1});
  expect_close(exp(x), {1, 1, M_E, inf, 0, nan, 1 / M_E});
  expect_close(log(x), {-inf, -inf, 0, inf, nan, nan, nan});
  expect_close(tanh(x), {0, 0, std::tanh(1.0), 1, -1, nan, std::tanh(-1.0)});
  expect_close(sigmoid(x), {0.5, 0.5, 1 / (1 + 1 / M_E), 1, 0, nan, 1 / (1 + M_E)});
  expect_close(maximum(x, of({}, {0})), {0, 0, 1, inf, 0, nan, 0});
}

TEST(Elementwise, fast_functions_are_close_to_the_exact_ones) {
  Tensor x = linspace(-87, 88, 200'001, DType::Float32), wide = cast(x, DType::Float64);
  auto worst = [](const Tensor& a, const Tensor& b) {
    std::vector<double> p = values(a), q = values(b);
    double w = 0;
    for (size_t i = 0; i < p.size(); ++i)
      if (std::abs(q[i]) > 1.2e-38) w = std::max(w, std::abs(p[i] - q[i]) / std::abs(q[i]));
    return w;
  };
  EXPECT_LT(worst(exp(x), exp(wide)), 3e-7);
  EXPECT_LT(worst(tanh(x), tanh(wide)), 3e-7);
  EXPECT_LT(worst(sigmoid(x), sigmoid(wide)), 4e-7);
  Tensor positive = add_scalar(abs(x), Scalar(1e-3));
  EXPECT_LT(worst(log(square(add_scalar(positive, Scalar(1.5)))),
                  log(square(add_scalar(cast(positive, DType::Float64), Scalar(1.5))))),
            4e-7);
}

TEST(Elementwise, every_instruction_set_agrees) {
  using namespace kernels;
  Tensor x = linspace(0.1, 3, 1003, DType::Float32);
  for (int op = 0; op < static_cast<int>(Unary::kCount); ++op) {
    if (!rows().unary[op][0]) continue;  // of whole numbers
    Tensor a = empty(x.sizes()), b = empty(x.sizes());
    portable_rows().unary[op][0](a.raw(), x.raw(), 1, 1, x.numel(), 0.5, 2);
    rows().unary[op][0](b.raw(), x.raw(), 1, 1, x.numel(), 0.5, 2);
    expect_close(b, values(a), 1e-6);
  }
}

TEST(Memory, blocks_are_reused_and_counted) {
  const size_t before = live_bytes();
  void* first = nullptr;
  {
    Tensor t = empty({1000});
    first = t.raw();
    EXPECT_GE(live_bytes(), before + 4000);
  }
  EXPECT_EQ(live_bytes(), before);
  EXPECT_EQ(empty({1000}).raw(), first);
}

TEST(Memory, an_allocation_past_the_limit_fails_in_words) {
  const size_t before = live_bytes();
  set_memory_limit(before + (1 << 20));
  expect_error([] { empty({1 << 20}); }, {"out of memory", "4.0 MiB", "the limit is", "batches"});
  Tensor most = empty({1 << 18});
  set_memory_limit(live_bytes());
  expect_error([] { empty({20}); }, {"out of memory", "80 bytes asked for", " MiB, and the limit is "});
  set_memory_limit(0);
  EXPECT_NO_THROW(empty({1 << 20}));
}

TEST(Memory, what_can_be_reclaimed_is_reclaimed_before_an_allocation_fails) {
  static Tensor dropped;
  static int calls = 0;
  dropped = empty({1 << 18});
  set_memory_limit(live_bytes() + 1024);
  set_reclaimer([] { ++calls, dropped = Tensor(); });
  EXPECT_NO_THROW(empty({1 << 18}));
  EXPECT_EQ(calls, 1);
  expect_error([] { empty({1 << 20}); }, {"out of memory"});
  EXPECT_EQ(calls, 2);
  set_reclaimer(nullptr);
  set_memory_limit(0);
}

TEST(ChannelsLast, elementwise_results_keep_the_layout) {
  Dims sizes{2, 3, 4, 5};
  Tensor x = empty(sizes, DType::Float32, channels_last_strides(sizes));
  copy_(x, reshape(arange(0, 120, 1, DType::Float32), sizes));
  Tensor y = add(mul_scalar(x, Scalar(2.0)), reshape(arange(0, 3, 1, DType::Float32), {1, 3, 1, 1}), 1);
  EXPECT_TRUE(y.is_channels_last());
  EXPECT_EQ(values(y)[119], 2 * 119 + 2);
  expect_close(sum(x, {0, 2, 3}, false, std::nullopt), {values(sum(contiguous(x), {0, 2, 3}, false, std::nullopt))});
}

}  // namespace
}  // namespace flint::testing
