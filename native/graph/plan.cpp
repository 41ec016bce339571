// The plan of the memory of a recorded step. From the first to the last launch that uses it a memory must have its
// bytes alone; the largest are placed first, each at the lowest free place ("greedy by size", Pisarchyk and Lee 2020,
// "Efficient Memory Management for Deep Neural Net Inference").
#include <algorithm>

#include "graph/parts.h"

namespace flint {
namespace {

constexpr int kRenewed = -1;

}  // namespace

void TapeParts::plan() {
  for (uint32_t at = 0; at < launches.size(); ++at) {
    for (const TapeUse& use : launches[at].uses) {
      TapeMemory& m = memories[use.memory];
      m.first = std::min(m.first, at);
      m.last = at;
    }
  }
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < memories.size(); ++i) {
    const TapeMemory& m = memories[i];
    if (m.kind != TapeMemory::Kind::Inner || m.first == kNever) continue;
    order.push_back(i);
    requested_bytes += m.bytes;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return memories[a].bytes > memories[b].bytes; });
  std::vector<uint32_t> by_place;  // the memories that have one, in the order of their places
  for (uint32_t i : order) {
    TapeMemory& m = memories[i];
    size_t at = 0;
    for (uint32_t j : by_place) {
      const TapeMemory& other = memories[j];
      if (other.last < m.first || m.last < other.first) continue;
      if (other.planned_at >= at + m.bytes) break;
      at = std::max(at, other.planned_at + other.bytes);
    }
    m.planned_at = at;
    planned_bytes = std::max(planned_bytes, at + m.bytes);
    by_place.insert(std::upper_bound(by_place.begin(), by_place.end(), at,
                                     [&](size_t place, uint32_t j) { return place < memories[j].planned_at; }),
                    i);
  }
}

void TapeParts::place() {
  // An output is copied for each caller: what the recorded function itself may still hold is left to it.
  for (Output& output : outputs) {
    if (!output.memory || gradient_uses.contains(*output.memory)) continue;
    TapeMemory& m = memories[*output.memory];
    if (m.shown_by != kRenewed) m.held = Ref<Storage>(new Storage(m.bytes)), m.shown_by = kRenewed;
    output.tensor.impl()->storage = m.held;
  }
  if (planned_bytes) block = Ref<Storage>(new Storage(planned_bytes));
  for (TapeLaunch& launch : launches) {
    for (const TapeUse& use : launch.uses) {
      const TapeMemory& m = memories[use.memory];
      if (m.kind == TapeMemory::Kind::Input || m.kind == TapeMemory::Kind::Gradient) continue;
      char* base = m.kind == TapeMemory::Kind::Inner ? static_cast<char*>(block->data()) + m.planned_at
                                                     : static_cast<char*>(m.held->data());
      *use.at = base + use.offset;
    }
    launch.uses = {};
  }
  placed = true;
}

}  // namespace flint
