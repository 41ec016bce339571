// Pipelines of image transforms as JavaScript sees them.
#include <memory>

#include "node/bind.h"
#include "ops/shape.h"
#include "vision/batch.h"
#include "vision/files.h"

namespace flint::node {
namespace {

using vision::Pipeline;
using PipelineRef = std::shared_ptr<const Pipeline>;

template <class T>
void drop(node_api_basic_env, void* data, void*) {
  delete static_cast<T*>(data);
}
template <class T>
napi_value external(napi_env env, T* object) {
  napi_value value;
  napi_create_external(env, object, drop<T>, nullptr, &value);
  return value;
}
template <class T>
T& internal(napi_env env, napi_value value, std::string_view function, std::string_view what) {
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) != napi_ok || !data) bad_argument(env, value, {function, 0}, what);
  return *static_cast<T*>(data);
}
PipelineRef pipeline_of(napi_env env, napi_value value, std::string_view function) {
  return internal<PipelineRef>(env, value, function, "a pipeline");
}

napi_value make_pipeline(napi_env env, const std::vector<std::string>& types, const std::vector<std::string>& names,
                         const std::vector<std::vector<double>>& numbers) {
  std::vector<vision::StepText> steps;
  for (size_t i = 0; i < types.size(); ++i) steps.push_back({types[i], names.at(i), numbers.at(i)});
  return external(env, new PipelineRef(std::make_shared<const Pipeline>(steps)));
}

Tensor run_pipeline(napi_env env, napi_value pipeline, const std::vector<Tensor>& images,
                    const std::vector<int64_t>& rows, const std::vector<int64_t>& keys, bool interleaved, uint64_t seed,
                    int64_t epoch, bool floats, bool mask) {
  return vision::transform_batch(pipeline_of(env, pipeline, "runPipeline"), {images, rows, keys, interleaved}, seed,
                                 static_cast<uint32_t>(epoch), floats, mask);
}

napi_value begin_pipeline(napi_env env, napi_value pipeline, const std::vector<Tensor>& images,
                          const std::vector<int64_t>& rows, const std::vector<int64_t>& keys, bool interleaved,
                          uint64_t seed, int64_t epoch, bool floats, int threads) {
  return external(
      env, new vision::BatchAhead(pipeline_of(env, pipeline, "beginPipeline"), {images, rows, keys, interleaved}, seed,
                                  static_cast<uint32_t>(epoch), floats, threads));
}

Tensor take_pipeline(napi_env env, napi_value batch) {
  return internal<vision::BatchAhead>(env, batch, "takePipeline", "a batch").take();
}

/// Files and parts of them, or tensors of bytes where the path is empty.
std::vector<vision::Place> places_of(const std::vector<std::string>& paths, const std::vector<int64_t>& from,
                                     const std::vector<int64_t>& lengths, const std::vector<Tensor>& bytes) {
  std::vector<vision::Place> places(paths.size());
  for (size_t i = 0, next = 0; i < paths.size(); ++i) {
    places[i].path = paths[i], places[i].from = from.at(i), places[i].length = lengths.at(i);
    if (paths[i].empty()) places[i].bytes = contiguous(bytes.at(next++));
  }
  return places;
}
vision::Decoding decoding_of(bool grey, int64_t most_pixels) { return {grey ? 1 : 3, most_pixels}; }

napi_value begin_files(napi_env env, const std::vector<std::string>& paths, const std::vector<int64_t>& from,
                       const std::vector<int64_t>& lengths, const std::vector<Tensor>& bytes, bool grey,
                       int64_t most_pixels, int threads) {
  return external(
      env, new vision::FilesAhead(places_of(paths, from, lengths, bytes), decoding_of(grey, most_pixels), threads));
}

/// One entry for each image: [height, width, bytes], or null.
napi_value take_files(napi_env env, napi_value files) {
  auto all = internal<vision::FilesAhead>(env, files, "takeFiles", "files").take();
  napi_value out, none;
  napi_create_array(env, &out);
  napi_get_null(env, &none);
  uint32_t index = 0;
  for (auto& image : all) {
    napi_value entry = none;
    if (!image.pixels.empty()) {
      void* data = nullptr;
      napi_value buffer;
      if (napi_create_arraybuffer(env, image.pixels.size(), &data, &buffer) != napi_ok)
        fail("takeFiles", "no memory for ", image.pixels.size(), " bytes");
      std::copy(image.pixels.begin(), image.pixels.end(), static_cast<uint8_t*>(data));
      std::vector<uint8_t>().swap(image.pixels);
      napi_create_array_with_length(env, 3, &entry);
      napi_set_element(env, entry, 0, to_js(env, static_cast<double>(image.height)));
      napi_set_element(env, entry, 1, to_js(env, static_cast<double>(image.width)));
      napi_set_element(env, entry, 2, buffer);
    }
    napi_set_element(env, out, index++, entry);
  }
  return out;
}

