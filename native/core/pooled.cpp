// The pool of small objects: one list of dropped blocks for each size in each thread, so that nothing is locked.
#include "flint/pooled.h"

namespace flint {
namespace {

constexpr size_t kStep = 16, kLargest = 512;
#ifdef __SANITIZE_ADDRESS__
constexpr int kMostKept = 0;  // so that a use after the drop is seen
#else
constexpr int kMostKept = 4096;  // of one size: what a burst of dropped tensors leaves behind
#endif

struct Block {
  Block* next;
};

/// Also right after its destructor has run, when objects in static storage are dropped: nothing is kept then.
struct Lists {
  Block* head[kLargest / kStep + 1];
  int kept[kLargest / kStep + 1];
  bool closed;
  ~Lists() {
    closed = true;
    for (Block*& list : head)
      while (list) {
        Block* block = list;
        list = block->next;
        ::operator delete(block);
      }
  }
};
thread_local Lists lists{};

size_t size_class(size_t bytes) { return (bytes + kStep - 1) / kStep; }

}  // namespace

void* pooled_take(size_t bytes) {
  if (bytes > kLargest) return ::operator new(bytes);
  const size_t size = size_class(bytes);
  Lists& mine = lists;
  if (Block* block = mine.head[size]) {
    mine.head[size] = block->next;
    --mine.kept[size];
    return block;
  }
  return ::operator new(size* kStep);
}

void pooled_give(void* block, size_t bytes) {
  const size_t size = size_class(bytes);
  Lists& mine = lists;
  if (bytes > kLargest || mine.closed || mine.kept[size] == kMostKept) return ::operator delete(block);
  mine.head[size] = new (block) Block{mine.head[size]};
  ++mine.kept[size];
}

}  // namespace flint
