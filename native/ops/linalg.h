// Inverses, determinants and decompositions of matrices in the last two dimensions; those before are a batch.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

Tensor linalg_inv(const Tensor& a);
/// `b` [..., n, m], or a vector [..., n] for each matrix.
Tensor linalg_solve(const Tensor& a, const Tensor& b);
Tensor linalg_det(const Tensor& a);
/// The sign of the determinant, and the logarithm of its absolute value.
std::tuple<Tensor, Tensor> linalg_slogdet(const Tensor& a);
/// Of the symmetric part of `a`.
Tensor linalg_cholesky(const Tensor& a);
std::tuple<Tensor, Tensor> linalg_qr(const Tensor& a, bool complete);
/// U, S and Vᵀ. Of each column of U the element that is largest in size is positive.
std::tuple<Tensor, Tensor, Tensor> linalg_svd(const Tensor& a, bool full);
/// Eigenvalues, rising, and eigenvectors of the symmetric part of `a`, with signs as those of U.
std::tuple<Tensor, Tensor> linalg_eigh(const Tensor& a);

inline constexpr auto linalg_ops = std::tuple{
    Op{"linalg_inv", &linalg_inv, "The inverse of each matrix."},
    Op{"linalg_solve", &linalg_solve, "X of A·X = B."},
    Op{"linalg_det", &linalg_det, "The determinant of each matrix."},
    Op{"linalg_slogdet", &linalg_slogdet, "The sign of the determinant, and the logarithm of its absolute value."},
    Op{"linalg_cholesky", &linalg_cholesky, "The lower triangle L of A = L·Lᵀ."},
    Op{"linalg_qr", &linalg_qr, "Q with orthonormal columns and the upper triangle R of A = Q·R."},
    Op{"linalg_svd", &linalg_svd, "U, the singular values, and Vᵀ of A = U·diag(S)·Vᵀ."},
    Op{"linalg_eigh", &linalg_eigh, "Eigenvalues, rising, and eigenvectors of symmetric matrices."},
};

}  // namespace flint
