/**
 * Names of the platform as they are when the program starts. Cells may set any global (`Promise = null`): what runs them
 * takes the names that it uses from here. A test holds it to that.
 */
const platform = globalThis;

export { platform as globalThis };

export const {
  Array,
  ArrayBuffer,
  Atomics,
  Buffer,
  clearTimeout,
  DataView,
  Error,
  Float32Array,
  Int32Array,
  JSON,
  Map,
  Math,
  Number,
  Object,
  process,
  Promise,
  RangeError,
  Reflect,
  Set,
  setImmediate,
  setTimeout,
  SharedArrayBuffer,
  String,
  Symbol,
  SyntaxError,
  TypeError,
  URL,
  WeakMap,
} = platform;
