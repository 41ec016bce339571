// Each image is a part of the work of its own, so that large ones hold nobody up.
#include "vision/files.h"

#include <algorithm>

#include "kernels/parallel.h"
#include "ops/shape.h"
#include "vision/batch.h"

namespace flint::vision {

/// Thrown for an image that needs memory which only the caller's thread can get.
struct Postponed {};

struct Openings::State {
  std::vector<Place> places;
  Decoding decoding;
  UseImage use;
  enum class Is : char { Open, Done, NotTaken, Postponed };
  std::vector<Is> all;  // each written by one thread
  std::mutex lock;
  int64_t failed = -1;
  std::exception_ptr error;

  void open(int64_t i) {
    thread_local Encoded image;
    Is& is = all[static_cast<size_t>(i)];
    try {
      use(i, image.open(places[static_cast<size_t>(i)], decoding), image);
      is = Is::Done;
    } catch (NotTaken) {
      is = Is::NotTaken;
    } catch (Postponed) {
      is = Is::Postponed;
    } catch (...) {
      is = Is::Done;
      std::lock_guard guard(lock);
      if (failed < 0 || i < failed) failed = i, error = std::current_exception();
    }
    image.close();
  }
};

Openings::Openings(std::vector<Place> places, const Decoding& decoding, UseImage use)
    : state_(std::make_shared<State>()) {
  state_->all.resize(places.size());
  state_->places = std::move(places), state_->decoding = decoding, state_->use = std::move(use);
}

size_t Openings::count() const { return state_->places.size(); }

void Openings::begin(int threads) {
  if (threads < 1) return;
  const auto count = static_cast<int64_t>(state_->places.size());
  ahead_ = std::make_unique<kernels::Ahead>(count, threads, [state = state_](int64_t i) { state->open(i); });
}

std::vector<int64_t> Openings::wait(const std::function<void()>& alone) {
  const auto count = static_cast<int64_t>(state_->places.size());
  if (ahead_) {
    ahead_->finish();
  } else {
    std::atomic<int64_t> next{0};
    kernels::for_parts(std::min<int64_t>(count, threads()), [&](int64_t) {
      for (int64_t i; (i = next.fetch_add(1)) < count;) state_->open(i);
    });
  }
  if (alone) alone();
  std::vector<int64_t> left;
  for (int64_t i = 0; i < count; ++i) {
    const auto is = state_->all[static_cast<size_t>(i)];
    if (is == State::Is::Postponed) state_->open(i);
    if (state_->all[static_cast<size_t>(i)] == State::Is::NotTaken) left.push_back(i);
  }
  return left;
}

void Openings::check() const {
  if (state_->error) std::rethrow_exception(state_->error);
}

std::vector<FilesAhead::Decoded> FilesAhead::take() {
  openings_.wait();
  openings_.check();
  return std::move(*images_);
}

FilesAhead::FilesAhead(std::vector<Place> places, const Decoding& decoding, int threads)
    : images_(std::make_shared<std::vector<Decoded>>(places.size())),
      openings_(std::move(places), decoding, [images = images_](int64_t i, const Source& size, Encoded& encoded) {
        thread_local Scratch scratch;
        Image image(size, scratch, encoded);
        image.load();
        Decoded& out = (*images)[static_cast<size_t>(i)];
        out.height = size.height, out.width = size.width;
        out.pixels.resize(static_cast<size_t>(size.height * size.width * size.channels));
        image.write_interleaved(out.pixels.data());
      }) {
  openings_.begin(threads);
}

struct FileBatchAhead::State {
  std::shared_ptr<const Pipeline> pipeline;
  std::vector<int64_t> keys;
  uint64_t seed;
  uint32_t epoch;
  std::vector<Dims> sizes;
  std::mutex lock;
  Tensor out;
  bool alone = false;  // the caller's thread goes on, the others have ended

  Moment moment(int64_t i) const { return {seed, epoch, static_cast<uint64_t>(keys[static_cast<size_t>(i)])}; }

  /// Where the i-th image goes; null where it has another size than the batch, which is an error in the end.
  float* target(int64_t i, const Image& image) {
    const Dims size{image.channels(), image.height(), image.width()};
    std::lock_guard guard(lock);
    sizes[static_cast<size_t>(i)] = size;
    if (!out.defined()) {
      try {
        out = empty({static_cast<int64_t>(keys.size()), size[0], size[1], size[2]}, DType::Float32);
      } catch (const Error&) {
        if (!alone) throw Postponed{};
        throw;
      }
    }
    if (Dims{out.size(1), out.size(2), out.size(3)} != size) return nullptr;
    return static_cast<float*>(out.address()) + i * size.numel();
  }

  void make(int64_t i, Image& image) {
    transform_sample(*pipeline, image, moment(i), true, false);
    image.load();  // before the batch takes its size from an image that turns out damaged
    if (float* values = target(i, image)) image.write(values);
  }
};

FileBatchAhead::FileBatchAhead(std::shared_ptr<const Pipeline> pipeline, std::vector<Place> places,
                               std::vector<int64_t> keys, const Decoding& decoding, uint64_t seed, uint32_t epoch,
                               int threads)
    : state_(std::make_shared<State>()),
      openings_(std::move(places), decoding, [state = state_](int64_t i, const Source& size, Encoded& encoded) {
        thread_local Scratch scratch;
        Image image(size, scratch, encoded);
        state->make(i, image);
      }) {
  refuse_while_recording();
  state_->pipeline = std::move(pipeline), state_->keys = std::move(keys);
  state_->seed = seed, state_->epoch = epoch;
  if (state_->keys.size() != openings_.count())
    fail("transforms", state_->keys.size(), " keys do not fit ", openings_.count(), " files");
  state_->sizes.resize(state_->keys.size());
  openings_.begin(threads);
}

std::vector<int64_t> FileBatchAhead::wait() {
  return openings_.wait([state = state_] { state->alone = true; });
}

void FileBatchAhead::put(int64_t i, const Tensor& image, int64_t key) {
  if (i < 0 || i >= static_cast<int64_t>(state_->keys.size())) fail("transforms", "there is no place ", i);
  state_->keys[static_cast<size_t>(i)] = key;
  Samples sample{{contiguous(image)}, {}, {key}, true};
  sample.check();
  Scratch scratch;
  Image work(sample.source(0), scratch);
  state_->make(i, work);
}

Tensor FileBatchAhead::take() {
  openings_.check();
  const auto& sizes = state_->sizes;
  if (!state_->out.defined()) fail("transforms", "this batch was taken already, or has no images");
  for (size_t i = 1; i < sizes.size(); ++i)
    if (sizes[i] != sizes[0]) sizes_differ(state_->keys[i], sizes[i], state_->keys[0], sizes[0]);
  return std::move(state_->out);
}

}  // namespace flint::vision
