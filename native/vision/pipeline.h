// A pipeline: steps that are executed one after another on each image.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vision/step.h"

namespace flint::vision {

/// A step as it comes from outside: its type, the name of its random numbers ("RandomCrop#0"), and the numbers that it
/// is made of. A RandomApply is followed by its own steps; its second number says by how many.
struct StepText {
  std::string type, name;
  std::vector<double> numbers;
};

/// What is to be seen after a step.
struct Seen {
  Trace trace;
  int64_t height = 0, width = 0, channels = 0;
  std::vector<uint8_t> bytes;  // [height, width, channels], as it looks
  std::vector<float> floats;   // [channels, height, width]; empty while the values are bytes
};

using Steps = std::vector<std::unique_ptr<Step>>;

class Pipeline {
 public:
  explicit Pipeline(const std::vector<StepText>& steps);
  void run(Image& image, const Moment& at, bool mask = false) const;
  /// The same, and what was to be seen after each step. `looks`: the bytes too.
  std::vector<Seen> follow(Image& image, const Moment& at, bool mask, bool looks) const;

 private:
  Steps steps_;
};

}  // namespace flint::vision
