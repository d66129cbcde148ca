// One pass over all parameters: the gradients' length, and AdamW's update.
#include <algorithm>
#include <cmath>
#include <vector>

#include "binding.h"
#include "pool.h"

namespace workbook {
namespace {

constexpr int64_t chunk = 32768;

struct Piece {
  size_t list;
  int64_t start, end;
};

std::vector<Piece> piecesOf(const std::vector<Arguments::Floats>& lists) {
  std::vector<Piece> pieces;
  for (size_t list = 0; list < lists.size(); list++)
    for (int64_t start = 0; start < lists[list].size; start += chunk)
      pieces.push_back({list, start, std::min(lists[list].size, start + chunk)});
  return pieces;
}

// globalNorm(gradients) -> the length of all gradients together, as one vector.
void globalNorm(Arguments& arguments) {
  const std::vector<Arguments::Floats> gradients = arguments.floatLists();
  const std::vector<Piece> pieces = piecesOf(gradients);
  std::vector<double> squares(pieces.size());
  parallelFor(static_cast<int64_t>(pieces.size()), [&](int64_t n) {
    const Piece& piece = pieces[static_cast<size_t>(n)];
    const float* values = gradients[piece.list].data;
    double total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t at = piece.start; at < piece.end; at++) total += static_cast<double>(values[at]) * values[at];
    squares[static_cast<size_t>(n)] = total;
  });
  double total = 0;
  for (const double square : squares) total += square;
  arguments.give(std::sqrt(total));
}

// adamW(parameters, gradients, means, squares, decays, learningRate, beta1, beta2, epsilon, step, gradientScale).
// `decays` holds each parameter's weight decay.
void adamW(Arguments& arguments) {
  const auto parameters = arguments.floatLists(), gradients = arguments.floatLists(), means = arguments.floatLists(),
             squares = arguments.floatLists();
  const float* decays = arguments.floats(static_cast<int64_t>(parameters.size()));
  const double rate = arguments.number(), beta1 = arguments.number(), beta2 = arguments.number(),
               epsilon = arguments.number(), step = arguments.number(), gradientScale = arguments.number();
  require(gradients.size() == parameters.size() && means.size() == parameters.size() &&
              squares.size() == parameters.size(),
          "AdamW: expected as many gradients and means as parameters");
  for (size_t n = 0; n < parameters.size(); n++)
    require(gradients[n].size == parameters[n].size && means[n].size == parameters[n].size &&
                squares[n].size == parameters[n].size,
            "AdamW: a gradient or a mean is not as long as its parameter");
  const auto keep1 = static_cast<float>(beta1), keep2 = static_cast<float>(beta2);
  const auto take1 = static_cast<float>((1 - beta1) * gradientScale);
  const auto take2 = static_cast<float>((1 - beta2) * gradientScale * gradientScale);
  const auto rootScale = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
  const auto size = static_cast<float>(rate / (1 - std::pow(beta1, step)));
  const auto small = static_cast<float>(epsilon);
  const std::vector<Piece> pieces = piecesOf(parameters);
  parallelFor(static_cast<int64_t>(pieces.size()), [&](int64_t n) {
    const Piece& piece = pieces[static_cast<size_t>(n)];
    float *p = parameters[piece.list].data, *m = means[piece.list].data, *v = squares[piece.list].data;
    const float* g = gradients[piece.list].data;
    const auto kept = static_cast<float>(1 - rate * static_cast<double>(decays[piece.list]));
#pragma omp simd
    for (int64_t at = piece.start; at < piece.end; at++) {
      m[at] = keep1 * m[at] + take1 * g[at];
      v[at] = keep2 * v[at] + take2 * g[at] * g[at];
      p[at] = kept * p[at] - size * m[at] / (std::sqrt(v[at]) * rootScale + small);
    }
  });
}

}  // namespace

std::vector<NamedKernel> optimizerKernels() {
  return {{"globalNorm", callKernel<globalNorm>}, {"adamW", callKernel<adamW>}};
}

}  // namespace workbook
