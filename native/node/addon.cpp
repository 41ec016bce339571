// The addon's door: walks the registry and exports each row as a function in camelCase.
#include "flint/runtime.h"
#include "node/bind.h"
#include "ops/all.h"

namespace flint::node {
namespace {

/// "leaky_relu" -> "leakyRelu"; a trailing underscore stays.
std::string camel_case(std::string_view snake) {
  std::string out;
  for (size_t i = 0; i < snake.size(); ++i) {
    if (snake[i] == '_' && i > 0 && i + 1 < snake.size())
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(snake[++i])));
    else
      out += snake[i];
  }
  return out;
}

template <class R>
void define_op(napi_env env, napi_value ops, napi_value infos, uint32_t index) {
  std::string name = camel_case(R::name);
  define(env, ops, name, callback<R>);
  napi_value info;
  napi_create_object(env, &info);
  napi_set_named_property(env, info, "name", to_js(env, name));
  napi_set_named_property(env, info, "doc", to_js(env, R::row.doc));
  napi_set_named_property(env, info, "differentiable", to_js(env, R::row.differentiable));
  napi_set_named_property(env, info, "arity", to_js(env, arity(R::fn)));
  napi_set_element(env, infos, index, info);
}

}  // namespace

std::string_view kind_of(napi_env env, napi_value value) {
  if (!value) return "missing";
  napi_valuetype type;
  napi_typeof(env, value, &type);
  bool array = false;
  napi_is_array(env, value, &array);
  if (array) return "an array";
  switch (type) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
      return "a boolean";
    case napi_number:
      return "a number";
    case napi_string:
      return "a string";
    case napi_function:
      return "a function";
    case napi_bigint:
      return "a bigint";
    case napi_external:
      return "a tensor";
    default:
      return "an object";
  }
}

napi_value init(napi_env env, napi_value exports) {
  flush_denormals_here();  // of this thread; the engine does so in those it starts
  napi_value ops, infos;
  napi_create_object(env, &ops);
  napi_create_array(env, &infos);
  uint32_t count = 0;
  each_row([&]<class R>(R) { define_op<R>(env, ops, infos, count++); });
  napi_set_named_property(env, exports, "ops", ops);
  napi_set_named_property(env, exports, "opInfo", infos);
  define_bytes(env, exports);
  define_attributes(env, exports);
  define_gradients(env, exports);
  define_engine(env, exports);
  define_tape(env, exports);
  define_ahead(env, exports);
  define_vision(env, exports);
  return exports;
}

}  // namespace flint::node

NAPI_MODULE_INIT() { return flint::node::init(env, exports); }
