// Whether the addon fits the processor that it is loaded on.
#pragma once

namespace workbook {

// A sentence on the first instruction set that the compiler was told to use and this processor does not have, else null.
const char* missingInstructions();

}  // namespace workbook
