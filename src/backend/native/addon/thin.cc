#include "thin.h"

#include <algorithm>

#include "packing.h"
#include "pool.h"
#include "vector.h"

namespace workbook {
namespace {

constexpr int64_t mostVectors = 6;  // for more, packing pays
constexpr int64_t fewestOutputs = 64;

// Outputs that a thread takes at least, and numbers of the matrix that are worth a thread.
constexpr int64_t strip = 64;
constexpr int64_t grain = 32768;

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

// Lines that lie side by side: `Depth` numbers of each are added to the sums of `width` outputs at a time.
template <int Depth>
void addLines(const float* x, const float* from, ptrdiff_t stride, int64_t width, float* sums) {
  int64_t n = 0;
  for (; n + lanes <= width; n += lanes) {
    Vector sum = vectorAt(sums + n);
#pragma GCC unroll 8
    for (int k = 0; k < Depth; k++) sum += x[k] * vectorAt(from + k * stride + n);
    *reinterpret_cast<Vector*>(sums + n) = sum;
  }
  for (; n < width; n++)
    for (int k = 0; k < Depth; k++) sums[n] += x[k] * from[k * stride + n];
}

void addSideBySide(const Thin& p, int64_t start, int64_t end) {
  constexpr int64_t widest = 512;  // sums that stay in the first-level cache beside the numbers that are added
  constexpr int deep = 8;
  float sums[mostVectors][widest];
  for (int64_t output = start; output < end; output += widest) {
    const int64_t width = std::min(widest, end - output);
    for (int64_t vector = 0; vector < p.vectors; vector++) std::fill_n(sums[vector], width, 0.f);
    const ptrdiff_t stride = p.lines.columnStride;
    int64_t k = 0;
    for (; k + deep <= p.depth; k += deep)
      for (int64_t vector = 0; vector < p.vectors; vector++)
        addLines<deep>(p.x + vector * p.depth + k, p.lines.at(output, k), stride, width, sums[vector]);
    for (; k < p.depth; k++)
      for (int64_t vector = 0; vector < p.vectors; vector++)
        addLines<1>(p.x + vector * p.depth + k, p.lines.at(output, k), stride, width, sums[vector]);
    for (int64_t vector = 0; vector < p.vectors; vector++)
      for (int64_t n = 0; n < width; n++) p.store(vector, output + n, sums[vector][n]);
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
  if (vectors > mostVectors || outputs < fewestOutputs || p.columnSums) return false;
  static thread_local Buffer buffer;
  const float* x = contiguous(byRows ? p.a : turned(p.b), vectors, p.K, buffer);
  const Matrix lines = byRows ? turned(p.b) : p.a;
  const Thin thin = byRows ? Thin{vectors, outputs, p.K, x, lines, p.c, p.stride, 1, p.bias, 0, 1, p.accumulate}
                           : Thin{vectors, outputs, p.K, x, lines, p.c, 1, p.stride, p.bias, 1, 0, p.accumulate};
  const int64_t strips = (outputs + strip - 1) / strip;
  parallelRanges(strips, grain / (strip * p.K * vectors) + 1, [&](int64_t from, int64_t to) {
    run(thin, from * strip, std::min(outputs, to * strip));
  });
  return true;
}

}  // namespace workbook
