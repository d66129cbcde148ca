// Products of a large matrix with a few vectors: one more token of a text. Each number of the matrix is used so few
// times that reading it is most of the work, so it is read once, where it lies, and not packed.
#pragma once
#include "gemm.h"

namespace workbook {

// Computes the product if one side of it is thin, by all threads; says whether it did.
bool multiplyThin(const Product& product);

}  // namespace workbook
