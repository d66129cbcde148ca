// The parts of a transformer that are not matrix products, each in one pass over its data, with its gradient.
// Rows are positions, `width` their channels.
#include <algorithm>
#include <cmath>
#include <vector>

#include "binding.h"
#include "layers.h"
#include "math.h"
#include "pool.h"

namespace workbook {

constexpr int64_t grain = 8192;

void normaliseByLayer(const float* x, const float* gain, const float* shift, float* y, float* means, float* scales,
                      int64_t rows, int64_t width, double epsilon) {
  parallelRanges(rows, grain / (width + 1) + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) {
      const float* from = x + row * width;
      float* to = y + row * width;
      float total = 0, squares = 0;
#pragma omp simd reduction(+ : total)
      for (int64_t c = 0; c < width; c++) total += from[c];
      const float mean = total / static_cast<float>(width);
#pragma omp simd reduction(+ : squares)
      for (int64_t c = 0; c < width; c++) squares += (from[c] - mean) * (from[c] - mean);
      const float scale =
          static_cast<float>(1 / std::sqrt(static_cast<double>(squares) / static_cast<double>(width) + epsilon));
      if (shift) {
        for (int64_t c = 0; c < width; c++) to[c] = (from[c] - mean) * scale * gain[c] + shift[c];
      } else {
        for (int64_t c = 0; c < width; c++) to[c] = (from[c] - mean) * scale * gain[c];
      }
      if (means) means[row] = mean;
      if (scales) scales[row] = scale;
    }
  });
}

void normaliseByMeanSquare(const float* x, const float* gain, float* y, float* scales, int64_t rows, int64_t width,
                           double epsilon) {
  parallelRanges(rows, grain / (width + 1) + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) {
      const float* from = x + row * width;
      float squares = 0;
#pragma omp simd reduction(+ : squares)
      for (int64_t c = 0; c < width; c++) squares += from[c] * from[c];
      const float scale =
          static_cast<float>(1 / std::sqrt(static_cast<double>(squares) / static_cast<double>(width) + epsilon));
      for (int64_t c = 0; c < width; c++) y[row * width + c] = from[c] * scale * gain[c];
      if (scales) scales[row] = scale;
    }
  });
}

// GELU(x) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
constexpr float slope = 1.5957691216057308f, cubic = 0.044715f;

void bendByGelu(const float* x, float* y, int64_t size) {
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
#pragma omp simd
    for (int64_t n = start; n < end; n++) y[n] = x[n] * logistic(slope * x[n] * (1 + cubic * x[n] * x[n]));
  });
}

void bendBySwiGlu(const float* gate, const float* up, float* y, int64_t size) {
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
#pragma omp simd
    for (int64_t n = start; n < end; n++) y[n] = gate[n] * logistic(gate[n]) * up[n];
  });
}

void turnHeads(const float* x, const float* cosine, const float* sine, float* y, const Heads& heads, float direction) {
  const int64_t depth = heads.depth, half = depth / 2;
  for (int64_t at = 0; at < heads.turned * depth; at += depth) {
    const float *low = x + at, *high = low + half;
#pragma omp simd
    for (int64_t c = 0; c < half; c++) {
      const float l = low[c], u = high[c], s = direction * sine[c];
      y[at + c] = l * cosine[c] - u * s;
      y[at + half + c] = u * cosine[c] + l * s;
    }
  }
  std::copy_n(x + heads.turned * depth, (heads.count - heads.turned) * depth, y + heads.turned * depth);
}

