// Linear algebra. Derivatives are written with differentiable operations; where one needs its own result with a
// history, it makes the result anew.
#include "ops/linalg.h"

#include <cmath>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/linalg/kernel.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/iterate.h"
#include "ops/matmul.h"
#include "ops/parts.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {
namespace {

Tensor transposed(const Tensor& a) { return transpose(a, -2, -1); }
Tensor plus(const Tensor& a, const Tensor& b) { return add(a, b, Scalar(1)); }
Tensor minus(const Tensor& a, const Tensor& b) { return sub(a, b, Scalar(1)); }
Tensor dense(const Tensor& a) { return contiguous(detach(a)); }

void check_matrix(std::string_view op, const Tensor& a) {
  if (a.dim() < 2) fail(op, "needs a matrix [..., m, n], got shape ", a.sizes());
  if (!is_floating(a.dtype()))
    fail(op, "the matrix must be float32 or float64, got ", name_of(a.dtype()), "; convert it with .to('float32')");
}
void check_square(std::string_view op, const Tensor& a) {
  check_matrix(op, a);
  if (a.size(-1) != a.size(-2)) fail(op, "the matrix must be square, got shape ", a.sizes());
}
[[noreturn]] void singular(std::string_view op, int64_t which, const Dims& sizes) {
  if (sizes.size() == 2) fail(op, "the matrix is singular: it has no inverse");
  fail(op, "matrix ", which, " of the batch ", sizes, " is singular: it has no inverse");
}

/// The sizes of the batch, followed by those given.
Dims batched(const Tensor& a, std::initializer_list<int64_t> inner) {
  Dims out;
  for (int i = 0; i < a.dim() - 2; ++i) out.push_back(a.size(i));
  for (int64_t v : inner) out.push_back(v);
  return out;
}
int64_t count_of(const Tensor& a) { return batched(a, {}).numel(); }

Tensor symmetric_part(const Tensor& a) { return mul_scalar(plus(a, transposed(a)), Scalar(0.5)); }

/// A row of ones and minus ones for each matrix that makes the largest element of each of its columns positive.
template <class T>
void column_signs(const T* matrix, int64_t rows, int64_t columns, T* signs) {
  for (int64_t j = 0; j < columns; ++j) {
    T largest = 0;
    for (int64_t i = 0; i < rows; ++i)
      if (std::abs(matrix[i * columns + j]) > std::abs(largest)) largest = matrix[i * columns + j];
    signs[j] = largest < 0 ? T(-1) : T(1);
  }
}

/// 1 / (b_j - a_i) off the diagonal of [..., n, n], 0 on it.
Tensor inverse_gaps(const Tensor& values) {
  const int64_t n = values.size(-1);
  Tensor gaps = minus(unsqueeze(values, -2), unsqueeze(values, -1)), one = eye(n, n, values.dtype());
  return mul(reciprocal(plus(gaps, one)), rsub_scalar(one, Scalar(1)));
}
Tensor skew(const Tensor& a) { return minus(a, transposed(a)); }
Tensor times_columns(const Tensor& a, const Tensor& row) { return mul(a, unsqueeze(row, -2)); }
Tensor times_rows(const Tensor& column, const Tensor& a) { return mul(unsqueeze(column, -1), a); }
Tensor on_diagonal(const Tensor& values) {
  return mul(unsqueeze(values, -1), eye(values.size(-1), values.size(-1), values.dtype()));
}
Tensor or_zeros(const Tensor& g, const Dims& sizes, DType dtype) { return g.defined() ? g : zeros(sizes, dtype); }

Tensor solve_matrix(const Tensor& a, const Tensor& b) {
  const int64_t n = a.size(-1), m = b.size(-1);
  Tensor in = dense(a), right = dense(b), out = empty(b.sizes(), b.dtype());
  launch(
      [n, m, count = count_of(a)](const View& out, const In& in, const In& right) {
        visit_floating(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < count; ++i)
            if (n && m &&
                !kernels::solve<T>(n, m, in.data<T>() + i * n * n, right.data<T>() + i * n * m,
                                   out.data<T>() + i * n * m))
              singular("linalg_solve", i, in.sizes());
        });
      },
      out, in, right);
  if (should_record(a, b))
    record(out, "LinalgSolveBackward", {a, b},
           [a = Saved(a), b = Saved(b), x = Saved(detach(out)), na = a.needs_grad()](const Tensor& g) -> Grads {
             const Tensor& matrix = a.get("LinalgSolveBackward");
             Tensor by_b = solve_matrix(transposed(matrix), g);
             if (!na) return {Tensor(), by_b};
             Tensor result =
                 grad_enabled() ? solve_matrix(matrix, b.get("LinalgSolveBackward")) : x.get("LinalgSolveBackward");
             return {neg(matmul(by_b, transposed(result))), by_b};
           });
  return out;
}

