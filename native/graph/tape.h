// A step as the engine did it: the launches of forward, backward and optimizer in their order, over memory that is
// planned once. Replaying it does the same arithmetic on the same kinds of inputs, without the operations above.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "flint/launch.h"
#include "flint/tensor.h"

namespace flint {

struct TapeParts;  // graph/parts.h

/// What a recorded step is made of.
struct TapeInfo {
  size_t launches;
  size_t planned_bytes;    // of the memory that intermediate results share
  size_t requested_bytes;  // of all intermediate results, were nothing shared
};

class Tape {
 public:
  ~Tape();
  /// Whether a tensor that the step uses became another one since: it will never fit again.
  bool is_stale() const;
  /// Whether a replay with these inputs does what the recorded function would: shapes, types and layouts of the inputs,
  /// the modes of autograd and autocast, and the gradients that the step adds to are as they were.
  bool fits(std::span<const Tensor> inputs) const;
  /// Runs the step. `numbers`: the values of live_number() in their order. Gives what the recorded function gave, in
  /// memory of its own. Throws as the operations do, for a label out of range.
  std::vector<Tensor> replay(std::span<const Tensor> inputs, std::span<const double> numbers);
  /// What the recorded function gave when it was recorded, on these inputs.
  std::vector<Tensor> recorded_results(std::span<const Tensor> inputs) const;
  /// The values of live_number() as they were recorded.
  std::vector<double> numbers() const;
  TapeInfo info() const;

 private:
  friend class Recording;
  explicit Tape(std::unique_ptr<TapeParts> parts);
  std::unique_ptr<TapeParts> parts_;
};

/// Records what this thread launches while it lives. There can be one for each thread.
class Recording {
 public:
  explicit Recording(std::span<const Tensor> inputs);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// The tensors that stand for the inputs: the function must be given these.
  const std::vector<Tensor>& inputs() const;
  /// Ends the recording. `outputs` is what the function gave.
  std::unique_ptr<Tape> finish(std::span<const Tensor> outputs);

 private:
  std::unique_ptr<TapeParts> parts_;
};

}  // namespace flint