namespace {

// Sums over rows are taken in this many parts whatever the number of threads, so they come out the same everywhere.
constexpr int64_t mostParts = 16;
int64_t partsOf(int64_t rows) { return std::max<int64_t>(1, std::min(mostParts, rows / 32)); }

// Adds up `parts` lines of partial sums: [parts,width] -> [width].
void addParts(const std::vector<float>& partial, int64_t parts, int64_t width, float* total) {
  std::fill(total, total + width, 0.f);
  for (int64_t part = 0; part < parts; part++)
    for (int64_t c = 0; c < width; c++) total[c] += partial[static_cast<size_t>(part * width + c)];
}

// layerNorm(x, gain, shift, y, mean, scale, rows, width, epsilon): see `normaliseByLayer`.
void layerNorm(Arguments& arguments) {
  Arguments last = arguments.after(6);
  const int64_t rows = last.count(), width = last.count();
  const double epsilon = last.number();
  const float* x = arguments.floats(rows, width);
  const float* gain = arguments.floats(width);
  const float* shift = arguments.floats(width);
  float* y = arguments.floats(rows, width);
  float* means = arguments.floats(rows);
  float* scales = arguments.floats(rows);
  normaliseByLayer(x, gain, shift, y, means, scales, rows, width, epsilon);
}

// layerNormGrad(dy, x, gain, mean, scale, dx, dGain, dShift, rows, width).
void layerNormGrad(Arguments& arguments) {
  Arguments last = arguments.after(8);
  const int64_t rows = last.count(), width = last.count();
  const float* dy = arguments.floats(rows, width);
  const float* x = arguments.floats(rows, width);
  const float* gain = arguments.floats(width);
  const float* means = arguments.floats(rows);
  const float* scales = arguments.floats(rows);
  float* dx = arguments.floats(rows, width);
  float* dGain = arguments.floats(width);
  float* dShift = arguments.floats(width);
  const int64_t parts = partsOf(rows);
  std::vector<float> partGain(static_cast<size_t>(parts * width)), partShift(static_cast<size_t>(parts * width));
  parallelFor(parts, [&](int64_t part) {
    float* ownGain = partGain.data() + part * width;
    float* ownShift = partShift.data() + part * width;
    for (int64_t row = rows * part / parts; row < rows * (part + 1) / parts; row++) {
      const float *g = dy + row * width, *from = x + row * width, mean = means[row], scale = scales[row];
      float* to = dx + row * width;
      float total = 0, along = 0;
#pragma omp simd reduction(+ : total, along)
      for (int64_t c = 0; c < width; c++) {
        const float normal = (from[c] - mean) * scale;
        ownGain[c] += g[c] * normal;
        ownShift[c] += g[c];
        total += g[c] * gain[c];
        along += g[c] * gain[c] * normal;
      }
      total /= static_cast<float>(width);
      along /= static_cast<float>(width);
      for (int64_t c = 0; c < width; c++)
        to[c] = (g[c] * gain[c] - total - (from[c] - mean) * scale * along) * scale;
    }
  });
  addParts(partGain, parts, width, dGain);
  addParts(partShift, parts, width, dShift);
}

// rmsNorm(x, gain, y, scale, rows, width, epsilon): see `normaliseByMeanSquare`.
void rmsNorm(Arguments& arguments) {
  Arguments last = arguments.after(4);
  const int64_t rows = last.count(), width = last.count();
  const double epsilon = last.number();
  const float* x = arguments.floats(rows, width);
  const float* gain = arguments.floats(width);
  float* y = arguments.floats(rows, width);
  float* scales = arguments.floats(rows);
  normaliseByMeanSquare(x, gain, y, scales, rows, width, epsilon);
}

// rmsNormGrad(dy, x, gain, scale, dx, dGain, rows, width).
void rmsNormGrad(Arguments& arguments) {
  Arguments last = arguments.after(6);
  const int64_t rows = last.count(), width = last.count();
  const float* dy = arguments.floats(rows, width);
  const float* x = arguments.floats(rows, width);
  const float* gain = arguments.floats(width);
  const float* scales = arguments.floats(rows);
  float* dx = arguments.floats(rows, width);
  float* dGain = arguments.floats(width);
  const int64_t parts = partsOf(rows);
  std::vector<float> partial(static_cast<size_t>(parts * width));
  parallelFor(parts, [&](int64_t part) {
    float* own = partial.data() + part * width;
    for (int64_t row = rows * part / parts; row < rows * (part + 1) / parts; row++) {
      const float *g = dy + row * width, *from = x + row * width, scale = scales[row];
      float along = 0;
#pragma omp simd reduction(+ : along)
      for (int64_t c = 0; c < width; c++) {
        own[c] += g[c] * from[c] * scale;
        along += g[c] * gain[c] * from[c] * scale;
      }
      along /= static_cast<float>(width);
      for (int64_t c = 0; c < width; c++)
        dx[row * width + c] = (g[c] * gain[c] - from[c] * scale * along) * scale;
    }
  });
  addParts(partial, parts, width, dGain);
}

// gelu(x, y, size).
void gelu(Arguments& arguments) {
  Arguments last = arguments.after(2);
  const int64_t size = last.count();
  const float* x = arguments.floats(size);
  bendByGelu(x, arguments.floats(size), size);
}

// geluGrad(dy, x, dx, size).
void geluGrad(Arguments& arguments) {
  Arguments last = arguments.after(3);
  const int64_t size = last.count();
  const float* dy = arguments.floats(size);
  const float* x = arguments.floats(size);
  float* dx = arguments.floats(size);
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
#pragma omp simd
    for (int64_t n = start; n < end; n++) {
      const float square = x[n] * x[n];
      const float gate = logistic(slope * x[n] * (1 + cubic * square));
      dx[n] = dy[n] * (gate + gate * (1 - gate) * slope * x[n] * (1 + 3 * cubic * square));
    }
  });
}

// swiGlu(gate, up, y, size).
void swiGlu(Arguments& arguments) {
  Arguments last = arguments.after(3);
  const int64_t size = last.count();
  const float* gate = arguments.floats(size);
  const float* up = arguments.floats(size);
  bendBySwiGlu(gate, up, arguments.floats(size), size);
}

