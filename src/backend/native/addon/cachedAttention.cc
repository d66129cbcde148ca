// Attention of new tokens over a cache of keys and values, [slots,K,capacity,D] each: one more token of a text costs a
// walk over the positions before it, and a piece of many tokens costs products, by blocks of queries.
#include <algorithm>
#include <cmath>
#include <vector>

#include "binding.h"
#include "gemm.h"
#include "layers.h"
#include "math.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t blockSize = 64;  // queries at a time

// One head of a piece of text: `count` new tokens from position `start`.
struct Piece {
  int64_t start, count, D;
  const float* q;  // rows `stride` apart
  int64_t stride, width;
  float *keys, *values;  // position 0 of the cache, rows D apart
  float* y;              // rows `width` apart
};

// Keeps the new keys and values, whose rows are `stride` apart.
void remember(const Piece& p, const float* newKeys, const float* newValues) {
  for (int64_t n = 0; n < p.count; n++) {
    std::copy_n(newKeys + n * p.stride, p.D, p.keys + (p.start + n) * p.D);
    std::copy_n(newValues + n * p.stride, p.D, p.values + (p.start + n) * p.D);
  }
}

void mixOne(const Piece& p, float scale, float* scores) {
  const int64_t seen = p.start + 1;
  for (int64_t n = 0; n < seen; n++) {
    const float* key = p.keys + n * p.D;
    for (int64_t c = 0; c < p.D; c += 16) __builtin_prefetch(p.values + n * p.D + c);  // for the walk behind this one
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t c = 0; c < p.D; c++) sum += p.q[c] * key[c];
    scores[n] = sum;
  }
  softmaxRow(scores, scores, seen, scale);
  std::fill_n(p.y, p.D, 0.f);
  for (int64_t n = 0; n < seen; n++) {
    const float* value = p.values + n * p.D;
#pragma omp simd
    for (int64_t c = 0; c < p.D; c++) p.y[c] += scores[n] * value[c];
  }
}

// The new tokens `from` to `to`, each of which sees all before it.
void mixBlock(const Piece& p, float scale, int64_t from, int64_t to, float* scores) {
  const int64_t seen = p.start + to;
  multiplyAlone({to - from, seen, p.D, rows(p.q + from * p.stride, p.stride), transposed(p.keys, p.D), scores, seen});
  for (int64_t n = from; n < to; n++) {
    float* line = scores + (n - from) * seen;
    softmaxRow(line, line, p.start + n + 1, scale);
    std::fill(line + p.start + n + 1, line + seen, 0.f);
  }
  multiplyAlone({to - from, p.D, seen, rows(scores, seen), rows(p.values, p.D), p.y + from * p.width, p.width});
}

void read(const Piece& p) {
  static thread_local std::vector<float> scores;
  const size_t room = static_cast<size_t>(std::min(p.count, blockSize) * (p.start + p.count));
  if (scores.size() < room) scores.resize(room);
  const float scale = 1.f / std::sqrt(static_cast<float>(p.D));
  if (p.count == 1) return mixOne(p, scale, scores.data());
  for (int64_t from = 0; from < p.count; from += blockSize)
    mixBlock(p, scale, from, std::min(p.count, from + blockSize), scores.data());
}

}  // namespace

void CachedAttention::check() const {
  require(K > 0 && H % K == 0, "Cannot attend: expected heads of keys that divide those of queries");
  for (int64_t b = 0; b < B; b++) {
    require(slots[b] >= 0, "Cannot attend: expected slots of 0 or more");
    require(starts[b] >= 0 && counts[b] >= 1 && counts[b] <= T && int64_t{starts[b]} + counts[b] <= capacity,
            "Cannot attend: expected 1 to T new tokens that the slot has room for");
    require(std::find(slots, slots + b, slots[b]) == slots + b, "Cannot attend: expected each slot once");
  }
}

int64_t CachedAttention::slotCount() const { return B == 0 ? 0 : int64_t{*std::max_element(slots, slots + B)} + 1; }

void CachedAttention::run(const float* qkv, float* keys, float* values, float* y) const {
  const int64_t width = H * D, stride = (H + 2 * K) * D, group = H / K;
  parallelFor(B * K, [&](int64_t part) {
    const int64_t b = part / K, shared = part % K, place = (slots[b] * K + shared) * capacity * D;
    const float* text = qkv + b * T * stride;
    Piece p{starts[b], counts[b], D, nullptr, stride, width, keys + place, values + place, nullptr};
    remember(p, text + (H + shared) * D, text + (H + K + shared) * D);
    for (int64_t head = shared * group; head < (shared + 1) * group; head++) {
      p.q = text + head * D;
      p.y = y + b * T * width + head * D;
      read(p);
      for (int64_t n = counts[b]; n < T; n++) std::fill_n(p.y + n * width, D, 0.f);
    }
  });
}

namespace {

// cachedAttention(qkv, keys, values, slots, starts, counts, y, B, T, H, K, D, capacity): qkv is [B,T,H+2K,D], y
// [B,T,H,D], the cache [slots,K,capacity,D]; what lies behind a text's count is padding, and 0 in y.
void cachedAttention(Arguments& arguments) {
  Arguments last = arguments.after(7), slotted = arguments.after(3);
  CachedAttention a{};
  for (int64_t* size : {&a.B, &a.T, &a.H, &a.K, &a.D, &a.capacity}) *size = last.count();
  a.slots = slotted.ints(a.B), a.starts = slotted.ints(a.B), a.counts = slotted.ints(a.B);
  a.check();
  const float* qkv = arguments.floats(a.B, a.T, a.H + 2 * a.K, a.D);
  float* keys = arguments.floats(a.slotCount(), a.K, a.capacity, a.D);
  float* values = arguments.floats(a.slotCount(), a.K, a.capacity, a.D);
  a.run(qkv, keys, values, slotted.floats(a.B, a.T, a.H, a.D));
}

}  // namespace

std::vector<NamedKernel> cachedAttentionKernels() {
  return {{"cachedAttention", callKernel<cachedAttention>}};
}

}  // namespace workbook
