// Reads a JavaScript function's arguments one after the other, and checks them: bad ones throw, they never crash.
// Arrays come before their sizes, so sizes are read first, from a copy: `arguments.after(2)`.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace workbook {

// A product and a sum of sizes, none negative; they throw where the result is larger than any array, or a part of the
// product would be: what passes here does not overflow later.
int64_t productOf(std::initializer_list<int64_t> sizes);
int64_t sumOf(std::initializer_list<int64_t> sizes);

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info);

  // The arguments behind the next `count`.
  Arguments after(size_t count) const;

  // Typed arrays of at least as many elements as the product of `sizes`.
  template <typename... Sizes>
  float* floats(Sizes... sizes) {
    return static_cast<float*>(array(napi_float32_array, productOf({int64_t{sizes}...})));
  }
  template <typename... Sizes>
  int32_t* ints(Sizes... sizes) {
    return static_cast<int32_t*>(array(napi_int32_array, productOf({int64_t{sizes}...})));
  }
  template <typename... Sizes>
  uint8_t* bytes(Sizes... sizes) {
    return static_cast<uint8_t*>(array(napi_uint8_array, productOf({int64_t{sizes}...})));
  }
  // Elements of 4 bytes, whole numbers or floats.
  template <typename... Sizes>
  uint32_t* words(Sizes... sizes) {
    return static_cast<uint32_t*>(wordArray(productOf({int64_t{sizes}...})));
  }
  // Absent where JavaScript passes null.
  float* floatsOrNull(int64_t size);

  // An Int32Array of any length: shapes, strides.
  struct Ints {
    const int32_t* data;
    int64_t size;
    int32_t operator[](int64_t n) const { return data[n]; }
  };
  Ints list();

  // A whole number of 0 or more.
  int64_t count();
  double number();

  // An array of Float32Arrays.
  struct Floats {
    float* data;
    int64_t size;
  };
  std::vector<Floats> floatLists();

  // A Float32Array or a Uint8Array of any length.
  struct Array {
    void* data;
    int64_t size;
    bool isBytes;
  };
  Array array();
  // An array of those.
  std::vector<Array> arrays();

  // Takes the memory away from a typed array.
  void detach();

  // What the function returns.
  void give(double value);
  napi_value result() const { return result_; }

 private:
  static constexpr size_t most = 20;
  napi_value next();
  Array arrayOf(napi_value value) const;
  void* array(napi_typedarray_type type, int64_t size);
  void* wordArray(int64_t size);
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
std::vector<NamedKernel> packedKernels();
std::vector<NamedKernel> programKernels();

}  // namespace workbook