// swiGluGrad(dy, gate, up, dGate, dUp, size).
void swiGluGrad(Arguments& arguments) {
  Arguments last = arguments.after(5);
  const int64_t size = last.count();
  const float* dy = arguments.floats(size);
  const float* gate = arguments.floats(size);
  const float* up = arguments.floats(size);
  float* dGate = arguments.floats(size);
  float* dUp = arguments.floats(size);
  parallelRanges(size, grain, [&](int64_t start, int64_t end) {
#pragma omp simd
    for (int64_t n = start; n < end; n++) {
      const float share = logistic(gate[n]);
      dGate[n] = dy[n] * up[n] * share * (1 + gate[n] * (1 - share));
      dUp[n] = dy[n] * gate[n] * share;
    }
  });
}

// rotary(x, cosines, sines, y, rows, angles, heads, turned, depth, direction): turns the first `turned` heads of each row
// by the angles of its position, forwards (1) or back (-1), and copies the other heads. The cosines and sines are
// [angles,depth/2]; row n has those of n modulo `angles`. Its gradient is the turn back.
void rotary(Arguments& arguments) {
  Arguments last = arguments.after(4);
  const int64_t count = last.count(), angles = last.count(), heads = last.count(), turned = last.count();
  const int64_t depth = last.count();
  const float direction = static_cast<float>(last.number());
  require(depth % 2 == 0, "Rotary embedding: expected an even number of channels a head");
  require(turned <= heads, "Rotary embedding: expected no more heads to turn than there are");
  require(angles > 0 || count == 0, "Rotary embedding: expected angles");
  const float* x = arguments.floats(count, heads, depth);
  const float* cosines = arguments.floats(angles, depth / 2);
  const float* sines = arguments.floats(angles, depth / 2);
  float* y = arguments.floats(count, heads, depth);
  const Heads shape{heads, turned, depth};
  parallelRanges(count, grain / (heads * depth + 1) + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) {
      const int64_t at = row * heads * depth, angle = row % angles * (depth / 2);
      turnHeads(x + at, cosines + angle, sines + angle, y + at, shape, direction);
    }
  });
}

// crossEntropy(logits, targets, losses, logSums, rows, vocabulary): losses[n] = logSums[n] - logits[n, target], where
// logSums[n] = log(sum(exp(logits[n]))); 0 where the target is negative.
void crossEntropy(Arguments& arguments) {
  Arguments last = arguments.after(4);
  const int64_t rows = last.count(), width = last.count();
  const float* logits = arguments.floats(rows, width);
  const int32_t* targets = arguments.ints(rows);
  float* losses = arguments.floats(rows);
  float* logSums = arguments.floats(rows);
  for (int64_t row = 0; row < rows; row++) require(targets[row] < width, "Cross-entropy: a target is no token");
  parallelRanges(rows, grain / (width + 1) / 4 + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) {
      const float* from = logits + row * width;
      const float best = largest(from, width);
      float total = 0;
#pragma omp simd reduction(+ : total)
      for (int64_t c = 0; c < width; c++) total += exponential(from[c] - best);
      logSums[row] = best + std::log(total);
      losses[row] = targets[row] < 0 ? 0 : logSums[row] - from[targets[row]];
    }
  });
}

// crossEntropyGrad(logits, targets, shares, logSums, dLogits, rows, vocabulary, scale): the gradient of
// scale * sum(shares[n] * losses[n]).
void crossEntropyGrad(Arguments& arguments) {
  Arguments last = arguments.after(5);
  const int64_t rows = last.count(), width = last.count();
  const double scale = last.number();
  const float* logits = arguments.floats(rows, width);
  const int32_t* targets = arguments.ints(rows);
  const float* shares = arguments.floats(rows);
  const float* logSums = arguments.floats(rows);
  float* dLogits = arguments.floats(rows, width);
  for (int64_t row = 0; row < rows; row++) require(targets[row] < width, "Cross-entropy: a target is no token");
  parallelRanges(rows, grain / (width + 1) / 4 + 1, [&](int64_t start, int64_t end) {
    for (int64_t row = start; row < end; row++) {
      const float* from = logits + row * width;
      float* to = dLogits + row * width;
      const float share = targets[row] < 0 ? 0 : shares[row] * static_cast<float>(scale), logSum = logSums[row];
#pragma omp simd
      for (int64_t c = 0; c < width; c++) to[c] = share * exponential(from[c] - logSum);
      if (targets[row] >= 0) to[targets[row]] -= share;
    }
  });
}

}  // namespace

std::vector<NamedKernel> networkKernels() {
#define NAMED(name) {#name, callKernel<name>}
  return {NAMED(layerNorm), NAMED(layerNormGrad), NAMED(rmsNorm), NAMED(rmsNormGrad),  NAMED(gelu),
          NAMED(geluGrad),  NAMED(swiGlu),        NAMED(swiGluGrad), NAMED(rotary), NAMED(crossEntropy),
          NAMED(crossEntropyGrad)};
#undef NAMED
}

}  // namespace workbook
