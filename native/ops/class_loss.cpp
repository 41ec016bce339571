// Losses over classes: log-softmax and the choice of the label in one pass, and the gradient in another.
#include <cmath>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/softmax/kernel.h"
#include "ops/activation.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/loss.h"
#include "ops/reduce.h"
#include "ops/reduction.h"
#include "ops/shape.h"

namespace flint {
namespace {

/// The classes brought to the last dimension, everything else to rows.
Tensor to_rows(const Tensor& x) {
  if (x.dim() == 1) return reshape(x, {1, x.size(0)});
  if (x.dim() == 2) return x;
  Dims order;
  for (int d = 0; d < x.dim(); ++d)
    if (d != 1) order.push_back(d);
  order.push_back(1);
  return reshape(permute(x, order), {x.numel() / std::max<int64_t>(x.size(1), 1), x.size(1)});
}

Dims target_shape(const Tensor& input) {
  Dims sizes = input.sizes();
  sizes.erase(input.dim() == 1 ? 0 : 1);
  return sizes;
}

void check_input(std::string_view op, const Tensor& input, const std::optional<Tensor>& weight) {
  if (!is_floating(input.dtype()))
    fail(op, "the input must be float32 or float64, got ", name_of(input.dtype()), "; convert it with .to('float32')");
  if (input.dim() == 0) fail(op, "the input must be [classes] or [n, classes, ...], got shape []");
  int64_t classes = input.dim() == 1 ? input.size(0) : input.size(1);
  if (weight && (weight->dim() != 1 || weight->size(0) != classes))
    fail(op, "the weight must be [", classes, "], one for each class, got ", weight->sizes());
  if (weight && weight->dtype() != input.dtype())
    fail(op, "the weight is ", name_of(weight->dtype()), ", the input ", name_of(input.dtype()));
}

/// Labels as contiguous int64, each one checked.
Tensor check_labels(std::string_view op, const Tensor& input, const Tensor& target, int64_t ignore) {
  Dims wanted = target_shape(input);
  if (is_floating(target.dtype()) || target.dtype() == DType::Bool)
    fail(op, "class labels must be whole numbers (int64), got ", name_of(target.dtype()), " ", target.sizes(),
         op == "cross_entropy" ? "; probabilities must have the input's shape "
                               : "; convert them with .to('int64'); input ",
         input.sizes());
  if (!(target.sizes() == wanted))
    fail(op, "input ", input.sizes(), " needs labels of shape ", wanted, ", got ", target.sizes(),
         target.numel() == wanted.numel() ? ". Did you mean target.flatten() or target.squeeze()?" : "");
  GradMode off(false);
  Tensor labels = contiguous(target.dtype() == DType::Int64 ? target : cast(target, DType::Int64));
  int64_t classes = input.dim() == 1 ? input.size(0) : input.size(1);
  launch(
      [op, ignore, classes, shape = input.sizes()](const In& labels) {
        const int64_t* at = labels.data<int64_t>();
        for (int64_t i = 0, n = labels.numel(); i < n; ++i)
          if (at[i] != ignore && (at[i] < 0 || at[i] >= classes))
            fail(op, "label ", at[i], " (at position ", i, ") is out of range: the input ", shape, " has ", classes,
                 " classes, 0..", classes - 1);
      },
      labels);
  return labels;
}

struct Labels {
  Tensor at;      // int64 [rows]
  Tensor weight;  // of classes; may be undefined
  int64_t ignore;
};

/// The same inside of a launch.
template <class T>
struct Read {
  const int64_t* at;
  int64_t rows;
  const T* weight;  // null: one for each class
  int64_t ignore;

