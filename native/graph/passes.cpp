// What is done to a recorded step before it is replayed. None of it changes a bit of a result.
#include <algorithm>

#include "flint/runtime.h"
#include "graph/parts.h"
#include "graph/touched.h"
#include "kernels/elementwise/kernel.h"
#include "kernels/outer/kernel.h"
#include "kernels/parallel.h"
#include "ops/iterate.h"

namespace flint {

void TapeParts::keep_only(const std::vector<bool>& kept) {
  std::vector<TapeLaunch> result;
  for (size_t i = 0; i < launches.size(); ++i)
    if (kept[i]) result.push_back(std::move(launches[i]));
  launches = std::move(result);
}

// ---- what nothing needs

void TapeParts::drop_unneeded() {
  std::vector<bool> needed(memories.size());
  std::vector<bool> kept(launches.size());
  for (size_t i = launches.size(); i-- > 0;) {
    const TapeLaunch& launch = launches[i];
    bool writes = false, matters = launch.work->draws();
    for (const TapeUse& use : launch.uses) {
      if (!use.written) continue;
      writes = true;
      matters = matters || needed[use.memory] || memories[use.memory].kind != TapeMemory::Kind::Inner;
    }
    kept[i] = matters || !writes;  // what writes nothing is a check
    if (!kept[i]) continue;
    for (const TapeUse& use : launch.uses) needed[use.memory] = true;
  }
  keep_only(kept);
}

namespace {

/// Several launches that are run as one.
class Group : public Launch {
 public:
  explicit Group(std::vector<std::unique_ptr<Launch>> parts) : parts_(std::move(parts)) {}
  std::span<void*> addresses() override { return {}; }  // those of the parts are written where they are
  bool writes(size_t) const override { return true; }

