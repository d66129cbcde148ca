// Operations on each element by itself, with numpy's broadcasting.
#include <cmath>
#include <limits>

#include "binding.h"
#include "math.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t grain = 16384;  // elements that are worth a thread

template <typename Function>
void mapFloats(Arguments& arguments, Function function) {
  Arguments sizes = arguments.after(2);
  const int64_t size = sizes.count();
  const float* x = arguments.floats(size);
  float* y = arguments.floats(size);
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
#pragma omp simd
    for (int64_t n = start; n < end; n++) y[n] = function(x[n]);
  });
}

// Each is called as name(x, y, size): y[n] = f(x[n]), on Float32Arrays.
#define UNARY(name, expression) \
  void name(Arguments& arguments) { mapFloats(arguments, [](float x) -> float { return expression; }); }
UNARY(abs, std::fabs(x))
UNARY(ceil, std::ceil(x))
UNARY(cos, std::cos(x))
UNARY(exp, exponential(x))
UNARY(expm1, std::expm1(x))
UNARY(floor, std::floor(x))
UNARY(log, std::log(x))
UNARY(log1p, std::log1p(x))
UNARY(neg, -x)
UNARY(reciprocal, 1.f / x)
UNARY(relu, x < 0 ? 0 : x)
UNARY(rsqrt, 1.f / std::sqrt(x))
UNARY(sigmoid, logistic(x))
UNARY(sign, x < 0 ? -1.f : x > 0 ? 1.f : 0.f)
UNARY(sin, std::sin(x))
UNARY(sqrt, std::sqrt(x))
UNARY(square, x * x)
UNARY(tanh, std::tanh(x))
#undef UNARY

// The sizes and steps of a binary operation: [outer sizes…, inner size], the same for the steps of a and b.
struct Walk {
  int rank;
  const int32_t *size, *stepA, *stepB;
};

Walk readWalk(const Arguments::Ints& list) {
  require(list.size >= 3 && list.size % 3 == 0, "A native kernel's broadcast: expected sizes and two lists of steps");
  const int rank = static_cast<int>(list.size / 3);
  for (int64_t n = 0; n < list.size; n++) require(list[n] >= 0, "A native kernel's broadcast: expected 0 or more");
  return {rank, list.data, list.data + rank, list.data + 2 * rank};
}

int64_t elements(const Walk& walk) {
  int64_t product = 1;
  for (int axis = 0; axis < walk.rank; axis++) product = productOf({product, walk.size[axis]});
  return product;
}

int64_t span(const Walk& walk, const int32_t* steps) {
  int64_t reach = 1;
  for (int axis = 0; axis < walk.rank; axis++)
    reach = sumOf({reach, productOf({walk.size[axis] - 1, steps[axis]})});
  return reach;
}

template <typename In, typename Out, typename Function>
void line(const In* a, int64_t stepA, const In* b, int64_t stepB, Out* y, int64_t size, Function function) {
  if (stepA == 1 && stepB == 1) {
#pragma omp simd
    for (int64_t n = 0; n < size; n++) y[n] = function(a[n], b[n]);
  } else if (stepA == 1 && stepB == 0) {
    const In same = *b;
#pragma omp simd
    for (int64_t n = 0; n < size; n++) y[n] = function(a[n], same);
  } else if (stepA == 0 && stepB == 1) {
    const In same = *a;
#pragma omp simd
    for (int64_t n = 0; n < size; n++) y[n] = function(same, b[n]);
  } else {
    for (int64_t n = 0; n < size; n++) y[n] = function(a[n * stepA], b[n * stepB]);
  }
}

template <typename In, typename Out, typename Function>
void broadcast(const Walk& walk, const In* a, const In* b, Out* y, Function function) {
  const int64_t total = elements(walk);
  if (total == 0) return;
  const int outer = walk.rank - 1;
  const int64_t inner = walk.size[outer], lines = total / inner;
  const int64_t stepA = walk.stepA[outer], stepB = walk.stepB[outer];
  if (lines == 1) {
    parallelRanges(inner, grain, [&](int64_t start, int64_t end) {
      line(a + start * stepA, stepA, b + start * stepB, stepB, y + start, end - start, function);
    });
    return;
  }
  parallelRanges(lines, grain / inner + 1, [&](int64_t start, int64_t end) {
    for (int64_t n = start; n < end; n++) {
      int64_t rest = n, offsetA = 0, offsetB = 0;
      for (int axis = outer - 1; axis >= 0; axis--) {
        const int64_t index = rest % walk.size[axis];
        rest /= walk.size[axis];
        offsetA += index * walk.stepA[axis];
        offsetB += index * walk.stepB[axis];
      }
      line(a + offsetA, stepA, b + offsetB, stepB, y + n * inner, inner, function);
    }
  });
}

