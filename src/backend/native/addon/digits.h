// Blocks of 32 quantised weights as ggml, the library behind llama.cpp, stores them, and their products with 32 numbers
// that were rounded to 16 bits. A weight is scale * digit + least.
#pragma once
#include <cstdint>
#include <cstring>

#include "math.h"

#if defined(__AVX2__) && defined(__F16C__)
#include <immintrin.h>
#define WORKBOOK_DIGITS_AVX2
#endif

namespace workbook {

constexpr int64_t blockSize = 32;

// Digits of 8 bits with their sign behind a scale.
struct Q8_0 {
  static constexpr int64_t bytes = 34, digits = 2;
  static constexpr bool isSigned = true, hasLeast = false;
};
// Digits of 4 bits, 8 too large, behind a scale.
struct Q4_0 {
  static constexpr int64_t bytes = 18, digits = 2;
  static constexpr bool isSigned = false, hasLeast = false;
};
// Digits of 4 bits behind a scale and what is added to each weight.
struct Q4_1 {
  static constexpr int64_t bytes = 20, digits = 4;
  static constexpr bool isSigned = false, hasLeast = true;
};

// A number in half precision, two bytes anywhere.
inline float fromHalf(const uint8_t* bytes) {
  uint16_t half;
  std::memcpy(&half, bytes, 2);
#if defined(WORKBOOK_DIGITS_AVX2)
  return _cvtsh_ss(half);
#else
  const uint32_t size = (half & 0x7fffu) << 13, sign = (half & 0x8000u) << 16;
  const float value = size < 0x0f800000u ? fromBits(size) * 0x1p112f : fromBits(size | 0x7f800000u);
  return fromBits(toBits(value) | sign);
#endif
}

template <typename Form>
float leastOf(const uint8_t* block, float scale) {
  if (Form::hasLeast) return fromHalf(block + 2);
  return Form::isSigned ? 0.f : -8.f * scale;
}

#if defined(WORKBOOK_DIGITS_AVX2)

using Sum = __m256;

// 32 digits in 16 bits each.
struct Digits {
  __m256i low, high;
};

inline Sum noSum() { return _mm256_setzero_ps(); }

template <typename Form>
inline Digits digitsOf(const uint8_t* block) {
  const __m128i* from = reinterpret_cast<const __m128i*>(block + Form::digits);
  if (Form::isSigned)
    return {_mm256_cvtepi8_epi16(_mm_loadu_si128(from)), _mm256_cvtepi8_epi16(_mm_loadu_si128(from + 1))};
  const __m256i two = _mm256_cvtepu8_epi16(_mm_loadu_si128(from));
  return {_mm256_and_si256(two, _mm256_set1_epi16(15)), _mm256_srli_epi16(two, 4)};
}

inline void addDot(Sum& sum, const Digits& weights, const int16_t* x, float scale) {
  const __m256i* from = reinterpret_cast<const __m256i*>(x);
  const __m256i low = _mm256_madd_epi16(weights.low, _mm256_loadu_si256(from));
  const __m256i high = _mm256_madd_epi16(weights.high, _mm256_loadu_si256(from + 1));
  sum += _mm256_cvtepi32_ps(_mm256_add_epi32(low, high)) * _mm256_set1_ps(scale);
}

inline float total(Sum sum) {
  const __m128 four = _mm256_castps256_ps128(sum) + _mm256_extractf128_ps(sum, 1);
  const __m128 two = four + _mm_movehl_ps(four, four);
  return _mm_cvtss_f32(two) + _mm_cvtss_f32(_mm_movehdup_ps(two));
}

#else

struct Digits {
  int8_t at[blockSize];
};
using Sum = float;

inline Sum noSum() { return 0; }

template <typename Form>
inline Digits digitsOf(const uint8_t* block) {
  const uint8_t* from = block + Form::digits;
  Digits digits;
  if (Form::isSigned) {
    std::memcpy(digits.at, from, blockSize);
    return digits;
  }
  for (int64_t n = 0; n < blockSize / 2; n++) {
    digits.at[n] = static_cast<int8_t>(from[n] & 15);
    digits.at[n + blockSize / 2] = static_cast<int8_t>(from[n] >> 4);
  }
  return digits;
}

inline void addDot(Sum& sum, const Digits& weights, const int16_t* x, float scale) {
  int32_t products = 0;
  for (int64_t n = 0; n < blockSize; n++) products += weights.at[n] * x[n];
  sum += static_cast<float>(products) * scale;
}

inline float total(Sum sum) { return sum; }

#endif

}  // namespace workbook
