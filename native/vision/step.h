// What a step of a pipeline is, and what it works on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vision/draws.h"
#include "vision/image.h"

namespace flint::vision {

/// A value that a step has drawn or decided, for a preview.
struct Note {
  enum class Kind { Number, Truth, List };
  std::string name;
  Kind kind;
  std::vector<double> values;
};

/// How a step has moved the points of an image: (x, y, 1) · matrix, divided by the third; and the size after it.
struct Movement {
  double matrix[9];
  int64_t height, width;
  /// Added to key points beside: they name pixels, not edges of pixels, where an image is mirrored.
  double key_x = 0, key_y = 0;
};

/// What a step has done: for a preview and for targets.
struct Trace {
  std::vector<Note> notes;
  std::vector<Movement> movements;
  /// Of each channel: value · scale + shift is what it was before the image was normalised.
  std::vector<double> scale, shift;
};

/// One image on its way. `mask`: it is a mask, which is only moved, and whose values are never mixed.
struct Work {
  Image& image;
  const Moment& at;
  Trace* trace = nullptr;
  bool mask = false;

  void note(std::string_view name, double value) const {
    if (trace) trace->notes.push_back({std::string(name), Note::Kind::Number, {value}});
  }
  void note(std::string_view name, bool value) const {
    if (trace) trace->notes.push_back({std::string(name), Note::Kind::Truth, {value ? 1.0 : 0.0}});
  }
  void note(std::string_view name, std::vector<double> values) const {
    if (trace) trace->notes.push_back({std::string(name), Note::Kind::List, std::move(values)});
  }
  void note(std::string_view name, int64_t value) const { note(name, static_cast<double>(value)); }
  void moved(const Movement& movement) const {
    if (trace) trace->movements.push_back(movement);
  }
  /// (x, y) · (scale_x, scale_y) + (shift_x, shift_y), to an image of the size that it has now.
  void moved(double scale_x, double scale_y, double shift_x, double shift_y, double key_x = 0, double key_y = 0) const {
    if (trace)
      moved({{scale_x, 0, shift_x, 0, scale_y, shift_y, 0, 0, 1}, image.height(), image.width(), key_x, key_y});
  }
};

class Step {
 public:
  explicit Step(std::string_view name) : card_(hash_of(name)) {}
  virtual ~Step() = default;
  virtual void run(const Work& work) const = 0;
  Draws draws(const Work& work) const { return {work.at, card_}; }

 private:
  uint64_t card_;
};

/// The numbers that a step is made of, in the order of its constructor.
class Numbers {
 public:
  Numbers(std::string_view type, const std::vector<double>& all) : type_(type), all_(all) {}
  double next() {
    if (at_ == all_.size()) fail(type_, "a step of a pipeline came with too few numbers");
    return all_[at_++];
  }
  int64_t whole() { return static_cast<int64_t>(next()); }
  bool truth() { return next() != 0; }
  template <class E>
  E one_of() {
    return static_cast<E>(whole());
  }
  /// A count, and as many numbers.
  std::vector<double> list() {
    std::vector<double> items(static_cast<size_t>(whole()));
    for (double& item : items) item = next();
    return items;
  }

 private:
  std::string_view type_;
  const std::vector<double>& all_;
  size_t at_ = 0;
};

using MakeStep = std::unique_ptr<Step> (*)(std::string_view name, Numbers& numbers);
/// The steps of one family by their type.
struct StepKind {
  std::string_view type;
  MakeStep make;
};

template <class S>
std::unique_ptr<Step> make_step(std::string_view name, Numbers& numbers) {
  return std::make_unique<S>(name, numbers);
}

std::span<const StepKind> framing_steps();
std::span<const StepKind> warp_steps();
std::span<const StepKind> colour_steps();
std::span<const StepKind> filter_steps();
std::span<const StepKind> tensor_steps();

}  // namespace flint::vision
