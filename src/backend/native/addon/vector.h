// As many floats as a register of this processor holds.
#pragma once

namespace workbook {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif

typedef float Vector __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

inline const Vector& vectorAt(const float* data) { return *reinterpret_cast<const Vector*>(data); }

inline float total(const Vector& vector) {
  float sum = 0;
  for (int lane = 0; lane < lanes; lane++) sum += vector[lane];
  return sum;
}

}  // namespace workbook
