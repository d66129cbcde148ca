// A model's layers in one call: a list of steps on numbered registers, each of [rows,width]. The operations are those of
// the single kernels. All steps are checked before the first one runs.
#include <algorithm>
#include <functional>
#include <vector>

#include "binding.h"
#include "gemm.h"
#include "layers.h"
#include "pool.h"

namespace workbook {
namespace {

// In the order of `operations` in ../../ops/program.ts.
enum Operation { embed, addPositions, normByLayer, normByMeanSquare, linear, turn, attend, gelu, swiGlu, add, pick };
// How a matrix lies, in the order of `forms` there.
enum Form { inOut, outIn, q8, q4, q4Least };

// Which operation, the register that it writes, two that it reads, two weights; -1 where there is none.
struct Step {
  int32_t operation, to, from, other, weight, second, form;
};
constexpr int64_t stepSize = sizeof(Step) / sizeof(int32_t);

class Program {
 public:
  explicit Program(Arguments& arguments);
  void run() const {
    for (const auto& task : tasks_) task();
  }

 private:
  struct Register {
    float* data;
    int64_t width;
  };
  const Register& at(int32_t number) const {
    const size_t place = static_cast<size_t>(number);
    require(number >= 0 && place < registers_.size(), "Program: a step names no register");
    require(place + 1 < registers_.size() || rows_ == picked_.size, "Program: the result is of the picked rows alone");
    return registers_[place];
  }
  const Arguments::Array& weight(int32_t number) const {
    require(number >= 0 && static_cast<size_t>(number) < weights_.size(), "Program: a step names no weight");
    return weights_[static_cast<size_t>(number)];
  }
  const float* floats(int32_t number, int64_t size) const {
    const Arguments::Array& array = weight(number);
    require(!array.isBytes, "Program: expected weights in floats");
    require(array.size >= size, "Program: weights are smaller than their step");
    return static_cast<const float*>(array.data);
  }
  const float* floatsOrNull(int32_t number, int64_t size) const { return number < 0 ? nullptr : floats(number, size); }
  const uint8_t* packed(int32_t number, int64_t lines, int64_t inputs, PackedForm form) const {
    const Arguments::Array& array = weight(number);
    require(array.isBytes && inputs % 32 == 0, "Program: expected packed weights in blocks of 32");
    require(array.size >= productOf({lines, inputs / 32, form.blockBytes()}), "Program: weights are smaller than their step");
    return static_cast<const uint8_t*>(array.data);
  }
  static PackedForm packedForm(int32_t form) { return {form == q8 ? 8 : 4, form == q4Least}; }
  static int64_t sameWidth(const Register& to, const Register& from) {
    require(to.width == from.width, "Program: a step needs registers of one width");
    return to.width;
  }

  std::function<void()> taskOf(const Step& step);
  std::function<void()> embedding(const Step& step, const Register& to);
  std::function<void()> product(const Step& step, const Register& to, const Register& from);
  std::function<void()> turning(const Register& to, const Register& from);
  std::function<void()> attention(const Step& step, const Register& to, const Register& from);
  std::function<void()> picking(const Register& to, const Register& from);

