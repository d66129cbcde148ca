// Products with matrices whose weights stay quantised. The other factor is rounded to 16 bits, so that the products are
// of whole numbers. In 8 bits, as llama.cpp has it, the rounding of one layer decides that of the next: two orders of a
// sum end in probabilities that differ by some percent.
#include <algorithm>
#include <vector>

#include "binding.h"
#include "digits.h"
#include "layers.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t strip = 32;     // outputs that a thread takes at least
constexpr int64_t grain = 65536;  // products that are worth a thread

// Rows of blocks of 32 numbers in 16 bits.
struct Rounded {
  Rounded(int64_t rows, int64_t blocks)
      : digits(static_cast<size_t>(rows * blocks * blockSize)),
        scales(static_cast<size_t>(rows * blocks)),
        sums(scales.size()) {}
  std::vector<int16_t> digits;
  std::vector<float> scales;
  std::vector<float> sums;  // of each block's numbers
};

// One block; whatever is no number spoils the scale.
void roundBlock(const float* x, int16_t* digits, float& scale, float& sum) {
  constexpr float round = 12582912.f;  // adding it drops the fraction
  float largest = 0, spoilt = 0;
#pragma omp simd reduction(max : largest) reduction(+ : spoilt)
  for (int64_t n = 0; n < blockSize; n++) {
    const float size = std::fabs(x[n]);
    largest = size > largest ? size : largest;
    spoilt += x[n] * 0.f;
  }
  const float times = largest > 0 ? 32767.f / largest : 0;
  int32_t count = 0;
#pragma omp simd reduction(+ : count)
  for (int64_t n = 0; n < blockSize; n++) {
    const int32_t digit = static_cast<int32_t>(toBits(x[n] * times + round) - toBits(round));
    digits[n] = static_cast<int16_t>(digit);
    count += digit;
  }
  scale = largest / 32767.f + spoilt;
  sum = scale * static_cast<float>(count);
}

void roundRows(const float* x, int64_t rows, int64_t blocks, Rounded& rounded) {
  parallelRanges(rows * blocks, 1024, [&](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; n++) {
      const size_t at = static_cast<size_t>(n);
      roundBlock(x + n * blockSize, &rounded.digits[at * blockSize], rounded.scales[at], rounded.sums[at]);
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

// `Lines` outputs of `Rows` rows: each block of weights is unpacked once for all of the rows. For one row memory is
// what takes time, and the lines after the next are fetched ahead.
template <typename Form, int Lines, int Rows>
void multiplyTile(const PackedProduct& p, int64_t row, int64_t output) {
  const int64_t blocks = p.blocks;
  const int16_t* digits = p.x.digits.data() + row * blocks * blockSize;
  const float *scales = p.x.scales.data() + row * blocks, *blockSums = p.x.sums.data() + row * blocks;
  const uint8_t* matrix = p.matrix + output * blocks * Form::bytes;
  Sum sums[Lines][Rows];
  float rest[Lines][Rows];
  for (int l = 0; l < Lines; l++)
    for (int r = 0; r < Rows; r++) sums[l][r] = noSum(), rest[l][r] = 0;
  for (int64_t block = 0; block < blocks; block++) {
#pragma GCC unroll 4
    for (int l = 0; l < Lines; l++) {
      const uint8_t* packed = matrix + (l * blocks + block) * Form::bytes;
      if (Rows == 1) __builtin_prefetch(packed + 2 * Lines * blocks * Form::bytes);
      const Digits weights = digitsOf<Form>(packed);
      const float scale = fromHalf(packed), least = leastOf<Form>(packed, scale);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; r++) {
        const int64_t at = r * blocks + block;
        addDot(sums[l][r], weights, digits + at * blockSize, scale * scales[at]);
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

}  // namespace

int64_t PackedForm::blockBytes() const { return digits == 8 ? Q8_0::bytes : hasLeast ? Q4_1::bytes : Q4_0::bytes; }

void multiplyByPacked(const float* x, const uint8_t* matrix, float* y, const float* bias, int64_t rows, int64_t inputs,
                      int64_t outputs, PackedForm form) {
  const int64_t blocks = inputs / blockSize;
  Rounded rounded(rows, blocks);
  roundRows(x, rows, blocks, rounded);
  const PackedProduct product{rows, blocks, outputs, rounded, matrix, bias, y};
  if (form.digits == 8) multiplyPacked<Q8_0>(product);
  else if (form.hasLeast) multiplyPacked<Q4_1>(product);
  else multiplyPacked<Q4_0>(product);
}

void unpackRow(const uint8_t* row, float* y, int64_t inputs, PackedForm form) {
  for (int64_t n = 0; n < inputs; n++) {
    const uint8_t* block = row + n / blockSize * form.blockBytes();
    const uint8_t* digits = block + form.blockBytes() - (form.digits == 8 ? blockSize : blockSize / 2);
    const int64_t at = n % blockSize, half = blockSize / 2;
    const float scale = fromHalf(block), least = form.hasLeast ? fromHalf(block + 2) : 0.f;
    const int digit = form.digits == 8 ? static_cast<int8_t>(digits[at])
                                       : (at < half ? digits[at] & 15 : digits[at - half] >> 4) - (form.hasLeast ? 0 : 8);
    y[n] = scale * static_cast<float>(digit) + least;
  }
}

namespace {

// packedLinear(x, matrix, y, bias | null, rows, inputs, outputs, digits, hasLeast): see `multiplyByPacked`.
void packedLinear(Arguments& arguments) {
  Arguments sizes = arguments.after(4);
  const int64_t rows = sizes.count(), inputs = sizes.count(), outputs = sizes.count(), digits = sizes.count();
  const bool hasLeast = sizes.count() != 0;
  require(inputs % blockSize == 0, "packedLinear: expected inputs in blocks of 32");
  require(digits == 4 || (digits == 8 && !hasLeast), "packedLinear: expected 4 digits, or 8 without a least weight");
  const PackedForm form{digits, hasLeast};
  const float* x = arguments.floats(rows, inputs);
  const uint8_t* matrix = arguments.bytes(outputs, inputs / blockSize, form.blockBytes());
  float* y = arguments.floats(rows, outputs);
  multiplyByPacked(x, matrix, y, arguments.floatsOrNull(outputs), rows, inputs, outputs, form);
}

}  // namespace

std::vector<NamedKernel> packedKernels() {
  return {{"packedLinear", callKernel<packedLinear>}};
}

}  // namespace workbook
