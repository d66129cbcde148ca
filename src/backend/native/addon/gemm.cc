#include "gemm.h"

#include <algorithm>

#include "packing.h"
#include "pool.h"
#include "thin.h"
#include "vector.h"

#if defined(WORKBOOK_CBLAS)
#if defined(__APPLE__)
#include <Accelerate/Accelerate.h>
#else
#include <cblas.h>
#endif
#endif

namespace workbook {
namespace {

// A tile of C is kept in registers while the kernel runs: MR rows of NR = 2 or 3 vectors.
#if defined(__AVX512F__)
constexpr int MR = 12, vectors = 2;
#elif defined(__AVX__)
constexpr int MR = 6, vectors = 2;
#else
constexpr int MR = 8, vectors = 3;  // NEON: 32 registers of 4
#endif
constexpr int NR = lanes * vectors;

// A panel of B stays in the first-level cache or near it, a block of either side in the second, and the shared side in
// the third. The numbers are the best of a sweep over the shapes of GPT-2 and nanoGPT on Zen 4.
constexpr int64_t mostK = 384;
constexpr int64_t mostM = 6144;
constexpr int64_t mostN = 3072;
constexpr int64_t tileM = MR * 16;
constexpr int64_t tileN = NR * 4;

int64_t panels(int64_t size, int64_t width) { return (size + width - 1) / width; }

// The innermost loop: a tile of MR x NR over `depth` products.
struct Tile {
  Vector sum[MR][vectors];
};

inline __attribute__((always_inline)) void accumulate(Tile& tile, const float* __restrict a,
                                                      const float* __restrict b, int64_t depth) {
  Vector sum[MR][vectors] = {};
  for (int64_t k = 0; k < depth; k++) {
    Vector line[vectors];
#pragma GCC unroll 3
    for (int v = 0; v < vectors; v++) line[v] = *reinterpret_cast<const Vector*>(b + v * lanes);
#pragma GCC unroll 12
    for (int row = 0; row < MR; row++) {
#pragma GCC unroll 3
      for (int v = 0; v < vectors; v++) sum[row][v] += a[row] * line[v];
    }
    a += MR;
    b += NR;
  }
#pragma GCC unroll 12
  for (int row = 0; row < MR; row++)
#pragma GCC unroll 3
    for (int v = 0; v < vectors; v++) tile.sum[row][v] = sum[row][v];
}

// Computes the tile whose corner is c, of which only `height` x `width` lies inside C.
void multiplyTile(const float* a, const float* b, int64_t depth, float* c, ptrdiff_t stride, int height, int width,
                  const float* bias, bool add) {
  Tile tile;
  accumulate(tile, a, b, depth);
  if (height == MR && width == NR) {
    for (int row = 0; row < MR; row++) {
      for (int v = 0; v < vectors; v++) {
        Vector value = tile.sum[row][v];
        Vector* out = reinterpret_cast<Vector*>(c + row * stride + v * lanes);
        if (bias) value += *reinterpret_cast<const Vector*>(bias + v * lanes);
        if (add) value += *out;
        *out = value;
      }
    }
    return;
  }
  for (int row = 0; row < height; row++) {
    const float* sums = reinterpret_cast<const float*>(tile.sum[row]);
    for (int column = 0; column < width; column++) {
      float value = sums[column];
      if (bias) value += bias[column];
      if (add) value += c[row * stride + column];
      c[row * stride + column] = value;
    }
  }
}

struct Run {
  // Rows and columns of C and a stretch of K; packed copies of A and B hold just these.
  int64_t row, rows, column, columns, k, depth;
  float* packedA;
  float* packedB;
};

void packA(const Product& p, const Run& run, int64_t panel) {
  const int64_t row = panel * MR;
  packPanel<MR>(p.a.at(run.row + row, run.k), p.a.rowStride, p.a.columnStride,
                static_cast<int>(std::min<int64_t>(MR, run.rows - row)), run.depth, run.packedA + row * run.depth);
}

// Adds the lines of a panel up while it is in the cache; `first` starts the sums.
void addLines(const float* panel, int64_t depth, int width, bool first, float* sums) {
  Vector total[vectors] = {};
  for (int64_t k = 0; k < depth; k++)
#pragma GCC unroll 3
    for (int v = 0; v < vectors; v++) total[v] += *reinterpret_cast<const Vector*>(panel + k * NR + v * lanes);
  const float* values = reinterpret_cast<const float*>(total);
  for (int column = 0; column < width; column++) sums[column] = (first ? 0 : sums[column]) + values[column];
}

void packB(const Product& p, const Run& run, int64_t panel) {
  const int64_t column = panel * NR;
  const int width = static_cast<int>(std::min<int64_t>(NR, run.columns - column));
  float* packed = run.packedB + column * run.depth;
  packPanel<NR>(p.b.at(run.k, run.column + column), p.b.columnStride, p.b.rowStride, width, run.depth, packed);
  if (p.columnSums && run.row == 0) addLines(packed, run.depth, width, run.k == 0, p.columnSums + run.column + column);
}

// Rows fromRow … toRow and columns fromColumn … toColumn of the run; the starts are multiples of MR and NR.
void multiplyPacked(const Product& p, const Run& run, int64_t fromRow, int64_t toRow, int64_t fromColumn,
                    int64_t toColumn) {
  const bool first = run.k == 0;
  for (int64_t column = fromColumn; column < toColumn; column += NR) {
    const int width = static_cast<int>(std::min<int64_t>(NR, toColumn - column));
    for (int64_t row = fromRow; row < toRow; row += MR) {
      const int height = static_cast<int>(std::min<int64_t>(MR, toRow - row));
      multiplyTile(run.packedA + row * run.depth, run.packedB + column * run.depth, run.depth,
                   p.c + (run.row + row) * p.stride + run.column + column, p.stride, height, width,
                   first && p.bias ? p.bias + run.column + column : nullptr, !first || p.accumulate);
    }
  }
}

// Products without depth are zero, plus bias.
bool isTrivial(const Product& p) {
  if (p.M == 0 || p.N == 0) return true;
  if (p.K > 0) return false;
  if (p.columnSums) std::fill(p.columnSums, p.columnSums + p.N, 0.f);
  for (int64_t row = 0; row < p.M; row++) {
    float* line = p.c + row * p.stride;
    for (int64_t column = 0; column < p.N; column++)
      line[column] = (p.bias ? p.bias[column] : 0) + (p.accumulate ? line[column] : 0);
  }
  return true;
}

// Cuts the product into runs that fit the caches; equal stretches of K, so that none is a short remainder.
template <typename Body>
void forRuns(const Product& p, const Body& body) {
  static thread_local Buffer bufferA, bufferB;
  const int64_t depth = (p.K + panels(p.K, mostK) - 1) / panels(p.K, mostK);
  Run run{};
  run.packedA = bufferA.reserve(panels(std::min(p.M, mostM), MR) * MR * depth);
  run.packedB = bufferB.reserve(panels(std::min(p.N, mostN), NR) * NR * depth);
  for (run.column = 0; run.column < p.N; run.column += mostN) {
    run.columns = std::min(mostN, p.N - run.column);
    for (run.k = 0; run.k < p.K; run.k += depth) {
      run.depth = std::min(depth, p.K - run.k);
      for (run.row = 0; run.row < p.M; run.row += mostM) {
        run.rows = std::min(mostM, p.M - run.row);
        body(run);
      }
    }
  }
}

}  // namespace

void multiplyAlone(const Product& p) {
  if (isTrivial(p)) return;
  forRuns(p, [&](const Run& run) {
    if (run.row == 0)
      for (int64_t panel = 0; panel < panels(run.columns, NR); panel++) packB(p, run, panel);
    for (int64_t panel = 0; panel < panels(run.rows, MR); panel++) packA(p, run, panel);
    for (int64_t row = 0; row < run.rows; row += tileM)
      multiplyPacked(p, run, row, std::min(row + tileM, run.rows), 0, run.columns);
  });
}

#if defined(WORKBOOK_CBLAS)

void multiply(const Product& p) {
  if (isTrivial(p)) return;
  if (p.bias)
    for (int64_t row = 0; row < p.M; row++)
      for (int64_t column = 0; column < p.N; column++)
        p.c[row * p.stride + column] = p.bias[column] + (p.accumulate ? p.c[row * p.stride + column] : 0);
  if (p.columnSums) {
    std::fill(p.columnSums, p.columnSums + p.N, 0.f);
    for (int64_t k = 0; k < p.K; k++)
      for (int64_t column = 0; column < p.N; column++) p.columnSums[column] += *p.b.at(k, column);
  }
  const bool a = p.a.columnStride != 1, b = p.b.columnStride != 1;
  cblas_sgemm(CblasRowMajor, a ? CblasTrans : CblasNoTrans, b ? CblasTrans : CblasNoTrans, static_cast<int>(p.M),
              static_cast<int>(p.N), static_cast<int>(p.K), 1, p.a.data,
              static_cast<int>(a ? p.a.columnStride : p.a.rowStride), p.b.data,
              static_cast<int>(b ? p.b.columnStride : p.b.rowStride), p.bias || p.accumulate ? 1 : 0, p.c,
              static_cast<int>(p.stride));
}

#else

// One side cut into blocks of panels for the threads.
struct Cut {
  int64_t block;  // rows or columns
  int64_t cost;   // rows or columns that the busiest thread could do in its time, by the number of threads
};

Cut cut(int64_t size, int64_t step, int64_t tallest) {
  const int64_t threads = threadCount();
  const int64_t block = std::min(tallest, panels(panels(size, step), 8 * threads) * step);
  return {block, panels(panels(size, block), threads) * threads * block};
}

// Blocks of one side go through the threads, each packed by the one that multiplies it, while it is still in that
// one's cache. The other side is packed once, by all, and shared: the shorter one, unless blocks of it would keep the
// threads busy more evenly.
void multiply(const Product& p) {
  constexpr int64_t small = 64 * 64 * 64;
  if (isTrivial(p) || multiplyThin(p)) return;
  if (p.M * p.N * p.K <= small || threadCount() == 1) return multiplyAlone(p);
  static thread_local Buffer shared;
  const Cut byRows = cut(p.M, MR, tileM), byColumns = cut(p.N, NR, tileN);
  const int64_t rowsCost = byRows.cost * panels(p.N, NR) * NR, columnsCost = byColumns.cost * panels(p.M, MR) * MR;
  const bool tall = p.M >= p.N ? rowsCost <= columnsCost * 21 / 20 : rowsCost * 21 / 20 < columnsCost;
  const int64_t width = tall ? NR : MR, step = tall ? MR : NR;  // of a panel of the shared side, of the other
  const int64_t sharedSize = tall ? p.N : p.M, otherSize = tall ? p.M : p.N;
  const int64_t depth = panels(p.K, panels(p.K, mostK)), most = tall ? mostN : mostM;
  float* packed = shared.reserve(panels(std::min(sharedSize, most), width) * width * depth);
  const int64_t block = tall ? byRows.block : byColumns.block;
  for (int64_t start = 0; start < sharedSize; start += most) {
    const int64_t size = std::min(most, sharedSize - start);
    for (int64_t k = 0; k < p.K; k += depth) {
      Run run{0, p.M, 0, p.N, k, std::min(depth, p.K - k), nullptr, nullptr};
      (tall ? run.column : run.row) = start;
      (tall ? run.columns : run.rows) = size;
      (tall ? run.packedB : run.packedA) = packed;
      parallelRanges(panels(size, width), 4, [&](int64_t from, int64_t to) {
        for (int64_t panel = from; panel < to; panel++) tall ? packB(p, run, panel) : packA(p, run, panel);
      });
      parallelFor(panels(otherSize, block), [&](int64_t part) {
        static thread_local Buffer buffer;
        Run own = run;
        (tall ? own.row : own.column) = part * block;
        (tall ? own.rows : own.columns) = std::min(block, otherSize - part * block);
        (tall ? own.packedA : own.packedB) = buffer.reserve(panels(block, step) * step * run.depth);
        for (int64_t panel = 0; panel < panels(tall ? own.rows : own.columns, step); panel++)
          tall ? packA(p, own, panel) : packB(p, own, panel);
        multiplyPacked(p, own, 0, own.rows, 0, own.columns);
      });
    }
  }
}

#endif

}  // namespace workbook