std::tuple<Tensor, Tensor> log_determinant(const Tensor& a) {
  const int64_t n = a.size(-1);
  Tensor in = dense(a), sign = empty(batched(a, {}), a.dtype()), log_abs = empty(batched(a, {}), a.dtype());
  launch(
      [n, count = count_of(a)](const View& sign, const View& log_abs, const In& in) {
        visit_floating(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < count; ++i)
            kernels::determinant<T>(n, in.data<T>() + i * n * n, sign.data<T>()[i], log_abs.data<T>()[i]);
        });
      },
      sign, log_abs, in);
  return {sign, log_abs};
}

/// The transposed cofactors of each matrix, of singular ones too: det(UVᵀ) · U · diag(products of the other s) · Vᵀ.
Tensor cofactors(const Tensor& a) {
  auto [u, s, vt] = linalg_svd(a, true);
  const int64_t n = a.size(-1);
  Tensor others = ones(s.sizes(), s.dtype());
  for (int64_t i = 0; i < n; ++i) {
    Tensor without = mul(s, rsub_scalar(select(eye(n, n, s.dtype()), 0, i), Scalar(1)));
    Tensor product = prod(plus(without, select(eye(n, n, s.dtype()), 0, i)), -1, false);
    copy_(select(others, -1, i), product);
  }
  Tensor orientation = mul(std::get<0>(log_determinant(u)), std::get<0>(log_determinant(vt)));
  return mul(matmul(times_columns(u, others), vt), unsqueeze(unsqueeze(orientation, -1), -1));
}

bool any_zero(const Tensor& t) {
  bool found = false;
  Tensor flat = dense(t);
  visit_floating(t.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for (int64_t i = 0; i < flat.numel(); ++i) found = found || flat.data<T>()[i] == 0;
  });
  return found;
}

}  // namespace

Tensor linalg_inv(const Tensor& a) {
  check_square("linalg_inv", a);
  const int64_t n = a.size(-1);
  Tensor in = dense(a), out = empty(a.sizes(), a.dtype());
  launch(
      [n, count = count_of(a)](const View& out, const In& in) {
        visit_floating(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < count; ++i)
            if (n && !kernels::invert<T>(n, in.data<T>() + i * n * n, out.data<T>() + i * n * n))
              singular("linalg_inv", i, in.sizes());
        });
      },
      out, in);
  if (should_record(a))
    record(out, "LinalgInvBackward", {a}, [a = Saved(a), x = Saved(detach(out))](const Tensor& g) -> Grads {
      Tensor inverse = transposed(grad_enabled() ? linalg_inv(a.get("LinalgInvBackward")) : x.get("LinalgInvBackward"));
      return {neg(matmul(matmul(inverse, g), inverse))};
    });
  return out;
}

