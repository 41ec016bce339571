// Batches of images out of a data set in memory.
#pragma once

#include <memory>

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// images[indices] · scale + shift as float32, in one pass: `images` uint8 [count, channels, height, width], `indices`
/// int64 [n], `scale` and `shift` float32 [channels].
Tensor image_batch(const Tensor& images, const Tensor& indices, const Tensor& scale, const Tensor& shift);

/// The same, made by `threads` other threads while this one goes on; take() helps them and waits. What it reads must
/// not be changed before.
class ImageBatchAhead {
 public:
  ImageBatchAhead(const Tensor& images, const Tensor& indices, const Tensor& scale, const Tensor& shift,
                  int threads = 1);
  ~ImageBatchAhead();
  Tensor take();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

inline constexpr auto image_batch_ops = std::tuple{
    Op{"image_batch", &image_batch, "Images of a set of bytes at the given indices, as float32 · scale + shift.",
       false},
};

}  // namespace flint
