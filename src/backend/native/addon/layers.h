// The parts of a transformer's layer on plain pointers, for kernels that run one of them and for programs of many.
// Rows are positions, `width` their channels. Nothing is checked here.
#pragma once
#include <cstdint>

namespace workbook {

// y = (x - mean) scale gain + shift, where scale is 1 / sqrt(variance + epsilon). No shift, and nothing kept of the means
// and scales, where those are null.
void normaliseByLayer(const float* x, const float* gain, const float* shift, float* y, float* means, float* scales,
                      int64_t rows, int64_t width, double epsilon);

// y = x scale gain, where scale is 1 / sqrt(mean(x^2) + epsilon). The scales are kept unless that is null.
void normaliseByMeanSquare(const float* x, const float* gain, float* y, float* scales, int64_t rows, int64_t width,
                           double epsilon);

void bendByGelu(const float* x, float* y, int64_t size);

// y = gate sigmoid(gate) up.
void bendBySwiGlu(const float* gate, const float* up, float* y, int64_t size);

// How a row of channels divides into heads; the first `turned` of them are turned.
struct Heads {
  int64_t count, turned, depth;
};

// Turns the pairs (c, c + depth/2) of one row's heads by the angles of its position.
void turnHeads(const float* x, const float* cosine, const float* sine, float* y, const Heads& heads, float direction);

// Attention of T new tokens in each of B texts over a cache; see cachedAttention.cc.
struct CachedAttention {
  int64_t B, T, H, K, D, capacity;
  const int32_t *slots, *starts, *counts;  // [B]

  // Throws unless each text has a slot of its own with room for its tokens.
  void check() const;
  // Slots that the cache needs.
  int64_t slotCount() const;
  // Keeps the new keys and values: qkv is [B,T,H+2K,D], y [B,T,H,D], the cache [slots,K,capacity,D].
  void run(const float* qkv, float* keys, float* values, float* y) const;
};

// Weights of 8 or 4 binary digits in blocks of 32; those of 4 with a least one for each block or without.
struct PackedForm {
  int64_t digits;
  bool hasLeast;

  int64_t blockBytes() const;
};

// y = x matrix^T + bias, [rows,inputs] to [rows,outputs]; inputs are a multiple of 32, the bias may be null.
void multiplyByPacked(const float* x, const uint8_t* matrix, float* y, const float* bias, int64_t rows, int64_t inputs,
                      int64_t outputs, PackedForm form);

// One row of a packed matrix, as floats.
void unpackRow(const uint8_t* row, float* y, int64_t inputs, PackedForm form);

}  // namespace workbook
