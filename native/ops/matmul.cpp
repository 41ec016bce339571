// Products as operations: which shapes fit, how a strided operand reaches the kernel, and the derivatives.
#include "ops/matmul.h"

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/matmul/kernel.h"
#include "kernels/matmul/rows.h"
#include "ops/elementwise.h"
#include "ops/iterate.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// How the last two dimensions of a tensor are given to a kernel: as they lie, as a transpose, or copied.
struct Matrix {
  Tensor held;
  bool transposed = false;
  int64_t ld = 1;
};

Matrix operand(const Tensor& t) {
  int r = t.dim() - 2, c = t.dim() - 1;
  int64_t rows = t.size(r), columns = t.size(c), row = t.strides()[r], column = t.strides()[c];
  if ((column == 1 || columns == 1) && (row >= columns || rows == 1))
    return {t, false, rows == 1 ? std::max<int64_t>(columns, 1) : row};
  if ((row == 1 || rows == 1) && (column >= rows || columns == 1))
    return {t, true, columns == 1 ? std::max<int64_t>(rows, 1) : column};
  GradMode off(false);
  return {contiguous(t), false, std::max<int64_t>(columns, 1)};
}

Tensor flip(const Tensor& t) {
  if (should_record(t)) return transpose(t, -2, -1);
  Dims sizes = t.sizes(), strides = t.strides();
  int n = t.dim();
  std::swap(sizes[n - 1], sizes[n - 2]);
  std::swap(strides[n - 1], strides[n - 2]);
  return make_view(t, sizes, strides, t.impl()->offset);
}

void check_types(std::string_view op, const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype())
    fail(op, "both operands must have one dtype, got ", name_of(a.dtype()), " and ", name_of(b.dtype()),
         ". Convert one of them, for example with .to('", name_of(promote(a.dtype(), b.dtype())), "')");
  if (a.dtype() == DType::Bool)
    fail(op, "bool tensors have no product; convert them with .to('int64') or .to('float32')");
}

void check_rank(std::string_view op, const Tensor& t, int rank, std::string_view which) {
  if (t.dim() != rank)
    fail(op, "the ", which, " operand must have ", rank, rank == 1 ? " dimension" : " dimensions", ", got shape ",
         t.sizes(), op == "mm" || op == "bmm" ? ". matmul takes every combination" : "");
}

[[noreturn]] void misfit(std::string_view op, const Tensor& a, const Tensor& b) {
  int64_t inner = b.dim() == 1 ? b.size(0) : b.size(-2);
  std::string hint;
  if (b.dim() >= 2 && b.size(-1) == a.size(-1))
    hint = b.dim() == 2 ? ". Did you mean the transpose of the second, w.t()?" : ". Did you mean b.transpose(-2, -1)?";
  else if (a.dim() >= 2 && a.size(-2) == inner)
    hint = a.dim() == 2 ? ". Did you mean the transpose of the first, a.t()?" : ". Did you mean a.transpose(-2, -1)?";
  fail(op, a.sizes(), " and ", b.sizes(), " do not fit: the last dimension of the first (", a.size(-1),
       ") must equal the ", b.dim() == 1 ? "length of the second (" : "second-to-last of the second (", inner, ")",
       hint);
}

/// A number type's own gemm; bool never gets here.
template <class F>
void visit_number(DType t, F&& f) {
  visit_dtype(t, [&](auto x) {
    if constexpr (!std::is_same_v<decltype(x), bool>) f(x);
  });
}

kernels::Gemm shape_of(const Matrix& A, const Matrix& B, int64_t m, int64_t n, int64_t k) {
  kernels::Gemm g;
  g.m = m, g.n = n, g.k = k;
  g.trans_a = A.transposed, g.trans_b = B.transposed;
  g.lda = A.ld, g.ldb = B.ld, g.ldc = n;
  return g;
}

