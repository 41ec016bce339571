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
    default:
      return "bool";
  }
}

DType dtype_from_name(std::string_view name) {
  for (DType t : {DType::Float32, DType::Float64, DType::Int64, DType::Int32, DType::UInt8, DType::Bool})
    if (name_of(t) == name) return t;
  fail("dtype", "there is no dtype \"", name, "\"; use float32, float64, int64, int32, uint8 or bool");
}

namespace {
/// bool < uint8 < int32 < int64 < float32 < float64: with these six types promotion is the larger of the two.
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
    case DType::Float32:
      return 4;
    default:
      return 5;
  }
}
}  // namespace

DType promote(DType a, DType b) { return rank_of(a) >= rank_of(b) ? a : b; }

}  // namespace flint
