// Values in and out: typed arrays in, V8-owned copies out (Electron forbids buffers that V8 does not own).
#include <cstring>

#include "flint/launch.h"
#include "node/bind.h"

namespace flint::node {
namespace {

/// The bytes behind a typed array, DataView or ArrayBuffer.
std::pair<const char*, size_t> view_bytes(napi_env env, napi_value value, Place at) {
  void* data = nullptr;
  size_t length = 0;
  bool is = false;
  napi_is_typedarray(env, value, &is);
  if (is) {
    napi_typedarray_type type;
    napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr);
    switch (type) {
      case napi_int16_array:
      case napi_uint16_array:
        length *= 2;
        break;
      case napi_int32_array:
      case napi_uint32_array:
      case napi_float32_array:
        length *= 4;
        break;
      case napi_float64_array:
      case napi_bigint64_array:
      case napi_biguint64_array:
        length *= 8;
        break;
      default:
        break;
    }
    return {static_cast<const char*>(data), length};
  }
  napi_is_arraybuffer(env, value, &is);
  if (is) {
    napi_get_arraybuffer_info(env, value, &data, &length);
    return {static_cast<const char*>(data), length};
  }
  napi_is_dataview(env, value, &is);
  if (!is) bad_argument(env, value, at, "a typed array, DataView or ArrayBuffer");
  napi_get_dataview_info(env, value, &length, &data, nullptr, nullptr);
  return {static_cast<const char*>(data), length};
}

Tensor from_bytes(napi_env env, napi_value bytes, const Dims& shape, DType dtype) {
  auto [data, length] = view_bytes(env, bytes, {"fromBytes", 0});
  for (int64_t n : shape)
    if (n < 0) fail("fromBytes", "shape ", shape, " has a negative size");
  size_t wanted = static_cast<size_t>(shape.numel()) * size_of(dtype);
  if (length != wanted) {
    fail("fromBytes", "shape ", shape, " of ", name_of(dtype), " needs ", wanted, " bytes, but ", length,
         " were given; make the shape's product equal to the number of elements");
  }
  Tensor t = empty(shape, dtype);
  auto fill = [](const View& t, const char* from, size_t length) {
    if (length) std::memcpy(t.raw(), from, length);
    if (t.dtype() != DType::Bool) return;
    auto* p = static_cast<uint8_t*>(t.raw());
    for (size_t i = 0; i < length; ++i) p[i] = p[i] != 0;
  };
  if (recording())  // a constant of the step: the bytes belong to JavaScript and will be gone
    launch([fill, kept = std::vector<char>(data, data + length)](const View& t) { fill(t, kept.data(), kept.size()); },
           t);
  else
    launch([fill, data, length](const View& t) { fill(t, data, length); }, t);
  return t;
}

/// Copies dimension `d` and those inside it in row-major order; with `edge` > 0 only the first and last `edge` entries
/// of each dimension that has more than twice as many.
char* copy_strided(const Tensor& t, int d, int64_t edge, const char* from, char* to) {
  size_t item = size_of(t.dtype());
  if (d == t.dim()) {
    std::memcpy(to, from, item);
    return to + item;
  }
  int64_t size = t.size(d), step = t.strides()[d] * static_cast<int64_t>(item);
  bool cut = edge > 0 && size > 2 * edge;
  if (d + 1 == t.dim() && t.strides()[d] == 1 && !cut) {
    std::memcpy(to, from, static_cast<size_t>(size) * item);
    return to + size * static_cast<int64_t>(item);
  }
  for (int64_t i = 0; i < size; ++i) {
    if (cut && i == edge) i = size - edge;
    to = copy_strided(t, d + 1, edge, from + i * step, to);
  }
  return to;
}

napi_value to_bytes(napi_env env, const Tensor& t, std::optional<int64_t> edge) {
  size_t length = size_of(t.dtype());
  for (int64_t n : t.sizes()) length *= static_cast<size_t>(edge && n > 2 * *edge ? 2 * *edge : n);
  napi_value buffer;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, length, &data, &buffer) != napi_ok)
    fail("toBytes", "no memory for ", length, " bytes");
  if (length == 0) return buffer;
  if (t.is_contiguous() && !edge)
    std::memcpy(data, t.raw(), length);
  else
    copy_strided(t, 0, edge.value_or(0), static_cast<const char*>(t.raw()), static_cast<char*>(data));
  return buffer;
}

napi_value item(napi_env env, const Tensor& t) {
  if (t.numel() != 1) {
    fail("item", "only a tensor of one element becomes a number, this one has shape ", t.sizes(),
         "; use tolist() or reduce it first");
  }
  return visit_stored(t.dtype(), [&]<class T>(T) {
    T v = *t.data<T>();
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
      return to_js(env, static_cast<double>(static_cast<float>(v)));
    else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, int64_t>)
      return to_js(env, v);
    else
      return to_js(env, static_cast<double>(v));
  });
}

}  // namespace

void define_bytes(napi_env env, napi_value exports) {
  define_own<"fromBytes", &from_bytes>(env, exports);
  define_own<"toBytes", &to_bytes>(env, exports);
  define_own<"item", &item>(env, exports);
}

}  // namespace flint::node
