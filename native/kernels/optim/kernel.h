// The arithmetic of optimizer steps on dense arrays of n elements; T: float, double.
#pragma once

#include <cstdint>

namespace flint::kernels {

struct SgdStep {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, maximize, first;
};
struct AdamStep {
  double lr, beta1, beta2, eps, weight_decay;
  bool decoupled, maximize;
  double correction1, correction2;  // 1 - beta^step
};
struct RmspropStep {
  double lr, alpha, eps, weight_decay, momentum;
  bool maximize;
};
struct AdagradStep {
  double lr, weight_decay, eps;
  bool maximize;
};
struct AdadeltaStep {
  double lr, rho, eps, weight_decay;
  bool maximize;
};

/// The rows of the table for one instruction set; pointers that a form does not use are null.
template <class T>
struct OptimKernels {
  void (*sgd)(const SgdStep&, int64_t n, T* p, const T* g, T* buffer);
  void (*adam)(const AdamStep&, int64_t n, T* p, const T* g, T* mean, T* square, T* largest);
  void (*rmsprop)(const RmspropStep&, int64_t n, T* p, const T* g, T* square, T* buffer, T* mean);
  void (*adagrad)(const AdagradStep&, int64_t n, T* p, const T* g, T* sum);
  void (*adadelta)(const AdadeltaStep&, int64_t n, T* p, const T* g, T* square, T* delta);
};

template <class T>
const OptimKernels<T>& optim_kernels();
template <class T>
const OptimKernels<T>& optim_portable();
template <class T>
const OptimKernels<T>& optim_avx2();
template <class T>
const OptimKernels<T>& optim_avx512();

}  // namespace flint::kernels
