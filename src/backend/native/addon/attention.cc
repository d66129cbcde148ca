// Causal self-attention, in blocks of queries: only [block,T] of the weights exists at any time (as in FlashAttention,
// Dao et al. 2022, whose backward pass likewise computes the weights again from each row's log-sum).
#include <algorithm>
#include <cmath>
#include <vector>

#include "binding.h"
#include "gemm.h"
#include "math.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t blockSize = 64;  // queries at a time

struct Sizes {
  int64_t B, T, H, D;
  int64_t width() const { return H * D; }      // of one position's queries, keys or values
  int64_t stride() const { return 3 * H * D; }  // between positions of qkv
  float scale() const { return 1.f / std::sqrt(static_cast<float>(D)); }
};

Sizes readSizes(Arguments& arguments) {
  const int64_t B = arguments.count(), T = arguments.count(), H = arguments.count(), D = arguments.count();
  return {B, T, H, D};
}

std::vector<float>& scratch(int which, int64_t size) {
  static thread_local std::vector<float> kept[2];
  if (static_cast<int64_t>(kept[which].size()) < size) kept[which].resize(static_cast<size_t>(size));
  return kept[which];
}

// weights[i, j] = exp(scale * q_i k_j - logSum_i) for the block's rows i and j = 0 … end - 1; 0 where j > i. Without
// logSums they are computed too.
void weigh(const Sizes& s, const float* q, const float* k, int64_t start, int64_t end, float* weights, float* logSums,
           bool known) {
  multiplyAlone({end - start, end, s.D, rows(q + start * s.stride(), s.stride()), transposed(k, s.stride()), weights,
                 end});
  const float scale = s.scale();
  for (int64_t row = start; row < end; row++) {
    float* line = weights + (row - start) * end;
    const int64_t visible = row + 1;
    if (!known) {
      logSums[row] = softmaxRow(line, line, visible, scale);
    } else {
      const float logSum = logSums[row];
#pragma omp simd
      for (int64_t n = 0; n < visible; n++) line[n] = exponential(scale * line[n] - logSum);
    }
    std::fill(line + visible, line + end, 0.f);
  }
}

// attention(qkv, y, logSums, B, T, H, D): qkv is [B,T,3,H,D], y [B,T,H,D], logSums [B,H,T].
void attention(Arguments& arguments) {
  Arguments last = arguments.after(3);
  const Sizes s = readSizes(last);
  const float* qkv = arguments.floats(s.B, s.T, 3, s.H, s.D);
  float* y = arguments.floats(s.B, s.T, s.H, s.D);
  float* logSums = arguments.floats(s.B, s.H, s.T);
  const int64_t blocks = (s.T + blockSize - 1) / blockSize;
  parallelFor(s.B * s.H * blocks, [&](int64_t part) {
    const int64_t block = blocks - 1 - part % blocks, head = part / blocks % s.H, b = part / blocks / s.H;
    const int64_t start = block * blockSize, end = std::min(s.T, start + blockSize);
    const float* q = qkv + b * s.T * s.stride() + head * s.D;
    float* weights = scratch(0, (end - start) * end).data();
    weigh(s, q, q + s.width(), start, end, weights, logSums + (b * s.H + head) * s.T, false);
    multiplyAlone({end - start, s.D, end, rows(weights, end), rows(q + 2 * s.width(), s.stride()),
                   y + (b * s.T + start) * s.width() + head * s.D, s.width()});
  });
}

// attentionGrad(dy, qkv, y, logSums, dQkv, B, T, H, D).
void attentionGrad(Arguments& arguments) {
  Arguments last = arguments.after(5);
  const Sizes s = readSizes(last);
  const float* dy = arguments.floats(s.B, s.T, s.H, s.D);
  const float* qkv = arguments.floats(s.B, s.T, 3, s.H, s.D);
  const float* y = arguments.floats(s.B, s.T, s.H, s.D);
  float* logSums = arguments.floats(s.B, s.H, s.T);
  float* dQkv = arguments.floats(s.B, s.T, 3, s.H, s.D);
  parallelFor(s.B * s.H, [&](int64_t part) {
    const int64_t head = part % s.H, b = part / s.H;
    const float* q = qkv + b * s.T * s.stride() + head * s.D;
    const float *k = q + s.width(), *v = q + 2 * s.width();
    float* dq = dQkv + b * s.T * s.stride() + head * s.D;
    float *dk = dq + s.width(), *dv = dq + 2 * s.width();
    for (int64_t block = (s.T + blockSize - 1) / blockSize - 1; block >= 0; block--) {
      const int64_t start = block * blockSize, end = std::min(s.T, start + blockSize), count = end - start;
      float* weights = scratch(0, count * end).data();
      float* slopes = scratch(1, count * end).data();
      weigh(s, q, k, start, end, weights, logSums + (b * s.H + head) * s.T, true);
      const float* dOut = dy + (b * s.T + start) * s.width() + head * s.D;
      const float* out = y + (b * s.T + start) * s.width() + head * s.D;
      // The last block sees every key, so it writes the gradients of keys and values, and the others add to them.
      const bool add = end != s.T;
      Product values{end, s.D, count, transposed(weights, end), rows(dOut, s.width()), dv, s.stride()};
      values.accumulate = add;
      multiplyAlone(values);
      multiplyAlone({count, end, s.D, rows(dOut, s.width()), transposed(v, s.stride()), slopes, end});
      for (int64_t row = 0; row < count; row++) {
        float along = 0;  // the weights' mean gradient
#pragma omp simd reduction(+ : along)
        for (int64_t c = 0; c < s.D; c++) along += dOut[row * s.width() + c] * out[row * s.width() + c];
        float* line = slopes + row * end;
        const float* weight = weights + row * end;
        const float scale = s.scale();
#pragma omp simd
        for (int64_t n = 0; n < end; n++) line[n] = (line[n] - along) * weight[n] * scale;
      }
      multiplyAlone({count, s.D, end, rows(slopes, end), rows(k, s.stride()), dq + start * s.stride(), s.stride()});
      Product keys{end, s.D, count, transposed(slopes, end), rows(q + start * s.stride(), s.stride()), dk, s.stride()};
      keys.accumulate = add;
      multiplyAlone(keys);
    }
  });
}

}  // namespace

std::vector<NamedKernel> attentionKernels() {
  return {{"attention", callKernel<attention>}, {"attentionGrad", callKernel<attentionGrad>}};
}

}  // namespace workbook
