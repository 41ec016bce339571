// Element-wise operations: the rules of types and shapes, the gates to the kernels, comparison.
#include "ops/elementwise_rules.h"

#include <cmath>
#include <limits>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "ops/create.h"
#include "ops/iterate.h"
#include "ops/operand.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op) {
  const int n = std::max(a.size(), b.size());
  Dims out(n, 1);
  for (int i = 0; i < n; ++i) {
    int64_t x = i < n - a.size() ? 1 : a[i - (n - a.size())];
    int64_t y = i < n - b.size() ? 1 : b[i - (n - b.size())];
    if (x != y && x != 1 && y != 1)
      fail(op, "shapes ", a, " and ", b, " do not fit: dimension ", i, " is ", x, " in the first and ", y,
           " in the second. Sizes must be equal, or one of them 1");
    out[i] = x == 1 ? y : x;
  }
  return out;
}

Dims result_strides(const Dims& shape, std::initializer_list<const Tensor*> operands) {
  for (const Tensor* t : operands)
    if (t->sizes() == shape && t->is_dense()) return t->strides();
  return contiguous_strides(shape);
}

namespace {

char* at(const View& t, int64_t offset) {
  return static_cast<char*>(t.raw()) + offset * static_cast<int64_t>(size_of(t.dtype()));
}
const char* at(const In& t, int64_t offset) {
  return static_cast<const char*>(t.raw()) + offset * static_cast<int64_t>(size_of(t.dtype()));
}

/// Of a walk that is one row: its loop.
template <int K>
void set_strides(RowLoop& loop, const Walk<K>& walk) {
  loop.count = walk.row();
  for (int k = 0; k < K; ++k) loop.strides[k] = walk.row_stride(k);
}

/// How many cheap elements one element of this operation is worth.
int64_t cost_of(Unary op) {
  return op >= Unary::Exp && op <= Unary::Erfc ? 4 : op >= Unary::Elu && op <= Unary::Softplus ? 6 : 1;
}

[[noreturn]] void refuse(std::string_view name, DType t) {
  fail(name, "does not take ", name_of(t), "; convert it with .to('", is_floating(t) ? "int64" : "float32", "')");
}

kernels::UnaryRow row_of(Unary op, DType t, std::string_view name) {
  kernels::UnaryRow row = kernels::rows().unary[static_cast<int>(op)][static_cast<int>(t)];
  if (!row) refuse(name, t);
  return row;
}
kernels::BinaryRow row_of(Binary op, DType t, std::string_view name) {
  kernels::BinaryRow row = kernels::rows().binary[static_cast<int>(op)][static_cast<int>(t)];
  if (!row) refuse(name, t);
  return row;
}

void run_unary(Unary op, const Tensor& out, const Tensor& x, std::string_view name, double p, double q) {
  kernels::UnaryRow row = row_of(op, x.dtype(), name);
  const int64_t item = static_cast<int64_t>(size_of(x.dtype())), cost = cost_of(op);
  RowLoop loop{.unary = row, .count = 1, .strides = {1, 1}, .item_bytes = {item, item}, .p = p, .q = q, .cost = cost};
  if (x.numel() == 1) return launch_loop(loop, out, x);
  Walk<2> walk(out.sizes(), {&out, &x});
  if (walk.dims == 1) {
    set_strides(loop, walk);
    return launch_loop(loop, out, x);
  }
  launch(
      [=](const View& out, const In& x) {
        walk.each([&](const int64_t* o,
                      int64_t n) { row(at(out, o[0]), at(x, o[1]), walk.row_stride(0), walk.row_stride(1), n, p, q); },
                  cost);
      },
      out, x);
}

/// Whole numbers become float32, as the result of a division or of a function like exp.
DType floating_of(DType t) { return is_floating(t) ? t : DType::Float32; }

}  // namespace

void run_binary(Binary op, const Tensor& out, const Tensor& a, const Tensor& b, std::string_view name, double p,
                double q) {
  kernels::BinaryRow row = row_of(op, a.dtype(), name);
  const int64_t item = static_cast<int64_t>(size_of(a.dtype()));
  RowLoop loop{.binary = row,
               .count = 1,
               .strides = {1, 1, 1},
               .item_bytes = {static_cast<int64_t>(size_of(out.dtype())), item, item},
               .p = p,
               .q = q};
  if (out.numel() == 1) return launch_loop(loop, out, a, b);
  Walk<3> walk(out.sizes(), {&out, &a, &b});
  if (walk.dims == 1) {
    set_strides(loop, walk);
    return launch_loop(loop, out, a, b);
  }
  launch(
      [=](const View& out, const In& a, const In& b) {
        walk.each([&](const int64_t* o, int64_t n) {
          row(at(out, o[0]), at(a, o[1]), at(b, o[2]), walk.row_stride(0), walk.row_stride(1), walk.row_stride(2), n, p,
              q);
        });
      },
      out, a, b);
}

