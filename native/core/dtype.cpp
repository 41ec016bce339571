// Names of element types, and PyTorch's promotion.
#include "flint/dtype.h"

#include "flint/error.h"

namespace flint {

std::string_view name_of(DType t) {
  switch (t) {
    case DType::Float32:
      return "float32";
    case DType::Float64:
      return "float64";
    case DType::Int64:
      return "int64";
    case DType::Int32:
      return "int32";
    case DType::UInt8:
      return "uint8";
    case DType::Float16:
      return "float16";
    case DType::BFloat16:
      return "bfloat16";
    default:
      return "bool";
  }
}

DType dtype_from_name(std::string_view name) {
  for (int i = 0; i < kDTypes; ++i)
    if (const DType t = static_cast<DType>(i); name_of(t) == name) return t;
  fail("dtype", "there is no dtype \"", name,
       "\"; use float32, float64, float16, bfloat16, int64, int32, uint8 or bool");
}

void refuse_half(DType t) {
  fail("dtype", "this is not done in ", name_of(t), "; convert the tensor with .to('float32') first");
}

namespace {
/// bool < uint8 < int32 < int64 < float16, bfloat16 < float32 < float64: promotion is the larger of the two; the two
/// 16-bit types meet in float32.
int rank_of(DType t) {
  switch (t) {
    case DType::Bool:
      return 0;
    case DType::UInt8:
      return 1;
    case DType::Int32:
      return 2;
    case DType::Int64:
      return 3;
    case DType::Float16:
    case DType::BFloat16:
      return 4;
    case DType::Float32:
      return 5;
    default:
      return 6;
  }
}
}  // namespace

DType promote(DType a, DType b) {
  if (a != b && is_half(a) && is_half(b)) return DType::Float32;
  return rank_of(a) >= rank_of(b) ? a : b;
}

}  // namespace flint
