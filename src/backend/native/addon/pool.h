// One set of threads for every kernel. Work is cut into numbered parts; whoever is free takes the next one.
#pragma once
#include <cstdint>

namespace workbook {

// How many threads take part, the caller included; 1 until it is set.
int threadCount();

// Sets how many take part, 1 to the number of cores. Waits while kernels run.
void setThreadCount(int count);

using Part = void (*)(const void* context, int64_t part);
void runParts(int64_t count, Part part, const void* context);

// Calls body(0) … body(count - 1), in any order and at the same time; throws what one of them throws. Inside a part it
// runs one after the other: there are no pools within pools.
template <typename Body>
void parallelFor(int64_t count, const Body& body) {
  runParts(
      count, [](const void* context, int64_t part) { (*static_cast<const Body*>(context))(part); }, &body);
}

// Cuts 0 … size - 1 into runs of at least `grain` and calls body(start, end) for each. The cuts depend on the numbers
// alone, never on the threads, so that sums come out the same everywhere.
template <typename Body>
void parallelRanges(int64_t size, int64_t grain, const Body& body) {
  constexpr int64_t most = 64;
  if (size <= 0) return;
  const int64_t parts = size <= grain ? 1 : (size / grain < most ? size / grain : most);
  if (parts == 1) return body(int64_t{0}, size);
  parallelFor(parts, [&](int64_t part) { body(size * part / parts, size * (part + 1) / parts); });
}

}  // namespace workbook
