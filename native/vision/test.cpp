// The engine's transforms by themselves: what the lists of rows and columns say, that random numbers stay with their
// card, and that batches do not depend on who makes them. Values of torchvision are compared in the library's tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "flint/runtime.h"
#include "vision/batch.h"
#include "vision/resize.h"

namespace flint::vision {
namespace {

Tensor numbered(const Dims& sizes) {
  Tensor t = empty(sizes, DType::UInt8);
  for (int64_t i = 0; i < t.numel(); ++i) t.data<uint8_t>()[i] = static_cast<uint8_t>(i * 7 + i / 13);
  return t;
}

std::vector<uint8_t> bytes_of(const Tensor& t) { return {t.data<uint8_t>(), t.data<uint8_t>() + t.numel()}; }

Source source_of(const std::vector<uint8_t>& pixels, int64_t height, int64_t width) {
  return {pixels.data(), false, height, width, 1, width, 1, height * width};
}

std::vector<uint8_t> written(Image& image) {
  std::vector<uint8_t> out(static_cast<size_t>(image.height() * image.width() * image.channels()));
  image.write(out.data());
  return out;
}

using Pipe = std::shared_ptr<const Pipeline>;
Pipe pipe(const std::vector<StepText>& steps) { return std::make_shared<const Pipeline>(steps); }
StepText crop(const char* name = "RandomCrop#0") { return {"RandomCrop", name, {6, 6, 2, 2, 2, 2, 0, 0, 1, 0}}; }
StepText flip(const char* name = "RandomHorizontalFlip#0") { return {"RandomHorizontalFlip", name, {0.5}}; }
StepText rotation() { return {"RandomRotation", "RandomRotation#0", {-20, 20, 1, 0, 0, 0, 0, 0, 1, 0}}; }

Samples all_of(const Tensor& images) {
  Samples samples{{images}, {}, {}, false};
  for (int64_t i = 0; i < images.size(0); ++i) samples.rows.push_back(i), samples.keys.push_back(i);
  return samples;
}

TEST(Image, MovesWithoutPixels) {
  const std::vector<uint8_t> pixels{1, 2, 3, 4, 5, 6};
  Scratch scratch;
  Image image(source_of(pixels, 2, 3), scratch);
  image.turn(1);
  EXPECT_EQ(written(image), (std::vector<uint8_t>{3, 6, 2, 5, 1, 4}));
  image.turn(3);
  EXPECT_EQ(written(image), pixels);
  image.flip_columns();
  image.pad(1, 0, 0, 1, PadMode::Constant, {9});
  EXPECT_EQ(written(image), (std::vector<uint8_t>{9, 3, 2, 1, 9, 6, 5, 4, 9, 9, 9, 9}));
  image.crop(1, 1, 2, 2);
  EXPECT_EQ(written(image), (std::vector<uint8_t>{6, 5, 9, 9}));
  // Another fill does not change what is filled already, and beyond the image is 0.
  image.pad(0, 0, 1, 0, PadMode::Constant, {7});
  image.crop(-1, 1, 3, 3);
  EXPECT_EQ(written(image), (std::vector<uint8_t>{0, 0, 0, 5, 7, 0, 9, 7, 0}));
}

TEST(Image, ContinuesItsEdges) {
  const std::vector<uint8_t> pixels{1, 2, 3};
  Scratch scratch;
  auto padded = [&](PadMode mode, int64_t by) {
    Image image(source_of(pixels, 1, 3), scratch);
    image.pad(by, 0, by, 0, mode, {});
    return written(image);
  };
  EXPECT_EQ(padded(PadMode::Edge, 2), (std::vector<uint8_t>{1, 1, 1, 2, 3, 3, 3}));
  EXPECT_EQ(padded(PadMode::Reflect, 2), (std::vector<uint8_t>{3, 2, 1, 2, 3, 2, 1}));
  EXPECT_EQ(padded(PadMode::Symmetric, 5), (std::vector<uint8_t>{2, 3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2}));
  EXPECT_THROW(padded(PadMode::Reflect, 3), Error);
}

TEST(Image, ResizesPlainAreasToThemselves) {
  const std::vector<uint8_t> grey(40 * 30, 77);
  for (auto [height, width] : {std::pair{7, 9}, {80, 61}, {40, 3}, {1, 1}, {200, 30}})
    for (auto how : {Interpolation::Nearest, Interpolation::Bilinear, Interpolation::Bicubic})
      for (bool antialias : {false, true}) {
        Scratch scratch;
        Image image(source_of(grey, 40, 30), scratch);
        resize(image, height, width, how, antialias);
        EXPECT_EQ(written(image), std::vector<uint8_t>(static_cast<size_t>(height * width), 77));
      }
}

TEST(Draws, BelongToTheirCard) {
  auto first = [](uint64_t seed, uint32_t epoch, uint64_t sample, std::string_view card) {
    return Draws({seed, epoch, sample}, hash_of(card)).uniform();
  };
  const double drawn = first(1, 2, 3, "RandomCrop#0");
  EXPECT_EQ(drawn, first(1, 2, 3, "RandomCrop#0"));
  for (double other : {first(2, 2, 3, "RandomCrop#0"), first(1, 3, 3, "RandomCrop#0"), first(1, 2, 4, "RandomCrop#0"),
                       first(1, 2, 3, "RandomCrop#1")})
    EXPECT_NE(drawn, other);
  double sum = 0;
  for (uint64_t i = 0; i < 10000; ++i) sum += first(0, 0, i, "x");
  EXPECT_NEAR(sum / 10000, 0.5, 0.015);
}

TEST(Batch, IsTheSameByWhoeverMakesIt) {
  const Tensor images = numbered({300, 3, 24, 24});
  const Pipe steps = pipe({crop(), flip(), rotation(), {"ToTensor", "ToTensor#0", {}}});
  const int before = threads();
  set_threads(1);
  const Tensor alone = transform_batch(steps, all_of(images), 5, 2, true, false);
  set_threads(4);
  const Tensor together = transform_batch(steps, all_of(images), 5, 2, true, false);
  set_threads(before);
  const size_t size = static_cast<size_t>(alone.numel()) * sizeof(float);
  EXPECT_EQ(std::memcmp(alone.data<float>(), together.data<float>(), size), 0);
  for (int count : {1, 2, 3}) {
    BatchAhead ahead(steps, all_of(images), 5, 2, true, count);
    EXPECT_EQ(std::memcmp(alone.data<float>(), ahead.take().data<float>(), size), 0);
  }
  BatchAhead left(steps, all_of(images), 5, 2, true, 2);  // that nobody takes
}

TEST(Batch, OtherCardsChangeNoDraws) {
  const Tensor images = numbered({16, 1, 10, 10});
  auto crops = [&](const std::vector<StepText>& steps) {
    std::vector<double> tops;
    for (int64_t i = 0; i < 16; ++i) {
      Scratch scratch;
      Image image(all_of(images).source(i), scratch);
      for (const Seen& seen : Pipeline(steps).follow(image, {3, 1, static_cast<uint64_t>(i)}, false, true))
        for (const Note& note : seen.trace.notes)
          if (note.name == "top") tops.push_back(note.values[0]);
    }
    return tops;
  };
  const auto alone = crops({crop()});
  EXPECT_EQ(alone.size(), 16u);
  EXPECT_EQ(alone, crops({flip(), crop()}));
  EXPECT_EQ(alone, crops({crop(), flip(), flip("RandomHorizontalFlip#1")}));
  EXPECT_NE(alone, crops({crop("RandomCrop#1")}));
}

TEST(Batch, AFollowedImageIsTheOneOfTheBatch) {
  const Tensor images = numbered({9, 3, 12, 12});
  const std::vector<StepText> steps{crop(),
                                    flip(),
                                    {"RandomApply", "RandomApply#0", {0.5, 1}},
                                    rotation(),
                                    {"ToTensor", "ToTensor#0", {}},
                                    {"Normalize", "Normalize#0", {3, 0.1, 0.2, 0.3, 3, 0.5, 0.6, 0.7}},
                                    {"RandomErasing", "RandomErasing#0", {1, 0.1, 0.3, 0.5, 2, 1, 1, 0}}};
  const Tensor batch = transform_batch(pipe(steps), all_of(images), 1, 4, true, false);
  for (int64_t i = 0; i < 9; ++i) {
    Scratch scratch;
    Image image(all_of(images).source(i), scratch);
    const Seen last = Pipeline(steps).follow(image, {1, 4, static_cast<uint64_t>(i)}, false, true).back();
    const float* own = batch.data<float>() + i * 3 * 36;
    ASSERT_EQ(last.floats.size(), 3u * 36);
    EXPECT_EQ(std::memcmp(own, last.floats.data(), last.floats.size() * sizeof(float)), 0);
  }
}

TEST(Batch, TakesImagesOfManySizesAndSaysWhichDoesNotFit) {
  Samples samples{{numbered({9, 7, 3}), numbered({12, 30, 3}), numbered({8, 8, 3})}, {}, {40, 41, 42}, true};
  const StepText resized{"Resize", "Resize#0", {5, 6, 0, 1, 1}};
  EXPECT_EQ(transform_batch(pipe({resized}), samples, 0, 0, false, false).sizes(), (Dims{3, 3, 5, 6}));
  try {
    transform_batch(pipe({flip()}), samples, 0, 0, false, false);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("sample 41: is 3 x 12 x 30"), std::string::npos) << error.what();
  }
  try {
    transform_batch(pipe({{"RandomCrop", "RandomCrop#0", {9, 9, 0, 0, 0, 0, 0, 0, 1, 0}}}), samples, 0, 0, false,
                    false);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("[RandomCrop] sample 40: a crop of 9 x 9"), std::string::npos);
  }
}

