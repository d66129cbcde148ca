// Reads a JavaScript function's arguments one after the other, and checks them: bad ones throw, they never crash.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace workbook {

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info);

  // Typed arrays of at least `size` elements.
  float* floats(int64_t size) { return static_cast<float*>(array(napi_float32_array, size)); }
  int32_t* ints(int64_t size) { return static_cast<int32_t*>(array(napi_int32_array, size)); }
  uint8_t* bytes(int64_t size) { return static_cast<uint8_t*>(array(napi_uint8_array, size)); }
  // Elements of 4 bytes, whole numbers or floats.
  void* words(int64_t size);
  // Absent where JavaScript passes null.
  float* floatsOrNull(int64_t size);

  // An Int32Array of any length: shapes, strides.
  struct Ints {
    const int32_t* data;
    int64_t size;
    int32_t operator[](int64_t n) const { return data[n]; }
  };
  Ints list();

  // Leaves one argument unread.
  void skip() { next(); }

  // A whole number of 0 or more.
  int64_t count();
  double number();

  // An array of Float32Arrays.
  struct Floats {
    float* data;
    int64_t size;
  };
  std::vector<Floats> floatLists();

  // What the function returns.
  void give(double value);
  napi_value result() const { return result_; }

 private:
  static constexpr size_t most = 20;
  napi_value next();
  void* array(napi_typedarray_type type, int64_t size);
  std::string place() const { return "argument " + std::to_string(used_); }

  napi_env env_;
  napi_value values_[most];
  size_t size_ = most;
  size_t used_ = 0;
  napi_value result_ = nullptr;
};

using Kernel = void (*)(Arguments& arguments);

struct NamedKernel {
  const char* name;
  napi_callback callback;
};

template <Kernel kernel>
napi_value callKernel(napi_env env, napi_callback_info info) {
  try {
    Arguments arguments(env, info);
    kernel(arguments);
    return arguments.result();
  } catch (const std::exception& error) {
    napi_throw_range_error(env, nullptr, error.what());
    return nullptr;
  }
}

inline void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

// The kernels, by file.
std::vector<NamedKernel> matrixKernels();
std::vector<NamedKernel> elementKernels();
std::vector<NamedKernel> reductionKernels();
std::vector<NamedKernel> movingKernels();
std::vector<NamedKernel> networkKernels();
std::vector<NamedKernel> attentionKernels();
std::vector<NamedKernel> cachedAttentionKernels();
std::vector<NamedKernel> optimizerKernels();

}  // namespace workbook
