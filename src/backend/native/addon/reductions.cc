// Sums and largest values along one stretch of axes, and softmax along the last.
#include <algorithm>
#include <cmath>
#include <limits>

#include "binding.h"
#include "math.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t grain = 16384;

// The input is [outer, length, inner], the output [outer, inner].
struct Sizes {
  int64_t outer, length, inner;
};

template <typename Body>
void reduce(Arguments& arguments, const Body& body) {
  Arguments last = arguments.after(2);
  const Sizes sizes{last.count(), last.count(), last.count()};
  const float* x = arguments.floats(sizes.outer, sizes.length, sizes.inner);
  float* y = arguments.floats(sizes.outer, sizes.inner);
  body(x, y, sizes);
}

double totalOf(const float* x, int64_t size) {
  double total = 0;
  constexpr int64_t run = 512;  // floats add up a short run, doubles the runs
  for (int64_t start = 0; start < size; start += run) {
    float part = 0;
    const int64_t end = std::min(size, start + run);
#pragma omp simd reduction(+ : part)
    for (int64_t n = start; n < end; n++) part += x[n];
    total += part;
  }
  return total;
}

// sum(x, y, outer, length, inner).
void sum(Arguments& arguments) {
  reduce(arguments, [](const float* x, float* y, const Sizes& s) {
    if (s.inner == 1 && s.outer == 1) {
      double parts[64] = {};
      const int64_t count = std::max<int64_t>(1, std::min<int64_t>(64, s.length / grain));
      parallelFor(count, [&](int64_t n) {
        const int64_t start = s.length * n / count;
        parts[n] = totalOf(x + start, s.length * (n + 1) / count - start);
      });
      double total = 0;
      for (const double part : parts) total += part;
      y[0] = static_cast<float>(total);
    } else if (s.inner == 1) {
      parallelRanges(s.outer, grain / (s.length + 1) + 1, [&](int64_t start, int64_t end) {
        for (int64_t n = start; n < end; n++) y[n] = static_cast<float>(totalOf(x + n * s.length, s.length));
      });
    } else {
      constexpr int64_t width = 64;  // columns added up side by side
      const int64_t blocks = (s.inner + width - 1) / width;
      parallelRanges(s.outer * blocks, grain / (s.length * width + 1) + 1, [&](int64_t start, int64_t end) {
        for (int64_t n = start; n < end; n++) {
          const int64_t column = n % blocks * width, count = std::min(width, s.inner - column);
          const float* from = x + n / blocks * s.length * s.inner + column;
          double totals[width] = {};
          for (int64_t row = 0; row < s.length; row++)
            for (int64_t c = 0; c < count; c++) totals[c] += from[row * s.inner + c];
          for (int64_t c = 0; c < count; c++) y[n / blocks * s.inner + column + c] = static_cast<float>(totals[c]);
        }
      });
    }
  });
}

// max(x, y, outer, length, inner); NaN wins, as in JavaScript; no elements give -infinity.
void max(Arguments& arguments) {
  reduce(arguments, [](const float* x, float* y, const Sizes& s) {
    if (s.inner == 0) return;
    parallelRanges(s.outer, grain / (s.length * s.inner + 1) + 1, [&](int64_t start, int64_t end) {
      for (int64_t n = start; n < end; n++) {
        float* out = y + n * s.inner;
        std::fill(out, out + s.inner, -std::numeric_limits<float>::infinity());
        for (int64_t row = 0; row < s.length; row++) {
          const float* from = x + (n * s.length + row) * s.inner;
          for (int64_t c = 0; c < s.inner; c++)
            out[c] = out[c] != out[c] ? out[c] : from[c] != from[c] ? from[c] : std::max(out[c], from[c]);
        }
      }
    });
  });
}

// softmax(x, y, rows, length).
void softmax(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t rows = last.count(), length = last.count();
  const float* x = arguments.floats(rows, length);
  float* y = arguments.floats(rows, length);
  if (length == 0) return;
  parallelRanges(rows, grain / (length + 1) / 4 + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) softmaxRow(x + row * length, y + row * length, length);
  });
}

}  // namespace

std::vector<NamedKernel> reductionKernels() {
  return {{"sum", callKernel<sum>},
          {"max", callKernel<max>},
          {"softmax", callKernel<softmax>}};
}

}  // namespace workbook
