// The loops over time, forwards and back. The products with the state are all that depends on the step before; the
// gradient of its weight is one product over all steps.
#include "ops/recurrent_sequence.h"

#include <algorithm>
#include <cstring>

#include "flint/autograd.h"
#include "flint/launch.h"
#include "kernels/matmul/kernel.h"
#include "kernels/parallel.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

std::vector<Tensor> SequenceInputs::all() const {
  std::vector<Tensor> list{projected};
  list.insert(list.end(), states.begin(), states.end());
  list.push_back(weight);
  if (bias) list.push_back(*bias);
  return list;
}

namespace {

using kernels::Gemm;
using kernels::Unit;

constexpr int64_t kGrainGates = 4 * 1024;  // that take about 20 microseconds

/// Where the rows of each step begin, and the order in which the steps are walked.
struct Steps {
  std::vector<int64_t> sizes, starts;
  bool backwards;

  Steps(const std::vector<int64_t>& sizes, bool backwards) : sizes(sizes), starts(sizes.size()), backwards(backwards) {
    for (size_t t = 1; t < sizes.size(); ++t) starts[t] = starts[t - 1] + sizes[t - 1];
  }
  /// Calls f(first row, rows) for each step in the order of the layer, or against it.
  template <class F>
  void each(bool reversed, F&& f) const {
    for (size_t i = 0; i < sizes.size(); ++i) {
      const size_t t = backwards == reversed ? i : sizes.size() - 1 - i;
      f(starts[t], sizes[t]);
    }
  }
};

/// What the forward loop leaves for the derivative, [rows, ...] each.
struct Kept {
  Tensor gates, before, cell_before, cell_next;
};

Gemm product(int64_t m, int64_t n, int64_t k) {
  Gemm g;
  g.m = m, g.n = n, g.k = k, g.ldb = n, g.ldc = n;
  return g;
}

template <class T>
SequenceResults forward(Unit unit, const SequenceInputs& in, const Steps& steps, Kept* kept) {
  const int64_t batch = steps.sizes[0], hidden = in.weight.size(1), gates = kernels::gates_of(unit) * hidden,
                width = kernels::kept_of(unit) * hidden, rows = in.projected.size(0);
  const DType dtype = in.projected.dtype();
  const bool has_cell = unit == Unit::Lstm;
  Tensor x = contiguous(detach(in.projected)), w = contiguous(detach(in.weight)),
         h = clone(contiguous(detach(in.states[0]))), c = has_cell ? clone(contiguous(detach(in.states[1]))) : Tensor(),
         out = empty({rows, hidden}, dtype), sums = empty({batch, gates}, dtype),
         bias = in.bias ? contiguous(detach(*in.bias)) : Tensor();
  if (kept) {
    kept->before = empty({rows, hidden}, dtype);
    if (width) kept->gates = empty({rows, width}, dtype);
    if (has_cell) kept->cell_before = empty({rows, hidden}, dtype), kept->cell_next = empty({rows, hidden}, dtype);
  }
  const Kept none, &keeps = kept ? *kept : none;
  launch(
      [=](const In& x, const In& w, const In& bias, const View& h, const View& c, const View& out, const View& sums,
          const View& before, const View& kept_gates, const View& cell_before, const View& cell_next) {
        const auto& unit_rows = kernels::recurrent_rows<T>();
        const size_t row_bytes = static_cast<size_t>(hidden) * sizeof(T);
        auto at = [](const auto& t, int64_t row, int64_t size) { return t.template data<T>() + row * size; };
        steps.each(false, [&](int64_t first, int64_t active) {
          const size_t bytes = static_cast<size_t>(active) * row_bytes;
          if (before.defined()) std::memcpy(at(before, first, hidden), h.data<T>(), bytes);
          if (cell_before.defined()) std::memcpy(at(cell_before, first, hidden), c.data<T>(), bytes);
          Gemm g = product(active, gates, hidden);
          g.lda = hidden, g.ldb = hidden, g.trans_b = true;
          kernels::gemm<T>(g, h.data<T>(), w.data<T>(), sums.data<T>(), bias.defined() ? bias.data<T>() : nullptr);
          kernels::parallel(active, 1 + kGrainGates / std::max<int64_t>(gates, 1), [&](int64_t from, int64_t to) {
            for (int64_t r = from; r < to; ++r) {
              unit_rows.forward(unit, hidden, at(x, first + r, gates), at(sums, r, gates), at(h, r, hidden),
                                has_cell ? at(c, r, hidden) : nullptr,
                                kept_gates.defined() ? at(kept_gates, first + r, width) : nullptr);
              std::memcpy(at(out, first + r, hidden), at(h, r, hidden), row_bytes);
              if (cell_next.defined()) std::memcpy(at(cell_next, first + r, hidden), at(c, r, hidden), row_bytes);
            }
          });
        });
      },
      x, w, bias, h, c, out, sums, keeps.before, keeps.gates, keeps.cell_before, keeps.cell_next);
  return has_cell ? SequenceResults{out, h, c} : SequenceResults{out, h};
}

/// Gradients in the order of SequenceInputs::all().
template <class T>
Grads backward(Unit unit, const Kept& kept, const Tensor& out, const Tensor& weight, bool has_bias, const Steps& steps,
               std::span<const Tensor> grads) {
  const int64_t batch = steps.sizes[0], hidden = weight.size(1), gates = kernels::gates_of(unit) * hidden,
                width = kernels::kept_of(unit) * hidden, rows = out.size(0);
  const bool has_cell = unit == Unit::Lstm, two_sums = unit == Unit::Gru;
  auto owned = [&](const Tensor& g) {
    return g.defined() ? clone(contiguous(g)) : zeros({batch, hidden}, out.dtype());
  };
  Tensor from_rows = grads[0].defined() ? contiguous(grads[0]) : Tensor(), d_h = owned(grads[1]),
         d_c = has_cell ? owned(grads[2]) : Tensor(), w = contiguous(weight),
         d_input = empty({rows, gates}, out.dtype()), d_sums = two_sums ? empty({rows, gates}, out.dtype()) : d_input;
  Tensor d_weight = empty({gates, hidden}, out.dtype());
  launch(
      [=](const View& d_weight, const View& d_input, const View& d_sums, const View& d_h, const View& d_c,
          const In& from_rows, const In& w, const In& out, const In& before, const In& kept_gates,
          const In& cell_before, const In& cell_next) {
        const auto& unit_rows = kernels::recurrent_rows<T>();
        auto at = [](const auto& t, int64_t row, int64_t size) { return t.template data<T>() + row * size; };
        auto maybe = [&at](const auto& t, int64_t row, int64_t size) {
          return t.defined() ? at(t, row, size) : nullptr;
        };
        steps.each(true, [&](int64_t first, int64_t active) {
          kernels::parallel(active, 1 + kGrainGates / std::max<int64_t>(gates, 1), [&](int64_t from, int64_t to) {
            for (int64_t r = from; r < to; ++r) {
              T* d = at(d_h, r, hidden);
              if (from_rows.defined()) {
                const T* more = at(from_rows, first + r, hidden);
                for (int64_t i = 0; i < hidden; ++i) d[i] += more[i];
              }
              const int64_t row = first + r;
              unit_rows.backward(unit, hidden, maybe(kept_gates, row, width), at(before, row, hidden),
                                 at(out, row, hidden), maybe(cell_before, row, hidden), maybe(cell_next, row, hidden),
                                 d, maybe(d_c, r, hidden), at(d_input, row, gates), at(d_sums, row, gates));
            }
          });
          Gemm g = product(active, hidden, gates);
          g.lda = gates;
          g.beta = two_sums ? 1 : 0;  // the state of a GRU also goes on as it is
          kernels::gemm<T>(g, at(d_sums, first, gates), w.data<T>(), d_h.data<T>());
        });
        Gemm g = product(gates, hidden, rows);
        g.lda = gates, g.trans_a = true;
        kernels::gemm<T>(g, d_sums.data<T>(), before.data<T>(), d_weight.data<T>());
      },
      d_weight, d_input, d_sums, d_h, d_c, from_rows, w, out, kept.before, kept.gates, kept.cell_before,
      kept.cell_next);
  Grads result{d_input, d_h};
  if (has_cell) result.push_back(d_c);
  result.push_back(d_weight);
  if (has_bias) result.push_back(sum(d_sums, {0}, false, std::nullopt));
  return result;
}

}  // namespace