napi_value begin_file_batch(napi_env env, napi_value pipeline, const std::vector<std::string>& paths,
                            const std::vector<int64_t>& from, const std::vector<int64_t>& lengths,
                            const std::vector<Tensor>& bytes, const std::vector<int64_t>& keys, bool grey,
                            int64_t most_pixels, uint64_t seed, int64_t epoch, int threads) {
  return external(env, new vision::FileBatchAhead(
                           pipeline_of(env, pipeline, "beginFileBatch"), places_of(paths, from, lengths, bytes), keys,
                           decoding_of(grey, most_pixels), seed, static_cast<uint32_t>(epoch), threads));
}
vision::FileBatchAhead& file_batch_of(napi_env env, napi_value batch, std::string_view function) {
  return internal<vision::FileBatchAhead>(env, batch, function, "a batch of files");
}
std::vector<int64_t> wait_file_batch(napi_env env, napi_value batch) {
  return file_batch_of(env, batch, "waitFileBatch").wait();
}
void put_in_file_batch(napi_env env, napi_value batch, int64_t place, const Tensor& image, int64_t key) {
  file_batch_of(env, batch, "putInFileBatch").put(place, image, key);
}
Tensor take_file_batch(napi_env env, napi_value batch) { return file_batch_of(env, batch, "takeFileBatch").take(); }
bool decodes_jpeg() { return vision::jpeg_built_in(); }

napi_value note_to_js(napi_env env, const vision::Note& note) {
  if (note.kind == vision::Note::Kind::List) return array_to_js(env, note.values);
  if (note.kind == vision::Note::Kind::Truth) return to_js(env, note.values[0] != 0);
  return to_js(env, note.values[0]);
}

template <class T>
Tensor tensor_of(const std::vector<T>& values, const Dims& sizes, DType dtype) {
  Tensor out = empty(sizes, dtype);
  std::copy(values.begin(), values.end(), out.data<T>());
  return out;
}

napi_value seen_to_js(napi_env env, const vision::Seen& seen) {
  napi_value out, drawn, movements;
  napi_create_object(env, &out);
  napi_create_object(env, &drawn);
  for (const auto& note : seen.trace.notes)
    napi_set_named_property(env, drawn, note.name.c_str(), note_to_js(env, note));
  napi_set_named_property(env, out, "drawn", drawn);
  napi_create_array(env, &movements);
  uint32_t index = 0;
  for (const auto& m : seen.trace.movements) {
    std::vector<double> values(std::begin(m.matrix), std::end(m.matrix));
    values.insert(values.end(), {static_cast<double>(m.height), static_cast<double>(m.width), m.key_x, m.key_y});
    napi_set_element(env, movements, index++, array_to_js(env, values));
  }
  napi_set_named_property(env, out, "movements", movements);
  const int64_t h = seen.height, w = seen.width, c = seen.channels;
  napi_set_named_property(env, out, "size", array_to_js(env, std::vector<double>{double(h), double(w), double(c)}));
  if (!seen.bytes.empty())
    napi_set_named_property(env, out, "image", to_js(env, tensor_of(seen.bytes, {h, w, c}, DType::UInt8)));
  if (!seen.floats.empty())
    napi_set_named_property(env, out, "tensor", to_js(env, tensor_of(seen.floats, {c, h, w}, DType::Float32)));
  return out;
}

/// One image [channels, height, width], or interleaved, step by step.
napi_value follow_pipeline(napi_env env, napi_value pipeline, const Tensor& image, bool interleaved, int64_t key,
                           uint64_t seed, int64_t epoch, bool looks) {
  vision::Samples samples{{contiguous(image)}, {}, {key}, interleaved};
  samples.check();
  vision::Scratch scratch;
  vision::Image work(samples.source(0), scratch);
  const auto all = pipeline_of(env, pipeline, "followPipeline")
                       ->follow(work, {seed, static_cast<uint32_t>(epoch), static_cast<uint64_t>(key)}, false, looks);
  napi_value out;
  napi_create_array_with_length(env, all.size(), &out);
  for (size_t i = 0; i < all.size(); ++i) napi_set_element(env, out, static_cast<uint32_t>(i), seen_to_js(env, all[i]));
  return out;
}

/// `count` numbers in [0, 1): what a card of this name draws.
std::vector<double> card_draws(std::string_view name, uint64_t seed, int64_t epoch, int64_t key, int64_t count) {
  vision::Draws draws({seed, static_cast<uint32_t>(epoch), static_cast<uint64_t>(key)}, vision::hash_of(name));
  std::vector<double> out(static_cast<size_t>(count));
  for (double& value : out) value = draws.uniform();
  return out;
}

}  // namespace

void define_vision(napi_env env, napi_value exports) {
  define_own<"makePipeline", &make_pipeline>(env, exports);
  define_own<"runPipeline", &run_pipeline>(env, exports);
  define_own<"beginPipeline", &begin_pipeline>(env, exports);
  define_own<"takePipeline", &take_pipeline>(env, exports);
  define_own<"followPipeline", &follow_pipeline>(env, exports);
  define_own<"decodesJpeg", &decodes_jpeg>(env, exports);
  define_own<"beginFiles", &begin_files>(env, exports);
  define_own<"takeFiles", &take_files>(env, exports);
  define_own<"beginFileBatch", &begin_file_batch>(env, exports);
  define_own<"waitFileBatch", &wait_file_batch>(env, exports);
  define_own<"putInFileBatch", &put_in_file_batch>(env, exports);
  define_own<"takeFileBatch", &take_file_batch>(env, exports);
  define_own<"cardDraws", &card_draws>(env, exports);
}

}  // namespace flint::node