TEST(Batch, SaysWhichSampleIsOfAnotherType) {
  const Pipe sometimes = pipe({{"RandomApply", "RandomApply#0", {0.5, 1}}, {"ToTensor", "ToTensor#0", {}}});
  try {
    transform_batch(sometimes, all_of(numbered({64, 1, 4, 4})), 0, 0, false, false);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("one of a RandomApply"), std::string::npos) << error.what();
  }
  EXPECT_EQ(transform_batch(sometimes, all_of(numbered({64, 1, 4, 4})), 0, 0, true, false).dtype(), DType::Float32);
}

TEST(Batch, NumbersThatAreNoneHaveNoHueAndDoNoHarm) {
  Tensor image = empty({1, 3, 2, 2}, DType::Float32);
  std::fill_n(image.data<float>(), 12, 0.5f);
  image.data<float>()[0] = NAN, image.data<float>()[5] = INFINITY, image.data<float>()[10] = -INFINITY;
  const StepText jitter{"ColorJitter", "ColorJitter#0", {1, 1, 1, 1, 1, 1, -0.4, 0.4}};
  EXPECT_EQ(transform_batch(pipe({jitter}), all_of(image), 0, 0, true, false).sizes(), (Dims{1, 3, 2, 2}));
}

TEST(Batch, AnImageThatWouldBecomeTooLargeIsRefusedBeforeMemoryIsTaken) {
  // Between the two directions it would be 60,000 x 60,000.
  const StepText wide{"Resize", "Resize#0", {2, 60000, 0, 1, 1}};
  EXPECT_THROW(transform_batch(pipe({wide}), all_of(numbered({1, 1, 60000, 1})), 0, 0, true, false), Error);
}