SequenceResults run_sequence(Unit unit, const SequenceInputs& inputs, const std::vector<int64_t>& sizes, bool backwards,
                             std::function<SequenceResults(const SequenceInputs&)> composed) {
  const std::vector<Tensor> all = inputs.all();
  const Steps steps(sizes, backwards);
  const bool records =
      grad_enabled() && std::any_of(all.begin(), all.end(), [](const Tensor& t) { return t.needs_grad(); });
  SequenceResults results;
  Kept kept;
  {
    GradMode off(false);
    visit_floating(inputs.projected.dtype(),
                   [&](auto tag) { results = forward<decltype(tag)>(unit, inputs, steps, records ? &kept : nullptr); });
  }
  if (!records) return results;
  std::vector<Saved> saved;
  for (const Tensor& t : all) saved.emplace_back(t);
  auto derivative = [unit, kept, kept_out = Saved(detach(results[0])), saved, steps, composed,
                     states = inputs.states.size(),
                     has_bias = inputs.bias.has_value()](std::span<const Tensor> grads) -> Grads {
    std::vector<Tensor> given;
    for (const Saved& s : saved) given.push_back(s.get("RecurrentBackward"));
    if (grad_enabled()) {
      SequenceInputs again{given[0],
                           {given.begin() + 1, given.begin() + 1 + static_cast<int64_t>(states)},
                           given[1 + states],
                           has_bias ? std::optional(given[2 + states]) : std::nullopt};
      return composed_grads(composed(again), grads, given);
    }
    const Tensor& out = kept_out.get("RecurrentBackward");
    Grads result;
    visit_floating(out.dtype(), [&](auto tag) {
      result = backward<decltype(tag)>(unit, kept, out, given[1 + states], has_bias, steps, grads);
    });
    return result;
  };
  record_many(results, "RecurrentBackward", all, derivative);
  return results;
}

}  // namespace flint
