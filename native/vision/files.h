// Many encoded images: other threads read and decode them, and transform each straight into a batch.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/ahead.h"
#include "vision/encoded.h"
#include "vision/pipeline.h"

namespace flint::vision {

/// What is done with each image: with its place in the list, its size, and its pixels where they are wanted.
using UseImage = std::function<void(int64_t i, const Source& size, Encoded& image)>;

/// Images that are opened one by one, each by whichever thread comes first. `use` may throw NotTaken, and errors.
class Openings {
 public:
  Openings(std::vector<Place> places, const Decoding& decoding, UseImage use);
  /// By `threads` other threads; by none with 0.
  void begin(int threads);
  /// Does what is left; the places of those that have to be decoded otherwise. `alone`: called when the other threads
  /// have ended.
  std::vector<int64_t> wait(const std::function<void()>& alone = {});
  /// Throws what was wrong with the first that was taken, and failed.
  void check() const;
  size_t count() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<kernels::Ahead> ahead_;
};

/// Images of many sizes as bytes [height, width, channels].
class FilesAhead {
 public:
  struct Decoded {
    int64_t height = 0, width = 0;
    std::vector<uint8_t> pixels;
  };
  FilesAhead(std::vector<Place> places, const Decoding& decoding, int threads);
  /// Waits for all images and gives them away. Those that were not taken are empty.
  std::vector<Decoded> take();

 private:
  std::shared_ptr<std::vector<Decoded>> images_;
  Openings openings_;
};

/// Images through a pipeline, float32 [n, channels, height, width].
class FileBatchAhead {
 public:
  /// `keys`: what the random numbers of each sample depend on.
  FileBatchAhead(std::shared_ptr<const Pipeline> pipeline, std::vector<Place> places, std::vector<int64_t> keys,
                 const Decoding& decoding, uint64_t seed, uint32_t epoch, int threads);
  std::vector<int64_t> wait();
  /// An image uint8 [height, width, channels] for the i-th place, which may be that of another sample.
  void put(int64_t i, const Tensor& image, int64_t key);
  /// The batch, when all are there.
  Tensor take();

 private:
  struct State;
  std::shared_ptr<State> state_;
  Openings openings_;
};

}  // namespace flint::vision
