// oneDNN was found when Flint was built.
#include <oneapi/dnnl/dnnl.h>

#include <string>

#include "kernels/onednn_state.h"

namespace flint::kernels {

bool onednn_built_in() { return true; }

const char* onednn_name() {
  static const std::string name = [] {
    const dnnl_version_t* v = dnnl_version();
    return "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
  }();
  return name.c_str();
}

}  // namespace flint::kernels
