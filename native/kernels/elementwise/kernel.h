// Element-wise loops: one row of n elements with strides, for each operation and element type, by instruction set.
#pragma once

#include <cstdint>

#include "flint/dtype.h"

namespace flint::kernels {

enum class Unary : uint8_t {
  Neg,
  Abs,
  Sign,
  Square,  // every type
  Exp,
  Expm1,
  Log,
  Log2,
  Log10,
  Log1p,
  Sqrt,
  Rsqrt,
  Reciprocal,
  Sin,
  Cos,
  Tan,
  Asin,
  Acos,
  Atan,
  Sinh,
  Cosh,
  Asinh,
  Acosh,
  Atanh,
  Tanh,
  Sigmoid,
  Erf,
  Erfc,  // floating types
  Floor,
  Ceil,
  Trunc,
  Frac,
  Round,
  Relu,
  LeakyRelu,
  Elu,
  Gelu,
  GeluTanh,
  Silu,
  Softplus,
  Hardtanh,
  BitNot,  // whole numbers
  kCount
};

enum class Binary : uint8_t {
  Add,
  Sub,
  Mul,
  Div,
  Pow,
  Remainder,
  Maximum,
  Minimum,
  FloorDivide,
  Fmod,
  Atan2,
  LogAddExp,
  BitAnd,
  BitOr,
  BitXor,
  ShiftLeft,
  ShiftRight,  // result has the operands' type
  ReluGrad,
  LeakyReluGrad,
  EluGrad,
  GeluGrad,
  GeluTanhGrad,
  SiluGrad,
  SoftplusGrad,
  TanhGrad,
  SigmoidGrad,
  HardtanhGrad,  // (grad, x or y)
  kFirstBool,
  Eq = kFirstBool,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  And,
  Or,  // result is bool
  kCount
};

/// out[i*so] = op(a[i*sa]); strides in elements; p and q are the operation's own numbers (slope, alpha, limits).
using UnaryRow = void (*)(void* out, const void* a, int64_t so, int64_t sa, int64_t n, double p, double q);
/// out[i*so] = op(a[i*sa], b[i*sb]); Add and Sub multiply b by p.
using BinaryRow = void (*)(void* out, const void* a, const void* b, int64_t so, int64_t sa, int64_t sb, int64_t n,
                           double p, double q);

struct Rows {
  UnaryRow unary[static_cast<int>(Unary::kCount)][kDTypes];  // by DType; null where the type is not taken
  BinaryRow binary[static_cast<int>(Binary::kCount)][kDTypes];
};

/// The rows for this processor; FLINT_ISA=portable|avx2|avx512 asks for less.
const Rows& rows();
const Rows& portable_rows();
const Rows& avx2_rows();
const Rows& avx512_rows();

}  // namespace flint::kernels
