// Arguments that make no sense: every operation either takes them or says what is wrong, and never does worse.
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "flint/error.h"
#include "flint/runtime.h"
#include "ops/called.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/shape.h"
#include "test/registry/table.h"

namespace flint::testing {
namespace {

/// What is wrong with an argument.
enum Kind { Shape, Type, Range };
constexpr const char* kKinds[] = {"shape", "type", "range"};

struct Strange {
  Kind kind;
  Argument argument;
};

/// What stands in the place of one argument.
std::vector<Strange> strange(const Argument& a) {
  std::vector<Strange> out;
  if (const Tensor* t = std::get_if<Tensor>(&a.value)) {
    for (const Dims& sizes : {Dims{}, Dims{0}, Dims{7}, Dims{2, 0, 3}, Dims{5, 1, 3, 2}, Dims(8, 1)})
      out.push_back({Shape, {full(sizes, Scalar(1), t->dtype())}});
    for (DType dtype : {DType::Float32, DType::Int64, DType::UInt8, DType::Bool, DType::BFloat16})
      if (dtype != t->dtype()) out.push_back({Type, {cast(detach(*t), dtype)}});
    if (!is_floating(t->dtype()) && t->dtype() != DType::Bool)  // indices that are out of range
      for (int64_t v : {-1000, -1, 1000}) out.push_back({Range, {full(t->sizes(), Scalar(v), t->dtype())}});
    out.push_back({Type, {full(t->sizes(), Scalar(std::numeric_limits<double>::quiet_NaN()), DType::Float64)}});
  } else if (std::holds_alternative<Scalar>(a.value)) {
    for (double v : {-1000.0, -1.0, 0.0, 9.0, 1000.0, 0.5}) {
      const auto whole = static_cast<int64_t>(v);
      out.push_back({Range, {static_cast<double>(whole) == v ? Scalar(whole) : Scalar(v)}});
    }
  } else if (const auto* dims = std::get_if<std::vector<int64_t>>(&a.value)) {
    out.push_back({Range, {std::vector<int64_t>{}}});
    out.push_back({Range, {std::vector<int64_t>(9, 1)}});
    for (int64_t v : {-1000, -1, 0, 7}) out.push_back({Range, {std::vector<int64_t>(dims->size(), v)}});
  } else if (std::holds_alternative<std::string>(a.value)) {
    out.push_back({Range, {std::string("no such word")}});
  } else if (const List* list = std::get_if<List>(&a.value)) {
    out.push_back({Shape, {List{}}});
    for (size_t i = 0; i < list->size(); ++i)
      for (const Strange& other : strange((*list)[i])) {
        List changed = *list;
        changed[i] = other.argument;
        out.push_back({other.kind, {changed}});
      }
  }
  return out;
}

std::set<std::string> words(const char* text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

/// Operations that make sense of every shape, of every type, and of every number that is tried: most of them work
/// element by element, or have no number among their arguments.
const std::set<std::string> kTakesAny[] = {
    words("abs acos acosh add_scalar add_scalar_ alias argsort asin asinh atan atanh bitwise_not cast ceil "
          "clamp clamp_ clip_grad_norm clip_grad_value clone contiguous cos cosh cummax cummin cumprod cumsum "
          "detach div_scalar div_scalar_ dropout elu eq_scalar erf erfc exp expm1 fill_ floor frac ge_scalar "
          "gelu gt_scalar hardtanh le_scalar leaky_relu leaky_relu_ log log10 log1p log2 log_softmax "
          "logical_not logsumexp lt_scalar mean mul_scalar mul_scalar_ ne_scalar neg nonzero norm pow_scalar "
          "prod rdiv_scalar reciprocal relu relu_ remainder_scalar round rpow_scalar rsqrt rsub_scalar sigmoid "
          "sign silu sin sinh softmax softplus sort sqrt square squeeze std sub_scalar sub_scalar_ sum tan tanh "
          "transpose trunc unique var"),
    words("abs acos acosh add add_scalar add_scalar_ alias all amax amin any argmax argmin argsort asin asinh "
          "atan atan2 atanh cast cat ceil chunk clamp clone contiguous copy_ cos cosh cummax cummin cumprod "
          "cumsum detach diag diagonal div div_scalar dropout dropout2d eq eq_scalar erf erfc exp expand expm1 "
          "fill_ flatten flip floor frac ge ge_scalar gt gt_scalar kthvalue le le_scalar log log10 log1p log2 "
          "logaddexp logical_and logical_not logical_or logsumexp lt lt_scalar max_dim maximum min_dim minimum "
          "mul mul_scalar mul_scalar_ narrow ne ne_scalar neg nonzero outer pad permute pow pow_scalar prod "
          "rdiv_scalar reciprocal remainder_scalar repeat resample reshape roll round rpow_scalar rsqrt "
          "rsub_scalar searchsorted select sigmoid sign sin sinh slice sort split sqrt square squeeze stack sub "
          "sub_scalar sub_scalar_ sum t tan tanh topk transpose tril triu trunc unbind unfold unique unsqueeze "
          "view"),
    words("acos acosh adadelta_step add add_ add_scalar addmm alias asin atan2 atanh bitwise_and "
          "bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm clamp clamp_ clone "
          "contiguous copy_ detach diag div div_scalar div_scalar_ dot elu eq eq_scalar fill_ floor_divide fmod "
          "ge ge_scalar gt gt_scalar le le_scalar leaky_relu leaky_relu_ linear logical_and logical_not "
          "logical_or lt lt_scalar masked_fill masked_fill_ masked_select matmul maximum median minimum mm mul "
          "mul_ mul_scalar mv ne ne_scalar nonzero outer pow prod rdiv_scalar relu_ remainder rpow_scalar "
          "rsub_scalar searchsorted sgd_step squeeze sub sub_ sub_scalar t tril triu unique where")};

List copies(const List& arguments) {
  return with_tensors(arguments, [](const Tensor& t) { return clone(detach(t)); });
}

/// Whether a sentence says what was given and what it should be.
bool can_be_acted_on(const std::string& sentence) {
  static const std::regex given("[0-9\\[']|float|int|bool|none|empty"),
      wanted(
          "must|need|[Uu]se |[Cc]onvert|cast|cannot|only|takes|at most|expects|out of range|outside|do(es)? "
          "not|twice|larger|less|give ");
  return std::regex_search(sentence, given) && std::regex_search(sentence, wanted);
}

TEST(Errors, wrong_arguments_of_every_operation_are_said) {
  set_memory_limit(live_bytes() + (size_t{256} << 20));
  constexpr int kCasesOfEach = 8;
  std::map<std::string, int> seen;
  std::map<std::string, std::set<Kind>> refused, tried;
  long long calls = 0, refusals = 0;
  for (const Case& c : cases()) {
    if (++seen[c.op] > kCasesOfEach) continue;
    for (size_t i = 0; i < c.arguments.size(); ++i) {
      for (const Strange& other : strange(c.arguments[i])) {
        List changed = c.arguments;
        changed[i] = other.argument;
        const List arguments = copies(changed);
        ++calls;
        tried[c.op].insert(other.kind);
        try {
          registry().at(c.op).call(arguments);
        } catch (const Error& e) {
          ++refusals;
          refused[c.op].insert(other.kind);
          EXPECT_EQ(e.op(), known_name(c.op)) << e.what();
          EXPECT_TRUE(can_be_acted_on(std::string(e.what()).substr(e.op().size() + 2)))
              << c.op << ", argument " << i << ": \"" << e.what() << "\"";
        } catch (const std::bad_variant_access&) {
          // a word where a number is wanted: the binding's conversion says so before the operation is called
        } catch (const std::exception& e) {
          ADD_FAILURE() << c.op << ", argument " << i << ": " << e.what();
        }
      }
    }
  }
  set_memory_limit(0);
  for (const auto& [op, kinds] : tried)
    for (Kind kind : kinds)
      EXPECT_NE(refused[op].count(kind), kTakesAny[kind].count(op))
          << op << (kTakesAny[kind].count(op) ? " refuses a " : " refuses no ") << kKinds[kind];
  std::printf("%lld calls with wrong arguments, %lld refused in words\n", calls, refusals);
}

}  // namespace
}  // namespace flint::testing
