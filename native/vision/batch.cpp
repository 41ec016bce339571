// The first sample tells what the batch looks like; then all others are written straight into it.
#include "vision/batch.h"

#include <algorithm>
#include <mutex>
#include <string>

#include "kernels/ahead.h"
#include "kernels/parallel.h"
#include "ops/shape.h"

namespace flint::vision {
namespace {

constexpr std::string_view kOp = "transforms";
constexpr int64_t kPartValues = 64 * 1024;  // of images that one part handles at least

Scratch& scratch_here() {
  thread_local Scratch scratch;
  return scratch;
}

/// ToTensor for what is still bytes at the end.
const Pipeline& to_floats() {
  static const Pipeline pipeline(std::vector<StepText>{{"ToTensor", "ToTensor#end", {}}});
  return pipeline;
}

class Batch {
 public:
  Batch(std::shared_ptr<const Pipeline> pipeline, Samples samples, uint64_t seed, uint32_t epoch, bool floats,
        bool mask)
      : pipeline_(std::move(pipeline)),
        samples_(std::move(samples)),
        seed_(seed),
        epoch_(epoch),
        floats_(floats),
        mask_(mask) {
    refuse_while_recording();
    samples_.check();
    for (Tensor& image : samples_.images) image = contiguous(image);
    transformed(0, [&](Image& image) {
      const Source first = samples_.source(0);
      out_ = empty({samples_.count(), image.channels(), image.height(), image.width()},
                   image.floats() ? DType::Float32 : DType::UInt8);
      const int64_t values = std::max(first.height * first.width * first.channels, out_.numel() / samples_.count());
      parts_ = std::clamp<int64_t>(samples_.count() * values / kPartValues, 1, std::min<int64_t>(samples_.count(), 64));
      address_ = static_cast<char*>(out_.address());
      put(0, image);
    });
  }

  int64_t parts() const { return parts_; }
  /// Samples of one part; what goes wrong is kept.
  void work(int64_t part) {
    const int64_t n = samples_.count();
    for (int64_t i = std::max<int64_t>(1, n * part / parts_); i < n * (part + 1) / parts_; ++i) {
      try {
        transformed(i, [&](Image& image) { put(i, image); });
      } catch (...) {
        std::lock_guard guard(lock_);
        if (failed_ < 0 || i < failed_) failed_ = i, error_ = std::current_exception();
        return;
      }
    }
  }
  Tensor result() const {
    if (error_) std::rethrow_exception(error_);
    return out_;
  }

 private:
  template <class F>
  void transformed(int64_t i, const F& use) const {
    Image image(samples_.source(i), scratch_here());
    transform_sample(*pipeline_, image, {seed_, epoch_, static_cast<uint64_t>(samples_.keys[i])}, floats_, mask_);
    use(image);
  }
  void put(int64_t i, Image& image) const {
    const Dims& sizes = out_.sizes();
    const Dims own{image.channels(), image.height(), image.width()}, first{sizes[1], sizes[2], sizes[3]};
    if (own != first) sizes_differ(samples_.keys[i], own, samples_.keys[0], first);
    if (image.floats() != (out_.dtype() == DType::Float32))
      fail(kOp, "sample ", samples_.keys[i], ": is ", image.floats() ? "float32" : "uint8",
           " after the transforms, but the first of the batch (sample ", samples_.keys[0], ") is ",
           name_of(out_.dtype()), "; let ToTensor be a step of its own, not one of a RandomApply");
    const int64_t values = sizes[1] * sizes[2] * sizes[3];
    if (out_.dtype() == DType::Float32)
      image.write(reinterpret_cast<float*>(address_) + i * values);
    else
      image.write(reinterpret_cast<uint8_t*>(address_) + i * values);
  }

