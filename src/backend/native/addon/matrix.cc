// Matrix products of tensors.
#include "binding.h"
#include "gemm.h"
#include "pool.h"

namespace workbook {
namespace {

// matMul(a, b, c, bias | null, batch, M, N, K, transposeA, transposeB, stepA, stepB): c[n] = a[n] b[n] + bias, for
// batches whose matrices lie stepA and stepB elements apart (0: the same one every time).
void matMul(Arguments& arguments) {
  Arguments sizes = arguments.after(4);
  const int64_t batch = sizes.count(), M = sizes.count(), N = sizes.count(), K = sizes.count();
  const bool transposeA = sizes.count() != 0, transposeB = sizes.count() != 0;
  const int64_t stepA = sizes.count(), stepB = sizes.count();
  if (batch == 0) return;
  const float* a = arguments.floats(sumOf({productOf({batch - 1, stepA}), productOf({M, K})}));
  const float* b = arguments.floats(sumOf({productOf({batch - 1, stepB}), productOf({K, N})}));
  float* c = arguments.floats(batch, M, N);
  const float* bias = arguments.floatsOrNull(N);
  const auto product = [&](int64_t n) {
    Product p{M, N, K, transposeA ? transposed(a + n * stepA, M) : rows(a + n * stepA, K),
              transposeB ? transposed(b + n * stepB, K) : rows(b + n * stepB, N), c + n * M * N, N};
    p.bias = bias;
    return p;
  };
  if (batch >= 2 * threadCount()) {
    parallelFor(batch, [&](int64_t n) { multiplyAlone(product(n)); });
  } else {
    for (int64_t n = 0; n < batch; n++) multiply(product(n));
  }
}

// linearGrad(dy, x, weight, dx, dWeight, dBias, rows, inputs, outputs): dx = dy weight^T, dWeight = x^T dy, and dBias,
// unless it is null, gets the sums of dy's columns.
void linearGrad(Arguments& arguments) {
  Arguments sizes = arguments.after(6);
  const int64_t count = sizes.count(), inputs = sizes.count(), outputs = sizes.count();
  const float* dy = arguments.floats(count, outputs);
  const float* x = arguments.floats(count, inputs);
  const float* weight = arguments.floats(inputs, outputs);
  float* dx = arguments.floats(count, inputs);
  float* dWeight = arguments.floats(inputs, outputs);
  float* dBias = arguments.floatsOrNull(outputs);
  require(inputs > 0, "linearGrad: expected inputs");
  multiply({count, inputs, outputs, rows(dy, outputs), transposed(weight, outputs), dx, inputs});
  Product weights{inputs, outputs, count, transposed(x, inputs), rows(dy, outputs), dWeight, outputs};
  weights.columnSums = dBias;
  multiply(weights);
}

}  // namespace

std::vector<NamedKernel> matrixKernels() {
  return {{"matMul", callKernel<matMul>}, {"linearGrad", callKernel<linearGrad>}};
}

}  // namespace workbook
