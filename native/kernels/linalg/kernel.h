// Decompositions of single matrices, row-major and dense. Made by Eigen where it is installed; without it each of them
// is an error that says what to install.
#pragma once

#include <cstdint>

namespace flint::kernels {

/// Whether the engine was built with Eigen.
bool has_decompositions();

/// False where the matrix is singular.
template <class T>
bool invert(int64_t n, const T* a, T* out);
/// X of A·X = B, B and X [n, m]. False where A is singular.
template <class T>
bool solve(int64_t n, int64_t m, const T* a, const T* b, T* out);
/// The sign of the determinant (0 of a singular matrix) and the logarithm of its absolute value.
template <class T>
void determinant(int64_t n, const T* a, T& sign, T& log_abs);
/// The lower triangle L of A = L·Lᵀ; reads the lower triangle of A. False where A is not positive definite.
template <class T>
bool cholesky(int64_t n, const T* a, T* out);
/// A [m, n] = Q·R with Q [m, k] and R [k, n]; k = m when `complete`, else the smaller of m and n.
template <class T>
void qr(int64_t m, int64_t n, bool complete, const T* a, T* q, T* r);
/// A [m, n] = U·diag(S)·Vᵀ, S falling; U [m, k], Vᵀ [k, n], or square when `full`. False where it does not converge.
template <class T>
bool svd(int64_t m, int64_t n, bool full, const T* a, T* u, T* s, T* vt);
/// A = V·diag(values)·Vᵀ of a symmetric matrix, values rising; reads the lower triangle.
template <class T>
bool eigh(int64_t n, const T* a, T* values, T* vectors);

/// The functions for one type; both files that define them make them for float and double.
#define FLINT_LINALG(T)                                               \
  template bool invert<T>(int64_t, const T*, T*);                     \
  template bool solve<T>(int64_t, int64_t, const T*, const T*, T*);   \
  template void determinant<T>(int64_t, const T*, T&, T&);            \
  template bool cholesky<T>(int64_t, const T*, T*);                   \
  template void qr<T>(int64_t, int64_t, bool, const T*, T*, T*);      \
  template bool svd<T>(int64_t, int64_t, bool, const T*, T*, T*, T*); \
  template bool eigh<T>(int64_t, const T*, T*, T*);

}  // namespace flint::kernels
