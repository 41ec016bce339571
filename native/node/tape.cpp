// Recorded steps as JavaScript sees them.
#include "graph/tape.h"
#include "node/bind.h"

namespace flint::node {
namespace {

thread_local std::unique_ptr<Recording> open_recording;
thread_local std::vector<Tensor> open_inputs;

struct TapeHandle {
  std::shared_ptr<Tape> tape;
};
void drop_tape(node_api_basic_env, void* data, void*) { delete static_cast<TapeHandle*>(data); }

std::vector<Tensor> begin_recording(const std::vector<Tensor>& inputs) {
  for (const Tensor& t : inputs)
    if (t.needs_grad())
      fail("compile", "an argument of shape ", t.sizes(),
           " needs a gradient. Parameters are used from outside of the function, not passed to it; data is passed as "
           "detach() gives it");
  open_recording = std::make_unique<Recording>(inputs);
  open_inputs = inputs;
  return open_recording->inputs();
}

/// The tape, and the results in memory of their own.
std::tuple<napi_value, std::vector<Tensor>> end_recording(napi_env env, const std::vector<Tensor>& outputs) {
  if (!open_recording) fail("compile", "nothing is being recorded");
  const std::unique_ptr<Recording> recording = std::move(open_recording);
  const std::vector<Tensor> inputs = std::move(open_inputs);
  std::shared_ptr<Tape> tape = recording->finish(outputs);
  std::vector<Tensor> results = tape->recorded_results(inputs);
  napi_value value;
  napi_create_external(env, new TapeHandle{std::move(tape)}, drop_tape, nullptr, &value);
  return {value, results};
}

void abort_recording() {
  open_recording.reset();
  open_inputs.clear();
}

Tape& tape_of(napi_env env, napi_value value) {
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) != napi_ok || !data) bad_argument(env, value, {"replay", 0}, "a tape");
  return *static_cast<TapeHandle*>(data)->tape;
}

/// The outputs; undefined where the tape does not fit, null where it never will again.
napi_value replay(napi_env env, napi_value tape_value, const std::vector<Tensor>& inputs, napi_value numbers) {
  Tape& tape = tape_of(env, tape_value);
  if (tape.is_stale()) {
    napi_value null;
    napi_get_null(env, &null);
    return null;
  }
  if (!tape.fits(inputs)) return nullptr;
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, numbers, &type, &length, &data, nullptr, nullptr);
  return to_js(env, tape.replay(inputs, {static_cast<const double*>(data), length}));
}

/// [launches, bytes of intermediate results as planned, bytes were none shared].
std::tuple<size_t, size_t, size_t> tape_info(napi_env env, napi_value tape) {
  const TapeInfo info = tape_of(env, tape).info();
  return {info.launches, info.planned_bytes, info.requested_bytes};
}

}  // namespace

void define_tape(napi_env env, napi_value exports) {
  define_own<"beginRecording", &begin_recording>(env, exports);
  define_own<"endRecording", &end_recording>(env, exports);
  define_own<"abortRecording", &abort_recording>(env, exports);
  define_own<"replay", &replay>(env, exports);
  define_own<"tapeInfo", &tape_info>(env, exports);
}

}  // namespace flint::node