  std::shared_ptr<const Pipeline> pipeline_;
  Samples samples_;
  uint64_t seed_;
  uint32_t epoch_;
  bool floats_, mask_;
  Tensor out_;
  char* address_ = nullptr;
  int64_t parts_ = 1, failed_ = -1;
  std::mutex lock_;
  std::exception_ptr error_;
};

}  // namespace

void transform_sample(const Pipeline& pipeline, Image& image, const Moment& at, bool floats, bool mask) {
  try {
    pipeline.run(image, at, mask);
    if (floats) to_floats().run(image, at);
  } catch (const Error& error) {
    const std::string prefix = "[" + error.op() + "] ", text = error.what();
    fail(error.op(), "sample ", at.sample, ": ", text.starts_with(prefix) ? text.substr(prefix.size()) : text);
  }
}

void sizes_differ(int64_t key, const Dims& own, int64_t first_key, const Dims& first) {
  fail(kOp, "sample ", key, ": is ", own[0], " x ", own[1], " x ", own[2],
       " after the transforms, but the first of the batch (sample ", first_key, ") is ", first[0], " x ", first[1],
       " x ", first[2],
       " (channels x height x width); add Resize([height, width]), CenterCrop or RandomCrop so that all are alike");
}

void Samples::check() const {
  if (keys.empty()) fail(kOp, "there are no images");
  const bool stacked = !rows.empty();
  if (stacked ? images.size() != 1 || rows.size() != keys.size() : images.size() != keys.size())
    fail(kOp, images.size(), " images and ", rows.size(), " rows do not fit ", keys.size(), " samples");
  for (const Tensor& image : images) {
    if (image.dtype() != DType::UInt8 && image.dtype() != DType::Float32)
      fail(kOp, "images must be uint8 in 0..255 or float32, got ", name_of(image.dtype()), " ", image.sizes());
    if (image.dim() != (stacked ? 4 : 3) || image.numel() == 0)
      fail(kOp, "an image must be ", interleaved ? "[height, width, channels]" : "[channels, height, width]",
           " and not empty, got ", image.sizes());
    if (image.dtype() != images[0].dtype()) fail(kOp, "images of one batch must have one type");
    for (int d = 0; d < image.dim(); ++d)
      if (image.size(d) > INT32_MAX) fail(kOp, "an image of ", image.sizes(), " is too large");
  }
  for (int64_t row : rows)
    if (row < 0 || row >= images[0].size(0))
      fail(kOp, "index ", row, " is out of range: there are ", images[0].size(0), " images");
}

Source Samples::source(int64_t i) const {
  const bool stacked = !rows.empty();
  const Tensor& image = images[stacked ? 0 : i];
  const bool is_float = image.dtype() == DType::Float32;
  const auto* data = static_cast<const char*>(image.address());
  if (interleaved) {
    const int64_t h = image.size(0), w = image.size(1), c = image.size(2);
    return {data, is_float, h, w, c, w * c, c, 1};
  }
  const int64_t c = image.size(-3), h = image.size(-2), w = image.size(-1);
  if (stacked) data += rows[i] * c * h * w * (is_float ? 4 : 1);
  return {data, is_float, h, w, c, w, 1, h * w};
}

Tensor transform_batch(std::shared_ptr<const Pipeline> pipeline, Samples samples, uint64_t seed, uint32_t epoch,
                       bool floats, bool mask) {
  Batch batch(std::move(pipeline), std::move(samples), seed, epoch, floats, mask);
  kernels::for_parts(batch.parts(), [&](int64_t part) { batch.work(part); });
  return batch.result();
}

struct BatchAhead::State {
  std::shared_ptr<Batch> batch;
  kernels::Ahead ahead;
};

BatchAhead::BatchAhead(std::shared_ptr<const Pipeline> pipeline, Samples samples, uint64_t seed, uint32_t epoch,
                       bool floats, int threads) {
  auto batch = std::make_shared<Batch>(std::move(pipeline), std::move(samples), seed, epoch, floats, false);
  const int64_t parts = batch->parts();
  state_ = std::make_shared<State>(
      State{batch, kernels::Ahead(parts, threads, [batch](int64_t part) { batch->work(part); })});
}
BatchAhead::~BatchAhead() = default;

Tensor BatchAhead::take() {
  state_->ahead.finish();
  return state_->batch->result();
}

}  // namespace flint::vision
