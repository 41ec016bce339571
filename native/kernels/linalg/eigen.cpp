// Decompositions by Eigen.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Dense>

#include "kernels/linalg/kernel.h"

namespace flint::kernels {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using In = Eigen::Map<const Matrix<T>>;
template <class T>
using Out = Eigen::Map<Matrix<T>>;

/// Whether a pivot of the decomposition is exactly zero, which is when LAPACK calls a matrix singular.
template <class Lu>
bool has_zero_pivot(const Lu& lu) {
  return (lu.matrixLU().diagonal().array() == 0).any();
}

}  // namespace

bool has_decompositions() { return true; }

template <class T>
bool invert(int64_t n, const T* a, T* out) {
  Eigen::PartialPivLU<Matrix<T>> lu(In<T>(a, n, n));
  if (has_zero_pivot(lu)) return false;
  Out<T>(out, n, n) = lu.inverse();
  return true;
}

template <class T>
bool solve(int64_t n, int64_t m, const T* a, const T* b, T* out) {
  Eigen::PartialPivLU<Matrix<T>> lu(In<T>(a, n, n));
  if (has_zero_pivot(lu)) return false;
  Out<T>(out, n, m) = lu.solve(In<T>(b, n, m));
  return true;
}

template <class T>
void determinant(int64_t n, const T* a, T& sign, T& log_abs) {
  Eigen::PartialPivLU<Matrix<T>> lu(In<T>(a, n, n));
  sign = static_cast<T>(lu.permutationP().determinant());
  log_abs = 0;
  for (int64_t i = 0; i < n; ++i) {
    const T pivot = lu.matrixLU()(i, i);
    sign = pivot == 0 ? T(0) : pivot < 0 ? -sign : sign;
    log_abs += std::log(std::abs(pivot));
  }
}

template <class T>
bool cholesky(int64_t n, const T* a, T* out) {
  Eigen::LLT<Matrix<T>> llt(In<T>(a, n, n));
  if (llt.info() != Eigen::Success) return false;
  Out<T>(out, n, n) = llt.matrixL();
  return true;
}

template <class T>
void qr(int64_t m, int64_t n, bool complete, const T* a, T* q, T* r) {
  Eigen::HouseholderQR<Matrix<T>> qr(In<T>(a, m, n));
  const int64_t k = complete ? m : std::min(m, n);
  Out<T>(q, m, k) = qr.householderQ() * Matrix<T>::Identity(m, k);
  Out<T>(r, k, n) = qr.matrixQR().topRows(k).template triangularView<Eigen::Upper>();
}

template <class T>
bool svd(int64_t m, int64_t n, bool full, const T* a, T* u, T* s, T* vt) {
  const unsigned parts = full ? Eigen::ComputeFullU | Eigen::ComputeFullV : Eigen::ComputeThinU | Eigen::ComputeThinV;
  Eigen::BDCSVD<Matrix<T>> svd(In<T>(a, m, n), parts);
  if (svd.info() != Eigen::Success) return false;
  const int64_t k = std::min(m, n);
  Out<T>(u, m, full ? m : k) = svd.matrixU();
  Out<T>(s, k, 1) = svd.singularValues();
  Out<T>(vt, full ? n : k, n) = svd.matrixV().transpose();
  return true;
}

template <class T>
bool eigh(int64_t n, const T* a, T* values, T* vectors) {
  Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(In<T>(a, n, n));
  if (solver.info() != Eigen::Success) return false;
  Out<T>(values, n, 1) = solver.eigenvalues();
  Out<T>(vectors, n, n) = solver.eigenvectors();
  return true;
}

FLINT_LINALG(float)
FLINT_LINALG(double)

}  // namespace flint::kernels
