// Recurrent networks. What does not depend on the state, the product with the input, is taken out of the loop over
// time: one product for all steps. Each unit is written once with differentiable operations, which cells and
// derivatives of derivatives use; layers run through recurrent_sequence.cpp.
#include "ops/recurrent.h"

#include <algorithm>

#include "flint/autograd.h"
#include "ops/activation.h"
#include "ops/dropout.h"
#include "ops/elementwise.h"
#include "ops/matmul.h"
#include "ops/parts.h"
#include "ops/recurrent_sequence.h"
#include "ops/shape.h"

namespace flint {
namespace {

using State = std::vector<Tensor>;  // h, and c of an LSTM: [batch, hidden] each

/// The parameters of one layer in one direction.
struct Weights {
  Tensor input, state;
  std::optional<Tensor> input_bias, state_bias;
};

Tensor sum_of(const std::optional<Tensor>& a, const std::optional<Tensor>& b) {
  return a && b ? add(*a, *b, Scalar(1)) : a ? *a : b ? *b : Tensor();
}
std::optional<Tensor> maybe(const Tensor& t) { return t.defined() ? std::optional(t) : std::nullopt; }

/// `count` equal parts of the last dimension.
std::vector<Tensor> gates(const Tensor& x, int64_t count) {
  const int64_t width = x.size(-1) / count;
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < count; ++i) parts.push_back(narrow(x, x.dim() - 1, i * width, width));
  return parts;
}

// Each kind of unit says how many gates it has, what of it does not need the state, and what one step is.

struct Plain {
  static constexpr int64_t kGates = 1;
  static constexpr std::string_view kOp = "rnn";
  static constexpr bool kStateBias = false;
  bool rectified;
  kernels::Unit unit() const { return rectified ? kernels::Unit::Relu : kernels::Unit::Tanh; }

  static Tensor project(const Tensor& x, const Weights& w) {
    return linear(x, w.input, maybe(sum_of(w.input_bias, w.state_bias)));
  }
  State step(const Tensor& projected, const State& state, const Weights& w) const {
    Tensor sum = add(projected, linear(state[0], w.state, {}), Scalar(1));
    return {rectified ? relu(sum) : tanh(sum)};
  }
};

struct Gru {
  static constexpr int64_t kGates = 3;
  static constexpr std::string_view kOp = "gru";
  static constexpr bool kStateBias = true;  // the reset gate acts on it
  static kernels::Unit unit() { return kernels::Unit::Gru; }

  static Tensor project(const Tensor& x, const Weights& w) { return linear(x, w.input, w.input_bias); }
  State step(const Tensor& projected, const State& state, const Weights& w) const {
    const int64_t hidden = w.state.size(1);
    Tensor from_state = linear(state[0], w.state, w.state_bias);
    Tensor both = sigmoid(add(narrow(projected, 1, 0, 2 * hidden), narrow(from_state, 1, 0, 2 * hidden), Scalar(1)));
    std::vector<Tensor> reset_update = gates(both, 2);
    Tensor candidate = tanh(add(narrow(projected, 1, 2 * hidden, hidden),
                                mul(reset_update[0], narrow(from_state, 1, 2 * hidden, hidden)), Scalar(1)));
    return {add(candidate, mul(reset_update[1], sub(state[0], candidate, Scalar(1))), Scalar(1))};
  }
};

struct Lstm {
  static constexpr int64_t kGates = 4;
  static constexpr std::string_view kOp = "lstm";
  static constexpr bool kStateBias = false;
  static kernels::Unit unit() { return kernels::Unit::Lstm; }

  static Tensor project(const Tensor& x, const Weights& w) {
    return linear(x, w.input, maybe(sum_of(w.input_bias, w.state_bias)));
  }
  State step(const Tensor& projected, const State& state, const Weights& w) const {
    std::vector<Tensor> g = gates(add(projected, linear(state[0], w.state, {}), Scalar(1)), 4);
    Tensor c = add(mul(sigmoid(g[1]), state[1]), mul(sigmoid(g[0]), tanh(g[2])), Scalar(1));
    return {mul(sigmoid(g[3]), tanh(c)), c};
  }
};

/// A layer in one direction over packed rows, of differentiable operations. Sequences that are over (or, backwards, not
/// yet begun) keep their state.
template <class Unit>
SequenceResults compose(const Unit& unit, const SequenceInputs& in, const std::vector<int64_t>& sizes, bool backwards) {
  std::vector<int64_t> starts(sizes.size(), 0);
  for (size_t t = 1; t < sizes.size(); ++t) starts[t] = starts[t - 1] + sizes[t - 1];
  const int64_t batch = sizes[0];
  const Weights w{{}, in.weight, {}, in.bias};
  std::vector<Tensor> rows(sizes.size());
  State state = in.states;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const size_t t = backwards ? sizes.size() - 1 - i : i;
    const int64_t active = sizes[t];
    State now = state;
    if (active < batch)
      for (Tensor& part : now) part = narrow(part, 0, 0, active);
    now = unit.step(narrow(in.projected, 0, starts[t], active), now, w);
    rows[t] = now[0];
    for (size_t k = 0; k < state.size(); ++k)
      state[k] = active < batch ? cat({now[k], narrow(state[k], 0, active, batch - active)}, 0) : now[k];
  }
  SequenceResults results{cat(rows, 0)};
  results.insert(results.end(), state.begin(), state.end());
  return results;
}

