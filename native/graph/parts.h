// What a tape and its recording share.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "graph/tape.h"

namespace flint {

constexpr uint32_t kNever = UINT32_MAX;

/// One block of memory of a recorded step.
struct TapeMemory {
  /// Gradient: what a leaf had before the step, which adds to it. Kept: made inside, seen from outside afterwards.
  enum class Kind { Input, Gradient, Outside, Inner, Kept };
  Kind kind = Kind::Inner;
  size_t bytes = 0;
  Ref<Storage> held;                  // of Outside and Kept; Inner is planned, the others come with each replay
  uint32_t first = kNever, last = 0;  // launches that use it
  size_t planned_at = 0;              // in the common block
  int shown_by = 0;                   // of Kept: the outputs and gradients that hold it for the tape
};

/// An address inside a launch that depends on where a memory lies.
struct TapeUse {
  void** at;
  uint32_t memory;
  ptrdiff_t offset;  // in bytes
  bool written;
};

/// A launch and the memory it uses.
struct TapeLaunch {
  std::unique_ptr<Launch> work;
  std::vector<TapeUse> uses;  // of its defined addresses, in their order
  bool shared = false;        // among threads
};

struct TapeParts {
  uint64_t serial = 0, identities = 0;
  bool grad_enabled = true;
  std::optional<DType> autocast;
  std::vector<Tensor> inputs;  // while recording: what stands for them
  std::vector<Layout> input_layouts;
  std::vector<ptrdiff_t> input_offsets;  // in bytes, of the recorded ones
  std::vector<char*> input_bases;        // of the last replay
  std::vector<bool> inputs_written;

  std::vector<TapeLaunch> launches;
  std::vector<TapeMemory> memories;
  std::unordered_map<const Storage*, uint32_t> outside;
  std::vector<std::vector<TapeUse>> input_uses;
  std::unordered_map<uint32_t, std::vector<TapeUse>> gradient_uses;  // of the memories of gradients, before and after
  std::deque<double> numbers;                                        // addresses must stay

  /// What a leaf must have for .grad before a replay: nothing, or a tensor laid out so.
  struct GradientBefore {
    Ref<TensorImpl> leaf, grad;  // grad: while recording
    bool defined = false;
    Layout layout;
    int64_t offset = 0;        // in bytes
    uint32_t memory = kNever;  // where the step uses it
    char* base = nullptr;      // of the last replay
  };
  /// What it has afterwards.
  struct Gradient {
    Ref<TensorImpl> leaf, grad;
    bool same = false;         // as before: the step added to it
    uint32_t memory = kNever;  // where the step itself made it
  };
  std::vector<GradientBefore> gradients_before;
  std::vector<Gradient> gradients_after;
  std::unordered_set<TensorImpl*> gradients_noted, gradients_required;
  std::vector<std::shared_ptr<uint32_t>> versions;
  std::unordered_set<const uint32_t*> versions_noted;

  struct Output {
    Tensor tensor;
    bool copied;                          // made by the step: the next replay will write over it
    std::optional<uint32_t> input = {};   // whose memory it shows
    std::optional<uint32_t> memory = {};  // of the step
  };
  std::vector<Output> outputs;

  Ref<Storage> block;  // of all Inner memories
  size_t planned_bytes = 0, requested_bytes = 0;
  bool placed = false;

  /// Whether the memory is of this recording: an input, or made inside.
  bool made(const Storage& storage) const { return storage.tag() >> 32 == serial; }
  uint32_t memory_of(const Tensor& t);
  /// From now on the memory is seen from outside.
  bool keep(const Ref<Storage>& storage);
  void keep_only(const std::vector<bool>& kept);
  /// What is known of gradients when the recording ends.
  void settle_gradients();
  /// Leaves out what nothing needs.
  void drop_unneeded();
  /// Makes one launch of an outer product and those that are added to it.
  void merge_outer_products();
  /// Makes one launch of loops over the same elements, which is then run piece by piece.
  void fuse_loops();
  /// Has large parameters updated as soon as their gradients are there.
  void hasten_updates();
  /// Gives every Inner memory its place in one block, where none overlaps another that is in use at the same time.
  void plan();
  /// Gives a gradient that somebody holds, and wants unchanged, to them, and takes new memory for the next.
  void renew_held_gradients();
  /// What the step gave: copies of what it will write over.
  std::vector<Tensor> results(std::span<const Tensor> given) const;
  /// Allocates that block and writes all addresses.
  void place();
};

}  // namespace flint