  Read(const In& labels, const In& weight, int64_t ignore)
      : at(labels.data<int64_t>()),
        rows(labels.numel()),
        weight(weight.defined() ? weight.data<T>() : nullptr),
        ignore(ignore) {}
  bool counts(int64_t row) const { return at[row] != ignore; }
  T weight_of(int64_t row) const { return weight ? weight[at[row]] : T(1); }
  /// The factor of each row's gradient and value: 1, or 1 / the sum of the weights that count.
  T factor(Reduction reduction) const {
    if (reduction != Reduction::Mean) return T(1);
    double total = 0;
    for (int64_t i = 0; i < rows; ++i)
      if (counts(i)) total += static_cast<double>(weight_of(i));
    return static_cast<T>(1 / total);  // nothing counts: infinity, and 0 · infinity = NaN as in PyTorch
  }
};

/// -w[label] · log p[label] for rows of log-probabilities.
Tensor pick(const Tensor& logp, const Labels& labels, Reduction reduction) {
  int64_t rows = logp.size(0), classes = logp.size(1);
  Tensor out = reduction == Reduction::None ? empty({rows}, logp.dtype()) : empty({}, logp.dtype());
  launch(
      [rows, classes, reduction, ignore = labels.ignore](const View& out, const In& logp, const In& at,
                                                         const In& weight) {
        visit_floating(logp.dtype(), [&](auto x) {
          using T = decltype(x);
          const T* p = logp.data<T>();
          const Read<T> labels(at, weight, ignore);
          T* o = out.data<T>();
          double total = 0;
          for (int64_t r = 0; r < rows; ++r) {
            T value = labels.counts(r) ? -labels.weight_of(r) * p[r * classes + labels.at[r]] : T(0);
            if (reduction == Reduction::None) o[r] = value;
            total += static_cast<double>(value);
          }
          if (reduction != Reduction::None) *o = static_cast<T>(total * static_cast<double>(labels.factor(reduction)));
        });
      },
      out, logp, labels.at, labels.weight);
  return out;
}

/// The gradient of pick: -w[label] g / total at each label. With `logp` given, that of log-softmax before it as well.
Tensor spread(const Tensor& grad, const Dims& shape, DType dtype, const Labels& labels, Reduction reduction,
              const Tensor& logp) {
  Tensor g = contiguous(grad);
  int64_t rows = shape[0], classes = shape[1];
  Tensor out = empty(shape, dtype);
  launch(
      [rows, classes, reduction, ignore = labels.ignore](const View& out, const In& g, const In& logp, const In& at,
                                                         const In& weight) {
        visit_floating(out.dtype(), [&](auto x) {
          using T = decltype(x);
          const Read<T> labels(at, weight, ignore);
          const T factor = labels.factor(reduction);
          const T* gv = g.data<T>();
          T* o = out.data<T>();
          if (logp.defined())
            kernels::rows().unary[static_cast<int>(kernels::Unary::Exp)][static_cast<int>(dtype_of<T>())](
                o, logp.data<T>(), 1, 1, rows * classes, 0, 0);
          for (int64_t r = 0; r < rows; ++r, o += classes) {
            T s = labels.counts(r) ? labels.weight_of(r) * factor * gv[reduction == Reduction::None ? r : 0] : T(0);
            if (logp.defined())
              for (int64_t c = 0; c < classes; ++c) o[c] *= s;
            else
              for (int64_t c = 0; c < classes; ++c) o[c] = T(0);
            if (labels.counts(r)) o[labels.at[r]] -= s;
          }
        });
      },
      out, g, logp, labels.at, labels.weight);
  return out;
}

/// The constant matrix whose product with log-probabilities, summed, is the loss: for the graph of the gradient.
Tensor coefficients(const Dims& shape, DType dtype, const Labels& labels, Reduction reduction) {
  GradMode off(false);
  Tensor one = reduction == Reduction::None ? full({shape[0]}, Scalar(1.0), dtype) : full({}, Scalar(1.0), dtype);
  return spread(one, shape, dtype, labels, reduction, Tensor());
}

Tensor as_column(const Tensor& g, Reduction reduction) {
  return reduction == Reduction::None ? reshape(g, {g.numel(), 1}) : g;
}

Tensor nll_rows(const Tensor& logp, const Labels& labels, Reduction reduction) {
  Tensor dense;
  {
    GradMode off(false);
    dense = contiguous(logp);
  }
  Tensor out = pick(dense, labels, reduction);
  if (should_record(logp)) {
    record(out, "NllLossBackward", {logp},
           [labels, reduction, shape = logp.sizes(), dtype = logp.dtype()](const Tensor& g) {
             if (grad_enabled())
               return Grads{mul(as_column(g, reduction), coefficients(shape, dtype, labels, reduction))};
             return Grads{spread(g, shape, dtype, labels, reduction, Tensor())};
           });
  }
  return out;
}

/// log_softmax and nll in one node.
Tensor cross_entropy_rows(const Tensor& x, const Labels& labels, Reduction reduction) {
  Tensor logp;
  {
    GradMode off(false);
    logp = log_softmax(x, -1);
  }
  Tensor out = pick(logp, labels, reduction);
  if (should_record(x)) {
    record(out, "NllLossBackward", {x}, [x = Saved(x), logp, labels, reduction](const Tensor& g) {
      if (!grad_enabled()) return Grads{spread(g, logp.sizes(), logp.dtype(), labels, reduction, logp)};
      // Σ_c k_c log p_c has the gradient k - p Σ k.
      Tensor k = coefficients(logp.sizes(), logp.dtype(), labels, reduction);
      Tensor p = softmax(x.get("NllLossBackward"), -1);
      return Grads{mul(as_column(g, reduction), sub(k, mul(p, sum(k, Dims{1}, true, {})), Scalar(1)))};
    });
  }
  return out;
}

Tensor shaped(const Tensor& loss, const Tensor& input, Reduction reduction) {
  return reduction == Reduction::None && input.dim() != 2 ? reshape(loss, target_shape(input)) : loss;
}

Tensor cross_entropy_probabilities(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                                   Reduction reduction, double smoothing) {
  Tensor logp = log_softmax(to_rows(input), -1), t = to_rows(target);
  if (target.dtype() != input.dtype()) t = cast(t, input.dtype());
  double classes = static_cast<double>(logp.size(1));
  if (smoothing > 0) t = add_scalar(mul_scalar(t, Scalar(1 - smoothing)), Scalar(smoothing / classes));
  if (weight) t = mul(t, *weight);
  Tensor values = neg(sum(mul(t, logp), Dims{1}, false, {}));
  return shaped(reduce_loss(values, reduction), input, reduction);
}

}  // namespace

Tensor nll_loss(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight, int64_t ignore_index,
                std::string_view name) {
  check_input("nll_loss", input, weight);
  Reduction reduction = reduction_from("nll_loss", name);
  Labels labels{check_labels("nll_loss", input, target, ignore_index), weight ? contiguous(detach(*weight)) : Tensor(),
                ignore_index};
  labels.at = reshape(labels.at, {labels.at.numel()});
  return shaped(nll_rows(to_rows(input), labels, reduction), input, reduction);
}

Tensor cross_entropy(const Tensor& input, const Tensor& target, const std::optional<Tensor>& weight,
                     int64_t ignore_index, std::string_view name, double label_smoothing) {
  check_input("cross_entropy", input, weight);
  Reduction reduction = reduction_from("cross_entropy", name);
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    fail("cross_entropy", "label_smoothing must be in 0..1, got ", label_smoothing);
  if (is_floating(target.dtype()) && target.sizes() == input.sizes())
    return cross_entropy_probabilities(input, target, weight, reduction, label_smoothing);
  Labels labels{check_labels("cross_entropy", input, target, ignore_index),
                weight ? contiguous(detach(*weight)) : Tensor(), ignore_index};
  labels.at = reshape(labels.at, {labels.at.numel()});
  if (label_smoothing == 0) return shaped(cross_entropy_rows(to_rows(input), labels, reduction), input, reduction);

  // (1 - s) · nll + s / classes · (minus the weighted sum of all log-probabilities), rows that are ignored left out.
  Tensor logp = log_softmax(to_rows(input), -1);
  Tensor main = nll_rows(logp, labels, reduction);
  Tensor counts = ne_scalar(labels.at, Scalar(ignore_index));
  Tensor all = neg(sum(weight ? mul(logp, detach(*weight)) : logp, Dims{1}, false, {}));
  all = mul(all, cast(counts, input.dtype()));
  if (reduction == Reduction::Mean) {
    Tensor factor = empty({}, input.dtype());
    launch(
        [reduction, ignore = labels.ignore](const View& out, const In& at, const In& weight) {
          visit_floating(out.dtype(), [&](auto x) {
            using T = decltype(x);
            *out.data<T>() = Read<T>(at, weight, ignore).factor(reduction);
          });
        },
        factor, labels.at, labels.weight);
    all = mul(sum(all, Dims(), false, {}), factor);
  } else {
    all = reduce_loss(all, reduction);
  }
  double classes = static_cast<double>(logp.size(1));
  Tensor out =
      add(mul_scalar(main, Scalar(1 - label_smoothing)), mul_scalar(all, Scalar(label_smoothing / classes)), Scalar(1));
  return shaped(out, input, reduction);
}

}  // namespace flint
