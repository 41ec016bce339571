// The rules of the 16-bit types.
#include "ops/widen.h"

#include "flint/autograd.h"
#include "flint/error.h"
#include "flint/runtime.h"
#include "kernels/matmul/kernel.h"
#include "ops/elementwise.h"
#include "ops/shape.h"

namespace flint {
namespace widening {
namespace {

/// The type that results get: that of the floating operands when all of them have one 16-bit type. Operands without
/// dimensions count only where no other does.
std::optional<DType> common_half(const Operands& operands) {
  for (const bool without_dims : {false, true}) {
    std::optional<DType> type;
    bool mixed = false;
    for (const Tensor* t : operands.tensors) {
      if (!is_floating(t->dtype()) || (t->dim() == 0) != without_dims) continue;
      mixed = mixed || (type && *type != t->dtype());
      type = t->dtype();
    }
    if (type) return is_half(*type) && !mixed ? type : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void apply_autocast(Operands& operands, Autocast autocast) {
  const DType type = autocast == Autocast::Lower ? *autocast_type() : DType::Float32;
  for (Tensor* t : operands.tensors)
    if (is_half(t->dtype()) || (autocast == Autocast::Lower && t->dtype() == DType::Float32)) *t = cast(*t, type);
}

bool are_narrow_matrices(const Operands& operands) {
  if (!kernels::bf16_products()) return false;
  for (size_t i = 0; i < operands.tensors.size(); ++i) {
    const Tensor& t = *operands.tensors[i];
    if (t.dtype() != DType::BFloat16 || (i < 2 && t.dim() < 2) || t.numel() == 0) return false;
  }
  return true;
}

bool is_whole(const Operands& operands) {
  if (operands.tensors.empty()) return false;
  const DType type = operands.tensors[0]->dtype();
  return !is_floating(type) && type != DType::Bool;
}

Narrowing widen(std::string_view op, Operands& operands, bool whole) {
  Narrowing result;
  if (whole) {
    result.wide = DType::Float64;
    result.to = operands.tensors[0]->dtype();
    result.in_place = op.ends_with("_");
    result.target = *operands.tensors[0];
    for (Tensor* t : operands.tensors)
      if (!is_floating(t->dtype()) && t->dtype() != DType::Bool) *t = cast(*t, result.wide);
    return result;
  }
  result.to = common_half(operands);
  for (DType* dtype : operands.dtypes) {
    result.to = is_half(*dtype) ? std::optional(*dtype) : std::nullopt;
    if (is_half(*dtype)) *dtype = DType::Float32;
  }
  result.in_place = op.ends_with("_");
  if (result.in_place && !operands.tensors.empty()) result.target = *operands.tensors[0];
  const bool changes_operands = op.ends_with("_step") || op.starts_with("clip_grad");
  for (Tensor* t : operands.tensors) {
    if (!is_half(t->dtype())) continue;
    const Tensor narrow = *t;
    *t = cast(changes_operands ? detach(*t) : *t, DType::Float32);
    if (changes_operands) result.changed.emplace_back(narrow, *t);
  }
  return result;
}

void write_back(const Narrowing& narrowing) {
  GradMode off(false);
  for (const auto& [narrow, wide] : narrowing.changed) copy_(narrow, wide);
}

Tensor narrowed(const Tensor& result, const Narrowing& narrowing) {
  if (narrowing.in_place)
    return result.dtype() == narrowing.target.dtype() ? narrowing.target : copy_(narrowing.target, result);
  const bool narrows = narrowing.to && result.defined() && result.dtype() == narrowing.wide;
  return narrows ? cast(result, *narrowing.to) : result;
}

}  // namespace widening

}  // namespace flint
