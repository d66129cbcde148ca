"""ggml's own Python package: from {blocks: {type: base64}, quantize, write} to the numbers of each, in base64, the bytes
of float32 in Q8_0, and a file written.
"""
import base64
import json
import sys

import numpy
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.quants import dequantize, quantize

question = json.load(sys.stdin)


def numbers_of(name, text):
    blocks = numpy.frombuffer(base64.b64decode(text), dtype=numpy.uint8).reshape(1, -1)
    with numpy.errstate(all="ignore"):
        numbers = dequantize(blocks, GGMLQuantizationType[name]).astype("<f4")
    return base64.b64encode(numbers.tobytes()).decode()


def quantized(text):
    numbers = numpy.frombuffer(base64.b64decode(text), dtype="<f4")
    return base64.b64encode(quantize(numbers.reshape(1, -1), GGMLQuantizationType.Q8_0).tobytes()).decode()


def write(path):
    writer = GGUFWriter(path, "llama")
    writer.add_uint8("a.u8", 255)
    writer.add_int8("a.i8", -128)
    writer.add_uint16("a.u16", 65535)
    writer.add_int16("a.i16", -32768)
    writer.add_int32("a.i32", -(2**31))
    writer.add_uint64("a.u64", 2**64 - 1)
    writer.add_int64("a.i64", -(2**63))
    writer.add_float64("a.f64", 0.1)
    writer.add_bool("a.bool", True)
    writer.add_string("a.text", "Größe 名")
    writer.add_array("a.texts", ["a", "", "名"])
    writer.add_array("a.numbers", [1, -2, 3])
    writer.add_custom_alignment(64)
    random = numpy.random.default_rng(3)
    plain = random.normal(size=(3, 64)).astype(numpy.float32)
    writer.add_tensor("plain", plain)
    for name in ("Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "F16", "BF16"):
        type = GGMLQuantizationType[name]
        data = plain.astype(numpy.float16) if name == "F16" else quantize(plain, type)
        writer.add_tensor(name, data, raw_dtype=type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tensors = {}
    for tensor in GGUFReader(path).tensors:
        numbers = dequantize(tensor.data, tensor.tensor_type).astype("<f4")
        tensors[tensor.name] = [list(numbers.shape), base64.b64encode(numbers.tobytes()).decode()]
    return tensors


print(
    json.dumps(
        {
            "numbers": {name: numbers_of(name, text) for name, text in question["blocks"].items()},
            "q8_0": quantized(question["quantize"]),
            "tensors": write(question["write"]),
        }
    )
)
