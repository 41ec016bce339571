// Recurrent networks over sequences of different lengths, packed as PyTorch packs them: the rows of every step one
// after another, the longest sequences first.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `data` [rows, inputs], of which `batch_sizes` (never growing) belong to each step; `h0` (and `c0`)
/// [layers·directions, batch, hidden]. `weights` hold for each layer and direction the weight of the input, the weight
/// of the state, and with `biases` their biases. Results: the last layer's states [rows, directions·hidden] and the
/// final states of all layers.
std::tuple<Tensor, Tensor> rnn(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                               const std::vector<Tensor>& weights, bool biases, int64_t layers, double dropout,
                               bool training, bool bidirectional, std::string_view nonlinearity);
std::tuple<Tensor, Tensor> gru(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                               const std::vector<Tensor>& weights, bool biases, int64_t layers, double dropout,
                               bool training, bool bidirectional);
std::tuple<Tensor, Tensor, Tensor> lstm(const Tensor& data, const std::vector<int64_t>& batch_sizes, const Tensor& h0,
                                        const Tensor& c0, const std::vector<Tensor>& weights, bool biases,
                                        int64_t layers, double dropout, bool training, bool bidirectional);
/// One step: `input` [batch, inputs], states [batch, hidden].
Tensor rnn_cell(const Tensor& input, const Tensor& h, const Tensor& w_ih, const Tensor& w_hh,
                const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh, std::string_view nonlinearity);
Tensor gru_cell(const Tensor& input, const Tensor& h, const Tensor& w_ih, const Tensor& w_hh,
                const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh);
std::tuple<Tensor, Tensor> lstm_cell(const Tensor& input, const Tensor& h, const Tensor& c, const Tensor& w_ih,
                                     const Tensor& w_hh, const std::optional<Tensor>& b_ih,
                                     const std::optional<Tensor>& b_hh);

inline constexpr auto recurrent_ops = std::tuple{
    Op{"rnn", &rnn, "Layers of h = tanh (or relu) of W·x + U·h over packed sequences: all states, and the last."},
    Op{"gru", &gru, "Layers of gated recurrent units over packed sequences: all states, and the last."},
    Op{"lstm", &lstm, "Layers of long short-term memory over packed sequences: all states, and the last h and c."},
    Op{"rnn_cell", &rnn_cell, "One step of a recurrent layer: the new state [batch, hidden]."},
    Op{"gru_cell", &gru_cell, "One step of a gated recurrent unit: the new state [batch, hidden]."},
    Op{"lstm_cell", &lstm_cell, "One step of long short-term memory: the new h and c [batch, hidden]."},
};

}  // namespace flint
