// The one generator, the number of threads, and flushing of denormal numbers.
#include "flint/runtime.h"

#include "flint/error.h"

#include <algorithm>
#include <mutex>
#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace flint {
namespace {

struct Generator {
  std::mutex lock;
  GeneratorState state{2147483647, 0};
};
Generator& generator() {
  static Generator the;
  return the;
}

thread_local std::optional<DType> autocast;

int& thread_setting() {
#ifdef _OPENMP
  static int count = std::max(1, omp_get_max_threads());
#else
  static int count = 1;
#endif
  return count;
}

void flush_this_thread() {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // FTZ and DAZ
#endif
}

}  // namespace

void manual_seed(uint64_t seed) {
  std::lock_guard guard(generator().lock);
  generator().state = {seed, 0};
}
uint64_t current_seed() { return generator_state().seed; }
GeneratorState generator_state() {
  std::lock_guard guard(generator().lock);
  return generator().state;
}
void set_generator_state(GeneratorState state) {
  std::lock_guard guard(generator().lock);
  generator().state = state;
}
GeneratorState reserve_random(uint64_t count) {
  std::lock_guard guard(generator().lock);
  GeneratorState start = generator().state;
  generator().state.counter += count;
  return start;
}

std::optional<DType> autocast_type() { return autocast; }
void set_autocast_type(std::optional<DType> dtype) {
  if (dtype && !is_half(*dtype)) fail("autocast", "the type must be bfloat16 or float16, got ", name_of(*dtype));
  autocast = dtype;
}

int threads() { return thread_setting(); }
void set_threads(int count) {
  thread_setting() = std::max(1, count);
#ifdef _OPENMP
  omp_set_num_threads(thread_setting());
#endif
}

void flush_denormals_here() {
  flush_this_thread();
#ifdef _OPENMP
  // oneDNN's threads; our own compute as the thread that they work for.
#pragma omp parallel num_threads(threads())
  flush_this_thread();
#endif
}

}  // namespace flint