  CachedAttention attention_{};
  int64_t rows_ = 0;
  double epsilon_ = 0;
  std::vector<Arguments::Array> weights_;
  std::vector<Arguments::Floats> caches_;
  std::vector<Register> registers_;
  std::vector<int32_t> positions_;  // [B*T]
  Arguments::Ints ids_{}, picked_{};
  const float *cosines_ = nullptr, *sines_ = nullptr;
  int64_t angles_ = 0;
  std::vector<std::function<void()>> tasks_;
};

// See `runProgram`. The last register is the result; the others lie in the scratch memory, one behind the other.
Program::Program(Arguments& arguments) {
  Arguments sizes = arguments.after(13);
  CachedAttention& a = attention_;
  for (int64_t* size : {&a.B, &a.T, &a.H, &a.K, &a.capacity}) *size = sizes.count();
  epsilon_ = sizes.number();
  const int64_t all = productOf({a.B, a.T});
  const Arguments::Ints steps = arguments.list(), widths = arguments.list();
  weights_ = arguments.arrays();
  caches_ = arguments.floatLists();
  ids_ = arguments.list();
  a.slots = arguments.ints(a.B), a.starts = arguments.ints(a.B), a.counts = arguments.ints(a.B);
  picked_ = arguments.list();
  Arguments::Array cosines = arguments.array(), sines = arguments.array();
  require(!cosines.isBytes && !sines.isBytes, "Program: expected angles in floats");
  cosines_ = static_cast<const float*>(cosines.data), sines_ = static_cast<const float*>(sines.data);
  angles_ = std::min(cosines.size, sines.size);

  a.check();
  require(all > 0 && ids_.size == all, "Program: expected an id for each token");
  for (int64_t n = 0; n < all; n++) {
    const int64_t nth = n % a.T, b = n / a.T;
    positions_.push_back(nth < a.counts[b] ? a.starts[b] + static_cast<int32_t>(nth) : 0);
  }
  for (int64_t n = 0; n < picked_.size; n++)
    require(picked_[n] >= 0 && picked_[n] < all, "Program: expected picked rows among those that there are");

  require(widths.size > 0 && steps.size % stepSize == 0, "Program: expected registers and whole steps");
  int64_t total = 0;
  for (int64_t n = 0; n < widths.size; n++) {
    require(widths[n] > 0, "Program: expected registers with a width");
    if (n < widths.size - 1) total = sumOf({total, widths[n]});
  }
  float* scratch = arguments.floats(all, total);
  for (int64_t n = 0; n < widths.size - 1; n++) {
    registers_.push_back({scratch, widths[n]});
    scratch += all * widths[n];
  }
  registers_.push_back({arguments.floats(picked_.size, widths[widths.size - 1]), widths[widths.size - 1]});

  rows_ = all;
  for (int64_t n = 0; n < steps.size; n += stepSize) {
    Step step;
    std::copy_n(steps.data + n, stepSize, &step.operation);
    tasks_.push_back(taskOf(step));
  }
}

std::function<void()> Program::taskOf(const Step& step) {
  const Register &to = at(step.to), &from = step.operation == embed ? to : at(step.from);
  const int64_t rows = rows_, width = to.width;
  const float* x = from.data;
  float* y = to.data;
  switch (step.operation) {
    case embed:
      return embedding(step, to);
    case addPositions: {
      sameWidth(to, from);
      require(rows == static_cast<int64_t>(positions_.size()), "Program: positions belong to all rows");
      const int64_t most = *std::max_element(positions_.begin(), positions_.end());
      const float* table = floats(step.weight, productOf({most + 1, width}));
      return [=] {
        for (int64_t row = 0; row < rows; row++) {
          const float* position = table + positions_[static_cast<size_t>(row)] * width;
          for (int64_t c = 0; c < width; c++) y[row * width + c] = x[row * width + c] + position[c];
        }
      };
    }
    case normByLayer: {
      sameWidth(to, from);
      const float *gain = floats(step.weight, width), *shift = floatsOrNull(step.second, width);
      return [=] { normaliseByLayer(x, gain, shift, y, nullptr, nullptr, rows, width, epsilon_); };
    }
    case normByMeanSquare: {
      sameWidth(to, from);
      const float* gain = floats(step.weight, width);
      return [=] { normaliseByMeanSquare(x, gain, y, nullptr, rows, width, epsilon_); };
    }
    case linear:
      return product(step, to, from);
    case turn:
      return turning(to, from);
    case attend:
      return attention(step, to, from);
    case gelu:
      sameWidth(to, from);
      return [=] { bendByGelu(x, y, rows * width); };
    case swiGlu: {
      const Register& up = at(step.other);
      sameWidth(to, from), sameWidth(to, up);
      return [=, up = up.data] { bendBySwiGlu(x, up, y, rows * width); };
    }
    case add: {
      const Register& other = at(step.other);
      sameWidth(to, from), sameWidth(to, other);
      return [=, other = other.data] {
        for (int64_t n = 0; n < rows * width; n++) y[n] = x[n] + other[n];
      };
    }
    case pick:
      return picking(to, from);
  }
  throw std::invalid_argument("Program: a step is no known operation");
}

std::function<void()> Program::embedding(const Step& step, const Register& to) {
  require(rows_ == ids_.size, "Program: ids belong to all rows");
  const int64_t rows = rows_, width = to.width;
  float* y = to.data;
  int64_t most = 0;
  for (int64_t n = 0; n < rows; n++) {
    require(ids_[n] >= 0, "Program: expected ids of 0 or more");
    most = std::max<int64_t>(most, ids_[n]);
  }
  if (step.form == outIn) {
    const float* table = floats(step.weight, productOf({most + 1, width}));
    return [=] {
      for (int64_t row = 0; row < rows; row++) std::copy_n(table + ids_[row] * width, width, y + row * width);
    };
  }
  const PackedForm form = packedForm(step.form);
  const uint8_t* table = packed(step.weight, most + 1, width, form);
  return [=] {
    const int64_t line = width / 32 * form.blockBytes();
    for (int64_t row = 0; row < rows; row++) unpackRow(table + ids_[row] * line, y + row * width, width, form);
  };
}

std::function<void()> Program::product(const Step& step, const Register& to, const Register& from) {
  const int64_t rows = rows_, inputs = from.width, outputs = to.width;
  const float *x = from.data, *bias = floatsOrNull(step.second, outputs);
  float* y = to.data;
  if (step.form == inOut || step.form == outIn) {
    const float* weights = floats(step.weight, productOf({inputs, outputs}));
    const Matrix matrix = step.form == outIn ? transposed(weights, inputs) : workbook::rows(weights, outputs);
    Product p{rows, outputs, inputs, workbook::rows(x, inputs), matrix, y, outputs};
    p.bias = bias;
    return [=] { multiply(p); };
  }
  const PackedForm form = packedForm(step.form);
  const uint8_t* matrix = packed(step.weight, outputs, inputs, form);
  return [=] { multiplyByPacked(x, matrix, y, bias, rows, inputs, outputs, form); };
}

// The queries and keys of each row, by its position.
std::function<void()> Program::turning(const Register& to, const Register& from) {
  const int64_t rows = rows_, width = sameWidth(to, from), count = attention_.H + 2 * attention_.K;
  require(rows == static_cast<int64_t>(positions_.size()), "Program: positions belong to all rows");
  require(width % count == 0 && width / count % 2 == 0, "Program: expected an even number of channels a head");
  const Heads heads{count, attention_.H + attention_.K, width / count};
  const int64_t half = heads.depth / 2, most = *std::max_element(positions_.begin(), positions_.end());
  require(productOf({most + 1, half}) <= angles_, "Program: expected angles for each position");
  const float* x = from.data;
  float* y = to.data;
  return [=] {
    for (int64_t row = 0; row < rows; row++) {
      const int64_t angle = positions_[static_cast<size_t>(row)] * half;
      turnHeads(x + row * width, cosines_ + angle, sines_ + angle, y + row * width, heads, 1);
    }
  };
}

// The number of the layer stands where others have a weight's.
std::function<void()> Program::attention(const Step& step, const Register& to, const Register& from) {
  CachedAttention a = attention_;
  a.D = to.width / a.H;
  require(rows_ == a.B * a.T, "Program: attention is of all rows");
  require(to.width == a.H * a.D && from.width == (a.H + 2 * a.K) * a.D, "Program: heads do not fit their registers");
  const size_t layer = 2 * static_cast<size_t>(step.weight);
  require(step.weight >= 0 && layer + 1 < caches_.size(), "Program: no such layer");
  const Arguments::Floats &keys = caches_[layer], &values = caches_[layer + 1];
  const int64_t size = productOf({a.slotCount(), a.K, a.capacity, a.D});
  require(keys.size >= size && values.size >= size, "Program: a cache is smaller than its slots");
  return [=, x = from.data, k = keys.data, v = values.data, y = to.data] { a.run(x, k, v, y); };
}

// What follows is of these rows alone.
std::function<void()> Program::picking(const Register& to, const Register& from) {
  const int64_t width = sameWidth(to, from);
  require(rows_ == ids_.size && picked_.size <= rows_, "Program: rows are picked once, among all");
  rows_ = picked_.size;
  const float* x = from.data;
  float* y = to.data;
  return [=] {
    for (int64_t n = 0; n < picked_.size; n++) std::copy_n(x + picked_[n] * width, width, y + n * width);
  };
}

// runProgram(steps, widths, weights, caches, ids, slots, starts, counts, picked, cosines, sines, scratch, y, B, T, H, K,
// capacity, epsilon): runs steps of seven numbers each on registers of these widths. The weights are floats or bytes;
// the caches keys and values of each layer in turn; ids are [B,T]; cosines and sines [positions,D/2], or empty. The
// scratch memory has B T numbers for each width but the last, y one row of that for each picked row.
void runProgram(Arguments& arguments) { Program(arguments).run(); }

}  // namespace

std::vector<NamedKernel> programKernels() {
  return {{"runProgram", callKernel<runProgram>}};
}

}  // namespace workbook
