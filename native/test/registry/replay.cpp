// Every operation recorded on one set of values and replayed on another: forward and backward give the bits that the
// operation itself gives there.
#include <algorithm>
#include <cstring>
#include <set>

#include "flint/runtime.h"
#include "graph/tape.h"
#include "test/registry/table.h"
#include "test/support.h"

namespace flint::testing {
namespace {

/// Operations whose shapes or ways depend on values: recording them is refused. Behind the slash: some cases only, or
/// backward only.
const std::set<std::string_view> kFollowValues = {
    "bincount",
    "masked_select",
    "nonzero",
    "unique",
};
const std::set<std::string_view> kSometimesFollowValues = {
    "cumprod",     // backward, where a zero asks for another way
    "index",       // by a mask
    "index_put_",  // by a mask
    "linalg_det",  // backward, where a matrix is singular
    "one_hot",     // without the number of classes
};

/// The same elements in the opposite order: labels stay labels, and definite matrices definite.
Tensor turned(const Tensor& t) {
  Tensor from = contiguous(t), to = clone(from);
  const size_t item = size_of(t.dtype());
  for (int64_t i = 0, n = t.numel(); i < n; ++i)
    std::memcpy(static_cast<char*>(to.raw()) + static_cast<size_t>(n - 1 - i) * item,
                static_cast<const char*>(from.raw()) + static_cast<size_t>(i) * item, item);
  return to;
}

/// The results of an operation and the gradients of the sum of their squares.
std::vector<Tensor> forward_and_back(const Case& c, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  size_t next = 0;
  const bool in_place = c.op.ends_with("_");
  List arguments = with_tensors(c.arguments, [&](const Tensor&) {
    Tensor t = detach(inputs[next++]);
    if (c.grads.empty() || !is_floating(t.dtype()) || leaves.size() == c.grads.size()) return clone(t);
    leaves.push_back(leaf(t));
    return in_place ? clone(leaves.back()) : leaves.back();
  });
  std::vector<Tensor> results = registry().at(c.op).call(arguments);
  Tensor total;
  for (const Tensor& y : results) {
    if (!is_floating(y.dtype()) || !y.needs_grad()) continue;
    Tensor wide = is_half(y.dtype()) ? cast(y, DType::Float32) : y;
    Tensor part = cast(sum(square(wide), {}, false, std::nullopt), DType::Float64);
    total = total.defined() ? add(total, part, 1) : part;
  }
  std::vector<Tensor> out;
  for (const Tensor& y : results) out.push_back(detach(y));
  if (!total.defined()) return out;
  backward(total, {}, {});
  for (const Tensor& l : leaves)
    if (Tensor grad = grad_of(l); grad.defined()) out.push_back(grad);
  return out;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || !(a.sizes() == b.sizes())) return false;
  const Tensor x = contiguous(a), y = contiguous(b);
  // NaN may come with any bits.
  const std::vector<double> p = values(x), q = values(y);
  return std::equal(p.begin(), p.end(), q.begin(), [](double u, double v) { return u == v || (u != u && v != v); });
}

/// Whether the case could be recorded.
bool check(const Case& c) {
  const std::string where = c.op + " (cases.txt:" + std::to_string(c.line) + ")";
  std::vector<Tensor> first, second;
  for (const Tensor& t : tensors_of(c.arguments)) first.push_back(contiguous(t)), second.push_back(turned(t));
  std::unique_ptr<Tape> tape;
  try {
    Recording recording(first);
    const std::vector<Tensor> outputs = forward_and_back(c, recording.inputs());
    tape = recording.finish(outputs);
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("compiled function"), std::string::npos) << where << ": " << e.what();
    return false;
  }
  for (const std::vector<Tensor>& inputs : {second, first, second}) {
    EXPECT_TRUE(tape->fits(inputs)) << where;
    std::vector<Tensor> wanted, got;
    std::string refused, replay_refused;
    try {
      wanted = forward_and_back(c, inputs);
    } catch (const Error& e) {
      refused = e.what();
    }
    try {
      got = tape->replay(inputs, tape->numbers());
    } catch (const Error& e) {
      replay_refused = e.what();
    }
    EXPECT_EQ(refused.empty(), replay_refused.empty()) << where << ": " << refused << " / " << replay_refused;
    if (!refused.empty() || !replay_refused.empty()) continue;
    EXPECT_EQ(got.size(), wanted.size()) << where;
    for (size_t i = 0; i < std::min(got.size(), wanted.size()); ++i)
      EXPECT_TRUE(same_bits(got[i], wanted[i])) << where << ", result " << i;
  }
  return true;
}

TEST(A10_Replay, gives_the_bits_of_the_operation_itself) {
  std::set<std::string_view> refused, recorded;
  int64_t replays = 0;
  for (const Case& c : cases()) {
    try {
      const bool could = check(c);
      (could ? recorded : refused).insert(registry().find(c.op)->first);
      replays += could ? 3 : 0;
    } catch (const std::exception& e) {
      ADD_FAILURE() << c.op << " (cases.txt:" << c.line << "): " << e.what();
    }
  }
  for (std::string_view op : refused)
    EXPECT_TRUE(kFollowValues.contains(op) || kSometimesFollowValues.contains(op))
        << op << " could not be recorded: what it does with memory belongs into a launch";
  for (std::string_view op : recorded) EXPECT_FALSE(kFollowValues.contains(op)) << op << " can be recorded";
  std::printf("%lld replays of %zu operations gave the bits of the operation itself\n", static_cast<long long>(replays),
              recorded.size());
}

/// What a function of chance gives at this state of the generator, and where it leaves it.
template <class F>
std::pair<std::vector<double>, uint64_t> at_state(GeneratorState state, F&& f) {
  set_generator_state(state);
  std::vector<double> all;
  for (const Tensor& t : f())
    for (double v : values(t)) all.push_back(v);
  return {all, generator_state().counter};
}

TEST(A10_Replay, draws_random_numbers_anew_as_the_operations_would) {
  const Tensor x = mul_scalar(arange(0, 24, 1, DType::Float32), Scalar(0.04));
  auto draw = [](const Tensor& x) {
    Tensor normal = empty(x.sizes(), DType::Float64);
    return std::vector<Tensor>{rand(x.sizes(), DType::Float32),
                               randn({7}, DType::Float64),
                               randint(0, 9, {5}, DType::Int64),
                               randperm(11),
                               bernoulli(x),
                               dropout(x, 0.4, true),
                               normal_(normal, 1, 2),
                               dropout2d(reshape(x, {2, 3, 4}), 0.5, true)};
  };
  std::unique_ptr<Tape> tape;
  {
    Recording recording({&x, 1});
    tape = recording.finish(draw(recording.inputs()[0]));
  }
  for (GeneratorState state : {GeneratorState{7, 0}, GeneratorState{7, 123}, GeneratorState{8, 5}}) {
    const auto wanted = at_state(state, [&] { return draw(x); });
    EXPECT_EQ(at_state(state, [&] { return tape->replay({&x, 1}, {}); }), wanted);
  }
}

}  // namespace
}  // namespace flint::testing
