// Blocks of 32 quantised weights as ggml, the library behind llama.cpp, stores them, and their products with 32 numbers
// that were rounded to 8 bits. A weight is scale * digit + least.
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

// The nearest number that half precision has, of one that is not negative.
inline float roundedToHalf(float value) {
  if (!(value < 65520.f)) return value + std::numeric_limits<float>::infinity();
  if (value < 0x1p-14f) return (value + .5f) - .5f;
  const uint32_t bits = toBits(value);
  return fromBits((bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu);
}

template <typename Form>
float leastOf(const uint8_t* block, float scale) {
  if (Form::hasLeast) return fromHalf(block + 2);
  return Form::isSigned ? 0.f : -8.f * scale;
}

#if defined(WORKBOOK_DIGITS_AVX2)

using Digits = __m256i;
using Sum = __m256;

inline Sum noSum() { return _mm256_setzero_ps(); }

template <typename Form>
inline Digits digitsOf(const uint8_t* block) {
  const uint8_t* from = block + Form::digits;
  if (Form::isSigned) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  const __m128i two = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(two), _mm_srli_epi16(two, 4), 1);
  return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

// Eight sums of four products each.
inline __m256i dotOfFours(__m256i digits, __m256i x) {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
  return _mm256_dpbusd_epi32(_mm256_setzero_si256(), digits, x);
#elif defined(__AVXVNNI__)
  return _mm256_dpbusd_avx_epi32(_mm256_setzero_si256(), digits, x);
#else
  return _mm256_madd_epi16(_mm256_maddubs_epi16(digits, x), _mm256_set1_epi16(1));
#endif
}

template <typename Form>
inline void addDot(Sum& sum, Digits weights, const int8_t* from, float scale) {
  __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  if (Form::isSigned) {  // the sign goes over to the other factor, as one of them must have none
    x = _mm256_sign_epi8(x, weights);
    weights = _mm256_abs_epi8(weights);
  }
  const __m256 products = _mm256_cvtepi32_ps(dotOfFours(weights, x));
  sum += products * _mm256_set1_ps(scale);
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

template <typename Form>
inline void addDot(Sum& sum, const Digits& weights, const int8_t* x, float scale) {
  int32_t products = 0;
  for (int64_t n = 0; n < blockSize; n++) products += weights.at[n] * x[n];
  sum += static_cast<float>(products) * scale;
}

inline float total(Sum sum) { return sum; }

#endif

}  // namespace workbook