Tensor product(const Tensor& a, const Tensor& b, const Tensor& bias = {}) {
  int64_t m = a.size(0), k = a.size(1), n = b.size(1);
  Matrix A = operand(a), B = operand(b);
  Tensor out = empty({m, n}, a.dtype());
  if (k == 1 && !bias.defined() && a.dtype() == DType::Float32) {
    launch_outer({m, n, a.strides()[0], b.strides()[1]}, out, a, b);
    return out;
  }
  kernels::Gemm g = shape_of(A, B, m, n, k);
  launch(
      [g](const View& out, const In& a, const In& b, const In& bias) {
        if (out.dtype() == DType::BFloat16)
          return kernels::gemm_bf16(g, 1, a.raw(), g.m * g.k, b.raw(), g.k * g.n, out.raw(), g.m * g.n,
                                    bias.defined() ? bias.raw() : nullptr);
        visit_number(out.dtype(), [&](auto x) {
          using T = decltype(x);
          kernels::gemm<T>(g, a.data<T>(), b.data<T>(), out.data<T>(), bias.defined() ? bias.data<T>() : nullptr);
        });
      },
      out, A.held, B.held, bias);
  return out;
}

/// Sums over rows of [n, m]: the gradient of a bias.
Tensor column_sums(const Tensor& g) {
  if (is_half(g.dtype())) return cast(column_sums(cast(g, DType::Float32)), g.dtype());
  if (should_record(g)) return sum(g, Dims{0}, false, {});
  Matrix G = operand(g);
  Tensor dense = G.transposed ? contiguous(g) : G.held;
  Tensor out = empty({g.size(1)}, g.dtype());
  launch(
      [rows = g.size(0), ld = G.transposed ? g.size(1) : G.ld](const View& out, const In& dense) {
        visit_floating(out.dtype(), [&](auto x) {
          using T = decltype(x);
          kernels::column_sums<T>(dense.data<T>(), rows, out.size(0), ld, out.data<T>());
        });
      },
      out, dense);
  return out;
}

Tensor fold(const Tensor& t) {
  if (t.dim() == 2) return t;
  return reshape(t, {t.numel() / std::max<int64_t>(t.size(-1), 1), t.size(-1)});
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check_rank("mm", a, 2, "first");
  check_rank("mm", b, 2, "second");
  check_types("mm", a, b);
  if (a.size(1) != b.size(0)) misfit("mm", a, b);
  Tensor out = product(a, b);
  if (should_record(a, b)) {
    record(out, "MmBackward", {a, b},
           [a = Saved(a), b = Saved(b), na = a.needs_grad(), nb = b.needs_grad()](const Tensor& g) {
             return Grads{na ? mm(g, flip(b.get("MmBackward"))) : Tensor(),
                          nb ? mm(flip(a.get("MmBackward")), g) : Tensor()};
           });
  }
  return out;
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check_rank("bmm", a, 3, "first");
  check_rank("bmm", b, 3, "second");
  check_types("bmm", a, b);
  if (a.size(0) != b.size(0)) fail("bmm", "both need the same batch, got ", a.sizes(), " and ", b.sizes());
  if (a.size(2) != b.size(1)) misfit("bmm", a, b);
  int64_t batch = a.size(0), m = a.size(1), k = a.size(2), n = b.size(2);
  Matrix A = operand(a), B = operand(b);
  Tensor out = empty({batch, m, n}, a.dtype());
  kernels::Gemm g = shape_of(A, B, m, n, k);
  launch(
      [g, batch](const View& out, const In& a, const In& b) {
        if (out.dtype() == DType::BFloat16)
          return kernels::gemm_bf16(g, batch, a.raw(), a.strides()[0], b.raw(), b.strides()[0], out.raw(), g.m * g.n,
                                    nullptr);
        visit_number(out.dtype(), [&](auto x) {
          using T = decltype(x);
          kernels::gemm_batch<T>(g, batch, a.data<T>(), a.strides()[0], b.data<T>(), b.strides()[0], out.data<T>(),
                                 g.m * g.n);
        });
      },
      out, A.held, B.held);
  if (should_record(a, b)) {
    record(out, "BmmBackward", {a, b},
           [a = Saved(a), b = Saved(b), na = a.needs_grad(), nb = b.needs_grad()](const Tensor& g) {
             return Grads{na ? bmm(g, flip(b.get("BmmBackward"))) : Tensor(),
                          nb ? bmm(flip(a.get("BmmBackward")), g) : Tensor()};
           });
  }
  return out;
}

