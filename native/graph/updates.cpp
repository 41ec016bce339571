// An optimizer changes its parameters after the whole backward pass. A replay changes a large one as soon as its
// gradient is there and nothing needs the old values any more: both are then in a cache.
#include <algorithm>

#include "graph/parts.h"
#include "graph/touched.h"

namespace flint {
namespace {

constexpr size_t kWorth = 256 * 1024;  // bytes of a parameter: fewer stay in a cache until the end anyway

/// The launch that does the same to some groups of its list.
TapeLaunch of_groups(const TapeLaunch& all, const std::vector<size_t>& groups) {
  TapeLaunch part;
  part.work = all.work->of_groups(groups);
  part.shared = all.shared;
  const size_t size = all.work->group_size();
  const std::span<void*> before = all.work->addresses(), after = part.work->addresses();
  for (const TapeUse& use : all.uses) {
    const size_t at = static_cast<size_t>(use.at - before.data());
    const auto group = std::find(groups.begin(), groups.end(), at / size);
    if (group == groups.end()) continue;
    TapeUse moved = use;
    moved.at = &after[static_cast<size_t>(group - groups.begin()) * size + at % size];
    part.uses.push_back(moved);
  }
  return part;
}

/// Whether `later`, which came after it, may as well come before.
bool independent(const std::vector<TapeMemory>& memories, const TapeLaunch& launch, const TapeLaunch& later) {
  Touched touched(memories);
  touched.add(launch);
  return touched.independent(later);
}

/// What only reads is a check: when it fails, nothing that came after it may have happened.
bool is_check(const TapeLaunch& launch) {
  return std::none_of(launch.uses.begin(), launch.uses.end(), [](const TapeUse& use) { return use.written; });
}

}  // namespace

void TapeParts::hasten_updates() {
  std::vector<TapeLaunch> result;
  for (TapeLaunch& launch : launches) {
    const size_t size = launch.work->group_size();
    if (size == 0) {
      result.push_back(std::move(launch));
      continue;
    }
    std::vector<size_t> large, rest;
    const std::span<void*> addresses = launch.work->addresses();
    for (const TapeUse& use : launch.uses) {
      const size_t at = static_cast<size_t>(use.at - addresses.data());
      if (at % size == 0) (memories[use.memory].bytes >= kWorth ? large : rest).push_back(at / size);
    }
    for (size_t group : large) {
      TapeLaunch part = of_groups(launch, {group});
      size_t at = result.size();
      while (at > 0 && !is_check(result[at - 1]) && independent(memories, result[at - 1], part)) --at;
      result.insert(result.begin() + static_cast<ptrdiff_t>(at), std::move(part));
    }
    if (!rest.empty()) result.push_back(large.empty() ? std::move(launch) : of_groups(launch, rest));
  }
  launches = std::move(result);
}

}  // namespace flint
