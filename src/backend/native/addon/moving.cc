// Kernels that move numbers and compute none. They take elements of 4 bytes, whatever these mean.
#include <algorithm>
#include <cstring>

#include "binding.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t grain = 16384;

// pick(x, y, offset, walk): y is [size…] in order; element [i, j, …] comes from x[offset + i * step0 + j * step1 …].
// `walk` holds sizes, then steps. Slices and transposes are such walks.
void pick(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t offset = last.count();
  const Arguments::Ints walk = last.list();
  require(walk.size >= 2 && walk.size % 2 == 0, "A native kernel's walk: expected sizes and steps");
  const int rank = static_cast<int>(walk.size / 2);
  const int32_t *size = walk.data, *step = walk.data + rank;
  int64_t total = 1, reach = sumOf({offset, 1});
  for (int axis = 0; axis < rank; axis++) {
    require(size[axis] >= 0 && step[axis] >= 0, "A native kernel's walk: expected 0 or more");
    total = productOf({total, size[axis]});
  }
  if (total == 0) return;
  for (int axis = 0; axis < rank; axis++) reach = sumOf({reach, productOf({size[axis] - 1, step[axis]})});
  const uint32_t* x = arguments.words(reach);
  uint32_t* y = arguments.words(total);
  const int64_t inner = size[rank - 1], by = step[rank - 1];
  parallelRanges(total / inner, grain / inner + 1, [&](int64_t start, int64_t end) {
    for (int64_t n = start; n < end; n++) {
      int64_t rest = n, from = offset;
      for (int axis = rank - 2; axis >= 0; axis--) {
        from += rest % size[axis] * step[axis];
        rest /= size[axis];
      }
      uint32_t* to = y + n * inner;
      if (by == 1) {
        std::memcpy(to, x + from, static_cast<size_t>(inner) * 4);
      } else {
        for (int64_t i = 0; i < inner; i++) to[i] = x[from + i * by];
      }
    }
  });
}

// place(x, y, lines, width, stride, offset): line n of x, `width` long, goes to y[offset + n * stride]. Concatenation.
void place(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t lines = last.count(), width = last.count(), stride = last.count(), offset = last.count();
  if (lines == 0 || width == 0) return;
  const uint32_t* x = arguments.words(lines, width);
  uint32_t* y = arguments.words(sumOf({offset, productOf({lines - 1, stride}), width}));
  parallelRanges(lines, grain / width + 1, [&](int64_t start, int64_t end) {
    for (int64_t n = start; n < end; n++)
      std::memcpy(y + offset + n * stride, x + n * width, static_cast<size_t>(width) * 4);
  });
}

// gather(x, indices, y, rows, width, count): line n of y is line indices[n] of x.
void gather(Arguments& arguments) {
  Arguments last = arguments.after(3);
  const int64_t rows = last.count(), width = last.count(), count = last.count();
  const uint32_t* x = arguments.words(rows, width);
  const int32_t* indices = arguments.ints(count);
  uint32_t* y = arguments.words(count, width);
  for (int64_t n = 0; n < count; n++)
    if (indices[n] < 0 || indices[n] >= rows)
      throw std::out_of_range("GatherV2: the index value " + std::to_string(indices[n]) + " is not in [0, " +
                              std::to_string(rows - 1) + "]");
  if (width == 0) return;
  parallelRanges(count, grain / width + 1, [&](int64_t start, int64_t end) {
    for (int64_t n = start; n < end; n++)
      std::memcpy(y + n * width, x + indices[n] * width, static_cast<size_t>(width) * 4);
  });
}

// segmentSum(x, segments, y, count, width, rows): adds line n of x to line segments[n] of y; others are left out.
void segmentSum(Arguments& arguments) {
  Arguments last = arguments.after(3);
  const int64_t count = last.count(), width = last.count(), rows = last.count();
  const float* x = arguments.floats(count, width);
  const int32_t* segments = arguments.ints(count);
  float* y = arguments.floats(rows, width);
  parallelRanges(rows * width, grain,
                 [&](int64_t start, int64_t end) { std::memset(y + start, 0, static_cast<size_t>(end - start) * 4); });
  // A thread takes some columns of every line, so no two add to the same element, and the order stays.
  parallelRanges(width, std::max<int64_t>(16, grain / (count + 1)), [&](int64_t start, int64_t end) {
    for (int64_t n = 0; n < count; n++) {
      if (segments[n] < 0 || segments[n] >= rows) continue;
      float* to = y + segments[n] * width;
      const float* from = x + n * width;
      for (int64_t c = start; c < end; c++) to[c] += from[c];
    }
  });
}

// oneHot(indices, y, count, depth, on, off).
void oneHot(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t count = last.count(), depth = last.count();
  const float on = static_cast<float>(last.number()), off = static_cast<float>(last.number());
  const int32_t* indices = arguments.ints(count);
  float* y = arguments.floats(count, depth);
  std::fill(y, y + count * depth, off);
  for (int64_t n = 0; n < count; n++)
    if (indices[n] >= 0 && indices[n] < depth) y[n * depth + indices[n]] = on;
}

}  // namespace

std::vector<NamedKernel> movingKernels() {
  return {{"pick", callKernel<pick>},
          {"place", callKernel<place>},
          {"gather", callKernel<gather>},
          {"segmentSum", callKernel<segmentSum>},
          {"oneHot", callKernel<oneHot>}};
}

}  // namespace workbook