template <class Unit>
Tensor run_direction(const Unit& unit, const Tensor& data, const std::vector<int64_t>& sizes, const Weights& w,
                     State& state, bool backwards) {
  SequenceInputs inputs{Unit::project(data, w), state, w.state, Unit::kStateBias ? w.state_bias : std::nullopt};
  const std::vector<Tensor> all = inputs.all();
  const DType type = inputs.projected.dtype();
  const bool alike = is_floating(type) && !is_half(type) &&
                     std::all_of(all.begin(), all.end(), [type](const Tensor& t) { return t.dtype() == type; });
  auto composed = [unit, sizes, backwards](const SequenceInputs& again) {
    return compose(unit, again, sizes, backwards);
  };
  SequenceResults results = alike ? run_sequence(unit.unit(), inputs, sizes, backwards, composed) : composed(inputs);
  state.assign(results.begin() + 1, results.end());
  return results[0];
}

void check_sizes(std::string_view op, const std::vector<int64_t>& sizes, int64_t rows) {
  int64_t total = 0, last = rows;
  for (int64_t n : sizes) {
    if (n < 1 || n > last) fail(op, "the batch sizes must be at least 1 and never grow, got ", n, " after ", last);
    total += last = n;
  }
  if (sizes.empty()) fail(op, "there must be at least one step, got an empty sequence");
  if (total != rows) fail(op, "the batch sizes must add up to the ", rows, " rows of the data, got ", total);
}

void check_weight(std::string_view op, std::string_view name, const Tensor& w, const Dims& wanted) {
  if (!(w.sizes() == wanted)) fail(op, "the ", name, " must be ", wanted, ", got ", w.sizes());
}

/// The parameters of one layer and direction out of the flat list, their shapes checked.
Weights take(std::string_view op, const std::vector<Tensor>& all, size_t at, bool biases, int64_t gate_rows,
             int64_t inputs, int64_t hidden) {
  Weights w{all[at], all[at + 1], {}, {}};
  check_weight(op, "weight of the input", w.input, {gate_rows, inputs});
  check_weight(op, "weight of the state", w.state, {gate_rows, hidden});
  if (biases) {
    w.input_bias = all[at + 2];
    w.state_bias = all[at + 3];
    check_weight(op, "bias of the input", *w.input_bias, {gate_rows});
    check_weight(op, "bias of the state", *w.state_bias, {gate_rows});
  }
  return w;
}

/// All layers; `states` are the first of each kind and become the last.
template <class Unit>
Tensor run_layers(const Unit& unit, const Tensor& data, const std::vector<int64_t>& sizes, std::vector<Tensor>& states,
                  const std::vector<Tensor>& weights, bool biases, int64_t layers, double dropout_p, bool training,
                  bool bidirectional) {
  constexpr std::string_view op = Unit::kOp;
  if (data.dim() != 2) fail(op, "the packed data must be [rows, inputs], got ", data.sizes());
  check_sizes(op, sizes, data.size(0));
  const int64_t directions = bidirectional ? 2 : 1;
  const size_t each = biases ? 4 : 2;
  if (layers < 1 || weights.size() != static_cast<size_t>(layers * directions) * each)
    fail(op, layers, " layers in ", directions, " directions need ", layers * directions * static_cast<int64_t>(each),
         " weights, got ", weights.size());
  const int64_t hidden = weights[1].dim() == 2 ? weights[1].size(1) : 0;
  for (const Tensor& state : states)
    if (!(state.sizes() == Dims{layers * directions, sizes[0], hidden}))
      fail(op, "the first state must be [layers * directions, batch, hidden] = ",
           Dims{layers * directions, sizes[0], hidden}, ", got ", state.sizes());

  std::vector<std::vector<Tensor>> finals(states.size());
  Tensor x = data;
  for (int64_t layer = 0; layer < layers; ++layer) {
    std::vector<Tensor> outputs;
    for (int64_t direction = 0; direction < directions; ++direction) {
      const int64_t index = layer * directions + direction;
      Weights w =
          take(op, weights, static_cast<size_t>(index) * each, biases, Unit::kGates * hidden, x.size(1), hidden);
      State state;
      for (const Tensor& s : states) state.push_back(select(s, 0, index));
      outputs.push_back(run_direction(unit, x, sizes, w, state, direction == 1));
      for (size_t k = 0; k < state.size(); ++k) finals[k].push_back(state[k]);
    }
    x = directions == 1 ? outputs[0] : cat(outputs, 1);
    if (dropout_p > 0 && layer + 1 < layers) x = dropout(x, dropout_p, training);
  }
  for (size_t k = 0; k < states.size(); ++k) states[k] = stack(finals[k], 0);
  return x;
}

