// What a tensor is: sizes, strides, element type, storage, version.
#include "node/bind.h"

namespace flint::node {
namespace {

Dims sizes(const Tensor& t) { return t.sizes(); }
Dims strides(const Tensor& t) { return t.strides(); }
int64_t storage_offset(const Tensor& t) { return t.impl()->offset; }
bool same_storage(const Tensor& a, const Tensor& b) { return a.impl()->storage == b.impl()->storage; }
std::string_view dtype(const Tensor& t) { return name_of(t.dtype()); }
int64_t dim(const Tensor& t) { return t.dim(); }
int64_t numel(const Tensor& t) { return t.numel(); }
bool contiguous(const Tensor& t) { return t.is_contiguous(); }
int64_t version(const Tensor& t) { return version_of(t); }

}  // namespace

void define_attributes(napi_env env, napi_value exports) {
  define_own<"sizes", &sizes>(env, exports);
  define_own<"strides", &strides>(env, exports);
  define_own<"storageOffset", &storage_offset>(env, exports);
  define_own<"sameStorage", &same_storage>(env, exports);
  define_own<"dtype", &dtype>(env, exports);
  define_own<"dim", &dim>(env, exports);
  define_own<"numel", &numel>(env, exports);
  define_own<"isContiguous", &contiguous>(env, exports);
  define_own<"version", &version>(env, exports);
}

}  // namespace flint::node
