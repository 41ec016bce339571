// Decompositions by Eigen, all of them in float64: what they lose to rounding matters more than their speed, and Eigen
// takes a minute to compile for each type.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Dense>

#include "kernels/linalg/kernel.h"

namespace flint::kernels {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
Matrix in(const T* a, int64_t rows, int64_t columns) {
  using Own = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Own>(a, rows, columns).template cast<double>();
}

template <class T>
void out(const Matrix& m, T* to) {
  for (Eigen::Index i = 0; i < m.size(); ++i) to[i] = static_cast<T>(m.data()[i]);
}

/// Whether a pivot of the decomposition is exactly zero, which is when LAPACK calls a matrix singular.
template <class Lu>
bool has_zero_pivot(const Lu& lu) {
  return (lu.matrixLU().diagonal().array() == 0).any();
}

}  // namespace

bool has_decompositions() { return true; }

template <class T>
bool invert(int64_t n, const T* a, T* inverse) {
  Eigen::PartialPivLU<Matrix> lu(in(a, n, n));
  if (has_zero_pivot(lu)) return false;
  out<T>(lu.inverse(), inverse);
  return true;
}

template <class T>
bool solve(int64_t n, int64_t m, const T* a, const T* b, T* x) {
  Eigen::PartialPivLU<Matrix> lu(in(a, n, n));
  if (has_zero_pivot(lu)) return false;
  out<T>(lu.solve(in(b, n, m)), x);
  return true;
}

template <class T>
void determinant(int64_t n, const T* a, T& sign, T& log_abs) {
  Eigen::PartialPivLU<Matrix> lu(in(a, n, n));
  double direction = static_cast<double>(lu.permutationP().determinant()), log = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double pivot = lu.matrixLU()(i, i);
    direction = pivot == 0 ? 0 : pivot < 0 ? -direction : direction;
    log += std::log(std::abs(pivot));
  }
  sign = static_cast<T>(direction);
  log_abs = static_cast<T>(log);
}

template <class T>
bool cholesky(int64_t n, const T* a, T* lower) {
  Eigen::LLT<Matrix> llt(in(a, n, n));
  if (llt.info() != Eigen::Success) return false;
  out<T>(llt.matrixL(), lower);
  return true;
}

template <class T>
void qr(int64_t m, int64_t n, bool complete, const T* a, T* q, T* r) {
  Eigen::HouseholderQR<Matrix> qr(in(a, m, n));
  const int64_t k = complete ? m : std::min(m, n);
  out<T>(qr.householderQ() * Matrix::Identity(m, k), q);
  out<T>(qr.matrixQR().topRows(k).triangularView<Eigen::Upper>(), r);
}

template <class T>
bool svd(int64_t m, int64_t n, bool full, const T* a, T* u, T* s, T* vt) {
  const unsigned parts = full ? Eigen::ComputeFullU | Eigen::ComputeFullV : Eigen::ComputeThinU | Eigen::ComputeThinV;
  Eigen::BDCSVD<Matrix> svd(in(a, m, n), parts);
  if (svd.info() != Eigen::Success) return false;
  out<T>(svd.matrixU(), u);
  out<T>(svd.singularValues(), s);
  out<T>(svd.matrixV().transpose(), vt);
  return true;
}

template <class T>
bool eigh(int64_t n, const T* a, T* values, T* vectors) {
  Eigen::SelfAdjointEigenSolver<Matrix> solver(in(a, n, n));
  if (solver.info() != Eigen::Success) return false;
  out<T>(solver.eigenvalues(), values);
  out<T>(solver.eigenvectors(), vectors);
  return true;
}

FLINT_LINALG(float)
FLINT_LINALG(double)

}  // namespace flint::kernels
