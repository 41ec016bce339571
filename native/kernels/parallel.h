// Splits a range over the threads when it is worth waking them: below `grain` items the calling thread does all.
#pragma once

#include <algorithm>
#include <cstdint>

#include "flint/runtime.h"

namespace flint::kernels {

constexpr int64_t kMaxParts = 256;  // that several threads take; more are done by the caller alone

/// Calls work(context, part) once for each part in [0, parts), here and on the threads that wait for work; returns when
/// all are done. The caller takes every part that no other thread has begun, so that it never waits for a thread which
/// the system does not let run. Work must not throw. Within a part, and while another thread uses the workers, the
/// caller does all parts itself, in their order.
void run_parts(int64_t parts, void (*work)(const void* context, int64_t part), const void* context);

/// How often this thread has given parts to others.
uint64_t shared_jobs();

/// Sends the waiting threads to sleep at once: what comes next keeps the processors busy with threads of its own.
void rest_workers();

/// Calls f(part) for each part in [0, parts).
template <class F>
void for_parts(int64_t parts, const F& f) {
  if (parts == 1) return f(int64_t{0});
  run_parts(
      parts, [](const void* context, int64_t part) { (*static_cast<const F*>(context))(part); }, &f);
}

/// Calls f(begin, end) on `parts` pieces of [0, n) that are cut at multiples of 64 elements: whole cache lines, and the
/// same vectors as uncut.
template <class F>
void for_pieces(int64_t n, int64_t parts, F&& f) {
  if (parts == 1) return f(int64_t{0}, n);
  const int64_t piece = (n / parts + 63) / 64 * 64;
  for_parts(parts, [&](int64_t part) {
    const int64_t begin = std::min(n, piece * part), end = part == parts - 1 ? n : std::min(n, piece * (part + 1));
    if (begin < end) f(begin, end);
  });
}

/// Calls f(begin, end) on disjoint parts of [0, n). `grain`: items that take about 20 microseconds.
/// The parts depend on the number of threads alone, so that sums made per part repeat exactly. `f` must not throw.
template <class F>
void parallel(int64_t n, int64_t grain, F&& f) {
  if (n <= 0) return;
  const int64_t parts = std::min<int64_t>(threads(), (n + grain - 1) / std::max<int64_t>(grain, 1));
  if (parts <= 1) return f(int64_t{0}, n);
  for_parts(parts, [&](int64_t part) {
    const int64_t begin = n * part / parts, end = n * (part + 1) / parts;
    if (begin < end) f(begin, end);
  });
}

}  // namespace flint::kernels
