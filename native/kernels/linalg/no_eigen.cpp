// Built where Eigen is missing: every decomposition says so.
#include "flint/error.h"
#include "kernels/linalg/kernel.h"

namespace flint::kernels {
namespace {

[[noreturn]] void missing() {
  fail("linalg",
       "this engine was built without Eigen, which decompositions need. Install it (Debian: libeigen3-dev) and run "
       "\"npm start\" again");
}

}  // namespace

bool has_decompositions() { return false; }

template <class T>
bool invert(int64_t, const T*, T*) {
  missing();
}
template <class T>
bool solve(int64_t, int64_t, const T*, const T*, T*) {
  missing();
}
template <class T>
void determinant(int64_t, const T*, T&, T&) {
  missing();
}
template <class T>
bool cholesky(int64_t, const T*, T*) {
  missing();
}
template <class T>
void qr(int64_t, int64_t, bool, const T*, T*, T*) {
  missing();
}
template <class T>
bool svd(int64_t, int64_t, bool, const T*, T*, T*, T*) {
  missing();
}
template <class T>
bool eigh(int64_t, const T*, T*, T*) {
  missing();
}

FLINT_LINALG(float)
FLINT_LINALG(double)

}  // namespace flint::kernels