TEST(Pipeline, LooksAsBeforeANormalizeThatWasSkipped) {
  const Tensor images = numbered({1, 1, 4, 4});
  const auto looks = [&](double p) {
    const std::vector<StepText> steps{{"ToTensor", "ToTensor#0", {}},
                                      {"RandomErasing", "RandomErasing#0", {1, 0.1, 0.3, 0.5, 2, 0, 1, 0}},
                                      {"RandomApply", "RandomApply#0", {p, 1}},
                                      {"Normalize", "Normalize#0", {1, 0.9, 1, 0.1}}};
    Scratch scratch;
    Image image(all_of(images).source(0), scratch);
    return Pipeline(steps).follow(image, {1, 0, 0}, false, true).back().bytes;
  };
  EXPECT_EQ(looks(0), looks(1));
}

TEST(Batch, MasksAreMovedAndNeverMixed) {
  Tensor mask = numbered({1, 20, 20});
  for (uint8_t* p = mask.data<uint8_t>(); p < mask.data<uint8_t>() + 400; ++p) *p = *p < 128 ? 0 : 200;
  const Pipe steps = pipe({rotation(),
                           {"Resize", "Resize#0", {33, 31, 0, 1, 1}},
                           {"GaussianBlur", "GaussianBlur#0", {5, 5, 1, 1}},
                           {"ToTensor", "ToTensor#0", {}}});
  const Tensor moved = transform_batch(steps, {{mask}, {}, {3}, false}, 0, 0, false, true);
  ASSERT_EQ(moved.dtype(), DType::UInt8);
  for (uint8_t value : bytes_of(moved)) EXPECT_TRUE(value == 0 || value == 200);
}

TEST(Pipeline, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(pipe({{"RandomDream", "RandomDream#0", {}}}), Error);
  EXPECT_THROW(pipe({{"RandomCrop", "RandomCrop#0", {6}}}), Error);
  EXPECT_THROW(pipe({{"RandomApply", "RandomApply#0", {1, 2}}, flip()}), Error);
  EXPECT_THROW(transform_batch(pipe({{"Normalize", "Normalize#0", {1, 0.5, 1, 0.5}}}), all_of(numbered({2, 1, 4, 4})),
                               0, 0, false, false),
               Error);
}

}  // namespace
}  // namespace flint::vision
