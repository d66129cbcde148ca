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

// H heads of queries, K of keys and values: each of these serves H / K heads of queries that lie side by side.
struct Sizes {
  int64_t B, T, H, K, D;
  int64_t width() const { return H * D; }             // of one position's queries, or of what it gathers
  int64_t stride() const { return (H + 2 * K) * D; }  // between positions of qkv
  int64_t group() const { return H / K; }
  int64_t toKeys() const { return H * D; }  // from the first query of a position
  int64_t toValues() const { return (H + K) * D; }
  float scale() const { return 1.f / std::sqrt(static_cast<float>(D)); }
};

Sizes readSizes(Arguments& arguments) {
  const int64_t B = arguments.count(), T = arguments.count(), H = arguments.count(), K = arguments.count();
  require(K > 0 && H % K == 0, "Cannot attend: expected heads of keys that divide those of queries");
  return {B, T, H, K, arguments.count()};
}

std::vector<float>& scratch(int which, int64_t size) {
  static thread_local std::vector<float> kept[2];
  if (static_cast<int64_t>(kept[which].size()) < size) kept[which].resize(static_cast<size_t>(size));
  return kept[which];
}

// Where the text of each position begins, B*T of them, or nothing where every text fills its row.
const int32_t* readStarts(Arguments::Ints starts, const Sizes& s) {
  if (starts.size == 0) return nullptr;
  require(starts.size == s.B * s.T, "Cannot attend: expected a start for each position");
  for (int64_t n = 0; n < starts.size; n++)
    require(starts[n] >= 0 && starts[n] <= n % s.T, "Cannot attend: expected a text to begin where it is or before");
  return starts.data;
}

// weights[i, j] = exp(scale * q_i k_j - logSum_i) for the block's rows i and j = 0 … end - 1; 0 where j > i, and before
// `starts[i]`. Without logSums they are computed too.
void weigh(const Sizes& s, const float* q, const float* k, const int32_t* starts, int64_t start, int64_t end,
           float* weights, float* logSums, bool known) {
  multiplyAlone({end - start, end, s.D, rows(q + start * s.stride(), s.stride()), transposed(k, s.stride()), weights,
                 end});
  const float scale = s.scale();
  for (int64_t row = start; row < end; row++) {
    float* line = weights + (row - start) * end;
    const int64_t first = starts ? starts[row] : 0, visible = row + 1;
    std::fill(line, line + first, 0.f);
    if (!known) {
      logSums[row] = softmaxRow(line + first, line + first, visible - first, scale);
    } else {
      const float logSum = logSums[row];
#pragma omp simd
      for (int64_t n = first; n < visible; n++) line[n] = exponential(scale * line[n] - logSum);
    }
    std::fill(line + visible, line + end, 0.f);
  }
}

// attention(qkv, y, logSums, starts, B, T, H, K, D): qkv is [B,T,H+2K,D], y [B,T,H,D], logSums [B,H,T], starts [B,T] or [0].
void attention(Arguments& arguments) {
  Arguments last = arguments.after(4);
  const Sizes s = readSizes(last);
  const float* qkv = arguments.floats(s.B, s.T, s.H + 2 * s.K, s.D);
  float* y = arguments.floats(s.B, s.T, s.H, s.D);
  float* logSums = arguments.floats(s.B, s.H, s.T);
  const int32_t* starts = readStarts(arguments.list(), s);
  const int64_t blocks = (s.T + blockSize - 1) / blockSize;
  parallelFor(s.B * s.H * blocks, [&](int64_t part) {
    const int64_t block = blocks - 1 - part % blocks, head = part / blocks % s.H, b = part / blocks / s.H;
    const int64_t start = block * blockSize, end = std::min(s.T, start + blockSize), shared = head / s.group();
    const float* text = qkv + b * s.T * s.stride();
    const float *q = text + head * s.D, *k = text + s.toKeys() + shared * s.D, *v = text + s.toValues() + shared * s.D;
    float* weights = scratch(0, (end - start) * end).data();
    weigh(s, q, k, starts ? starts + b * s.T : nullptr, start, end, weights, logSums + (b * s.H + head) * s.T, false);
    multiplyAlone({end - start, s.D, end, rows(weights, end), rows(v, s.stride()),
                   y + (b * s.T + start) * s.width() + head * s.D, s.width()});
  });
}

