// Runs random operations of the registry, forwards and backwards, for as many minutes as it is told, in random order
// and with results fed into what comes next, and fails when memory grows. Usage: flint_soak [minutes] [seed]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <random>

#include "flint/autograd.h"
#include "flint/runtime.h"
#include "ops/elementwise.h"
#include "ops/reduce.h"
#include "ops/shape.h"
#include "test/registry/table.h"

namespace flint::testing {
namespace {

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double whole = 0, resident = 0;
  file >> whole >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576;
}

/// One operation with the tensors of its case; now and then an earlier result of the same shape takes the place of one.
class Program {
 public:
  explicit Program(uint64_t seed) : random_(seed) {}

  void step(const Case& c) {
    std::vector<Tensor> leaves;
    bool first = true;
    List arguments = with_tensors(c.arguments, [&](const Tensor& t) {
      Tensor given = clone(detach(t));
      const bool overwritten = first && c.op.ends_with("_");
      first = false;
      if (t.dtype() != DType::Float64 && t.dtype() != DType::Float32) return given;
      for (const Tensor& earlier : kept_)
        if (!overwritten && draw(4) == 0 && earlier.sizes() == t.sizes() && earlier.dtype() == t.dtype())
          given = earlier;
      if (c.grads.empty() || overwritten || given.needs_grad()) return given;
      given.impl()->requires_grad = true;
      leaves.push_back(given);
      made_.push_back(given);
      return given;
    });
    std::vector<Tensor> results = registry().at(c.op).call(arguments);
    Tensor total;
    for (const Tensor& y : results)
      if (y.defined() && y.needs_grad() && (y.dtype() == DType::Float64 || y.dtype() == DType::Float32)) {
        Tensor part = cast(sum(y, {}, false, std::nullopt), DType::Float64);
        total = total.defined() ? add(total, part, 1) : part;
        if (draw(3) == 0) keep(y);
      }
    if (!total.defined() || draw(2) == 0) return;
    switch (draw(8)) {
      case 0:
        grad({total}, leaves, {}, {true, true}, true);
        break;
      case 1:
        backward(total, {}, {true, true});
        break;
      default:
        backward(total, {}, {draw(2) == 0, false});
    }
  }
  /// Drops everything. A gradient with a graph leads back to its leaf, which holds it: that ring is for the program to
  /// open, in PyTorch as here.
  void forget() {
    for (const Tensor& leaf : made_) leaf.impl()->grad = {};
    made_.clear();
    kept_.clear();
  }
  size_t draw(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }

 private:
  /// Chains of results grow until they fall out of the other end.
  void keep(const Tensor& t) {
    kept_.push_back(draw(8) == 0 ? t : detach(t));
    if (kept_.size() > 16) kept_.pop_front();
  }
  std::mt19937_64 random_;
  std::deque<Tensor> kept_;
  std::vector<Tensor> made_;  // every leaf since all was dropped
};

int soak(double minutes, uint64_t seed) {
  cases();
  registry();
  const size_t before = live_bytes();
  Program program(seed);
  const auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 60; };
  long long steps = 0, refused = 0;
  double warm = 0, most = 0;
  while (elapsed() < minutes) {
    for (int i = 0; i < 2000; ++i, ++steps) {
      const Case& c = cases()[program.draw(cases().size())];
      try {
        program.step(c);
      } catch (const Error&) {
        ++refused;  // an earlier result may lie outside of what an operation takes: a singular matrix, a log of -1
      }
    }
    program.forget();
    empty_cache();
    if (live_bytes() != before) {
      std::printf("leak: %zu bytes are held by nobody after %lld steps\n", live_bytes() - before, steps);
      return 1;
    }
    const double now = resident_mib();
    if (warm == 0 && elapsed() > minutes / 10) warm = now;
    most = std::max(most, warm > 0 ? now : 0);
  }
  const double ratio = warm > 0 ? most / warm : 1;
  std::printf(
      "%lld steps (%lld refused with an error), %.1f minutes, resident %.1f MiB after warm-up, %.1f at most: %.3f\n",
      steps, refused, elapsed(), warm, most, ratio);
  return ratio > 1.2 ? 1 : 0;
}

}  // namespace
}  // namespace flint::testing

int main(int argc, char** argv) {
  const double minutes = argc > 1 ? std::atof(argv[1]) : 1;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  return flint::testing::soak(minutes, seed);
}
