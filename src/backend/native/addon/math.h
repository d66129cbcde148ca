// Functions that a compiler can run on many numbers at once: no branches, no calls.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace workbook {

inline float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

// e^x to about one unit in the last place, by the Cephes library's polynomial; NaN and infinities as they should be.
inline float exponential(float x) {
  constexpr float round = 12582912.f;  // adding it drops the fraction
  x = x > 89.f ? 89.f : x;
  x = x < -104.f ? -104.f : x;
  const float shifted = x * 1.44269504088896341f + round;
  const float n = shifted - round;
  const uint32_t whole = toBits(shifted) - toBits(round);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.f;
  const uint32_t half = static_cast<uint32_t>(static_cast<int32_t>(whole) >> 1);  // 2^n in two steps: n may be 128
  return p * fromBits((half + 127u) << 23) * fromBits((whole - half + 127u) << 23);
}

inline float logistic(float x) { return 1.f / (1.f + exponential(-x)); }

// The largest of a row; NaN never is.
inline float largest(const float* x, int64_t size) {
  float best = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : best)
  for (int64_t n = 0; n < size; n++) best = x[n] > best ? x[n] : best;
  return best;
}

// y = softmax(scale * x), where y may be x; returns the log of the sum of all e^(scale * x[n]).
inline float softmaxRow(const float* x, float* y, int64_t size, float scale = 1) {
  const float best = largest(x, size);
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t n = 0; n < size; n++) {
    y[n] = exponential(scale * (x[n] - best));
    total += y[n];
  }
  const float share = 1.f / total;
  for (int64_t n = 0; n < size; n++) y[n] *= share;
  return scale * best + std::log(total);
}

}  // namespace workbook
