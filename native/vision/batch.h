// Batches: many images through one pipeline into one tensor, on all processors, at once or ahead of time.
#pragma once

#include <memory>
#include <vector>

#include "flint/tensor.h"
#include "vision/pipeline.h"

namespace flint::vision {

/// Images of a batch, uint8 or float32.
struct Samples {
  /// One tensor [count, channels, height, width], of which `rows` are taken; or, without rows, one for each sample:
  /// [channels, height, width], or [height, width, channels] where they are interleaved.
  std::vector<Tensor> images;
  std::vector<int64_t> rows;
  /// What the random numbers of each sample depend on: its index in its data set.
  std::vector<int64_t> keys;
  bool interleaved = false;

  void check() const;
  int64_t count() const { return static_cast<int64_t>(keys.size()); }
  Source source(int64_t i) const;
};

/// Runs the pipeline on one image, to floats where they are asked for. An error names the sample.
void transform_sample(const Pipeline& pipeline, Image& image, const Moment& at, bool floats, bool mask);
/// An error that says how a sample differs from the first of its batch; sizes are channels, height, width.
[[noreturn]] void sizes_differ(int64_t key, const Dims& own, int64_t first_key, const Dims& first);

/// The samples after the pipeline, [n, channels, height, width]: float32, or uint8 where nothing made floats of them
/// and `floats` does not ask for them (in 0..1).
Tensor transform_batch(std::shared_ptr<const Pipeline> pipeline, Samples samples, uint64_t seed, uint32_t epoch,
                       bool floats, bool mask);

/// The same, made by `threads` other threads while this one goes on; take() helps them and waits. What it reads must
/// not be changed before.
class BatchAhead {
 public:
  BatchAhead(std::shared_ptr<const Pipeline> pipeline, Samples samples, uint64_t seed, uint32_t epoch, bool floats,
             int threads);
  ~BatchAhead();
  Tensor take();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace flint::vision
