// Batches that another thread makes ahead, as JavaScript sees them.
#include "node/bind.h"
#include "ops/image_batch.h"

namespace flint::node {
namespace {

void drop(node_api_basic_env, void* data, void*) { delete static_cast<ImageBatchAhead*>(data); }

napi_value begin_image_batch(napi_env env, const Tensor& images, const Tensor& indices, const Tensor& scale,
                             const Tensor& shift, std::optional<int> threads) {
  napi_value value;
  napi_create_external(env, new ImageBatchAhead(images, indices, scale, shift, threads.value_or(1)), drop, nullptr,
                       &value);
  return value;
}

Tensor take_image_batch(napi_env env, napi_value batch) {
  void* data = nullptr;
  if (napi_get_value_external(env, batch, &data) != napi_ok || !data)
    bad_argument(env, batch, {"takeImageBatch", 0}, "a batch");
  return static_cast<ImageBatchAhead*>(data)->take();
}

}  // namespace

void define_ahead(napi_env env, napi_value exports) {
  define_own<"beginImageBatch", &begin_image_batch>(env, exports);
  define_own<"takeImageBatch", &take_image_batch>(env, exports);
}

}  // namespace flint::node