Tensor linalg_solve(const Tensor& a, const Tensor& b) {
  check_square("linalg_solve", a);
  if (a.dtype() != b.dtype())
    fail("linalg_solve", "both operands must have one dtype, got ", name_of(a.dtype()), " and ", name_of(b.dtype()));
  const bool vector = b.dim() == 1 || b.sizes() == batched(a, {a.size(-1)});
  Tensor right = vector ? unsqueeze(b, -1) : b;
  if (right.dim() < 2 || right.size(-2) != a.size(-1))
    fail("linalg_solve", "matrix ", a.sizes(), " and right side ", b.sizes(),
         " do not fit: A·X = B needs as many rows");
  const Dims batch = broadcast_shapes(batched(a, {}), batched(right, {}), "linalg_solve");
  auto widened = [&batch](const Tensor& t) {
    Dims sizes = batch;
    sizes.push_back(t.size(-2));
    sizes.push_back(t.size(-1));
    return expand(t, sizes);
  };
  Tensor x = solve_matrix(widened(a), widened(right));
  return vector ? squeeze(x, -1) : x;
}

Tensor linalg_det(const Tensor& a) {
  check_square("linalg_det", a);
  auto [sign, log_abs] = log_determinant(a);
  Tensor out;
  {
    GradMode off(false);
    out = mul(sign, exp(log_abs));
  }
  if (should_record(a))
    record(out, "LinalgDetBackward", {a}, [a = Saved(a), result = Saved(detach(out))](const Tensor& g) -> Grads {
      const Tensor &matrix = a.get("LinalgDetBackward"), &det = result.get("LinalgDetBackward");
      Tensor factor = unsqueeze(unsqueeze(g, -1), -1);
      if (any_zero(det)) return {mul(factor, cofactors(matrix))};
      Tensor value = unsqueeze(unsqueeze(grad_enabled() ? linalg_det(matrix) : det, -1), -1);
      return {mul(mul(factor, value), transposed(linalg_inv(matrix)))};
    });
  return out;
}

std::tuple<Tensor, Tensor> linalg_slogdet(const Tensor& a) {
  check_square("linalg_slogdet", a);
  auto [sign, log_abs] = log_determinant(a);
  if (should_record(a))
    record(log_abs, "LinalgSlogdetBackward", {a}, [a = Saved(a)](const Tensor& g) -> Grads {
      return {mul(unsqueeze(unsqueeze(g, -1), -1), transposed(linalg_inv(a.get("LinalgSlogdetBackward"))))};
    });
  return {sign, log_abs};
}

Tensor linalg_cholesky(const Tensor& a) {
  check_square("linalg_cholesky", a);
  const int64_t n = a.size(-1);
  Tensor symmetric;
  {
    GradMode off(false);
    symmetric = contiguous(symmetric_part(a));
  }
  Tensor out = zeros(a.sizes(), a.dtype());
  launch(
      [n, count = count_of(a)](const View& out, const In& symmetric) {
        visit_floating(out.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < count; ++i)
            if (n && !kernels::cholesky<T>(n, symmetric.data<T>() + i * n * n, out.data<T>() + i * n * n))
              fail("linalg_cholesky", "matrix ", i, " of ", out.sizes(),
                   " is not positive definite. Add a small multiple of eye(n), or use linalg.eigh");
        });
      },
      out, symmetric);
  if (should_record(a))
    record(out, "LinalgCholeskyBackward", {a}, [a = Saved(a), l = Saved(detach(out))](const Tensor& g) -> Grads {
      Tensor lower =
          grad_enabled() ? linalg_cholesky(a.get("LinalgCholeskyBackward")) : l.get("LinalgCholeskyBackward");
      Tensor inner = tril(matmul(transposed(lower), g), 0);
      Tensor half = mul_scalar(plus(inner, tril(inner, -1)), Scalar(0.5));  // the diagonal counts half
      Tensor left = linalg_solve(transposed(lower), half);
      return {symmetric_part(transposed(linalg_solve(transposed(lower), transposed(left))))};
    });
  return out;
}

