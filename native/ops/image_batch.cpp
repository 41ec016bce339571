// Gathering, converting and normalising in one pass over memory; and the thread that does so ahead of time.
#include "ops/image_batch.h"

#include <algorithm>
#include <optional>

#include "flint/launch.h"
#include "kernels/ahead.h"
#include "kernels/parallel.h"
#include "kernels/pixels/kernel.h"
#include "ops/iterate.h"
#include "ops/shape.h"

namespace flint {
namespace {

constexpr std::string_view kOp = "image_batch";

/// What a batch is made of, and where it goes.
struct Work {
  const uint8_t* images;
  const int64_t* indices;
  const float *scale, *shift;
  float* out;
  int64_t count, channels, plane;

  void one(int64_t i) const {
    const int64_t image = channels * plane;
    for (int64_t c = 0; c < channels; ++c)
      kernels::pixels_to_floats(images + indices[i] * image + c * plane, plane, scale[c], shift[c],
                                out + i * image + c * plane);
  }
};

void check(const Tensor& images, const Tensor& indices, const Tensor& scale, const Tensor& shift) {
  if (images.dim() != 4 || images.dtype() != DType::UInt8)
    fail(kOp, "the images must be uint8 [count, channels, height, width], got ", name_of(images.dtype()), " ",
         images.sizes());
  if (indices.dim() != 1 || indices.dtype() != DType::Int64)
    fail(kOp, "the indices must be int64 [n], got ", name_of(indices.dtype()), " ", indices.sizes());
  for (const Tensor* t : {&scale, &shift})
    if (t->dim() != 1 || t->size(0) != images.size(1) || t->dtype() != DType::Float32)
      fail(kOp, "scale and shift must be float32 [", images.size(1), "], one for each channel, got ",
           name_of(t->dtype()), " ", t->sizes());
}

void check_indices(const int64_t* indices, int64_t n, int64_t count) {
  for (int64_t i = 0; i < n; ++i)
    if (indices[i] < 0 || indices[i] >= count)
      fail(kOp, "index ", indices[i], " is out of range: there are ", count, " images");
}

Dims batch_sizes(const Tensor& images, const Tensor& indices) {
  return {indices.size(0), images.size(1), images.size(2), images.size(3)};
}

}  // namespace

Tensor image_batch(const Tensor& images, const Tensor& indices, const Tensor& scale, const Tensor& shift) {
  check(images, indices, scale, shift);
  Tensor out = empty(batch_sizes(images, indices), DType::Float32);
  launch(
      [](const View& out, const In& images, const In& indices, const In& scale, const In& shift) {
        const Work work{
            images.data<uint8_t>(), indices.data<int64_t>(), scale.data<float>(), shift.data<float>(),
            out.data<float>(),      images.size(0),          images.size(1),      images.size(2) * images.size(3)};
        check_indices(work.indices, indices.numel(), work.count);
        kernels::parallel(indices.numel(), 1 + kParallelElements / (1 + work.channels * work.plane),
                          [&](int64_t from, int64_t to) {
                            for (int64_t i = from; i < to; ++i) work.one(i);
                          });
      },
      out, contiguous(images), contiguous(indices), contiguous(scale), contiguous(shift));
  return out;
}

struct ImageBatchAhead::State {
  Tensor images, indices, scale, shift, out;
  std::optional<kernels::Ahead> ahead;
};

ImageBatchAhead::ImageBatchAhead(const Tensor& images, const Tensor& indices, const Tensor& scale, const Tensor& shift,
                                 int threads)
    : state_(std::make_shared<State>()) {
  check(images, indices, scale, shift);
  State& s = *state_;
  s.images = contiguous(images), s.indices = contiguous(indices);
  s.scale = contiguous(scale), s.shift = contiguous(shift);
  s.out = empty(batch_sizes(images, indices), DType::Float32);
  const Work work{s.images.data<uint8_t>(), s.indices.data<int64_t>(),
                  s.scale.data<float>(),    s.shift.data<float>(),
                  s.out.data<float>(),      images.size(0),
                  images.size(1),           images.size(2) * images.size(3)};
  const int64_t n = indices.numel();
  check_indices(work.indices, n, work.count);
  const int64_t parts = std::clamp<int64_t>(s.out.numel() / kParallelElements, 1, std::max<int64_t>(1, n));
  // The tensors live until the last part is done, also where nobody takes the batch.
  s.ahead.emplace(parts, threads,
                  [work, n, parts, images = s.images, indices = s.indices, scale = s.scale, shift = s.shift,
                   out = s.out](int64_t part) {
                    for (int64_t i = n * part / parts; i < n * (part + 1) / parts; ++i) work.one(i);
                  });
}
ImageBatchAhead::~ImageBatchAhead() = default;

Tensor ImageBatchAhead::take() {
  state_->ahead->finish();
  return state_->out;
}

}  // namespace flint
