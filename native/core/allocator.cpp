// The caching allocator of the CPU: freed blocks wait in lists by size, because a training step asks for the same sizes
// again and again, and the system's allocator would give large ones back to the kernel each time.
#include <sys/mman.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#include "flint/error.h"
#include "flint/launch.h"
#include "flint/runtime.h"
#include "flint/tensor.h"

namespace flint {
namespace {

constexpr size_t kAlign = 64;
constexpr size_t kHuge = size_t{1} << 21;        // from here on transparent huge pages pay
constexpr size_t kMostCached = size_t{1} << 31;  // beyond this a freed block goes back at once

constexpr size_t kLargest = size_t{1} << 46;  // no machine has it; the size classes end soon after

/// Sizes are rounded up to one of eight steps between powers of two: at most 12.5 % is lost.
size_t rounded(size_t bytes) {
  if (bytes <= 512) return (bytes + kAlign - 1) / kAlign * kAlign + (bytes == 0 ? kAlign : 0);
  int top = 63 - __builtin_clzll(bytes - 1);
  size_t step = size_t{1} << (top - 3);
  return (bytes + step - 1) / step * step;
}

/// Index of a rounded size: 0..8 for the multiples of 64 up to 512, then eight for each power of two.
int class_of(size_t bytes) {
  if (bytes <= 512) return static_cast<int>(bytes / kAlign);
  int top = 63 - __builtin_clzll(bytes - 1);
  size_t step = size_t{1} << (top - 3);
  return 9 + (top - 9) * 8 + static_cast<int>((bytes - (size_t{1} << top)) / step) - 1;
}
constexpr int kClasses = 9 + 40 * 8;

class SpinLock {
 public:
  void lock() {
    while (flag_.test_and_set(std::memory_order_acquire)) {
#ifdef __x86_64__
      __builtin_ia32_pause();
#endif
    }
  }
  void unlock() { flag_.clear(std::memory_order_release); }

 private:
  std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

struct Pool {
  SpinLock lock;
  std::vector<void*> free[kClasses];
  size_t live = 0, peak = 0, cached = 0, limit = 0;
  void (*reclaim)() = nullptr;

  void give_back_all() {
    for (auto& list : free) {
      for (void* p : list) std::free(p);
      list.clear();
    }
    cached = 0;
  }
};
/// Never destroyed: tensors in static storage may outlive it.
Pool& pool() {
  static Pool* the = new Pool;
  return *the;
}

void* fresh(size_t bytes) {
  void* p = nullptr;
  if (posix_memalign(&p, bytes >= kHuge ? kHuge : kAlign, bytes) != 0) return nullptr;
  if (bytes >= kHuge) madvise(p, bytes, MADV_HUGEPAGE);
  return p;
}

/// "300 bytes", "1.5 KiB", "16.0 GiB".
std::string in_words(size_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  const char* units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  int unit = 0;
  while (value >= 1024 && unit < 5) value /= 1024, ++unit;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, units[unit]);
  return text;
}

[[noreturn]] void out_of_memory(size_t asked, size_t live, size_t limit) {
  fail("memory", "out of memory: ", in_words(asked), " asked for while tensors hold ", in_words(live),
       limit ? ", and the limit is " + in_words(limit) : std::string(),
       ". Use smaller batches, or drop tensors that a list or a variable still holds");
}

/// A block of this size, or null where the limit or the system refuses it.
void* take(Pool& p, size_t bytes) {
  std::lock_guard guard(p.lock);
  if (p.limit && p.live + bytes > p.limit) return nullptr;
  auto& list = p.free[class_of(bytes)];
  void* block = nullptr;
  if (!list.empty()) {
    block = list.back();
    list.pop_back();
    p.cached -= bytes;
  } else {
    block = fresh(bytes);
    if (!block) {
      p.give_back_all();
      block = fresh(bytes);
    }
    if (!block) return nullptr;
  }
  p.live += bytes;
  if (p.live > p.peak) p.peak = p.live;
  return block;
}

/// `asked` is `bytes` before rounding, for the error.
void* allocate(size_t bytes, size_t asked) {
  Pool& p = pool();
  if (bytes > kLargest) out_of_memory(asked, p.live, p.limit);
  void* block = take(p, bytes);
  if (!block && p.reclaim) {
    p.reclaim();
    block = take(p, bytes);
  }
  if (!block) out_of_memory(asked, p.live, p.limit);
  return block;
}

void give_back(void* block, size_t bytes) {
  Pool& p = pool();
  std::unique_lock guard(p.lock);
  p.live -= bytes;
  if (p.cached + bytes > kMostCached) {
    guard.unlock();
    std::free(block);
    return;
  }
  p.free[class_of(bytes)].push_back(block);
  p.cached += bytes;
}

}  // namespace

Storage::Storage(size_t bytes) : data_(nullptr), bytes_(rounded(bytes)), tag_(tag_of_memory(bytes_)) {
  data_ = allocate(bytes_, bytes);
}
Storage::Storage(Ref<Storage> owner)
    : data_(owner->data()), bytes_(owner->bytes()), tag_(tag_of_memory(bytes_)), owner_(std::move(owner)) {}
Storage::~Storage() {
  if (!owner_) give_back(data_, bytes_);
}

size_t live_bytes() { return pool().live; }
size_t peak_bytes() { return pool().peak; }
size_t cached_bytes() { return pool().cached; }
void set_memory_limit(size_t bytes) { pool().limit = bytes; }
void set_reclaimer(void (*reclaim)()) { pool().reclaim = reclaim; }
void empty_cache() {
  Pool& p = pool();
  std::unique_lock guard(p.lock);
  p.give_back_all();
}

}  // namespace flint
