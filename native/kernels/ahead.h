// Work in parts that other threads begin while the caller goes on, and that the caller helps to finish when it needs
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace flint::kernels {

class Ahead {
 public:
  /// Gives work(0) … work(parts - 1) to `threads` threads that wait for such work; they live as long as the process.
  /// `work` must not throw, and is kept until all parts are done.
  Ahead(int64_t parts, int threads, std::function<void(int64_t)> work);
  /// Does what is left, on all processors, and waits for what others have begun.
  void finish();

  struct Job;

 private:
  std::shared_ptr<Job> job_;
};

}  // namespace flint::kernels
