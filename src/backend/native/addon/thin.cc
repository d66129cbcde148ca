#include "thin.h"

#include <algorithm>

#include "packing.h"
#include "pool.h"
#include "vector.h"

namespace workbook {
namespace {

// For more vectors packing pays. Where lines lie side by side that is later, as they are read where they lie.
constexpr int64_t mostVectors = 6, mostSideBySide = 32;
constexpr int64_t fewestOutputs = 64;

// Outputs that a thread takes at least, and numbers of the matrix that are worth a thread.
constexpr int64_t strip = 64;
constexpr int64_t grain = 32768;

constexpr int64_t tallest = 6;  // vectors that are multiplied at once

// The product as outputs of every vector: c(vector, output) is the sum over k of x[vector][k] line(output, k).
struct Thin {
  int64_t vectors, outputs, depth;
  const float* x;  // [vectors,depth]
  Matrix lines;    // [outputs,depth]
  float* c;
  ptrdiff_t vectorStride, outputStride;  // of c
  const float* bias;
  ptrdiff_t vectorBias, outputBias;  // strides of the bias: one of them is 0
  bool accumulate;

  void store(int64_t vector, int64_t output, float value) const {
    float& at = c[vector * vectorStride + output * outputStride];
    if (bias) value += bias[vector * vectorBias + output * outputBias];
    at = accumulate ? at + value : value;
  }
};

// Lines whose numbers follow each other: dot products, of four lines at a time.
template <int Lines>
void dots(const Thin& p, int64_t output) {
  const float* line[Lines];
  for (int n = 0; n < Lines; n++) line[n] = p.lines.at(output + n, 0);
  for (int64_t vector = 0; vector < p.vectors; vector++) {
    const float* x = p.x + vector * p.depth;
    Vector even[Lines] = {}, odd[Lines] = {};
    int64_t k = 0;
    for (; k + 2 * lanes <= p.depth; k += 2 * lanes) {
#pragma GCC unroll 4
      for (int n = 0; n < Lines; n++) {
        even[n] += vectorAt(x + k) * vectorAt(line[n] + k);
        odd[n] += vectorAt(x + k + lanes) * vectorAt(line[n] + k + lanes);
      }
    }
    for (int n = 0; n < Lines; n++) {
      float sum = total(even[n] + odd[n]);
      for (int64_t rest = k; rest < p.depth; rest++) sum += x[rest] * line[n][rest];
      p.store(vector, output + n, sum);
    }
  }
}

// Keeps a number's place in a register: without, GCC reads it from memory once for each product.
inline void keepInRegister(Vector& vector) {
#if defined(__x86_64__)
  asm("" : "+v"(vector));
#elif defined(__aarch64__)
  asm("" : "+w"(vector));
#endif
}

// Lines that lie side by side: goes on with the sums of `Rows` vectors and `Vectors` registers of outputs, which stay in
// registers over `depth` numbers of each.
template <int Rows, int Vectors>
void addLines(const float* x, int64_t rowStride, const float* from, ptrdiff_t stride, int64_t depth, float* sums,
              int64_t sumStride) {
  Vector sum[Rows][Vectors];
#pragma GCC unroll 6
  for (int row = 0; row < Rows; row++)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; v++) sum[row][v] = vectorAt(sums + row * sumStride + v * lanes);
  for (int64_t k = 0; k < depth; k++, from += stride) {
    Vector line[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; v++) {
      line[v] = vectorAt(from + v * lanes);
      if (Rows > 1) keepInRegister(line[v]);
    }
#pragma GCC unroll 6
    for (int row = 0; row < Rows; row++)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; v++) sum[row][v] += x[row * rowStride + k] * line[v];
  }
#pragma GCC unroll 6
  for (int row = 0; row < Rows; row++)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; v++) *reinterpret_cast<Vector*>(sums + row * sumStride + v * lanes) = sum[row][v];
}

// The same for any number of outputs.
template <int Rows, int Vectors>
void addWidth(const float* x, int64_t rowStride, const float* from, ptrdiff_t stride, int64_t depth, int64_t width,
              float* sums, int64_t sumStride) {
  int64_t n = 0;
  for (; n + Vectors * lanes <= width; n += Vectors * lanes)
    addLines<Rows, Vectors>(x, rowStride, from + n, stride, depth, sums + n, sumStride);
  for (; n + lanes <= width; n += lanes) addLines<Rows, 1>(x, rowStride, from + n, stride, depth, sums + n, sumStride);
  for (; n < width; n++)
    for (int row = 0; row < Rows; row++)
      for (int64_t k = 0; k < depth; k++) sums[row * sumStride + n] += x[row * rowStride + k] * from[k * stride + n];
}

