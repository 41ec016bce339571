// One queue of jobs for all; whoever takes part takes the next part of the first job.
#include "kernels/ahead.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "flint/runtime.h"
#include "kernels/parallel.h"

namespace flint::kernels {

struct Ahead::Job {
  int64_t parts;
  std::function<void(int64_t)> work;
  std::atomic<int64_t> next{0}, done{0};
  std::mutex lock;
  std::condition_variable changed;

  /// Does parts until none is left that nobody has begun.
  void take() {
    for (int64_t part; (part = next.fetch_add(1)) < parts;) {
      work(part);
      if (done.fetch_add(1) + 1 < parts) continue;
      std::lock_guard guard(lock);
      changed.notify_all();
    }
  }
};

namespace {

class Makers {
 public:
  static Makers& here() {
    static auto* the = new Makers;  // outlives every static user; its threads end with the process
    return *the;
  }
  void add(std::shared_ptr<Ahead::Job> job, int threads) {
    std::lock_guard guard(lock_);
    const int most = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    for (; started_ < std::min(std::max(threads, 1), most); ++started_) std::thread([this] { run(); }).detach();
    waiting_.push_back(std::move(job));
    more_.notify_all();
  }

 private:
  void run() {
    flush_denormals_here();  // as in every thread that computes, so that it does not matter which one did
    for (;;) {
      std::shared_ptr<Ahead::Job> job;
      {
        std::unique_lock guard(lock_);
        more_.wait(guard, [this] { return !waiting_.empty(); });
        job = waiting_.front();
      }
      job->take();
      std::lock_guard guard(lock_);
      if (!waiting_.empty() && waiting_.front() == job) waiting_.pop_front();
    }
  }
  std::mutex lock_;
  std::condition_variable more_;
  std::deque<std::shared_ptr<Ahead::Job>> waiting_;
  int started_ = 0;
};

}  // namespace

Ahead::Ahead(int64_t parts, int threads, std::function<void(int64_t)> work) : job_(std::make_shared<Job>()) {
  job_->parts = parts;
  job_->work = std::move(work);
  Makers::here().add(job_, threads);
}

void Ahead::finish() {
  Job& job = *job_;
  if (job.next.load() < job.parts) for_parts(flint::threads(), [&](int64_t) { job.take(); });
  std::unique_lock guard(job.lock);
  job.changed.wait(guard, [&] { return job.done.load() == job.parts; });
}

}  // namespace flint::kernels
