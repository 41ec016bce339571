// Which recorded launches may change places.
#pragma once

#include <vector>

#include "graph/parts.h"

namespace flint {

/// Whether it is the caller's, and so may be memory that the step also knows under another name.
inline bool may_be_input(TapeMemory::Kind kind) {
  return kind == TapeMemory::Kind::Input || kind == TapeMemory::Kind::Gradient;
}
/// Whether the caller's memory may be this too. What the step made is its own: a gradient that somebody holds is
/// renewed.
inline bool may_be_callers(TapeMemory::Kind kind) { return may_be_input(kind) || kind == TapeMemory::Kind::Outside; }

/// How a group of launches uses memory.
class Touched {
 public:
  explicit Touched(const std::vector<TapeMemory>& memories) : memories_(memories) {}

  void add(const TapeLaunch& launch) {
    for (size_t i = 0; i < launch.uses.size(); ++i) {
      const TapeUse& use = launch.uses[i];
      const RowLoop* loop = launch.work->row_loop();
      uses_.push_back(
          {use.memory, use.offset, loop ? loop->strides[i] : -1, loop ? loop->item_bytes[i] : 0, use.written});
      inputs_ = inputs_ || may_be_input(memories_[use.memory].kind);
      writes_outside_ = writes_outside_ || (use.written && may_be_callers(memories_[use.memory].kind));
    }
  }
  /// Whether `launch`, run piece by piece with the group, meets every element when the group has left it as it would
  /// have without pieces.
  bool goes_along(const TapeLaunch& launch) const {
    const RowLoop& loop = *launch.work->row_loop();
    for (size_t i = 0; i < launch.uses.size(); ++i)
      for (const Use& u : uses_)
        if (u.memory == launch.uses[i].memory && (u.written || launch.uses[i].written) &&
            !(u.offset == launch.uses[i].offset && u.stride == 1 && loop.strides[i] == 1 &&
              u.item_bytes == loop.item_bytes[i]))
          return false;
    return !aliases(launch);
  }
  /// Whether `launch`, which came after the group, may as well come before.
  bool independent(const TapeLaunch& launch) const {
    for (const TapeUse& use : launch.uses)
      for (const Use& u : uses_)
        if (u.memory == use.memory && (u.written || use.written)) return false;
    return !aliases(launch);
  }

 private:
  struct Use {
    uint32_t memory;
    ptrdiff_t offset;
    int64_t stride, item_bytes;
    bool written;
  };
  /// An input may be memory that the step also knows from outside.
  bool aliases(const TapeLaunch& launch) const {
    bool inputs = inputs_, writes = writes_outside_;
    for (const TapeUse& use : launch.uses) {
      inputs = inputs || may_be_input(memories_[use.memory].kind);
      writes = writes || (use.written && may_be_callers(memories_[use.memory].kind));
    }
    return inputs && writes;
  }
  const std::vector<TapeMemory>& memories_;
  std::vector<Use> uses_;
  bool inputs_ = false, writes_outside_ = false;
};

}  // namespace flint
