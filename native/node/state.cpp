// The addon's thread state.
#include "node/state.h"

#include "flint/runtime.h"

namespace flint::node {

State& state() {
  static thread_local State instance;
  return instance;
}

void check_limits() {
  State& s = state();
  if ((s.handles > s.handle_limit || live_bytes() > s.byte_limit) && s.signals) s.signals[0] = 1;
}

}  // namespace flint::node
