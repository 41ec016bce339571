// The steps of the optimizers: all parameters of a group in one call, values changed in place.
#pragma once

#include <vector>

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

using Tensors = std::vector<Tensor>;

/// `buffers` is empty without momentum; `first`: the buffers hold nothing yet and take the gradient itself.
void sgd_step(const Tensors& params, const Tensors& grads, const Tensors& buffers, double lr, double momentum,
              double dampening, double weight_decay, bool nesterov, bool maximize, bool first);
/// `step` counts from 1. `largest` is empty without amsgrad. `decoupled`: the weight decay of AdamW.
void adam_step(const Tensors& params, const Tensors& grads, const Tensors& means, const Tensors& squares,
               const Tensors& largest, int64_t step, double lr, double beta1, double beta2, double eps,
               double weight_decay, bool decoupled, bool maximize);
/// `buffers` is empty without momentum, `means` empty unless centered.
void rmsprop_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& buffers,
                  const Tensors& means, double lr, double alpha, double eps, double weight_decay, double momentum,
                  bool maximize);
void adagrad_step(const Tensors& params, const Tensors& grads, const Tensors& sums, int64_t step, double lr,
                  double lr_decay, double weight_decay, double eps, bool maximize);
void adadelta_step(const Tensors& params, const Tensors& grads, const Tensors& squares, const Tensors& deltas,
                   double lr, double rho, double eps, double weight_decay, bool maximize);
/// Scales all gradients so that their common norm is at most `max_norm`; gives the norm before. norm_type may be
/// infinity.
Tensor clip_grad_norm(const Tensors& grads, double max_norm, double norm_type);
void clip_grad_value(const Tensors& grads, double limit);

inline constexpr auto optim_ops = std::tuple{
    Op{"sgd_step", &sgd_step, "One step of stochastic gradient descent over lists of tensors.", false},
    Op{"adam_step", &adam_step, "One step of Adam or AdamW over lists of tensors.", false},
    Op{"rmsprop_step", &rmsprop_step, "One step of RMSprop over lists of tensors.", false},
    Op{"adagrad_step", &adagrad_step, "One step of Adagrad over lists of tensors.", false},
    Op{"adadelta_step", &adadelta_step, "One step of Adadelta over lists of tensors.", false},
    Op{"clip_grad_norm", &clip_grad_norm, "Scales gradients to a common norm at most max_norm; the norm before.",
       false},
    Op{"clip_grad_value", &clip_grad_value, "Keeps each gradient value between -limit and limit.", false},
};

}  // namespace flint