std::tuple<Tensor, Tensor> linalg_qr(const Tensor& a, bool complete) {
  check_matrix("linalg_qr", a);
  const int64_t m = a.size(-2), n = a.size(-1);
  if (m < n && should_record(a)) {  // Q of the left square; R goes on with Qᵀ times the rest
    auto [q, r] = linalg_qr(narrow(a, -1, 0, m), complete);
    return {q, cat({r, matmul(transposed(q), narrow(a, -1, m, n - m))}, -1)};
  }
  const int64_t k = complete ? m : std::min(m, n);
  Tensor in = dense(a), q = empty(batched(a, {m, k}), a.dtype()), r = empty(batched(a, {k, n}), a.dtype());
  launch(
      [m, n, k, complete, count = count_of(a)](const View& q, const View& r, const In& in) {
        visit_floating(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          for (int64_t i = 0; i < count; ++i)
            if (m && n)
              kernels::qr<T>(m, n, complete, in.data<T>() + i * m * n, q.data<T>() + i * m * k,
                             r.data<T>() + i * k * n);
        });
      },
      q, r, in);
  if (should_record(a)) {
    if (complete && m > n)
      fail("linalg_qr", "the complete Q of a tall matrix ", a.sizes(), " has no derivative; use mode 'reduced'");
    Tensor outputs[] = {q, r};
    record_many(outputs, "LinalgQrBackward", {a},
                [a = Saved(a), q = detach(q), r = detach(r)](std::span<const Tensor> g) -> Grads {
                  Tensor ortho = q, upper = r;
                  if (grad_enabled()) std::tie(ortho, upper) = linalg_qr(a.get("LinalgQrBackward"), false);
                  Tensor by_q = or_zeros(g[0], q.sizes(), q.dtype()), by_r = or_zeros(g[1], r.sizes(), r.dtype());
                  Tensor inner = minus(matmul(upper, transposed(by_r)), matmul(transposed(by_q), ortho));
                  Tensor mirrored = plus(tril(inner, 0), transposed(tril(inner, -1)));
                  Tensor sum = plus(by_q, matmul(ortho, mirrored));
                  return {transposed(linalg_solve(upper, transposed(sum)))};
                });
  }
  return {q, r};
}

