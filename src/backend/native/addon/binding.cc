#include "binding.h"

#include "pool.h"
#include "processor.h"

namespace workbook {
namespace {

const char* nameOf(napi_typedarray_type type) {
  return type == napi_float32_array ? "Float32Array" : type == napi_int32_array ? "Int32Array" : "Uint8Array";
}

constexpr int64_t mostElements = int64_t{1} << 53;

int64_t bounded(bool overflows, int64_t size) {
  if (overflows || size > mostElements)
    throw std::out_of_range("A native kernel's sizes: their product is larger than any array");
  return size;
}

}  // namespace

int64_t productOf(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;  // of those that are not 0
  bool empty = false;
  for (const int64_t size : sizes) {
    empty = empty || size == 0;
    const bool overflows = __builtin_mul_overflow(product, size == 0 ? 1 : size, &product);
    bounded(overflows, product);
  }
  return empty ? 0 : product;
}

int64_t sumOf(std::initializer_list<int64_t> sizes) {
  int64_t sum = 0;
  for (const int64_t size : sizes) {
    const bool overflows = __builtin_add_overflow(sum, size, &sum);
    bounded(overflows, sum);
  }
  return sum;
}

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  if (napi_get_cb_info(env, info, &size_, values_, nullptr, nullptr) != napi_ok)
    throw std::runtime_error("Cannot read the arguments of a native kernel");
  if (size_ > most) size_ = most;
}

napi_value Arguments::next() {
  if (used_ >= size_) throw std::invalid_argument("A native kernel needs more than " + place());
  return values_[used_++];
}

Arguments Arguments::after(size_t count) const {
  Arguments rest = *this;
  for (size_t n = 0; n < count; n++) rest.next();
  return rest;
}

void* Arguments::array(napi_typedarray_type wanted, int64_t size) {
  const napi_value value = next();
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok || type != wanted)
    throw std::invalid_argument(place() + " of a native kernel: expected a " + nameOf(wanted));
  if (static_cast<int64_t>(length) < size)
    throw std::out_of_range(place() + " of a native kernel: expected " + std::to_string(size) + " elements, got " +
                            std::to_string(length));
  return data;
}

void* Arguments::wordArray(int64_t size) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (used_ < size_ &&
      napi_get_typedarray_info(env_, values_[used_], &type, &length, &data, nullptr, nullptr) == napi_ok &&
      type == napi_int32_array)
    return array(napi_int32_array, size);
  return array(napi_float32_array, size);
}

float* Arguments::floatsOrNull(int64_t size) {
  napi_valuetype type;
  if (used_ < size_ && napi_typeof(env_, values_[used_], &type) == napi_ok && type == napi_null) {
    next();
    return nullptr;
  }
  return floats(size);
}

Arguments::Ints Arguments::list() {
  const napi_value value = next();
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array)
    throw std::invalid_argument(place() + " of a native kernel: expected an Int32Array");
  return {static_cast<const int32_t*>(data), static_cast<int64_t>(length)};
}

int64_t Arguments::count() {
  const double value = number();
  if (!(value >= 0) || value > 9e15 || value != static_cast<double>(static_cast<int64_t>(value)))
    throw std::invalid_argument(place() + " of a native kernel: expected a whole number of 0 or more");
  return static_cast<int64_t>(value);
}

double Arguments::number() {
  double value;
  if (napi_get_value_double(env_, next(), &value) != napi_ok)
    throw std::invalid_argument(place() + " of a native kernel: expected a number");
  return value;
}

std::vector<Arguments::Floats> Arguments::floatLists() {
  const napi_value list = next();
  uint32_t length;
  if (napi_get_array_length(env_, list, &length) != napi_ok)
    throw std::invalid_argument(place() + " of a native kernel: expected an array of Float32Array");
  std::vector<Floats> found(length);
  for (uint32_t n = 0; n < length; n++) {
    napi_value value;
    napi_typedarray_type type;
    size_t size;
    void* data;
    if (napi_get_element(env_, list, n, &value) != napi_ok ||
        napi_get_typedarray_info(env_, value, &type, &size, &data, nullptr, nullptr) != napi_ok ||
        type != napi_float32_array)
      throw std::invalid_argument(place() + " of a native kernel: expected an array of Float32Array");
    found[n] = {static_cast<float*>(data), static_cast<int64_t>(size)};
  }
  return found;
}