// Vectors in groups of at most six, all about equally many. One group reads long stretches of few lines, as the
// processor's prefetching likes it; for several a block of the matrix stays in the first-level cache.
void addSideBySide(const Thin& p, int64_t start, int64_t end) {
  static thread_local Buffer buffer;
  const ptrdiff_t stride = p.lines.columnStride;
  const int64_t groups = (p.vectors + tallest - 1) / tallest;
  const int64_t wide = groups == 1 ? 512 : 192, deepest = groups == 1 ? 16 : 32;
  float* sums = buffer.reserve(p.vectors * wide);
  for (int64_t output = start; output < end; output += wide) {
    const int64_t width = std::min(wide, end - output);
    std::fill_n(sums, p.vectors * wide, 0.f);
    for (int64_t k = 0; k < p.depth; k += deepest) {
      const int64_t depth = std::min(deepest, p.depth - k);
      const float* from = p.lines.at(output, k);
      for (int64_t group = 0; group < groups; group++) {
        const int64_t first = p.vectors * group / groups, rows = p.vectors * (group + 1) / groups - first;
        const float* x = p.x + first * p.depth + k;
        float* to = sums + first * wide;
        switch (rows) {
          case 1: addWidth<1, 8>(x, p.depth, from, stride, depth, width, to, wide); break;
          case 2: addWidth<2, 4>(x, p.depth, from, stride, depth, width, to, wide); break;
          case 3: addWidth<3, 3>(x, p.depth, from, stride, depth, width, to, wide); break;
          case 4: addWidth<4, 3>(x, p.depth, from, stride, depth, width, to, wide); break;
          case 5: addWidth<5, 2>(x, p.depth, from, stride, depth, width, to, wide); break;
          case 6: addWidth<6, 2>(x, p.depth, from, stride, depth, width, to, wide); break;
        }
      }
    }
    for (int64_t vector = 0; vector < p.vectors; vector++)
      for (int64_t n = 0; n < width; n++) p.store(vector, output + n, sums[vector * wide + n]);
  }
}

void run(const Thin& p, int64_t start, int64_t end) {
  if (p.lines.columnStride != 1) return addSideBySide(p, start, end);
  int64_t output = start;
  for (; output + 4 <= end; output += 4) dots<4>(p, output);
  for (; output < end; output++) dots<1>(p, output);
}

Matrix turned(const Matrix& m) { return {m.data, m.columnStride, m.rowStride}; }

// The vectors one behind the other.
const float* contiguous(const Matrix& x, int64_t vectors, int64_t depth, Buffer& buffer) {
  if (x.columnStride == 1 && (x.rowStride == depth || vectors == 1)) return x.data;
  float* copy = buffer.reserve(vectors * depth);
  for (int64_t vector = 0; vector < vectors; vector++)
    for (int64_t k = 0; k < depth; k++) copy[vector * depth + k] = *x.at(vector, k);
  return copy;
}

}  // namespace

bool multiplyThin(const Product& p) {
  const bool byRows = p.M <= p.N;
  const int64_t vectors = byRows ? p.M : p.N, outputs = byRows ? p.N : p.M;
  const Matrix lines = byRows ? turned(p.b) : p.a;
  const int64_t most = lines.columnStride == 1 ? mostVectors : mostSideBySide;
  if (vectors > most || outputs < fewestOutputs || p.columnSums) return false;
  static thread_local Buffer buffer;
  const float* x = contiguous(byRows ? p.a : turned(p.b), vectors, p.K, buffer);
  const Thin thin = byRows ? Thin{vectors, outputs, p.K, x, lines, p.c, p.stride, 1, p.bias, 0, 1, p.accumulate}
                           : Thin{vectors, outputs, p.K, x, lines, p.c, 1, p.stride, p.bias, 1, 0, p.accumulate};
  const int64_t strips = (outputs + strip - 1) / strip;
  parallelRanges(strips, grain / (strip * p.K * vectors) + 1, [&](int64_t from, int64_t to) {
    run(thin, from * strip, std::min(outputs, to * strip));
  });
  return true;
}

}  // namespace workbook