 protected:
  std::vector<std::unique_ptr<Launch>> parts_;
};

}  // namespace

// ---- outer products

namespace {

/// The first product, and those that were added to it one after the other.
class SumOfOuters final : public Group {
 public:
  using Group::Group;
  void run() override {
    std::vector<kernels::Outer> products;
    products.reserve(parts_.size());
    for (const auto& part : parts_) {
      const OuterProduct& o = *part->outer_product();
      const std::span<void*> at = part->addresses();
      products.push_back({static_cast<const float*>(at[1]), static_cast<const float*>(at[2]), o.stride_a, o.stride_b});
    }
    const OuterProduct& first = *parts_[0]->outer_product();
    kernels::sum_of_outers(products.data(), static_cast<int64_t>(products.size()), first.rows, first.columns,
                           static_cast<float*>(parts_[0]->addresses()[0]));
  }
};

/// An addition of float32 in place: a += b.
bool adds_in_place(const TapeLaunch& launch, int64_t count) {
  const RowLoop* loop = launch.work->row_loop();
  const auto add = kernels::rows().binary[static_cast<int>(kernels::Binary::Add)][static_cast<int>(DType::Float32)];
  return loop && loop->binary == add && loop->p == 1 && loop->count == count && loop->strides[0] == 1 &&
         loop->strides[1] == 1 && loop->strides[2] == 1 && launch.uses[0].memory == launch.uses[1].memory &&
         launch.uses[0].offset == launch.uses[1].offset && launch.uses[2].memory != launch.uses[0].memory;
}

}  // namespace

void TapeParts::merge_outer_products() {
  std::vector<std::vector<size_t>> users(memories.size());  // launches, in their order
  for (size_t i = 0; i < launches.size(); ++i) {
    for (const TapeUse& use : launches[i].uses) {
      std::vector<size_t>& list = users[use.memory];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  }
  // Whether a launch between two others may change this memory, perhaps under another name.
  auto changed_between = [&](uint32_t memory, size_t from, size_t to) {
    const TapeMemory::Kind kind = memories[memory].kind;
    for (size_t i = from + 1; i < to; ++i)
      for (const TapeUse& use : launches[i].uses) {
        if (!use.written) continue;
        const TapeMemory::Kind other = memories[use.memory].kind;
        if (use.memory == memory || (may_be_input(kind) && may_be_callers(other)) ||
            (may_be_input(other) && may_be_callers(kind)))
          return true;
      }
    return false;
  };
  std::vector<bool> gone(launches.size());
  for (size_t i = 0; i < launches.size(); ++i) {
    if (gone[i] || !launches[i].work->outer_product()) continue;
    const OuterProduct& first = *launches[i].work->outer_product();
    const uint32_t sum = launches[i].uses[0].memory;
    if (may_be_input(memories[sum].kind) || users[sum].front() != i) continue;
    // The launches that use the sum next, as long as they add another product to it.
    std::vector<size_t> products{i}, adds;
    for (size_t k = 1; k < users[sum].size(); ++k) {
      const size_t add = users[sum][k];
      if (!adds_in_place(launches[add], first.rows * first.columns) || launches[add].uses[0].memory != sum ||
          launches[add].uses[0].offset != launches[i].uses[0].offset)
        break;
      const TapeUse& term = launches[add].uses[2];
      const std::vector<size_t>& of_term = users[term.memory];
      if (of_term.size() != 2 || memories[term.memory].kind != TapeMemory::Kind::Inner) break;
      const size_t product = of_term[0];
      if (gone[product]) break;
      const OuterProduct* other = launches[product].work->outer_product();
      if (!other || other->rows != first.rows || other->columns != first.columns ||
          launches[product].uses[0].memory != term.memory || launches[product].uses[0].offset != term.offset)
        break;
      products.push_back(product);
      adds.push_back(add);
    }
    if (adds.empty()) continue;
    // All is done where the last addition was: the vectors must still be there then, unchanged.
    const size_t end = adds.back();
    bool unchanged = true;
    for (size_t product : products)
      for (size_t v : {1, 2}) {
        const uint32_t memory = launches[product].uses[v].memory;
        unchanged = unchanged && memory != sum && !changed_between(memory, product, end);
      }
    if (!unchanged) continue;
    TapeLaunch merged;
    std::vector<std::unique_ptr<Launch>> parts;
    for (size_t product : products) {
      TapeLaunch& launch = launches[product];
      // Of the products that were added only the vectors are used.
      for (size_t v = product == i ? 0 : 1; v < 3; ++v) merged.uses.push_back(launch.uses[v]);
      parts.push_back(std::move(launch.work));
      gone[product] = true;
    }
    for (size_t add : adds) gone[add] = true;
    merged.work = std::make_unique<SumOfOuters>(std::move(parts));
    launches[end] = std::move(merged);
    gone[end] = false;
  }
  gone.flip();
  keep_only(gone);
}

// ---- loops over the same elements

namespace {

constexpr int64_t kFuseLeast = 8 * 1024;   // elements: fewer stay in the cache between the loops anyway
constexpr int64_t kPiece = 2 * 1024;       // of several operands in the nearest cache
constexpr int64_t kGoOnLeast = 16 * 1024;  // elements: fewer are sooner fetched from the other threads' caches

class FusedLoops final : public Group {
 public:
  /// `going_on`: several threads made what the loops read, so that each has its share of it in its cache.
  FusedLoops(std::vector<std::unique_ptr<Launch>> parts, bool going_on) : Group(std::move(parts)) {
    int64_t cost = 0;
    for (const auto& part : parts_) cost += part->row_loop()->cost;
    shared_ = count() * cost >= (going_on ? kGoOnLeast : kParallelElements);
  }
  bool is_shared() const { return shared_; }

  void run() override {
    kernels::for_pieces(count(), shared_ ? threads() : 1, [&](int64_t begin, int64_t end) {
      for (int64_t from = begin; from < end; from += kPiece)
        for (const auto& part : parts_)
          part->row_loop()->run(part->addresses().data(), from, std::min(end, from + kPiece));
    });
  }

 private:
  int64_t count() const { return parts_[0]->row_loop()->count; }
  bool shared_;
};

/// A loop that may be run piece by piece with others of as many elements.
const RowLoop* fusible(const TapeLaunch& launch) {
  const RowLoop* loop = launch.work->row_loop();
  if (!loop || loop->count < kFuseLeast || loop->strides[0] != 1) return nullptr;
  for (int64_t stride : loop->strides)
    if (stride != 0 && stride != 1) return nullptr;
  return loop;
}

}  // namespace

void TapeParts::fuse_loops() {
  std::vector<TapeLaunch> result;
  std::vector<bool> shared(memories.size());  // whether several threads wrote to it last
  auto keep = [&](TapeLaunch launch) {
    for (const TapeUse& use : launch.uses)
      if (use.written) shared[use.memory] = launch.shared;
    result.push_back(std::move(launch));
  };
  auto reads_shared = [&](const TapeLaunch& launch) {
    return std::any_of(launch.uses.begin(), launch.uses.end(),
                       [&](const TapeUse& use) { return !use.written && shared[use.memory]; });
  };
  for (size_t i = 0; i < launches.size();) {
    const RowLoop* first = fusible(launches[i]);
    if (!first) {
      keep(std::move(launches[i++]));
      continue;
    }
    std::vector<TapeLaunch> group;
    Touched touched(memories);
    touched.add(launches[i]);
    const int64_t count = first->count;
    group.push_back(std::move(launches[i++]));
    for (; i < launches.size(); ++i) {
      TapeLaunch& next = launches[i];
      const RowLoop* loop = fusible(next);
      if (loop && loop->count == count && touched.goes_along(next)) {
        touched.add(next);
        group.push_back(std::move(next));
      } else if (!loop && !next.work->draws() && touched.independent(next)) {
        keep(std::move(next));  // such as a constant that the next loop uses
      } else {
        break;
      }
    }
    const bool going_on = std::any_of(group.begin(), group.end(), reads_shared);
    if (group.size() == 1 && !going_on) {
      keep(std::move(group[0]));
      continue;
    }
    TapeLaunch fused;
    std::vector<std::unique_ptr<Launch>> parts;
    for (TapeLaunch& launch : group) {
      fused.uses.insert(fused.uses.end(), launch.uses.begin(), launch.uses.end());
      parts.push_back(std::move(launch.work));
    }
    auto loops = std::make_unique<FusedLoops>(std::move(parts), going_on);
    fused.shared = loops->is_shared();
    fused.work = std::move(loops);
    keep(std::move(fused));
  }
  launches = std::move(result);
}

}  // namespace flint
