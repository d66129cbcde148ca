// Asks the processor itself (CPUID): a file can be carried to another machine, and a machine can be moved. ARM has no
// such instruction for programs; there the trial in a process of its own has to do.
#include "processor.h"

namespace workbook {

#if defined(__x86_64__)

#define NEEDS(name) \
  if (!__builtin_cpu_supports(name)) return "it is compiled for processors with " name ", which this one does not have";

__attribute__((target("no-avx"))) const char* missingInstructions() {
  __builtin_cpu_init();
#if defined(__AVX__)
  NEEDS("avx")
#endif
#if defined(__AVX2__)
  NEEDS("avx2")
#endif
#if defined(__FMA4__)
  NEEDS("fma4")
#endif
#if defined(__XOP__)
  NEEDS("xop")
#endif
#if defined(__FMA__)
  NEEDS("fma")
#endif
#if defined(__BMI__)
  NEEDS("bmi")
#endif
#if defined(__BMI2__)
  NEEDS("bmi2")
#endif
#if defined(__AVX512F__)
  NEEDS("avx512f")
#endif
#if defined(__AVX512BW__)
  NEEDS("avx512bw")
#endif
#if defined(__AVX512CD__)
  NEEDS("avx512cd")
#endif
#if defined(__AVX512DQ__)
  NEEDS("avx512dq")
#endif
#if defined(__AVX512VL__)
  NEEDS("avx512vl")
#endif
#if defined(__AVX512IFMA__)
  NEEDS("avx512ifma")
#endif
#if defined(__AVX512VBMI__)
  NEEDS("avx512vbmi")
#endif
#if defined(__AVX512VBMI2__)
  NEEDS("avx512vbmi2")
#endif
#if defined(__AVX512VNNI__)
  NEEDS("avx512vnni")
#endif
  return nullptr;
}

#else

const char* missingInstructions() { return nullptr; }

#endif

}  // namespace workbook