std::tuple<Tensor, Tensor, Tensor> linalg_svd(const Tensor& a, bool full) {
  check_matrix("linalg_svd", a);
  const int64_t m = a.size(-2), n = a.size(-1), k = std::min(m, n), uc = full ? m : k, vr = full ? n : k;
  Tensor in = dense(a), u = zeros(batched(a, {m, uc}), a.dtype()), s = empty(batched(a, {k}), a.dtype()),
         vt = zeros(batched(a, {vr, n}), a.dtype());
  launch(
      [m, n, k, uc, vr, full, count = count_of(a)](const View& u, const View& s, const View& vt, const In& in) {
        visit_floating(in.dtype(), [&](auto tag) {
          using T = decltype(tag);
          std::vector<T> signs(static_cast<size_t>(uc));
          for (int64_t i = 0; i < count; ++i) {
            if (!k) continue;
            T *left = u.data<T>() + i * m * uc, *right = vt.data<T>() + i * vr * n;
            if (!kernels::svd<T>(m, n, full, in.data<T>() + i * m * n, left, s.data<T>() + i * k, right))
              fail("linalg_svd", "matrix ", i, " of ", in.sizes(), " does not converge: does it hold NaN or infinity?");
            column_signs(left, m, uc, signs.data());
            for (int64_t row = 0; row < m; ++row)
              for (int64_t c = 0; c < uc; ++c) left[row * uc + c] *= signs[static_cast<size_t>(c)];
            for (int64_t row = 0; row < k; ++row)
              for (int64_t c = 0; c < n; ++c) right[row * n + c] *= signs[static_cast<size_t>(row)];
          }
        });
      },
      u, s, vt, in);
  if (should_record(a)) {
    if (full && m != n)
      fail("linalg_svd", "full U and V of ", a.sizes(), " have no derivative; pass { fullMatrices: false }");
    Tensor outputs[] = {u, s, vt};
    record_many(
        outputs, "LinalgSvdBackward", {a},
        [a = Saved(a), u = detach(u), s = detach(s), vt = detach(vt), m, n, k](std::span<const Tensor> g) -> Grads {
          Tensor left = u, values = s, right = vt;
          if (grad_enabled()) std::tie(left, values, right) = linalg_svd(a.get("LinalgSvdBackward"), false);
          Tensor ut = transposed(left), v = transposed(right), gaps = inverse_gaps(square(values));
          Tensor inner = on_diagonal(or_zeros(g[1], s.sizes(), s.dtype()));
          Tensor result;
          auto put = [&result](const Tensor& part) { result = result.defined() ? plus(result, part) : part; };
          Tensor inverse = reciprocal(values);
          if (g[0].defined()) {
            Tensor projected = matmul(ut, g[0]);
            inner = plus(inner, times_columns(mul(skew(projected), gaps), values));
            if (m > k) put(matmul(times_columns(minus(g[0], matmul(left, projected)), inverse), right));
          }
          if (g[2].defined()) {
            Tensor by_v = transposed(g[2]), projected = matmul(right, by_v);
            inner = plus(inner, times_rows(values, mul(skew(projected), gaps)));
            if (n > k) put(matmul(left, times_rows(inverse, minus(g[2], matmul(transposed(projected), right)))));
          }
          put(matmul(matmul(left, inner), right));
          return {result};
        });
  }
  return {u, s, vt};
}

std::tuple<Tensor, Tensor> linalg_eigh(const Tensor& a) {
  check_square("linalg_eigh", a);
  const int64_t n = a.size(-1);
  Tensor symmetric;
  {
    GradMode off(false);
    symmetric = contiguous(symmetric_part(a));
  }
  Tensor values = empty(batched(a, {n}), a.dtype()), vectors = empty(a.sizes(), a.dtype());
  launch(
      [n, count = count_of(a)](const View& values, const View& vectors, const In& symmetric) {
        visit_floating(symmetric.dtype(), [&](auto tag) {
          using T = decltype(tag);
          std::vector<T> signs(static_cast<size_t>(n));
          for (int64_t i = 0; i < count; ++i) {
            if (!n) continue;
            T* columns = vectors.data<T>() + i * n * n;
            if (!kernels::eigh<T>(n, symmetric.data<T>() + i * n * n, values.data<T>() + i * n, columns))
              fail("linalg_eigh", "matrix ", i, " of ", symmetric.sizes(),
                   " does not converge: does it hold NaN or infinity?");
            column_signs(columns, n, n, signs.data());
            for (int64_t row = 0; row < n; ++row)
              for (int64_t c = 0; c < n; ++c) columns[row * n + c] *= signs[static_cast<size_t>(c)];
          }
        });
      },
      values, vectors, symmetric);
  if (should_record(a)) {
    Tensor outputs[] = {values, vectors};
    record_many(outputs, "LinalgEighBackward", {a},
                [a = Saved(a), l = detach(values), v = detach(vectors)](std::span<const Tensor> g) -> Grads {
                  Tensor lambda = l, basis = v;
                  if (grad_enabled()) std::tie(lambda, basis) = linalg_eigh(a.get("LinalgEighBackward"));
                  Tensor inner = on_diagonal(or_zeros(g[0], l.sizes(), l.dtype()));
                  if (g[1].defined()) inner = plus(inner, mul(matmul(transposed(basis), g[1]), inverse_gaps(lambda)));
                  return {symmetric_part(matmul(matmul(basis, inner), transposed(basis)))};
                });
  }
  return {values, vectors};
}

}  // namespace flint
