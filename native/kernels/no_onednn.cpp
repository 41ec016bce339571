// oneDNN was not found when Flint was built.
#include "kernels/onednn_state.h"

namespace flint::kernels {

bool onednn_built_in() { return false; }
const char* onednn_name() { return ""; }

}  // namespace flint::kernels
