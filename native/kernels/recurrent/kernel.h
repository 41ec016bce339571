// One step of recurrent units for one sequence: what comes after the product of the state with its weight. All rows are
// contiguous; `h` is the number of hidden values, and the gates of a unit lie one after another, h values each.
#pragma once

#include <cstdint>

namespace flint::kernels {

enum class Unit { Tanh, Relu, Gru, Lstm };

constexpr int64_t gates_of(Unit unit) { return unit == Unit::Lstm ? 4 : unit == Unit::Gru ? 3 : 1; }
/// Values for each hidden one that the derivative needs beside the states: the gates; of a GRU the candidate's share of
/// the state as well.
constexpr int64_t kept_of(Unit unit) { return unit == Unit::Lstm || unit == Unit::Gru ? 4 : 0; }

template <class T>
struct RecurrentRows {
  /// `input` and `from_state` [gates · h] are the sums of the two products; `state` (and `cell` of an LSTM) [h] become
  /// the next, `kept` [kept_of · h] may be null.
  void (*forward)(Unit unit, int64_t h, const T* input, const T* from_state, T* state, T* cell, T* kept);
  /// From the gradient of the next state (and cell) to those of both sums; `d_state` becomes what reaches the state
  /// before directly, without the product, and `d_cell` the gradient of the cell before. `before`: the state before,
  /// `next` after the step; `cell_before`, `cell_next`: those of an LSTM.
  void (*backward)(Unit unit, int64_t h, const T* kept, const T* before, const T* next, const T* cell_before,
                   const T* cell_next, T* d_state, T* d_cell, T* d_input, T* d_from_state);
};
template <class T>
const RecurrentRows<T>& recurrent_portable();
template <class T>
const RecurrentRows<T>& recurrent_avx2();
template <class T>
const RecurrentRows<T>& recurrent_avx512();
/// Those of this processor. T: float, double.
template <class T>
const RecurrentRows<T>& recurrent_rows();

}  // namespace flint::kernels
