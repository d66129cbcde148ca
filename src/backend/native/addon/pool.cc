#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace workbook {
namespace {

inline void breathe() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// A kernel often follows the last one within microseconds, and waking a sleeping thread takes longer than that.
constexpr int spins = 4000;

thread_local bool inPart = false;

class Pool {
 public:
  explicit Pool(int cores) : cores_(cores), active_(cores) {
    for (int worker = 1; worker < cores; worker++) std::thread([this, worker] { work(worker); }).detach();
  }

  int active() const { return active_; }
  void setActive(int count) { active_ = count < 1 ? 1 : count > cores_ ? cores_ : count; }

  void run(int64_t count, Part part, const void* context) {
    // Another JavaScript thread may be using the pool: then this one does its work alone.
    if (active_ == 1 || count == 1 || inPart || !owner_.try_lock()) {
      for (int64_t n = 0; n < count; n++) part(context, n);
      return;
    }
    std::lock_guard<std::mutex> owned(owner_, std::adopt_lock);
    part_ = part;
    context_ = context;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    pending_.store(active_ - 1, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      const uint64_t number = (round_.load(std::memory_order_relaxed) >> 16) + 1;
      round_.store(number << 16 | static_cast<uint64_t>(active_ - 1), std::memory_order_release);
      if (sleeping_ > 0) wake_.notify_all();
    }
    takeParts();
    for (int spun = 0; pending_.load(std::memory_order_acquire) > 0; spun++) {
      if (spun < spins) breathe();
      else std::this_thread::yield();  // on a busy machine a helper may be waiting for this very core
    }
  }

 private:
  void takeParts() {
    inPart = true;
    for (int64_t n; (n = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) part_(context_, n);
    inPart = false;
  }

  void work(int worker) {
    uint64_t seen = 0;
    for (;;) {
      int spun = 0;
      while (round_.load(std::memory_order_acquire) == seen && spun++ < spins) breathe();
      if (round_.load(std::memory_order_acquire) == seen) {
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_++;
        wake_.wait(lock, [&] { return round_.load(std::memory_order_acquire) != seen; });
        sleeping_--;
      }
      seen = round_.load(std::memory_order_acquire);
      if (worker > static_cast<int>(seen & 0xffff)) continue;
      takeParts();
      pending_.fetch_sub(1, std::memory_order_release);
    }
  }

  const int cores_;
  int active_;
  std::mutex owner_;
  Part part_ = nullptr;
  const void* context_ = nullptr;
  int64_t count_ = 0;
  std::atomic<int64_t> next_{0};
  std::atomic<int> pending_{0};
  // The round's number, and in the last 16 bits how many helpers it has. A new one starts when all of them are done.
  std::atomic<uint64_t> round_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  int sleeping_ = 0;
};

// Never destroyed: its threads may still be waiting when the process ends.
Pool& pool() {
  static Pool* const one = new Pool(static_cast<int>(std::thread::hardware_concurrency()) < 1
                                        ? 1
                                        : static_cast<int>(std::thread::hardware_concurrency()));
  return *one;
}

}  // namespace

int threadCount() { return pool().active(); }
void setThreadCount(int count) { pool().setActive(count); }
void runParts(int64_t count, Part part, const void* context) {
  if (count > 0) pool().run(count, part, context);
}

}  // namespace workbook