Arguments::Array Arguments::arrayOf(napi_value value) const {
  napi_typedarray_type type;
  size_t size;
  void* data;
  if (napi_get_typedarray_info(env_, value, &type, &size, &data, nullptr, nullptr) != napi_ok ||
      (type != napi_float32_array && type != napi_uint8_array))
    throw std::invalid_argument(place() + " of a native kernel: expected a Float32Array or a Uint8Array");
  return {data, static_cast<int64_t>(size), type == napi_uint8_array};
}

Arguments::Array Arguments::array() { return arrayOf(next()); }

std::vector<Arguments::Array> Arguments::arrays() {
  const napi_value list = next();
  uint32_t length;
  if (napi_get_array_length(env_, list, &length) != napi_ok)
    throw std::invalid_argument(place() + " of a native kernel: expected an array of typed arrays");
  std::vector<Array> found(length);
  for (uint32_t n = 0; n < length; n++) {
    napi_value value;
    if (napi_get_element(env_, list, n, &value) != napi_ok)
      throw std::invalid_argument(place() + " of a native kernel: expected an array of typed arrays");
    found[n] = arrayOf(value);
  }
  return found;
}

void Arguments::detach() {
  napi_typedarray_type type;
  napi_value buffer;
  if (napi_get_typedarray_info(env_, next(), &type, nullptr, nullptr, &buffer, nullptr) != napi_ok ||
      napi_detach_arraybuffer(env_, buffer) != napi_ok)
    throw std::invalid_argument(place() + " of a native kernel: expected an array whose memory can be released");
}

void Arguments::give(double value) { napi_create_double(env_, value, &result_); }

namespace {

// setThreads(count): how many threads the kernels use; returns how many there are now. 0 changes nothing.
void setThreads(Arguments& arguments) {
  const int64_t count = arguments.count();
  if (count > 0) setThreadCount(static_cast<int>(count < 1024 ? count : 1024));
  arguments.give(threadCount());
}

// release(array): gives the memory behind a Float32Array back now, and not when the garbage collector comes by. The
// array is empty afterwards.
void release(Arguments& arguments) { arguments.detach(); }

napi_value start(napi_env env, napi_value exports) {
  std::vector<NamedKernel> all = {{"setThreads", callKernel<setThreads>}, {"release", callKernel<release>}};
  for (const auto& group : {matrixKernels(), elementKernels(), reductionKernels(), movingKernels(), networkKernels(),
                            attentionKernels(), cachedAttentionKernels(), optimizerKernels(), packedKernels(), programKernels()})
    all.insert(all.end(), group.begin(), group.end());
  for (const NamedKernel& kernel : all) {
    napi_value function;
    if (napi_create_function(env, kernel.name, NAPI_AUTO_LENGTH, kernel.callback, nullptr, &function) != napi_ok ||
        napi_set_named_property(env, exports, kernel.name, function) != napi_ok)
      return nullptr;
  }
  return exports;
}

}  // namespace

#if defined(__x86_64__)
#define BEFORE_ANY_AVX __attribute__((noinline, target("no-avx")))
#else
#define BEFORE_ANY_AVX
#endif

// Node's way in: on a processor without the instructions that the compiler used it throws, where to go on would end
// the process.
BEFORE_ANY_AVX napi_value startWhereItRuns(napi_env env, napi_value exports) {
  if (const char* missing = missingInstructions()) {
    napi_throw_error(env, nullptr, missing);
    return nullptr;
  }
  return start(env, exports);
}

NAPI_MODULE(llm_workbook, startWhereItRuns)

}  // namespace workbook