// Each is called as name(a, b, y, walk) on arrays of one type.
template <typename Function>
void combineFloats(Arguments& arguments, Function function) {
  Arguments last = arguments.after(3);
  const Walk walk = readWalk(last.list());
  const int64_t total = elements(walk);
  const float* a = arguments.floats(total ? span(walk, walk.stepA) : 0);
  const float* b = arguments.floats(total ? span(walk, walk.stepB) : 0);
  broadcast(walk, a, b, arguments.floats(total), function);
}

template <typename Function>
void compareFloats(Arguments& arguments, Function function) {
  Arguments last = arguments.after(3);
  const Walk walk = readWalk(last.list());
  const int64_t total = elements(walk);
  const float* a = arguments.floats(total ? span(walk, walk.stepA) : 0);
  const float* b = arguments.floats(total ? span(walk, walk.stepB) : 0);
  broadcast(walk, a, b, arguments.bytes(total), function);
}

#define BINARY(name, expression) \
  void name(Arguments& arguments) { combineFloats(arguments, [](float a, float b) -> float { return expression; }); }
#define COMPARE(name, expression) \
  void name(Arguments& arguments) { compareFloats(arguments, [](float a, float b) -> uint8_t { return expression; }); }
BINARY(add, a + b)
BINARY(sub, a - b)
BINARY(multiply, a * b)
BINARY(divide, a / b)
BINARY(maximum, a != a ? a : b != b ? b : a > b ? a : b)
BINARY(minimum, a != a ? a : b != b ? b : a < b ? a : b)
BINARY(squaredDifference, (a - b) * (a - b))
COMPARE(equal, a == b)
COMPARE(notEqual, a != b)
COMPARE(less, a < b)
COMPARE(lessEqual, a <= b)
COMPARE(greater, a > b)
COMPARE(greaterEqual, a >= b)
#undef BINARY
#undef COMPARE

// select(condition, whenTrue, whenFalse, y, size): y[n] is the one or the other.
void select(Arguments& arguments) {
  Arguments last = arguments.after(4);
  const int64_t size = last.count();
  const uint8_t* condition = arguments.bytes(size);
  const float* whenTrue = arguments.floats(size);
  const float* whenFalse = arguments.floats(size);
  float* y = arguments.floats(size);
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
    for (int64_t n = start; n < end; n++) y[n] = condition[n] ? whenTrue[n] : whenFalse[n];
  });
}

// castIntsToFloats(x, y, size).
void castIntsToFloats(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t size = last.count();
  const int32_t* x = arguments.ints(size);
  float* y = arguments.floats(size);
  for (int64_t n = 0; n < size; n++) y[n] = static_cast<float>(x[n]);
}

// castBytesToFloats(x, y, size).
void castBytesToFloats(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t size = last.count();
  const uint8_t* x = arguments.bytes(size);
  float* y = arguments.floats(size);
  for (int64_t n = 0; n < size; n++) y[n] = x[n];
}

}  // namespace

std::vector<NamedKernel> elementKernels() {
#define NAMED(name) {#name, callKernel<name>}
  return {NAMED(abs),          NAMED(ceil),         NAMED(cos),
          NAMED(exp),          NAMED(expm1),        NAMED(floor),
          NAMED(log),          NAMED(log1p),        NAMED(neg),
          NAMED(reciprocal),   NAMED(relu),         NAMED(rsqrt),
          NAMED(sigmoid),      NAMED(sign),         NAMED(sin),
          NAMED(sqrt),         NAMED(square),       NAMED(tanh),
          NAMED(add),          NAMED(sub),          NAMED(multiply),
          NAMED(divide),       NAMED(maximum),      NAMED(minimum),
          NAMED(squaredDifference), NAMED(equal),   NAMED(notEqual),
          NAMED(less),         NAMED(lessEqual),    NAMED(greater),
          NAMED(greaterEqual), NAMED(select),       NAMED(castIntsToFloats),
          NAMED(castBytesToFloats)};
#undef NAMED
}

}  // namespace workbook
