// Which instruction set the vector kernels use: found once, from the processor, or lowered by FLINT_ISA=portable|avx2.
#pragma once

namespace flint::kernels {

enum class Isa { Portable, Avx2, Avx512 };
Isa best_isa();

/// Whether oneDNN serves the kernels that have a oneDNN form: false when it was not built in, or FLINT_ONEDNN=0.
bool onednn_enabled();
/// Switches oneDNN off (or on again where it was built in); gives the state before. For tests and comparisons.
bool set_onednn_enabled(bool enabled);
/// "oneDNN 2.6.3" or "built-in".
const char* backend_name();

}  // namespace flint::kernels