// Where the numbers of one head of queries lie, in one text: rows of qkv and dQkv are `stride` apart, those of y and dy
// `width`.
struct HeadGrad {
  const float *q, *k, *v, *out, *dOut;
  float *dq, *dk, *dv, *logSums;
  const int32_t* starts;
};

// The gradients from the queries `start` to `end`; those of keys and values are added to what is there where `add`.
void gradBlock(const Sizes& s, const HeadGrad& h, int64_t start, int64_t end, bool add) {
  const int64_t count = end - start;
  float* weights = scratch(0, count * end).data();
  float* slopes = scratch(1, count * end).data();
  weigh(s, h.q, h.k, h.starts, start, end, weights, h.logSums, true);
  const float *dOut = h.dOut + start * s.width(), *out = h.out + start * s.width();
  Product values{end, s.D, count, transposed(weights, end), rows(dOut, s.width()), h.dv, s.stride()};
  values.accumulate = add;
  multiplyAlone(values);
  multiplyAlone({count, end, s.D, rows(dOut, s.width()), transposed(h.v, s.stride()), slopes, end});
  const float scale = s.scale();
  for (int64_t row = 0; row < count; row++) {
    float along = 0;  // the weights' mean gradient
#pragma omp simd reduction(+ : along)
    for (int64_t c = 0; c < s.D; c++) along += dOut[row * s.width() + c] * out[row * s.width() + c];
    float* line = slopes + row * end;
    const float* weight = weights + row * end;
#pragma omp simd
    for (int64_t n = 0; n < end; n++) line[n] = (line[n] - along) * weight[n] * scale;
  }
  multiplyAlone({count, s.D, end, rows(slopes, end), rows(h.k, s.stride()), h.dq + start * s.stride(), s.stride()});
  Product keys{end, s.D, count, transposed(slopes, end), rows(h.q + start * s.stride(), s.stride()), h.dk, s.stride()};
  keys.accumulate = add;
  multiplyAlone(keys);
}

// attentionGrad(dy, qkv, y, logSums, dQkv, starts, B, T, H, K, D).
void attentionGrad(Arguments& arguments) {
  Arguments last = arguments.after(6);
  const Sizes s = readSizes(last);
  const float* dy = arguments.floats(s.B, s.T, s.H, s.D);
  const float* qkv = arguments.floats(s.B, s.T, s.H + 2 * s.K, s.D);
  const float* y = arguments.floats(s.B, s.T, s.H, s.D);
  float* logSums = arguments.floats(s.B, s.H, s.T);
  float* dQkv = arguments.floats(s.B, s.T, s.H + 2 * s.K, s.D);
  const int32_t* starts = readStarts(arguments.list(), s);
  parallelFor(s.B * s.K, [&](int64_t part) {
    const int64_t shared = part % s.K, b = part / s.K, first = shared * s.group();
    const float* text = qkv + b * s.T * s.stride();
    float* dText = dQkv + b * s.T * s.stride();
    const int64_t key = s.toKeys() + shared * s.D, value = s.toValues() + shared * s.D;
    for (int64_t head = first; head < first + s.group(); head++) {
      const int64_t place = b * s.T * s.width() + head * s.D;
      const HeadGrad h{text + head * s.D,  text + key,  text + value,  y + place, dy + place,
                       dText + head * s.D, dText + key, dText + value, logSums + (b * s.H + head) * s.T,
                       starts ? starts + b * s.T : nullptr};
      // The last block of the first head sees every key, so it writes the gradients of keys and values; the others add.
      for (int64_t block = (s.T + blockSize - 1) / blockSize - 1; block >= 0; block--) {
        const int64_t start = block * blockSize, end = std::min(s.T, start + blockSize);
        gradBlock(s, h, start, end, head != first || end != s.T);
      }
    }
  });
}

}  // namespace

std::vector<NamedKernel> attentionKernels() {
  return {{"attention", callKernel<attention>}, {"attentionGrad", callKernel<attentionGrad>}};
}

}  // namespace workbook
