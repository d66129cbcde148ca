// Matrix products: C = A B (+ bias) or C += A B, in the manner of GotoBLAS (Goto and van de Geijn 2008) and BLIS.
#pragma once
#include <cstddef>
#include <cstdint>

namespace workbook {

// A matrix as it lies in memory: element (row, column) is data[row * rowStride + column * columnStride]. One of the
// strides is 1.
struct Matrix {
  const float* data;
  ptrdiff_t rowStride;
  ptrdiff_t columnStride;

  const float* at(int64_t row, int64_t column) const { return data + row * rowStride + column * columnStride; }
};

inline Matrix rows(const float* data, ptrdiff_t stride) { return {data, stride, 1}; }
inline Matrix transposed(const float* data, ptrdiff_t stride) { return {data, 1, stride}; }

// C is [M,N] with rows `stride` apart.
struct Product {
  int64_t M, N, K;
  Matrix a;  // [M,K]
  Matrix b;  // [K,N]
  float* c;
  ptrdiff_t stride;
  const float* bias = nullptr;  // [N], added to every row
  bool accumulate = false;      // adds to what C holds
  float* columnSums = nullptr;  // [N]: gets the sums of B's columns, unless M is 0
};

// One product by all threads.
void multiply(const Product& product);

// One product by the calling thread: for kernels that share out many small ones.
void multiplyAlone(const Product& product);

}  // namespace workbook
