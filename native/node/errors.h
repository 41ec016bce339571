// C++ exceptions on their way to JavaScript: the message unchanged, the class FlintError of the library.
#pragma once

#include "node/state.h"

#include <string_view>

namespace flint::node {

/// Turns the exception in flight into a pending JavaScript error. Call inside a catch block.
void throw_to_js(napi_env env, std::string_view op);

}  // namespace flint::node
