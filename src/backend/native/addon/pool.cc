#include "pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
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
  int active() const { return active_; }

  // Threads are started when they are first asked for; where the system gives no more, those that are there do.
  void setActive(int count) {
    std::lock_guard<std::mutex> owned(owner_);
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int wanted = std::clamp(count, 1, cores);
    try {
      for (; started_ < wanted; started_++) std::thread([this, worker = started_] { work(worker); }).detach();
    } catch (const std::system_error&) {
    }
    active_ = std::min(wanted, started_);
  }

  void run(int64_t count, Part part, const void* context) {
    // Another JavaScript thread may be using the pool: then this one does its work alone.
    if (active_ == 1 || count == 1 || inPart || !owner_.try_lock()) {
      for (int64_t n = 0; n < count; n++) part(context, n);
      return;
    }
    std::lock_guard<std::mutex> owned(owner_, std::adopt_lock);
    const int helpers = active_ - 1;
    part_ = part;
    context_ = context;
    count_ = count;
    failure_ = nullptr;
    next_.store(0, std::memory_order_relaxed);
    left_.store(0, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      const uint64_t number = (round_.load(std::memory_order_relaxed) >> 16) + 1;
      door_.store(number << 16, std::memory_order_release);
      round_.store(number << 16 | static_cast<uint64_t>(helpers), std::memory_order_release);
      if (sleeping_ > 0) wake_.notify_all();
    }
    takeParts();
    // Who has not come by now finds the door closed: on a busy machine a helper may be waiting for this very core.
    const uint64_t joined = door_.exchange(0, std::memory_order_acq_rel) & 0xffff;
    for (int spun = 0; left_.load(std::memory_order_acquire) < joined; spun++) {
      if (spun < spins) breathe();
      else std::this_thread::yield();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // What a part throws is kept for the caller: leaving a helper's thread it would end the process.
  void takeParts() {
    inPart = true;
    try {
      for (int64_t n; (n = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) part_(context_, n);
    } catch (...) {
      next_.store(count_, std::memory_order_relaxed);
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
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
      if (worker > static_cast<int>(seen & 0xffff) || !enter(seen >> 16)) continue;
      takeParts();
      left_.fetch_add(1, std::memory_order_release);
    }
  }

  // Whether the round goes on; then it is not over before this helper has left it.
  bool enter(uint64_t number) {
    uint64_t door = door_.load(std::memory_order_acquire);
    while (door >> 16 == number)
      if (door_.compare_exchange_weak(door, door + 1, std::memory_order_acq_rel)) return true;
    return false;
  }

  std::atomic<int> active_{1};
  int started_ = 1;  // the caller's thread is there
  std::mutex owner_;
  Part part_ = nullptr;
  const void* context_ = nullptr;
  int64_t count_ = 0;
  std::exception_ptr failure_;
  std::atomic<int64_t> next_{0};
  // The round's number, and in the last 16 bits how many helpers may come to it.
  std::atomic<uint64_t> round_{0};
  // The number of a round that can be joined, and in the last 16 bits how many have; 0 when it is closed.
  std::atomic<uint64_t> door_{0};
  std::atomic<uint64_t> left_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  int sleeping_ = 0;
};

// Never destroyed: its threads may still be waiting when the process ends.
Pool& pool() {
  static Pool* const one = new Pool();
  return *one;
}

}  // namespace

int threadCount() { return pool().active(); }
void setThreadCount(int count) { pool().setActive(count); }
void runParts(int64_t count, Part part, const void* context) {
  if (count > 0) pool().run(count, part, context);
}

}  // namespace workbook
