// Memory for the engine's own small objects. A step makes and drops hundreds of tensors and nodes, and a garbage
// collector drops them in bursts that the system's allocator answers by merging and splitting its blocks.
#pragma once

#include <cstddef>
#include <new>

namespace flint {

/// `bytes` of memory, aligned to 16; from a list of this thread when one of the size was dropped before.
void* pooled_take(size_t bytes);
/// Gives back what pooled_take(bytes) gave, from any thread.
void pooled_give(void* block, size_t bytes);

/// A base of classes whose objects come from the pool.
struct Pooled {
  static void* operator new(size_t bytes) { return pooled_take(bytes); }
  static void operator delete(void* block, size_t bytes) { pooled_give(block, bytes); }
};

/// The pool as an allocator of the standard library.
template <class T>
struct PooledAllocator {
  using value_type = T;
  PooledAllocator() = default;
  template <class U>
  PooledAllocator(const PooledAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(pooled_take(n * sizeof(T))); }
  void deallocate(T* p, size_t n) { pooled_give(p, n * sizeof(T)); }
  bool operator==(const PooledAllocator&) const { return true; }
};

}  // namespace flint
