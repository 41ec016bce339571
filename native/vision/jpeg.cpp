// JPEG through libjpeg-turbo, with its usual exact settings (slow integer DCT, smooth chroma), as Pillow and libvips
// use it. Its errors leave by longjmp, as its authors mean it: decode() holds nothing that has a destructor, and all
// that it changes lies in a Job of its caller.
#include "vision/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

namespace flint::vision {
namespace {

/// Programs write about ten; files of hostile makers have thousands, each a walk over the whole picture. What has more
/// is left to other decoders.
constexpr int kMostScans = 100;
constexpr size_t kSlack = 64;  // that loops of many bytes at once may read beyond the last

struct Job {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  jpeg_source_mgr from;
  jpeg_progress_mgr progress;
  jmp_buf leave;
  Bytes file;
  const JpegHead* head;
  Part part;
  J_COLOR_SPACE colours;
  std::vector<uint8_t>* pixels;  // of the part's rows, then one row to be dropped
  int64_t left, width, components;
  bool in_part;  // only the part is decoded, not all and what is not wanted dropped
};

Job& job_of(j_common_ptr info) { return *static_cast<Job*>(info->client_data); }
[[noreturn]] void leave(j_common_ptr info) { std::longjmp(job_of(info).leave, 1); }

void ignore(j_decompress_ptr) {}
void say_nothing(j_common_ptr) {}
void count_warning(j_common_ptr info, int level) {
  if (level < 0) ++info->err->num_warnings;
}
/// The bytes have ended, though the decoder wants more.
boolean cut_off(j_decompress_ptr info) { leave(reinterpret_cast<j_common_ptr>(info)); }
void skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  jpeg_source_mgr& from = *info->src;
  if (static_cast<size_t>(count) > from.bytes_in_buffer) cut_off(info);
  from.next_input_byte += count;
  from.bytes_in_buffer -= static_cast<size_t>(count);
}
void watch_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans) leave(info);
}

/// Whether a part can be decoded alone. A file without its end is damaged, and all of it has to be looked at; where
/// scans are missing, values are smoothed over several blocks.
bool is_whole(const Job& job) {
  const Bytes file = job.file;
  if (file.size() < 2 || file[file.size() - 2] != 0xff || file[file.size() - 1] != JPEG_EOI) return false;
  if (!job.info.coef_bits) return true;
  for (int c = 0; c < job.info.num_components; ++c)
    for (int k = 0; k < DCTSIZE2; ++k)
      if (job.info.coef_bits[c][k] != 0) return false;
  return true;
}

/// Reads `count` rows into the row that is dropped.
void drop_rows(Job& job, int64_t count) {
  JSAMPROW row = job.pixels->data() + job.part.height * job.width * job.components;
  for (int64_t y = 0; y < count;) y += jpeg_read_scanlines(&job.info, &row, 1);
}

/// Tells the decoder which columns are wanted. Smooth chroma looks at its neighbours: a block more on each side is
/// decoded.
void choose_columns(Job& job) {
  job.left = 0, job.width = job.info.output_width;
  if (!job.in_part) return;
  const int64_t block = int64_t{DCTSIZE} * job.info.max_h_samp_factor;
  const int64_t left = std::max<int64_t>(0, (job.part.left / block - 1) * block);
  const int64_t right = std::min(job.width, ((job.part.left + job.part.width + block - 1) / block + 1) * block);
  if (right - left == job.width) return;
  JDIMENSION from = static_cast<JDIMENSION>(left), count = static_cast<JDIMENSION>(right - left);
  jpeg_crop_scanline(&job.info, &from, &count);
  job.left = from, job.width = count;
}

/// Passes over the rows before the part, and decodes those of the last block before it for the same reason.
void pass_rows_before(Job& job) {
  const int64_t block = int64_t{DCTSIZE} * job.info.max_v_samp_factor;
  const int64_t passed = job.in_part ? std::max<int64_t>(0, (job.part.top / block - 1) * block) : 0;
  if (passed > 0) jpeg_skip_scanlines(&job.info, static_cast<JDIMENSION>(passed));
  drop_rows(job, job.part.top - passed);
}

void begin(Job& job) {
  jpeg_decompress_struct& info = job.info;
  job.from = {job.file.data(), job.file.size(), ignore, cut_off, skip, jpeg_resync_to_restart, ignore};
  info.src = &job.from;
  job.progress.progress_monitor = watch_scans;
  info.progress = &job.progress;
  jpeg_read_header(&info, TRUE);
  const JpegHead& head = *job.head;
  const bool grey = info.jpeg_color_space == JCS_GRAYSCALE;
  const bool coloured = info.jpeg_color_space == JCS_YCbCr || info.jpeg_color_space == JCS_RGB;
  if (head.height != info.image_height || head.width != info.image_width || (!grey && !coloured))
    leave(reinterpret_cast<j_common_ptr>(&info));
  info.out_color_space = grey ? job.colours : JCS_RGB;
  job.components = info.out_color_space == JCS_GRAYSCALE ? 1 : 3;
  jpeg_start_decompress(&info);
}

bool decode(Job& job) {
  if (setjmp(job.leave)) return false;
  jpeg_create_decompress(&job.info);
  begin(job);
  job.in_part = is_whole(job);
  choose_columns(job);
  job.pixels->resize(static_cast<size_t>((job.part.height + 1) * job.width * job.components) + kSlack);
  pass_rows_before(job);
  for (int64_t y = 0; y < job.part.height;) {
    JSAMPROW row = job.pixels->data() + y * job.width * job.components;
    y += jpeg_read_scanlines(&job.info, &row, 1);
  }
  if (!job.in_part) drop_rows(job, job.head->height - job.part.top - job.part.height);
  return true;
}

/// Frees what a decoder holds, however it ended.
struct Closing {
  Job& job;
  ~Closing() { jpeg_destroy_decompress(&job.info); }
};

/// (19595 R + 38470 G + 7471 B + 2^15) >> 16, in place.
void to_luma(uint8_t* pixels, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const uint8_t* p = pixels + i * 3;
    pixels[i] = static_cast<uint8_t>((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 32768u) >> 16);
  }
}

}  // namespace

bool jpeg_built_in() { return true; }

bool decode_jpeg(Bytes file, const JpegHead& head, const Part& part, int64_t channels, JpegRows& out) {
  Job job{};
  job.file = file, job.head = &head, job.part = part, job.pixels = &out.pixels;
  job.colours = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  job.info.err = jpeg_std_error(&job.errors);
  job.errors.error_exit = leave;
  job.errors.emit_message = count_warning;
  job.errors.output_message = say_nothing;
  job.info.client_data = &job;
  const Closing closing{job};
  if (!decode(job)) return false;
  if (channels < job.components) to_luma(out.pixels.data(), part.height * job.width);
  out.left = job.left, out.width = job.width;
  return true;
}

}  // namespace flint::vision