Tensor outer(const Tensor& a, const Tensor& b) {
  check_rank("outer", a, 1, "first");
  check_rank("outer", b, 1, "second");
  return mul(reshape(a, {a.size(0), 1}), b);
}

Tensor mv(const Tensor& a, const Tensor& v) {
  check_rank("mv", a, 2, "first");
  check_rank("mv", v, 1, "second");
  check_types("mv", a, v);
  if (a.size(1) != v.size(0)) misfit("mv", a, v);
  Tensor column = make_view(v, {v.size(0), 1}, {v.strides()[0], 1}, v.impl()->offset);
  Tensor full = product(a, column);
  Tensor out = make_view(full, {a.size(0)}, {1}, 0);
  if (should_record(a, v)) {
    record(
        out, "MvBackward", {a, v},
        [a = Saved(a), v = Saved(v), na = a.needs_grad(), nv = v.needs_grad()](const Tensor& g) {
          return Grads{na ? outer(g, v.get("MvBackward")) : Tensor(), nv ? mv(flip(a.get("MvBackward")), g) : Tensor()};
        });
  }
  return out;
}

Tensor dot(const Tensor& a, const Tensor& b) {
  check_rank("dot", a, 1, "first");
  check_rank("dot", b, 1, "second");
  check_types("dot", a, b);
  if (a.size(0) != b.size(0)) misfit("dot", a, b);
  Tensor row = make_view(a, {1, a.size(0)}, {1, a.strides()[0]}, a.impl()->offset);
  Tensor column = make_view(b, {b.size(0), 1}, {b.strides()[0], 1}, b.impl()->offset);
  Tensor out = make_view(product(row, column), {}, {}, 0);
  if (should_record(a, b)) {
    record(out, "DotBackward", {a, b},
           [a = Saved(a), b = Saved(b), na = a.needs_grad(), nb = b.needs_grad()](const Tensor& g) {
             return Grads{na ? mul(g, b.get("DotBackward")) : Tensor(), nb ? mul(g, a.get("DotBackward")) : Tensor()};
           });
  }
  return out;
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (a.dim() == 0 || b.dim() == 0)
    fail("matmul", "a 0-dimensional tensor has no matrix product (", a.sizes(), " and ", b.sizes(), "); use mul");
  check_types("matmul", a, b);
  if (a.size(-1) != (b.dim() == 1 ? b.size(0) : b.size(-2))) misfit("matmul", a, b);
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 2 && b.dim() == 1) return mv(a, b);
  if (a.dim() == 2 && b.dim() == 2) return mm(a, b);
  if (a.dim() == 1) {  // a row before the second, and its dimension dropped from the result
    Tensor out = matmul(reshape(a, {1, a.size(0)}), b);
    Dims sizes = out.sizes();
    sizes.erase(out.dim() - 2);
    return reshape(out, sizes);
  }
  if (b.dim() == 1) {
    Tensor out = mv(fold(a), b);
    Dims sizes = a.sizes();
    sizes.erase(a.dim() - 1);
    return reshape(out, sizes);
  }
  if (b.dim() == 2) {
    Dims sizes = a.sizes();
    sizes[a.dim() - 1] = b.size(1);
    return reshape(mm(fold(a), b), sizes);
  }
  // Batches broadcast, then become one dimension.
  Dims lead_a(std::span(a.sizes().data(), a.dim() - 2)), lead_b(std::span(b.sizes().data(), b.dim() - 2));
  Dims lead = broadcast_shapes(lead_a, lead_b, "matmul");
  int64_t batch = lead.numel();
  auto spread = [&](const Tensor& t) {
    Dims sizes = lead;
    sizes.push_back(t.size(-2));
    sizes.push_back(t.size(-1));
    Tensor wide = sizes == t.sizes() ? t : expand(t, sizes);
    return wide.dim() == 3 ? wide : reshape(wide, {batch, t.size(-2), t.size(-1)});
  };
  Tensor out = bmm(spread(a), spread(b));
  if (lead.size() == 1) return out;
  Dims sizes = lead;
  sizes.push_back(a.size(-2));
  sizes.push_back(b.size(-1));
  return reshape(out, sizes);
}

Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check_rank("addmm", a, 2, "first");
  check_rank("addmm", b, 2, "second");
  check_types("addmm", a, b);
  check_types("addmm", input, a);
  if (a.size(1) != b.size(0)) misfit("addmm", a, b);
  Dims sizes{a.size(0), b.size(1)};
  if (!(broadcast_shapes(input.sizes(), sizes, "addmm") == sizes))
    fail("addmm", "the added tensor ", input.sizes(), " must broadcast to the product ", sizes);
  Tensor out;
  {
    GradMode off(false);
    out = contiguous(product(a, b));
    if (!(alpha.real == 1)) out = mul_scalar(out, alpha);
    out = add(out, input, beta);
  }
  if (should_record(input, a, b)) {
    record(out, "AddmmBackward", {input, a, b},
           [a = Saved(a), b = Saved(b), shape = input.sizes(), beta, alpha, ni = input.needs_grad(),
            na = a.needs_grad(), nb = b.needs_grad()](const Tensor& g) {
             auto scaled = [](const Tensor& t, Scalar s) { return s.real == 1 ? t : mul_scalar(t, s); };
             Grads grads(3);
             if (ni) grads[0] = scaled(sum_to_size(g, shape), beta);
             if (na) grads[1] = scaled(mm(g, flip(b.get("AddmmBackward"))), alpha);
             if (nb) grads[2] = scaled(mm(flip(a.get("AddmmBackward")), g), alpha);
             return grads;
           });
  }
  return out;
}

