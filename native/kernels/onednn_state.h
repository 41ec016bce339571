// Whether oneDNN was built in; answered by onednn.cpp or no_onednn.cpp, whichever the build chose.
#pragma once

namespace flint::kernels {

bool onednn_built_in();
const char* onednn_name();

}  // namespace flint::kernels