DType common_dtype(const Tensor& a, const Tensor& b) {
  if (a.dtype() == b.dtype()) return a.dtype();
  auto kind = [](DType t) { return is_floating(t) ? 2 : t == DType::Bool ? 0 : 1; };
  if ((a.dim() == 0) != (b.dim() == 0)) {
    const Tensor& full = a.dim() == 0 ? b : a;
    const Tensor& zero = a.dim() == 0 ? a : b;
    if (kind(full.dtype()) >= kind(zero.dtype())) return full.dtype();
  }
  return promote(a.dtype(), b.dtype());
}

DType with_scalar(DType t, Scalar s) {
  if (!s.is_integer && !is_floating(t)) return DType::Float32;
  return t == DType::Bool ? DType::Int64 : t;
}

void check_integer_divisor(const Tensor& b, std::string_view op) {
  if (is_floating(b.dtype())) return;
  launch(
      [op](const In& flat) {
        visit_dtype(flat.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < flat.numel(); ++i)
            if (flat.data<T>()[i] == T(0))
              fail(op, "whole numbers cannot be divided by 0; use .float() first to get infinity");
        });
      },
      contiguous(b));
}

Tensor apply_unary(Unary op, const Tensor& x, std::string_view name, double p, double q) {
  Tensor out = empty(x.sizes(), x.dtype(), result_strides(x.sizes(), {&x}));
  run_unary(op, out, x, name, p, q);
  return out;
}

void apply_unary_(Unary op, const Tensor& x, double p, double q) { run_unary(op, x, x, "in place", p, q); }

Tensor apply_binary(Binary op, const Tensor& a, const Tensor& b, std::string_view name, double p, double q) {
  Dims shape = a.sizes() == b.sizes() ? a.sizes() : broadcast_shapes(a.sizes(), b.sizes(), name);
  DType common = common_dtype(a, b);
  if (op == Binary::Div || op == Binary::Atan2 || op == Binary::LogAddExp) common = floating_of(common);
  Tensor x = as(a, common), y = as(b, common);
  DType result = op >= Binary::kFirstBool ? DType::Bool : common;
  Tensor out = empty(shape, result, result_strides(shape, {&x, &y}));
  if (common == DType::Bool && op < Binary::kFirstBool) {
    // Logic stands for arithmetic on bool, as in PyTorch: + is or, · is and.
    if (op == Binary::Sub) fail(name, "bool cannot be subtracted; use logicalNot or ne");
    if (op == Binary::ShiftLeft || op == Binary::ShiftRight) fail(name, "bool cannot be shifted; cast it first");
    const bool both = op == Binary::Mul || op == Binary::Minimum || op == Binary::BitAnd;
    op = op == Binary::BitXor ? Binary::Ne : both ? Binary::And : Binary::Or;
  }
  run_binary(op, out, x, y, name, p, q);
  return out;
}

Tensor scalar_tensor(Scalar value, DType dtype) {
  Tensor t = empty({}, dtype);
  launch(
      [value](const View& t) {
        visit_stored(t.dtype(), [&](auto tag) { *t.data<decltype(tag)>() = value.to<decltype(tag)>(); });
      },
      t);
  return t;
}

Tensor sum_to_size(const Tensor& grad, const Dims& sizes) {
  if (!grad.defined() || grad.sizes() == sizes) return grad;
  Dims over;
  const int extra = grad.dim() - sizes.size();
  for (int i = 0; i < extra; ++i) over.push_back(i);
  for (int i = 0; i < sizes.size(); ++i)
    if (sizes[i] == 1 && grad.sizes()[i + extra] != 1) over.push_back(i + extra);
  return reshape(sum(grad, over, true, std::nullopt), sizes);
}

Tensor Operand::fit(const Tensor& grad) const {
  const Tensor wide = is_half(grad.dtype()) ? cast(grad, DType::Float32) : grad;
  return as(sum_to_size(wide, sizes), dtype);
}

Tensor with_number(Binary op, const Tensor& a, Scalar b, std::string_view name, double p) {
  Tensor x = wide(a, b);
  if (op == Binary::Div) x = as(x, floating_of(x.dtype()));
  return apply_binary(op, x, scalar_tensor(b, x.dtype()), name, p);
}

// ---- comparison

Tensor eq(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Eq, a, b, "eq"); }
Tensor ne(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Ne, a, b, "ne"); }
Tensor lt(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Lt, a, b, "lt"); }
Tensor le(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Le, a, b, "le"); }
Tensor gt(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Gt, a, b, "gt"); }
Tensor ge(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Ge, a, b, "ge"); }
Tensor logical_and(const Tensor& a, const Tensor& b) { return apply_binary(Binary::And, a, b, "logical_and"); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return apply_binary(Binary::Or, a, b, "logical_or"); }
Tensor logical_not(const Tensor& a) { return eq_scalar(a, 0); }
Tensor eq_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Eq, a, b, "eq"); }
Tensor ne_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Ne, a, b, "ne"); }
Tensor lt_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Lt, a, b, "lt"); }
Tensor le_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Le, a, b, "le"); }
Tensor gt_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Gt, a, b, "gt"); }
Tensor ge_scalar(const Tensor& a, Scalar b) { return with_number(Binary::Ge, a, b, "ge"); }

}  // namespace flint
