// The threads that share work. They look for it awake for a short while, because a step of a small network asks for
// them every few microseconds and waking one takes longer than its part; then they sleep.
#include "kernels/parallel.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace flint::kernels {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr size_t kLine = 64;        // bytes that go from one processor to another together
constexpr int kLongestWatch = 200;  // microseconds that a thread looks for work before it sleeps

void pause() {
#if defined(__SSE2__)
  _mm_pause();
#endif
}

constexpr uint32_t kFloatFlags = 0x3f;  // what has happened, not how to compute

uint32_t float_mode() {
#if defined(__SSE2__)
  return _mm_getcsr() & ~kFloatFlags;
#else
  return 0;
#endif
}
void set_float_mode(uint32_t mode) {
#if defined(__SSE2__)
  if (float_mode() != mode) _mm_setcsr(mode);
#endif
}

/// Which job is on, and how many of its parts are taken: one word, so that a part can only be taken of the job it is
/// of.
struct Ticket {
  uint32_t job;
  uint16_t next, parts;
};

class Workers {
 public:
  void run(int64_t parts, void (*work)(const void*, int64_t), const void* context) {
    if (working_ || parts > kMaxParts) return alone(parts, work, context);
    std::unique_lock use(in_use_, std::try_to_lock);
    if (!use.owns_lock()) return alone(parts, work, context);
    grow(static_cast<int>(parts) - 1);
    working_ = true;
    done_.store(0, std::memory_order_relaxed);
    work_.store(work, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    mode_.store(float_mode(), std::memory_order_relaxed);
    const uint32_t job = ++job_;
    ticket_.store({job, 1, static_cast<uint16_t>(parts)}, std::memory_order_release);
    bell_.store(job, std::memory_order_seq_cst);
    const int asleep = sleeping_.load(std::memory_order_seq_cst);
    for (int i = 0; i < std::min<int>(asleep, static_cast<int>(parts) - 1); ++i) bell_.notify_one();

    work(context, 0);  // is taken already
    int mine = 1;
    while (take(job)) ++mine;
    wait_for(static_cast<int>(parts) - mine);
    working_ = false;
    learn(mine == parts, asleep == 0);
  }

  void rest() { rest_after_.store(bell_.load(std::memory_order_relaxed), std::memory_order_relaxed); }

 private:
  static void alone(int64_t parts, void (*work)(const void*, int64_t), const void* context) {
    for (int64_t part = 0; part < parts; ++part) work(context, part);
  }

  /// Takes a part of this job and does it; false when none is left.
  bool take(uint32_t job) {
    Ticket seen = ticket_.load(std::memory_order_acquire);
    for (;;) {
      if (seen.job != job || seen.next >= seen.parts) return false;
      auto* work = work_.load(std::memory_order_relaxed);
      const void* context = context_.load(std::memory_order_relaxed);
      const uint32_t mode = mode_.load(std::memory_order_relaxed);
      // That the exchange succeeds says that the job was still on, and what was read above its own.
      if (!ticket_.compare_exchange_weak(seen, {job, static_cast<uint16_t>(seen.next + 1), seen.parts},
                                         std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      set_float_mode(mode);
      work(context, seen.next);
      return true;
    }
  }

  /// Waits until others have done so many parts.
  void wait_for(int parts) {
    for (int i = 0; done_.load(std::memory_order_acquire) < parts; ++i) {
      // A part that takes long may be one whose thread has lost its processor to another program: let that go on.
      if (i < 4096)
        pause();
      else
        std::this_thread::yield();
    }
  }

  /// Threads that were awake and yet did not come have no processor: the machine is busy, and watching makes it worse.
  void learn(bool came_none, bool awake) {
    const int before = watch_.load(std::memory_order_relaxed);
    int watch = before;
    if (job_ % 256 == 0)
      watch = kLongestWatch;  // it may have become quiet
    else if (came_none && awake)
      watch /= 2;
    else if (!came_none)
      watch = std::min(kLongestWatch, watch + 1 + watch / 8);
    if (watch != before) watch_.store(watch, std::memory_order_relaxed);
  }

  void grow(int count) {
    for (; started_ < count; ++started_) std::thread([this] { watch(); }).detach();
  }

  void watch() {
    working_ = true;  // what a part calls is never split again
    uint32_t job = 0;
    for (;;) {
      await_job(job);
      job = bell_.load(std::memory_order_seq_cst);
      while (take(job)) done_.fetch_add(1, std::memory_order_release);
    }
  }

  /// Returns when the bell shows another job than this one.
  void await_job(uint32_t job) {
    const auto begun = Clock::now();
    const microseconds limit(watch_.load(std::memory_order_relaxed));
    do {
      for (int i = 0; i < 32; ++i) {
        if (bell_.load(std::memory_order_acquire) != job) return;
        pause();
      }
    } while (Clock::now() - begun < limit && rest_after_.load(std::memory_order_relaxed) != job);
    sleeping_.fetch_add(1, std::memory_order_seq_cst);
    bell_.wait(job, std::memory_order_seq_cst);
    sleeping_.fetch_sub(1, std::memory_order_seq_cst);
  }

  static thread_local bool working_;

  // A line of memory goes from one processor to another as a whole, which takes up to half a microsecond. So what a job
  // needs lies in one line, and what the caller alone uses in another.
  alignas(kLine) std::mutex in_use_;
  int started_ = 0;
  uint32_t job_ = 0;

  alignas(kLine) std::atomic<Ticket> ticket_{Ticket{0, 0, 0}};
  std::atomic<void (*)(const void*, int64_t)> work_{nullptr};
  std::atomic<const void*> context_{nullptr};
  std::atomic<uint32_t> mode_{0};
  std::atomic<uint32_t> bell_{0};
  std::atomic<int> sleeping_{0};

  alignas(kLine) std::atomic<int> done_{0};

  alignas(kLine) std::atomic<int> watch_{kLongestWatch};
  std::atomic<uint32_t> rest_after_{0};
};

thread_local bool Workers::working_ = false;
thread_local uint64_t jobs_of_this_thread = 0;

Workers& workers() {
  static auto* the = new Workers;  // outlives every static user; its threads end with the process
  return *the;
}

}  // namespace

void run_parts(int64_t parts, void (*work)(const void*, int64_t), const void* context) {
  ++jobs_of_this_thread;
  workers().run(parts, work, context);
}

uint64_t shared_jobs() { return jobs_of_this_thread; }

void rest_workers() { workers().rest(); }

}  // namespace flint::kernels
