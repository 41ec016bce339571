// Parts of JPEG files beside the whole picture, bit for bit; damaged and hostile files by the thousand.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include <jpeglib.h>

#include "vision/batch.h"
#include "vision/files.h"
#include "vision/jpeg.h"

namespace flint::vision {
namespace {

using File = std::vector<uint8_t>;

struct Kind {
  const char* name;
  int width, height, channels = 3;
  int across = 1, down = 1;  // how much finer luma is than chroma
  bool progressive = false;
  int restart = 0;
  J_COLOR_SPACE stored = JCS_YCbCr;
  int split = 0;  // AC coefficients in so many scans a component
};

/// Blobs and noise: both smooth and sharp edges in all three colours.
File picture(const Kind& kind) {
  File pixels(static_cast<size_t>(kind.width * kind.height * kind.channels));
  std::mt19937 random(static_cast<unsigned>(kind.width * 31 + kind.height));
  for (int y = 0, i = 0; y < kind.height; ++y)
    for (int x = 0; x < kind.width; ++x)
      for (int c = 0; c < kind.channels; ++c, ++i) {
        const int block = ((x / (7 + c)) ^ (y / (5 + 2 * c))) * 53 % 200;
        pixels[static_cast<size_t>(i)] = static_cast<uint8_t>(block + static_cast<int>(random() % 40));
      }
  return pixels;
}

File encoded(const Kind& kind) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = static_cast<JDIMENSION>(kind.width), info.image_height = static_cast<JDIMENSION>(kind.height);
  info.input_components = kind.channels, info.in_color_space = kind.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  if (kind.channels == 3) jpeg_set_colorspace(&info, kind.stored);
  jpeg_set_quality(&info, 85, TRUE);
  info.comp_info[0].h_samp_factor = kind.across, info.comp_info[0].v_samp_factor = kind.down;
  info.restart_interval = static_cast<unsigned>(kind.restart);
  if (kind.progressive) jpeg_simple_progression(&info);
  std::vector<jpeg_scan_info> scans;
  if (kind.split) {
    scans.push_back({3, {0, 1, 2}, 0, 0, 0, 0});
    for (int c = 0; c < 3; ++c)
      for (int k = 0; k < kind.split; ++k)
        scans.push_back({1, {c}, 1 + 63 * k / kind.split, 63 * (k + 1) / kind.split, 0, 0});
    info.scan_info = scans.data(), info.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  File pixels = picture(kind);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = pixels.data() + static_cast<size_t>(info.next_scanline) * kind.width * kind.channels;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  File file(out, out + size);
  std::free(out);
  jpeg_destroy_compress(&info);
  return file;
}

const Kind kKinds[] = {
    {"444", 131, 97},
    {"422", 131, 97, 3, 2, 1},
    {"420", 131, 97, 3, 2, 2},
    {"420 large", 333, 250, 3, 2, 2},
    {"440", 131, 97, 3, 1, 2},
    {"411", 131, 97, 3, 4, 1},
    {"grey", 131, 97, 1},
    {"rgb", 90, 61, 3, 1, 1, false, 0, JCS_RGB},
    {"progressive 420", 131, 97, 3, 2, 2, true},
    {"progressive grey", 77, 120, 1, 1, 1, true},
    {"restarts 420", 131, 97, 3, 2, 2, false, 3},
    {"restarts progressive", 131, 97, 3, 2, 1, true, 5},
    {"tiny", 3, 2, 3, 2, 2},
    {"one pixel", 1, 1},
    {"narrow", 9, 200, 3, 2, 2},
    {"flat", 200, 9, 3, 2, 2},
    {"just over", 33, 17, 3, 2, 2},
    {"even", 128, 96, 3, 2, 2},
};

File part_of(const JpegRows& rows, const Part& part, int64_t channels) {
  File out;
  for (int64_t y = 0; y < part.height; ++y) {
    const auto first = rows.pixels.begin() + (y * rows.width + part.left - rows.left) * channels;
    out.insert(out.end(), first, first + part.width * channels);
  }
  return out;
}

File cut(const File& whole, const JpegHead& head, const Part& part, int64_t channels) {
  File out;
  for (int64_t y = part.top; y < part.top + part.height; ++y) {
    const auto first = whole.begin() + (y * head.width + part.left) * channels;
    out.insert(out.end(), first, first + part.width * channels);
  }
  return out;
}

Part random_part(const JpegHead& head, std::mt19937& random) {
  auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
  Part part;
  part.height = 1 + below(head.height), part.width = 1 + below(head.width);
  part.top = below(head.height - part.height + 1), part.left = below(head.width - part.width + 1);
  return part;
}

int tries(int usual) {
  const char* wanted = std::getenv("FLINT_FUZZ");
  return wanted ? std::atoi(wanted) : usual;
}

TEST(Jpeg, APartHasThePixelsOfTheWhole) {
  std::mt19937 random(1);
  for (const Kind& kind : kKinds)
    for (int64_t channels : {1, 3}) {
      const File file = encoded(kind);
      const auto head = jpeg_head(file);
      ASSERT_TRUE(head) << kind.name;
      EXPECT_EQ(head->width, kind.width);
      EXPECT_EQ(head->height, kind.height);
      JpegRows rows;
      const Part all{0, 0, head->height, head->width};
      ASSERT_TRUE(decode_jpeg(file, *head, all, channels, rows)) << kind.name;
      const File whole = part_of(rows, all, channels);
      for (int i = 0; i < 150; ++i) {
        const Part part = random_part(*head, random);
        ASSERT_TRUE(decode_jpeg(file, *head, part, channels, rows));
        ASSERT_EQ(part_of(rows, part, channels), cut(whole, *head, part, channels))
            << kind.name << ", " << channels << " channels, " << part.height << " x " << part.width << " from "
            << part.top << ", " << part.left;
      }
    }
}

TEST(Jpeg, APartOfACutFileIsRefusedWhereverItLies) {
  for (const char* name : {"420", "progressive 420"})
    for (const Kind& kind : kKinds) {
      if (kind.name != std::string(name)) continue;
      File file = encoded(kind);
      const auto head = jpeg_head(file);
      file.erase(file.end() - 200, file.end());
      JpegRows rows;
      EXPECT_FALSE(decode_jpeg(file, *head, {0, 0, 4, 4}, 3, rows));
      EXPECT_FALSE(decode_jpeg(file, *head, {0, 0, head->height, head->width}, 3, rows));
    }
}

TEST(Jpeg, ManyScansAreRefused) {
  JpegRows rows;
  const File some = encoded({"", 64, 64, 3, 1, 1, true, 0, JCS_YCbCr, 20});
  EXPECT_TRUE(decode_jpeg(some, *jpeg_head(some), {0, 0, 8, 8}, 3, rows));
  const File many = encoded({"", 64, 64, 3, 1, 1, true, 0, JCS_YCbCr, 63});
  EXPECT_FALSE(decode_jpeg(many, *jpeg_head(many), {0, 0, 8, 8}, 3, rows));
}

File damaged(File file, std::mt19937& random) {
  auto below = [&](size_t n) { return static_cast<size_t>(random() % std::max<size_t>(1, n)); };
  const uint8_t edges[] = {0, 1, 0x7f, 0x80, 0xff};
  for (size_t times = 1 + below(3); times > 0 && file.size() > 8; --times) {
    switch (below(5)) {
      case 0:
        for (size_t i = 1 + below(12); i > 0; --i) file[below(file.size())] ^= static_cast<uint8_t>(1u << below(8));
        break;
      case 1: {
        const size_t from = below(file.size()), to = from + below(file.size() - from);
        std::fill(file.begin() + static_cast<long>(from), file.begin() + static_cast<long>(to), edges[below(5)]);
        break;
      }
      case 2: {
        const size_t at = below(std::min<size_t>(file.size() - 4, 700));
        for (size_t i = 0; i < 2 + 2 * below(2); ++i) file[at + i] = edges[below(5)];
        break;
      }
      case 3:
        file.erase(file.begin() + static_cast<long>(below(file.size() / 2)),
                   file.begin() + static_cast<long>(file.size() / 2 + below(file.size() / 4)));
        break;
      default:
        file.resize(below(file.size()));
    }
    if (below(2) == 0) file.insert(file.end(), {0xff, 0xd9});
  }
  return file;
}

TEST(Jpeg, DamagedFilesEndInTime) {
  std::vector<File> originals;
  for (const Kind& kind : kKinds) originals.push_back(encoded(kind));
  std::mt19937 random(7);
  JpegRows rows;
  int heads = 0, decoded = 0;
  const int count = tries(3000);
  for (int i = 0; i < count; ++i) {
    const File file = damaged(originals[random() % originals.size()], random);
    const auto head = jpeg_head(file);
    if (!head || head->height * head->width > 20'000'000) continue;
    ++heads;
    const auto start = std::chrono::steady_clock::now();
    const Part part = random() % 2 ? random_part(*head, random) : Part{0, 0, head->height, head->width};
    decoded += decode_jpeg(file, *head, part, random() % 2 ? 1 : 3, rows);
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(seconds, 20) << "file " << i;
  }
  std::printf("%d damaged files: %d headers, %d decoded\n", count, heads, decoded);
  EXPECT_GT(decoded, count / 20);
}

Place place_of(const File& file) {
  Place place;
  place.bytes = empty({static_cast<int64_t>(file.size())}, DType::UInt8);
  std::copy(file.begin(), file.end(), place.bytes.data<uint8_t>());
  return place;
}

std::shared_ptr<const Pipeline> crops() {
  return std::make_shared<const Pipeline>(
      std::vector<StepText>{{"RandomResizedCrop", "RandomResizedCrop#0", {20, 20, 0.1, 1, 0.75, 1.333, 1, 1}},
                            {"RandomHorizontalFlip", "RandomHorizontalFlip#0", {0.5}}});
}

TEST(Files, ABatchIsThatOfDecodedImages) {
  std::vector<Place> places;
  std::vector<int64_t> keys;
  for (const Kind& kind : kKinds) places.push_back(place_of(encoded(kind))), keys.push_back(7 * places.size());
  const auto decoded = FilesAhead(places, {}, 1).take();
  Samples samples{{}, {}, keys, true};
  for (const auto& image : decoded) {
    samples.images.push_back(empty({image.height, image.width, 3}, DType::UInt8));
    std::copy(image.pixels.begin(), image.pixels.end(), samples.images.back().data<uint8_t>());
  }
  Tensor wanted = transform_batch(crops(), samples, 3, 1, true, false);
  const std::vector<float> values(wanted.data<float>(), wanted.data<float>() + wanted.numel());
  for (int threads : {0, 1, 2}) {
    FileBatchAhead batch(crops(), places, keys, {}, 3, 1, threads);
    EXPECT_EQ(batch.wait(), std::vector<int64_t>{});
    Tensor out = batch.take();
    EXPECT_EQ(std::vector<float>(out.data<float>(), out.data<float>() + out.numel()), values);
  }
}

TEST(Files, DamagedOnesAreLeftToBePutIn) {
  std::vector<File> originals;
  for (const Kind& kind : kKinds) originals.push_back(encoded(kind));
  std::mt19937 random(11);
  const Tensor image = empty({30, 40, 3}, DType::UInt8);
  std::fill_n(image.data<uint8_t>(), image.numel(), uint8_t{255});
  size_t left = 0;
  const int rounds = tries(640) / 32;
  for (int round = 0; round < rounds; ++round) {
    std::vector<Place> places;
    std::vector<int64_t> keys;
    for (int64_t i = 0; i < 32; ++i)
      places.push_back(place_of(damaged(originals[random() % originals.size()], random))), keys.push_back(i);
    FileBatchAhead batch(crops(), places, keys, {3, 2'000'000}, 1, 0, 2);
    const auto missing = batch.wait();
    for (int64_t i : missing) batch.put(i, image, i);
    const Tensor out = batch.take();
    ASSERT_EQ(out.sizes(), (Dims{32, 3, 20, 20}));
    for (int64_t i : missing) EXPECT_EQ(out.data<float>()[i * 1200 + 77], 1.0f);
    left += missing.size();
  }
  EXPECT_GT(left, static_cast<size_t>(rounds));
}

}  // namespace
}  // namespace flint::vision
