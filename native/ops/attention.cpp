// Attention, written with differentiable operations.
#include "ops/attention.h"

#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "ops/activation.h"
#include "ops/create.h"
#include "ops/dropout.h"
#include "ops/elementwise.h"
#include "ops/matmul.h"
#include "ops/parts.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr std::string_view kOp = "scaled_dot_product_attention";
const Scalar kNever(-std::numeric_limits<double>::infinity());

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const std::optional<Tensor>& mask, double dropout_p, bool is_causal,
                                    std::optional<double> scale) {
  if (query.dim() < 2 || key.dim() < 2 || value.dim() < 2)
    fail(kOp, "query, key and value need at least two dimensions, got ", query.sizes(), ", ", key.sizes(), " and ",
         value.sizes());
  if (query.size(-1) != key.size(-1) || key.size(-2) != value.size(-2))
    fail(kOp, "query ", query.sizes(), ", key ", key.sizes(), " and value ", value.sizes(),
         " do not fit: query and key must share the last size, key and value the one before it");
  if (is_causal && mask) fail(kOp, "is_causal is a mask of its own; pass it or a mask, not both");
  const double factor = scale.value_or(1 / std::sqrt(static_cast<double>(query.size(-1))));
  Tensor scores = matmul(mul_scalar(query, Scalar(factor)), transpose(key, -2, -1));
  std::optional<Tensor> seen = mask;
  if (is_causal) seen = cast(tril(ones({query.size(-2), key.size(-2)}, DType::Float32), 0), DType::Bool);
  if (seen)
    scores =
        seen->dtype() == DType::Bool ? masked_fill(scores, logical_not(*seen), kNever) : add(scores, *seen, Scalar(1));
  Tensor weights = seen ? masked_softmax(scores) : softmax(scores, -1);
  return matmul(dropout_p > 0 ? dropout(weights, dropout_p, true) : weights, value);
}

}  // namespace flint
