// Copies of stretches of a matrix in the order in which the innermost loop of a product reads them.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace workbook {

typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t FourInts __attribute__((vector_size(16)));

// Memory that grows and is kept, on a cache line's boundary.
class Buffer {
 public:
  ~Buffer() { std::free(data_); }
  float* reserve(int64_t size) {
    if (size > size_) {
      std::free(data_);
      size_ = 0;
      data_ = static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>((size * 4 + 63) / 64 * 64)));
      if (!data_) throw std::bad_alloc();
      size_ = size;
    }
    return data_;
  }

 private:
  float* data_ = nullptr;
  int64_t size_ = 0;
};

inline void transposeFour(const float* from, ptrdiff_t stride, float* to, ptrdiff_t toStride) {
  const Four a = *reinterpret_cast<const Four*>(from);
  const Four b = *reinterpret_cast<const Four*>(from + stride);
  const Four c = *reinterpret_cast<const Four*>(from + 2 * stride);
  const Four d = *reinterpret_cast<const Four*>(from + 3 * stride);
#if defined(__clang__)
#define SHUFFLE(x, y, p, q, r, s) __builtin_shufflevector(x, y, p, q, r, s)
#else
#define SHUFFLE(x, y, p, q, r, s) __builtin_shuffle(x, y, FourInts{p, q, r, s})
#endif
  const Four ab0 = SHUFFLE(a, b, 0, 4, 1, 5), ab1 = SHUFFLE(a, b, 2, 6, 3, 7);
  const Four cd0 = SHUFFLE(c, d, 0, 4, 1, 5), cd1 = SHUFFLE(c, d, 2, 6, 3, 7);
  *reinterpret_cast<Four*>(to) = SHUFFLE(ab0, cd0, 0, 1, 4, 5);
  *reinterpret_cast<Four*>(to + toStride) = SHUFFLE(ab0, cd0, 2, 3, 6, 7);
  *reinterpret_cast<Four*>(to + 2 * toStride) = SHUFFLE(ab1, cd1, 0, 1, 4, 5);
  *reinterpret_cast<Four*>(to + 3 * toStride) = SHUFFLE(ab1, cd1, 2, 3, 6, 7);
#undef SHUFFLE
}

// Copies `count` (at most `Width`) lines of length `depth` side by side: to[k * Width + line]; the rest is 0.
// Line l, element k is from[l * lineStride + k * stride].
template <int Width>
void packPanel(const float* from, ptrdiff_t lineStride, ptrdiff_t stride, int count, int64_t depth, float* to) {
  if (lineStride == 1) {
    if (count == Width) {
      for (int64_t k = 0; k < depth; k++) std::memcpy(to + k * Width, from + k * stride, Width * 4);
    } else {
      for (int64_t k = 0; k < depth; k++) {
        std::memcpy(to + k * Width, from + k * stride, static_cast<size_t>(count) * 4);
        std::memset(to + k * Width + count, 0, static_cast<size_t>(Width - count) * 4);
      }
    }
    return;
  }
  int line = 0;
  if (stride == 1) {
    for (; line + 4 <= count; line += 4) {
      const float* source = from + line * lineStride;
      int64_t k = 0;
      for (; k + 4 <= depth; k += 4) transposeFour(source + k, lineStride, to + k * Width + line, Width);
      for (; k < depth; k++)
        for (int n = 0; n < 4; n++) to[k * Width + line + n] = source[n * lineStride + k];
    }
  }
  for (; line < count; line++)
    for (int64_t k = 0; k < depth; k++) to[k * Width + line] = from[line * lineStride + k * stride];
  for (; line < Width; line++)
    for (int64_t k = 0; k < depth; k++) to[k * Width + line] = 0;
}

}  // namespace workbook