Tensor linear(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias) {
  if (weight.dim() != 2) fail("linear", "the weight must be [out, in], got ", weight.sizes());
  if (input.dim() == 0) fail("linear", "the input must have at least one dimension, got shape []; use .view([1])");
  check_types("linear", input, weight);
  if (input.size(-1) != weight.size(1))
    fail("linear", "input ", input.sizes(), " has ", input.size(-1), " features in its last dimension, the weight ",
         weight.sizes(), " expects ", weight.size(1),
         input.dim() > 2 && input.numel() / std::max<int64_t>(input.size(0), 1) == weight.size(1)
             ? ". Did you mean x.flatten(1)?"
             : ". The weight is [out, in]: make the layer with as many inputs as the data has");
  if (bias) {
    check_types("linear", input, *bias);
    if (bias->dim() != 1 || bias->size(0) != weight.size(0))
      fail("linear", "the bias must be [", weight.size(0), "] for a weight of ", weight.sizes(), ", got ",
           bias->sizes());
  }
  if (input.dim() != 2 && should_record(input)) {
    Dims sizes = input.sizes();
    sizes[input.dim() - 1] = weight.size(0);
    return reshape(linear(fold(input), weight, bias), sizes);
  }
  Tensor x = fold(input), b = bias ? *bias : Tensor(), dense;
  if (bias) dense = b.strides()[0] == 1 || b.numel() < 2 ? b : contiguous(b);
  Dims strides = weight.strides(), sizes{weight.size(1), weight.size(0)};
  std::swap(strides[0], strides[1]);
  Tensor out = product(x, make_view(weight, sizes, strides, weight.impl()->offset), dense);
  if (input.dim() != 2) {
    sizes = input.sizes();
    sizes[input.dim() - 1] = weight.size(0);
    out = make_view(out, sizes, contiguous_strides(sizes), 0);
  }
  if (should_record(input, weight, b)) {
    // Only the input comes in more than two dimensions without being recorded itself; its rows are then folded here.
    record(out, "AddmmBackward", {input, weight, b},
           [x = Saved(x), w = Saved(weight), nx = input.needs_grad(), nw = weight.needs_grad(),
            nb = b.defined() && b.needs_grad()](const Tensor& grad) {
             Tensor g = fold(grad);
             Grads grads(3);
             if (nx) grads[0] = mm(g, w.get("AddmmBackward"));
             if (nw) grads[1] = mm(flip(g), x.get("AddmmBackward"));
             if (nb) grads[2] = column_sums(g);
             return grads;
           });
  }
  return out;
}

}  // namespace flint
