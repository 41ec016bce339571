// The engine as a whole: memory, randomness, threads, what it was built with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "flint/dtype.h"

namespace flint {

/// Bytes held by living tensors, the most there ever were, and bytes kept for reuse.
size_t live_bytes();
size_t peak_bytes();
size_t cached_bytes();
/// Gives the bytes kept for reuse back to the system.
void empty_cache();
/// Allocations that would take the living bytes past this end in an Error; 0 = no limit.
void set_memory_limit(size_t bytes);
/// Called without arguments before an allocation fails for want of memory, once for each: it may free what nobody holds
/// any more (a garbage collector's dropped tensors), and the allocation is tried again.
void set_reclaimer(void (*reclaim)());

/// Randomness is Philox4x32-10: a value depends on (seed, counter) alone, never on threads.
struct GeneratorState {
  uint64_t seed = 0;
  uint64_t counter = 0;
};
void manual_seed(uint64_t seed);
uint64_t current_seed();
GeneratorState generator_state();
void set_generator_state(GeneratorState state);
/// Takes `count` counters (of four 32-bit values each) and gives the state they begin at.
GeneratorState reserve_random(uint64_t count);

/// The 16-bit type that autocast gives to products in this thread; nothing outside of it.
std::optional<DType> autocast_type();
void set_autocast_type(std::optional<DType> dtype);

int threads();
void set_threads(int count);
/// "oneDNN 2.6.3" or "built-in".
std::string matmul_backend();

/// Numbers below the smallest normal float count as zero in the calling thread (FTZ and DAZ), and in the threads that
/// work for it.
void flush_denormals_here();

}  // namespace flint