bool rectifies(std::string_view op, std::string_view nonlinearity) {
  if (nonlinearity != "tanh" && nonlinearity != "relu")
    fail(op, "the nonlinearity must be 'tanh' or 'relu', got '", nonlinearity, "'");
  return nonlinearity == "relu";
}

template <class Unit>
State run_cell(const Unit& unit, std::string_view op, const Tensor& input, const State& state, const Tensor& w_ih,
               const Tensor& w_hh, const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {
  if (input.dim() != 2) fail(op, "the input must be [batch, inputs], got ", input.sizes());
  const int64_t hidden = w_hh.dim() == 2 ? w_hh.size(1) : 0, rows = Unit::kGates * hidden;
  check_weight(op, "weight of the input", w_ih, {rows, input.size(1)});
  check_weight(op, "weight of the state", w_hh, {rows, hidden});
  for (const Tensor& s : state)
    if (!(s.sizes() == Dims{input.size(0), hidden}))
      fail(op, "the state must be [batch, hidden] = ", Dims{input.size(0), hidden}, ", got ", s.sizes());
  Weights w{w_ih, w_hh, b_ih, b_hh};
  return unit.step(Unit::project(input, w), state, w);
}

}  // namespace

std::tuple<Tensor, Tensor> rnn(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                               const std::vector<Tensor>& weights, bool biases, int64_t layers, double dropout,
                               bool training, bool bidirectional, std::string_view nonlinearity) {
  std::vector<Tensor> states{h0};
  Tensor out = run_layers(Plain{rectifies("rnn", nonlinearity)}, data, batch_sizes, states, weights, biases, layers,
                          dropout, training, bidirectional);
  return {out, states[0]};
}

std::tuple<Tensor, Tensor> gru(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                               const std::vector<Tensor>& weights, bool biases, int64_t layers, double dropout,
                               bool training, bool bidirectional) {
  std::vector<Tensor> states{h0};
  Tensor out = run_layers(Gru{}, data, batch_sizes, states, weights, biases, layers, dropout, training, bidirectional);
  return {out, states[0]};
}

std::tuple<Tensor, Tensor, Tensor> lstm(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                                        const Tensor& c0, const std::vector<Tensor>& weights, bool biases,
                                        int64_t layers, double dropout, bool training, bool bidirectional) {
  std::vector<Tensor> states{h0, c0};
  Tensor out = run_layers(Lstm{}, data, batch_sizes, states, weights, biases, layers, dropout, training, bidirectional);
  return {out, states[0], states[1]};
}

Tensor rnn_cell(const Tensor& input, const Tensor& h, const Tensor& w_ih, const Tensor& w_hh,
                const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh, std::string_view nonlinearity) {
  return run_cell(Plain{rectifies("rnn_cell", nonlinearity)}, "rnn_cell", input, {h}, w_ih, w_hh, b_ih, b_hh)[0];
}

Tensor gru_cell(const Tensor& input, const Tensor& h, const Tensor& w_ih, const Tensor& w_hh,
                const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {
  return run_cell(Gru{}, "gru_cell", input, {h}, w_ih, w_hh, b_ih, b_hh)[0];
}

std::tuple<Tensor, Tensor> lstm_cell(const Tensor& input, const Tensor& h, const Tensor& c, const Tensor& w_ih,
                                     const Tensor& w_hh, const std::optional<Tensor>& b_ih,
                                     const std::optional<Tensor>& b_hh) {
  State state = run_cell(Lstm{}, "lstm_cell", input, {h, c}, w_ih, w_hh, b_ih, b_hh);
  return {state[0], state[1]};
}

}  // namespace flint
