// Products with matrices whose weights stay quantised. As in llama.cpp, the other factor is rounded to 8 bits, so that
// the products are of whole numbers.
#include <algorithm>
#include <vector>

#include "binding.h"
#include "digits.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t strip = 32;     // outputs that a thread takes at least
constexpr int64_t grain = 65536;  // products that are worth a thread

// Rows of blocks of 32 numbers in 8 bits.
struct Rounded {
  Rounded(int64_t rows, int64_t blocks)
      : digits(static_cast<size_t>(rows * blocks * blockSize)),
        scales(static_cast<size_t>(rows * blocks)),
        sums(scales.size()) {}
  std::vector<int8_t> digits;
  std::vector<float> scales;
  std::vector<float> sums;  // of each block's numbers
};

// One block; whatever is no number spoils the scale. The sum is kept in half precision beside weights with a least one.
void roundBlock(const float* x, int8_t* digits, float& scale, float& sum, bool halfSum) {
  constexpr float round = 12582912.f;  // adding it drops the fraction
  float largest = 0, spoilt = 0;
#pragma omp simd reduction(max : largest) reduction(+ : spoilt)
  for (int64_t n = 0; n < blockSize; n++) {
    const float size = std::fabs(x[n]);
    largest = size > largest ? size : largest;
    spoilt += x[n] * 0.f;
  }
  const float exact = largest / 127.f, times = largest > 0 ? 127.f / largest : 0;
  int32_t count = 0;
#pragma omp simd reduction(+ : count)
  for (int64_t n = 0; n < blockSize; n++) {
    const int32_t digit = static_cast<int32_t>(toBits(x[n] * times + round) - toBits(round));
    digits[n] = static_cast<int8_t>(digit);
    count += digit;
  }
  scale = roundedToHalf(exact) + spoilt;
  if (!halfSum) {
    sum = scale * static_cast<float>(count);
    return;
  }
  sum = exact * static_cast<float>(count);
  sum = std::copysign(roundedToHalf(std::fabs(sum)), sum) + spoilt;
}

void roundRows(const float* x, int64_t rows, int64_t blocks, bool halfSums, Rounded& rounded) {
  parallelRanges(rows * blocks, 1024, [&](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; n++) {
      const size_t at = static_cast<size_t>(n);
      roundBlock(x + n * blockSize, &rounded.digits[at * blockSize], rounded.scales[at], rounded.sums[at], halfSums);
    }
  });
}

struct PackedProduct {
  int64_t rows, blocks, outputs;
  const Rounded& x;
  const uint8_t* matrix;  // [outputs,blocks]
  const float* bias;      // [outputs]
  float* y;               // [rows,outputs]
};

// `Lines` outputs of `Rows` rows: each block of weights is unpacked once for all of the rows.
template <typename Form, int Lines, int Rows>
void multiplyTile(const PackedProduct& p, int64_t row, int64_t output) {
  Sum sums[Lines][Rows];
  float rest[Lines][Rows] = {};
  for (auto& line : sums) std::fill_n(line, Rows, noSum());
  const int8_t* digits = p.x.digits.data() + row * p.blocks * blockSize;
  const float *scales = p.x.scales.data() + row * p.blocks, *blockSums = p.x.sums.data() + row * p.blocks;
  const uint8_t* matrix = p.matrix + output * p.blocks * Form::bytes;
  for (int64_t block = 0; block < p.blocks; block++) {
#pragma GCC unroll 4
    for (int l = 0; l < Lines; l++) {
      const uint8_t* packed = matrix + (l * p.blocks + block) * Form::bytes;
      const Digits weights = digitsOf<Form>(packed);
      const float scale = fromHalf(packed), least = leastOf<Form>(packed, scale);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; r++) {
        const int64_t at = r * p.blocks + block;
        addDot<Form>(sums[l][r], weights, digits + at * blockSize, scale * scales[at]);
        if (!Form::isSigned) rest[l][r] += least * blockSums[at];
      }
    }
  }
  for (int l = 0; l < Lines; l++)
    for (int r = 0; r < Rows; r++)
      p.y[(row + r) * p.outputs + output + l] = total(sums[l][r]) + rest[l][r] + (p.bias ? p.bias[output + l] : 0.f);
}

template <typename Form, int Lines, int Rows>
void multiplyLines(const PackedProduct& p, int64_t row, int64_t from, int64_t to) {
  int64_t output = from;
  for (; output + Lines <= to; output += Lines) multiplyTile<Form, Lines, Rows>(p, row, output);
  for (; output < to; output++) multiplyTile<Form, 1, Rows>(p, row, output);
}

template <typename Form>
void multiplyPacked(const PackedProduct& p) {
  const int64_t strips = (p.outputs + strip - 1) / strip, work = strip * p.blocks * blockSize * p.rows;
  parallelRanges(strips, grain / (work + 1) + 1, [&](int64_t fromStrip, int64_t toStrip) {
    for (int64_t from = fromStrip * strip; from < std::min(p.outputs, toStrip * strip); from += strip) {
      const int64_t to = std::min(p.outputs, from + strip);
      int64_t row = 0;
      for (; row + 4 <= p.rows; row += 4) multiplyLines<Form, 2, 4>(p, row, from, to);
      for (; row < p.rows; row++) multiplyLines<Form, 4, 1>(p, row, from, to);
    }
  });
}

// packedLinear(x, matrix, y, bias | null, rows, inputs, outputs, digits, hasLeast): y = x matrix^T + bias, where a row of
// the matrix is blocks of 32 weights of 8 or 4 binary digits, these with a least one or without.
void packedLinear(Arguments& arguments) {
  Arguments sizes = arguments.after(4);
  const int64_t rows = sizes.count(), inputs = sizes.count(), outputs = sizes.count(), digits = sizes.count();
  const bool hasLeast = sizes.count() != 0;
  require(inputs % blockSize == 0, "packedLinear: expected inputs in blocks of 32");
  require(digits == 4 || (digits == 8 && !hasLeast), "packedLinear: expected 4 digits, or 8 without a least weight");
  const int64_t blocks = inputs / blockSize;
  const int64_t bytes = digits == 8 ? Q8_0::bytes : hasLeast ? Q4_1::bytes : Q4_0::bytes;
  const float* x = arguments.floats(rows, inputs);
  const uint8_t* matrix = arguments.bytes(outputs, blocks, bytes);
  float* y = arguments.floats(rows, outputs);
  const float* bias = arguments.floatsOrNull(outputs);
  Rounded rounded(rows, blocks);
  roundRows(x, rows, blocks, hasLeast, rounded);
  const PackedProduct product{rows, blocks, outputs, rounded, matrix, bias, y};
  if (digits == 8) multiplyPacked<Q8_0>(product);
  else if (hasLeast) multiplyPacked<Q4_1>(product);
  else multiplyPacked<Q4_0>(product);
}

}  // namespace

std::vector<NamedKernel> packedKernels() {
  return {{"packedLinear", callKernel<packedLinear>}};
}

}  // namespace workbook
