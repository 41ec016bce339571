// Making steps by their names, and running them.
#include "vision/pipeline.h"

#include <algorithm>
#include <cmath>

namespace flint::vision {
namespace {

std::unique_ptr<Step> one_step(const std::vector<StepText>& all, size_t& at);

/// Other steps, all of them or none.
class RandomApply final : public Step {
 public:
  RandomApply(std::string_view name, double p, Steps steps, std::vector<std::string> types)
      : Step(name), p_(p), steps_(std::move(steps)), types_(std::move(types)) {}
  void run(const Work& work) const override {
    const bool applied = draws(work).chance(p_);
    work.note("applied", applied);
    if (!applied) return;
    for (size_t i = 0; i < steps_.size(); ++i) {
      const size_t before = work.trace ? work.trace->notes.size() : 0;
      steps_[i]->run(work);
      if (!work.trace) continue;
      for (size_t k = before; k < work.trace->notes.size(); ++k)
        work.trace->notes[k].name = types_[i] + "." + work.trace->notes[k].name;
    }
  }

 private:
  double p_;
  Steps steps_;
  std::vector<std::string> types_;
};

std::unique_ptr<Step> random_apply(const StepText& text, const std::vector<StepText>& all, size_t& at) {
  Numbers numbers(text.type, text.numbers);
  const double p = numbers.next();
  const int64_t count = numbers.whole();
  Steps steps;
  std::vector<std::string> types;
  for (int64_t i = 0; i < count; ++i) {
    if (at >= all.size()) fail(text.type, "fewer steps follow than it holds");
    types.push_back(all[at].type);
    steps.push_back(one_step(all, at));
  }
  return std::make_unique<RandomApply>(text.name, p, std::move(steps), std::move(types));
}

std::unique_ptr<Step> one_step(const std::vector<StepText>& all, size_t& at) {
  const StepText& text = all[at++];
  if (text.type == "RandomApply") return random_apply(text, all, at);
  for (auto kinds : {framing_steps(), warp_steps(), colour_steps(), filter_steps(), tensor_steps()})
    for (const StepKind& kind : kinds) {
      if (kind.type != text.type) continue;
      Numbers numbers(text.type, text.numbers);
      return kind.make(text.name, numbers);
    }
  fail("transforms", "there is no transform ", text.type);
}

/// What an image of floats looks like: its values before they were normalised, as bytes.
void look(Seen& seen) {
  const auto &scale = seen.trace.scale, &shift = seen.trace.shift;
  const int64_t plane = seen.height * seen.width;
  for (int64_t c = 0; c < seen.channels; ++c) {
    const size_t k = std::min<size_t>(static_cast<size_t>(c), scale.size() - 1);
    for (int64_t i = 0; i < plane; ++i) {
      const double value = static_cast<double>(seen.floats[c * plane + i]) * scale[k] + shift[k];
      seen.bytes[i * seen.channels + c] = static_cast<uint8_t>(std::clamp(std::nearbyint(value * 255), 0.0, 255.0));
    }
  }
}

}  // namespace

Pipeline::Pipeline(const std::vector<StepText>& steps) {
  for (size_t at = 0; at < steps.size();) steps_.push_back(one_step(steps, at));
}

void Pipeline::run(Image& image, const Moment& at, bool mask) const {
  const Work work{image, at, nullptr, mask};
  for (const auto& step : steps_) step->run(work);
}

std::vector<Seen> Pipeline::follow(Image& image, const Moment& at, bool mask, bool looks) const {
  std::vector<Seen> all(steps_.size());
  Trace before;
  before.scale.assign(static_cast<size_t>(image.channels()), 1);
  before.shift.assign(before.scale.size(), 0);
  for (size_t i = 0; i < steps_.size(); ++i) {
    Seen& seen = all[i];
    const Trace& last = i ? all[i - 1].trace : before;
    seen.trace.scale = last.scale, seen.trace.shift = last.shift;
    steps_[i]->run({image, at, &seen.trace, mask});
    seen.height = image.height(), seen.width = image.width(), seen.channels = image.channels();
    if (!looks) continue;
    seen.bytes.resize(static_cast<size_t>(seen.height * seen.width * seen.channels));
    if (image.floats()) {
      seen.floats.resize(seen.bytes.size());
      image.write(seen.floats.data());
    }
    if (image.of_bytes())
      image.write_interleaved(seen.bytes.data());
    else
      look(seen);
  }
  return all;
}

}  // namespace flint::vision
