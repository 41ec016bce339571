// C++ exceptions on their way to JavaScript.
#include "node/errors.h"

#include <new>
#include <string>

#include "flint/error.h"

namespace flint::node {
namespace {

napi_value string(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

void raise(napi_env env, std::string_view code, std::string_view op, std::string_view message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) return;  // an error of V8 itself comes first
  napi_value ctor = nullptr, error = nullptr, info = nullptr;
  if (state().error_class) napi_get_reference_value(env, state().error_class, &ctor);
  if (!ctor) {
    napi_throw_error(env, std::string(code).c_str(), std::string(message).c_str());
    return;
  }
  napi_create_object(env, &info);
  napi_set_named_property(env, info, "code", string(env, code));
  napi_set_named_property(env, info, "op", string(env, op));
  napi_value args[] = {string(env, message), info};
  if (napi_new_instance(env, ctor, 2, args, &error) == napi_ok) napi_throw(env, error);
}

}  // namespace

void throw_to_js(napi_env env, std::string_view op) {
  try {
    throw;
  } catch (const Error& e) {
    raise(env, "engine", e.op(), e.what());
  } catch (const std::bad_alloc&) {
    raise(env, "out-of-memory", op,
          "[" + std::string(op) +
              "] there is not enough memory for the result. Use a smaller batch, or drop tensors that are no longer "
              "needed");
  } catch (const std::exception& e) {
    raise(env, "internal", op, "[" + std::string(op) + "] " + e.what());
  }
}

}  // namespace flint::node
