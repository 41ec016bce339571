// The neural-network operations where they meet bad input, odd memory, randomness and the walk of the graph.
#include <array>

#include "flint/runtime.h"
#include "kernels/isa.h"
#include "kernels/matmul/kernel.h"
#include "support.h"

namespace flint::testing {
namespace {

constexpr auto none = std::nullopt;

TEST(Errors, ProductsSayWhatDidNotFit) {
  Tensor a = zeros({4, 784}, DType::Float32), w = zeros({200, 784}, DType::Float32);
  expect_error([&] { matmul(a, w); }, {"[4, 784]", "[200, 784]", "(784)", "(200)", "w.t()"});
  expect_error([&] { matmul(a, zeros({3}, DType::Float32)); }, {"[3]", "784"});
  expect_error([&] { matmul(a, zeros({784, 2}, DType::Float64)); }, {"float32", "float64"});
  expect_error([&] { mm(a, zeros({1, 784, 2}, DType::Float32)); }, {"2 dimensions"});
  expect_error([&] { linear(a, zeros({5, 783}, DType::Float32), none); }, {"784", "783"});
  expect_error([&] { linear(a, w, zeros({5}, DType::Float32)); }, {"[200]", "[5]"});
}

TEST(Conv, SumsOverNothingAreZero) {
  using Values = std::vector<double>;
  for (DType dtype : {DType::Float32, DType::Float64, DType::BFloat16}) {
    const auto ones = [&](const Dims& sizes) { return leaf(cast(full(sizes, Scalar(1.0), DType::Float32), dtype)); };
    const auto gradient = [](const Tensor& t) { return values(grad_of(t)); };
    // No images, no channels in, no channels out.
    for (const auto& [n, c, o] : {std::array<int64_t, 3>{0, 3, 6}, {2, 0, 6}, {2, 3, 0}}) {
      const Tensor x = ones({n, c, 8, 8}), w = ones({o, c, 3, 3}), b = ones({o});
      const Tensor y = conv2d(x, w, b, {1}, {1}, {1}, 1);
      ASSERT_EQ(y.sizes(), (Dims{n, o, 8, 8}));
      EXPECT_EQ(values(y), Values(static_cast<size_t>(y.numel()), 1));
      backward(sum(cast(y, DType::Float32), {}, false, {}), Tensor(), {});
      EXPECT_EQ(gradient(x), Values(static_cast<size_t>(x.numel()), 0));
      EXPECT_EQ(gradient(w), Values(static_cast<size_t>(w.numel()), 0));
      EXPECT_EQ(gradient(b), Values(static_cast<size_t>(o), static_cast<double>(n * 64)));
    }
  }
}

TEST(Errors, ImagesSayWhatDidNotFit) {
  Tensor x = zeros({4, 3, 32, 32}, DType::Float32);
  expect_error(
      [&] {
        conv2d(x, zeros({6, 1, 5, 5}, DType::Float32), none, {1}, {0}, {1}, 1);
      },
      {"the input has 3 channels, but the weight needs 1", "[4, 3, 32, 32]", "[6, 1, 5, 5]"});
  expect_error([&] { conv2d(x, zeros({6, 3, 40, 5}, DType::Float32), none, {1}, {0}, {1}, 1); }, {"40 x 5", "32 x 32"});
  expect_error(
      [&] {
        conv2d(x, zeros({6, 3, 5, 5}, DType::Float32), none, {0}, {0}, {1}, 1);
      },
      {"stride", "at least 1"});
  expect_error(
      [&] {
        conv2d(x, zeros({6, 3, 0, 5}, DType::Float32), none, {1}, {0}, {1}, 1);
      },
      {"at least 1 x 1", "[6, 3, 0, 5]"});
  expect_error(
      [&] {
        conv_transpose2d(x, zeros({3, 6, 5, 0}, DType::Float32), none, {1}, {0}, {0}, 1, {1});
      },
      {"at least 1 x 1"});
  expect_error([&] { max_pool2d(x, {2}, {2}, {2}, none, none); }, {"half the kernel"});
  expect_error([&] { avg_pool2d(zeros({3}, DType::Float32), {2}, {2}, {0}, none, none); }, {"[3]"});
  expect_error([&] { max_pool2d(x, {40}, {}, {0}, none, none); }, {"40", "32"});
  expect_error(
      [&] {
        batch_norm(zeros({1, 3}, DType::Float32), none, none, none, none, true, 0.1, 1e-5);
      },
      {"more than one value"});
  expect_error([&] { layer_norm(x, {5}, none, none, 1e-5); }, {"[5]"});
  expect_error([&] { group_norm(x, 2, none, none, 1e-5); }, {"3", "2 groups"});
}

TEST(Errors, LossesNameTheLabelAndTheShapes) {
  Tensor x = zeros({2, 10}, DType::Float32);
  expect_error(
      [&] {
        cross_entropy(x, of({2}, {3, 10}, DType::Int64), none, -100, "mean", 0);
      },
      {"label 10", "10 classes", "position 1"});
  expect_error([&] { cross_entropy(x, of({2}, {-1, 1}, DType::Int64), none, -100, "mean", 0); }, {"label -1"});
  expect_error([&] { cross_entropy(x, of({3}, {1, 2, 3}, DType::Int64), none, -100, "mean", 0); }, {"[2]", "[3]"});
  expect_error([&] { mse_loss(x, zeros({2}, DType::Float32), "mean"); }, {"[2, 10]", "[2]"});
  expect_error([&] { mse_loss(x, x, "average"); }, {"'average'"});
  expect_error([&] { binary_cross_entropy(full({2}, 1.5, DType::Float32), zeros({2}, DType::Float32), none, "mean"); },
               {"1.5"});
  expect_error([&] { embedding(x, of({1}, {2}, DType::Int64), none); }, {"index 2", "0..1"});
  expect_error([&] { dropout(x, 1.5, true); }, {"1.5"});
  expect_error([&] { relu_(leaf(zeros({2}, DType::Float32))); }, {"leaf"});
  expect_error([&] { sgd_step({x}, {zeros({2}, DType::Float32)}, {}, 0.1, 0, 0, 0, false, false, false); },
               {"[2, 10]", "[2]"});
}

TEST(CrossEntropy, AllLabelsIgnoredGivesNanAndAZeroGradient) {
  Tensor x = leaf(ones({2, 3}, DType::Float32));
  Tensor y = cross_entropy(x, full({2}, 7, DType::Int64), none, 7, "mean", 0);
  EXPECT_TRUE(std::isnan(values(y)[0]));
  backward(y, {}, {});
  expect_close(Tensor(x.impl()->grad), {0, 0, 0, 0, 0, 0});
  EXPECT_EQ(values(cross_entropy(x, full({2}, 7, DType::Int64), none, 7, "sum", 0))[0], 0);
}

TEST(CrossEntropy, LargeLogitsStayFinite) {
  Tensor x = of({1, 3}, {1e4, -1e4, 0});
  expect_close(cross_entropy(x, of({1}, {0}, DType::Int64), none, -100, "mean", 0), {0});
  expect_close(cross_entropy(x, of({1}, {1}, DType::Int64), none, -100, "mean", 0), {2e4});
}

TEST(Graph, NamesFromALossBackToALayer) {
  Tensor w1 = leaf(ones({3, 2}, DType::Float32)), w2 = leaf(ones({1, 3}, DType::Float32)),
         b = leaf(ones({1}, DType::Float32));
  Tensor loss = mse_loss(linear(relu(linear(ones({4, 2}, DType::Float32), w1, none)), w2, b),
                         zeros({4, 1}, DType::Float32), "mean");
  const Node* node = loss.impl()->grad_fn.get();
  EXPECT_EQ(node->name, "MseLossBackward");
  node = node->next[0].node.get();
  EXPECT_EQ(node->name, "AddmmBackward");
  node = node->next[0].node.get();
  EXPECT_EQ(node->name, "ReluBackward");
  EXPECT_EQ(node->next[0].node->name, "AddmmBackward");
}

TEST(Memory, ConvolutionsKeepChannelsLastAndFlattenIsLogical) {
  Tensor x = reshape(arange(0, 2 * 3 * 4 * 4, 1, DType::Float32), {2, 3, 4, 4});
  Tensor w = of({3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1});  // the identity
  Tensor y = conv2d(x, w, none, {1}, {0}, {1}, 1);
  EXPECT_TRUE(y.is_channels_last());
  EXPECT_TRUE(max_pool2d(relu(y), {2}, {}, {0}, none, none).is_channels_last());
  expect_close(flatten(y, 1, -1), values(x));
}

TEST(MaxPool, IndicesAndNan) {
  Tensor x = of({1, 1, 2, 4}, {1, 5, NAN, 0, 2, 3, 4, 9});
  auto [y, at] = max_pool2d_with_indices(x, {2}, {}, {0}, none, none);
  expect_close(y, {5, NAN});
  expect_close(at, {1, 2});
}

TEST(BatchNorm, RunningValuesAreUpdatedInPlaceAndUsedInEvaluation) {
  Tensor x = of({4, 1}, {1, 2, 3, 6}, DType::Float64), mean = zeros({1}, DType::Float64),
         variance = ones({1}, DType::Float64);
  batch_norm(x, none, none, mean, variance, true, 0.1, 1e-5);
  expect_close(mean, {0.3}, 1e-12);
  expect_close(variance, {0.9 + 0.1 * 14.0 / 3}, 1e-12);
  expect_close(batch_norm(x, none, none, of({1}, {1}, DType::Float64), of({1}, {4}, DType::Float64), false, 0.1, 0),
               {0, 0.5, 1, 2.5});
}

TEST(Dropout, RepeatsWithTheSeedAndKeepsTheMean) {
  Tensor x = leaf(ones({100000}, DType::Float32));
  manual_seed(3);
  Tensor a = dropout(x, 0.25, true);
  manual_seed(3);
  Tensor b = dropout(x, 0.25, true);
  EXPECT_EQ(values(a), values(b));
  EXPECT_NE(values(a), values(dropout(x, 0.25, true)));
  EXPECT_NEAR(values(flint::mean(a, {}, false))[0], 1, 0.01);
  backward(sum(a, {}, false, none), {}, {});
  EXPECT_EQ(values(Tensor(x.impl()->grad)), values(a));  // the mask itself, since x is 1
  EXPECT_TRUE(dropout(x, 0.25, false) == x);
  expect_close(dropout(ones({3}, DType::Float32), 1, true), {0, 0, 0});
  for (double v : values(sum(dropout2d(ones({8, 4, 2, 2}, DType::Float32), 0.5, true), {2, 3}, false, none)))
    EXPECT_TRUE(v == 0 || v == 8);
}

TEST(Activation, InPlaceGivesTheSameGradient) {
  Tensor x = leaf(of({4}, {-2, -1, 1, 2}, DType::Float64));
  Tensor y = leaky_relu_(mul_scalar(x, 3.0), 0.1);
  expect_close(y, {-0.6, -0.3, 3, 6}, 1e-12);
  backward(sum(y, {}, false, none), {}, {});
  expect_close(Tensor(x.impl()->grad), {0.3, 0.3, 3, 3}, 1e-12);
}

TEST(Clip, NormAndValue) {
  Tensor a = of({2}, {3, 0}), b = of({1}, {4});
  EXPECT_NEAR(values(clip_grad_norm({a, b}, 1, 2))[0], 5, 1e-6);
  expect_close(a, {0.6, 0});
  expect_close(b, {0.8});
  EXPECT_NEAR(values(clip_grad_norm({a, b}, 10, INFINITY))[0], 0.8, 1e-6);
  clip_grad_value({a, b}, 0.7);
  expect_close(b, {0.7});
}

/// Shapes around the edges of tiles and panels, each form of operands; oneDNN, blocked and plain must agree.
TEST(Gemm, EveryFormAgreesWithPlainLoops) {
  for (auto [m, n, k] : {std::array<int64_t, 3>{1, 1, 1},
                         {3, 5, 7},
                         {13, 33, 65},
                         {64, 100, 300},
                         {7, 1, 500},
                         {50, 1100, 40},
                         {2, 3, 0}})
    for (int form = 0; form < 4; ++form) {
      kernels::Gemm g;
      g.m = m, g.n = n, g.k = k, g.trans_a = form & 1, g.trans_b = form & 2;
      g.lda = (g.trans_a ? m : k) + 2, g.ldb = (g.trans_b ? k : n) + 1, g.ldc = n + 3, g.alpha = 0.5, g.beta = 2;
      std::vector<float> a(std::max<int64_t>(1, (g.trans_a ? k : m) * g.lda)),
          b(std::max<int64_t>(1, (g.trans_b ? n : k) * g.ldb)), c(m * g.ldc);
      for (size_t i = 0; i < a.size(); ++i) a[i] = std::sin(static_cast<float>(i));
      for (size_t i = 0; i < b.size(); ++i) b[i] = std::cos(static_cast<float>(i) * 0.7f);
      for (size_t i = 0; i < c.size(); ++i) c[i] = static_cast<float>(i % 5);
      std::vector<float> plain = c, blocked = c, fast = c;
      for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j) {
          double s = 0;
          for (int64_t p = 0; p < k; ++p)
            s += double(g.trans_a ? a[p * g.lda + i] : a[i * g.lda + p]) *
                 double(g.trans_b ? b[j * g.ldb + p] : b[p * g.ldb + j]);
          plain[i * g.ldc + j] = static_cast<float>(0.5 * s + 2 * plain[i * g.ldc + j]);
        }
      kernels::gemm_portable(g, a.data(), b.data(), blocked.data());
      kernels::gemm(g, a.data(), b.data(), fast.data());
      for (size_t i = 0; i < c.size(); ++i) {
        ASSERT_NEAR(blocked[i], plain[i], 1e-3) << m << "x" << n << "x" << k << " form " << form << " at " << i;
        ASSERT_NEAR(fast[i], plain[i], 1e-3) << m << "x" << n << "x" << k << " form " << form << " at " << i;
      }
    }
}

TEST(Matmul, EveryCombinationOfRanks) {
  auto at = [](const Tensor& a, const Tensor& b) { return matmul(a, b).sizes().str(); };
  auto f = [](const Dims& d) { return ones(d, DType::Int64); };
  EXPECT_EQ(at(f({3}), f({3})), "[]");
  EXPECT_EQ(at(f({2, 3}), f({3})), "[2]");
  EXPECT_EQ(at(f({3}), f({3, 4})), "[4]");
  EXPECT_EQ(at(f({5, 2, 3}), f({3})), "[5, 2]");
  EXPECT_EQ(at(f({3}), f({5, 3, 4})), "[5, 4]");
  EXPECT_EQ(at(f({5, 2, 3}), f({3, 4})), "[5, 2, 4]");
  EXPECT_EQ(at(f({2, 3}), f({5, 3, 4})), "[5, 2, 4]");
  EXPECT_EQ(at(f({7, 1, 2, 3}), f({5, 3, 4})), "[7, 5, 2, 4]");
  expect_close(matmul(f({2, 3}), transpose(f({4, 3}), 0, 1)), std::vector<double>(8, 3));
  EXPECT_EQ(at(f({0, 3}), f({3, 4})), "[0, 4]");
  expect_close(matmul(f({2, 0}), f({0, 2})), {0, 0, 0, 0});
}

TEST(N2_BatchNorm, one_operation_equals_the_composed_form) {
  // Row-major images take the composed way, channels-last ones the loops: the same values, statistics and gradients.
  for (DType dtype : {DType::Float64, DType::Float32}) {
    const double near = dtype == DType::Float64 ? 1e-10 : 3e-4;
    for (int64_t channels : {1, 3, 70}) {
      Tensor x = empty({4, channels, 9, 7}, dtype);
      manual_seed(static_cast<uint64_t>(channels));
      normal_(x, 3, 2);
      Tensor far = select(select(select(x, 0, 0), 1, 0), 1, 0);
      fill_(far, Scalar(400));  // an outlier at the very first place
      Tensor w = leaf(add_scalar(rand({channels}, dtype), Scalar(0.5))), b = leaf(rand({channels}, dtype)),
             g = randn(x.sizes(), dtype);
      std::vector<std::vector<double>> seen[2];
      for (bool last : {false, true}) {
        Tensor given = leaf(last ? copy_(empty(x.sizes(), dtype, channels_last_strides(x.sizes())), x) : clone(x));
        Tensor mean = zeros({channels}, dtype), variance = ones({channels}, dtype);
        w.impl()->grad = {}, b.impl()->grad = {};
        Tensor y = batch_norm(given, w, b, mean, variance, true, 0.3, 1e-5);
        backward(y, g, {});
        seen[last] = {values(y),          values(mean),      values(variance), values(grad_of(given)),
                      values(grad_of(w)), values(grad_of(b))};
      }
      for (size_t k = 0; k < seen[0].size(); ++k)
        for (size_t i = 0; i < seen[0][k].size(); ++i)
          ASSERT_NEAR(seen[1][k][i], seen[0][k][i], near * std::max(1.0, std::abs(seen[0][k][i])))
              << channels << " channels, result " << k << ", element " << i;
    }
  }
}

}  // namespace
}  // namespace flint::testing
