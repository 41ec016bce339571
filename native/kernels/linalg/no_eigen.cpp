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

#define FLINT_LINALG(T)                                               \
  template bool invert<T>(int64_t, const T*, T*);                     \
  template bool solve<T>(int64_t, int64_t, const T*, const T*, T*);   \
  template void determinant<T>(int64_t, const T*, T&, T&);            \
  template bool cholesky<T>(int64_t, const T*, T*);                   \
  template void qr<T>(int64_t, int64_t, bool, const T*, T*, T*);      \
  template bool svd<T>(int64_t, int64_t, bool, const T*, T*, T*, T*); \
  template bool eigh<T>(int64_t, const T*, T*, T*);
FLINT_LINALG(float)
FLINT_LINALG(double)

}  // namespace flint::kernels
